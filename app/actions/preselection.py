"""Shortlist ranked concept notes against a percentage of the envelope (handbook 1.7, A5)."""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.actions.act import Act
from app.actions.allocation_outcome import said
from app.actions.ranking import PASSED, current_run, entries_of, loaded, scored
from app.actions.round_moves import refuse_unfunded
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import AllocationRun, Stage, StageEntry
from app.queries.ranking import Candidate, candidates
from app.queries.scores import Agreed, newest_agreed
from app.rules import ranking as rule
from app.rules.money import format_cents, format_exact
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_json import canonical
from app.rules.scheme_letters import Outcome

PRESELECTION = "preselection"

# What a line of the shortlist is called in letters.
_TOLD = {
    rule.ShortlistOutcome.PASSED: Outcome.PRESELECTED,
    rule.ShortlistOutcome.BELOW_THRESHOLD: Outcome.BELOW_THRESHOLD,
    rule.ShortlistOutcome.OUTSIDE_LIMIT: Outcome.NOT_PRESELECTED,
}


def preselect(act: Act, stage_id: int) -> int:
    """Cut the ranked concept notes to the published limit, per lot; return the run's id."""
    call, stage, scheme = loaded(act, stage_id)
    refuse_unfunded(act.session, call)
    scheme_stage = scheme.stage(stage.key)
    if stage.state != "ranked" or scheme.last_scored_stage() == scheme_stage:
        raise Conflict(N_("There is no ranked list to preselect from."))
    listed = [
        each
        for each in candidates(act.session, act.actor, stage.id)
        if each.application_state == "assessed"
    ]
    agreed = newest_agreed(act.session, stage.id)
    shortlists = {
        lot.code: _shortlist(scheme_stage, lot.envelope_cents, listed, agreed, lot.code)
        for lot in scheme.lots
    }
    run = _run(act, stage, scheme_stage, scheme, shortlists)
    lines = {line.scored.id: line for each in shortlists.values() for line in each.lines}
    _mark(act, stage, listed, lines, agreed, scheme.currency)
    return run.id


def discard_preselection(act: Act, stage_id: int, *, reason: str) -> None:
    """Take an undecided preselection back; the run stays on file."""
    _, stage, _ = loaded(act, stage_id)
    run = current_run(act, stage)
    if run is None or stage.state != "ranked":
        raise Conflict(N_("There is no preselection to take back."))
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == stage.id,
        StageEntry.state.in_(("passed", "failed")),
        StageEntry.score.is_not(None),
        to=Permission.RANK,
        within=stage,
    )
    for entry in entries:
        entry.outcome, entry.outcome_detail = "", {}
    act.move_many(entries, "undo_ranking", reason=reason)
    run.discarded_at = act.now
    act.record(run, "discard", reason=reason)
    act.session.flush()


def _shortlist(
    stage: SchemeStage,
    envelope_cents: int,
    listed: Sequence[Candidate],
    agreed: Mapping[int, Agreed],
    lot: str,
) -> rule.Shortlist:
    return rule.preselect(
        [
            scored(stage, each, agreed[each.entry_id])
            for each in listed
            if each.lot == lot and agreed[each.entry_id].outcome in (PASSED, "BELOW_THRESHOLD")
        ],
        envelope_cents=envelope_cents,
        threshold=(stage.grid.threshold if stage.grid else None) or Fraction(0),
        preselection=stage.preselection,
    )


def _run(
    act: Act,
    stage: Stage,
    scheme_stage: SchemeStage,
    scheme: Scheme,
    shortlists: Mapping[str, rule.Shortlist],
) -> AllocationRun:
    """Keep what was computed and what came out, so that it can be computed again."""
    inputs = _inputs(scheme_stage, scheme, shortlists)
    lines = {
        line.scored.id: said(line.why, scheme.currency)
        | {"outcome": line.outcome.value, "running_cents": line.running_cents}
        for each in shortlists.values()
        for line in each.lines
    }
    result: dict[str, object] = {
        "lots": [_lot_result(code, each) for code, each in shortlists.items()],
        "lines": {reference: line["outcome"] for reference, line in lines.items()},
    }
    return act.create(
        AllocationRun(
            call_id=stage.call_id,
            stage_id=stage.id,
            kind=PRESELECTION,
            inputs=inputs,
            result=result,
            explanation=lines,
            digest=hashlib.sha256(canonical({"inputs": inputs, "result": result})).hexdigest(),
            run_by=act.actor.user_id,
            run_at=act.now,
        ),
        to=Permission.RANK,
        within=stage,
    )


def _inputs(
    scheme_stage: SchemeStage, scheme: Scheme, shortlists: Mapping[str, rule.Shortlist]
) -> dict[str, object]:
    limit = scheme_stage.preselection
    lots = [{"code": lot.code, "envelope": format_cents(lot.envelope_cents)} for lot in scheme.lots]
    applications = [
        {
            "id": line.scored.id,
            "lot": lot,
            "score": format_exact(line.scored.total, 6),
            "requested": format_cents(line.scored.requested_cents),
        }
        for lot, each in shortlists.items()
        for line in each.lines
    ]
    return {
        "percent": format_exact(limit.percent) if limit else None,
        "boundary": limit.boundary.value if limit else None,
        "lots": lots,
        "applications": applications,
    }


def _lot_result(code: str, each: rule.Shortlist) -> dict[str, object]:
    return {
        "code": code,
        "limit": format_exact(each.limit_cents / 100),
        "passed": format_cents(each.passed_cents),
        "passed_percent": format_exact(each.passed_percent),
        "cut_off": None if each.cut_off is None else format_exact(each.cut_off, 6),
    }


def _mark(
    act: Act,
    stage: Stage,
    listed: Sequence[Candidate],
    lines: Mapping[str, rule.ShortlistLine],
    agreed: Mapping[int, Agreed],
    currency: str,
) -> None:
    """Write the outcome on every entry; a cut of scoring is its own reason."""
    entries = entries_of(act, stage, [each.entry_id for each in listed])
    by_event: dict[str, list[Candidate]] = {"pass": [], "fail": []}
    for each in listed:
        line = lines.get(each.reference)
        is_in = line is not None and line.outcome is rule.ShortlistOutcome.PASSED
        by_event["pass" if is_in else "fail"].append(each)
    for event, several in by_event.items():
        for each in several:
            entry, line = entries[each.entry_id], lines.get(each.reference)
            if line is None:
                entry.outcome = agreed[each.entry_id].outcome
                entry.outcome_detail = {"failed_section": agreed[each.entry_id].failed_section}
            else:
                entry.outcome = _TOLD[line.outcome].value
                entry.outcome_detail = said(line.why, currency)
        act.move_many([entries[each.entry_id] for each in several], event)
