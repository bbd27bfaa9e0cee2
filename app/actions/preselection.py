"""Shortlist ranked concept notes against a percentage of the envelope (handbook 1.7, A5)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.actions.act import Act
from app.actions.allocation_outcome import said
from app.actions.ranking import PASSED, current_run, entries_of, loaded
from app.actions.round_moves import refuse_unfunded
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import AllocationRun, Stage, StageEntry
from app.queries.ranking import Candidate, candidates
from app.queries.scores import Agreed, newest_agreed
from app.rules import shortlist as rule
from app.rules.allocation_model import Status
from app.rules.money import format_cents
from app.rules.permissions import Permission
from app.rules.ranking import ShortlistLine, ShortlistOutcome
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_json import decimal_text, digest
from app.rules.scheme_letters import Outcome
from app.rules.shortlist import read_shortlist_case

PRESELECTION = "preselection"

# What a line of the shortlist is called in letters.
_TOLD = {
    ShortlistOutcome.PASSED: Outcome.PRESELECTED,
    ShortlistOutcome.BELOW_THRESHOLD: Outcome.BELOW_THRESHOLD,
    ShortlistOutcome.OUTSIDE_LIMIT: Outcome.NOT_PRESELECTED,
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
    inputs = _inputs(scheme_stage, scheme, listed, agreed)
    case = read_shortlist_case(inputs)
    found = rule.shortlists(case)
    lines = {line.scored.id: line for each in found.values() for line in each.lines}
    run = _run(act, stage, inputs, rule.write_shortlists(case, found), lines, scheme.currency)
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


def _run(
    act: Act,
    stage: Stage,
    inputs: dict[str, object],
    result: dict[str, object],
    lines: Mapping[str, ShortlistLine],
    currency: str,
) -> AllocationRun:
    """Keep what was computed and what came out, so that it can be computed again."""
    explanation = {
        reference: said(line.why, currency)
        | {"outcome": line.outcome.value, "running_cents": line.running_cents}
        for reference, line in lines.items()
    }
    return act.create(
        AllocationRun(
            call_id=stage.call_id,
            stage_id=stage.id,
            kind=PRESELECTION,
            inputs=inputs,
            result=result,
            explanation=explanation,
            digest=digest({"inputs": inputs, "result": result}),
            run_by=act.actor.user_id,
            run_at=act.now,
        ),
        to=Permission.RANK,
        within=stage,
    )


def _inputs(
    scheme_stage: SchemeStage,
    scheme: Scheme,
    listed: Sequence[Candidate],
    agreed: Mapping[int, Agreed],
) -> dict[str, object]:
    """Return what `envelope rules shortlist` reads; whoever failed another cut is INELIGIBLE."""
    limit, grid = scheme_stage.preselection, scheme_stage.grid
    lots = [{"code": lot.code, "envelope": format_cents(lot.envelope_cents)} for lot in scheme.lots]
    return {
        "percent": decimal_text(limit.percent) if limit else None,
        "boundary": limit.boundary.value if limit else None,
        "threshold": decimal_text((grid.threshold if grid else None) or Fraction(0)),
        "lots": lots,
        "applications": [_input(each, agreed[each.entry_id]) for each in listed],
    }


def _input(each: Candidate, score: Agreed) -> dict[str, object]:
    by_rule = score.outcome in (PASSED, "BELOW_THRESHOLD")
    return {
        "id": each.reference,
        "lot": each.lot,
        "score": f"{score.total:f}",
        "requested": format_cents(each.requested_cents),
        "status": (Status.ELIGIBLE if by_rule else Status.INELIGIBLE).value,
        "cut": score.outcome,
    }


def _mark(
    act: Act,
    stage: Stage,
    listed: Sequence[Candidate],
    lines: Mapping[str, ShortlistLine],
    agreed: Mapping[int, Agreed],
    currency: str,
) -> None:
    """Write the outcome on every entry; a cut of scoring is its own reason."""
    entries = entries_of(act, stage, [each.entry_id for each in listed])
    by_event: dict[str, list[Candidate]] = {"pass": [], "fail": []}
    for each in listed:
        line = lines.get(each.reference)
        is_in = line is not None and line.outcome is ShortlistOutcome.PASSED
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
