"""Rank a stage and settle ties; both can be taken back until something is computed from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from app.actions.act import Act
from app.actions.site_visits import refuse_unvisited
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import AllocationRun, Application, Call, Stage, StageEntry
from app.queries.allocation_facts import standings
from app.queries.ranking import Candidate, candidates
from app.queries.schemes import scheme_of
from app.queries.scores import Agreed, newest_agreed
from app.queries.stages import call_of
from app.rules import ranking as rule
from app.rules.first_come import ARRIVAL, arrival, is_first_come, tie_breakers
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_money import LotMode
from app.rules.scheme_rules import tie_numbers
from app.rules.scoring_model import SUB_SCORE_FLOOR_BY_ONE

PASSED = "PASSED"


def rank(act: Act, stage_id: int) -> None:
    """Close the assessment of a stage and write the ranks; refused while one is not agreed."""
    call, stage, scheme = loaded(act, stage_id)
    if stage.state not in ("closed", "assessed", "ranked"):
        raise Conflict(N_("The stage is “{state}”: it cannot be ranked now."), state=stage.state)
    listed = candidates(act.session, act.actor, stage.id)
    agreed = newest_agreed(act.session, stage.id)
    _refuse_unfinished(listed, agreed)
    refuse_unvisited(act.session, scheme.stage(stage.key), listed)
    is_last = scheme.last_scored_stage() == scheme.stage(stage.key)
    if stage.state == "closed":
        act.move(stage, "assess")
        if is_last:
            act.move(call, "assess")
    first_come = is_last and is_first_come(scheme.allocation)
    arrivals = _arrivals(act, call) if first_come else None
    ranks = {
        line.scored.id: line
        for pot in pots(scheme, scheme.stage(stage.key), listed, agreed, arrivals)
        for line in pot
    }
    entries = entries_of(act, stage, [each.entry_id for each in listed])
    for each in listed:
        line = ranks.get(each.reference)
        entries[each.entry_id].rank = line.rank if line else None
    act.write_many(list(entries.values()))
    act.move(stage, "rank", ranked=len(ranks))
    if is_last:
        act.move(call, "rank", ranked=len(ranks))


def take_back(act: Act, stage_id: int, *, reason: str) -> None:
    """Open the assessment of a ranked stage again, before anything is computed from it."""
    call, stage, scheme = loaded(act, stage_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the ranking is taken back.")})
    if current_run(act, stage) is not None:
        raise Conflict(N_("Take back the preselection or allocation first."))
    act.move(stage, "reopen_assessment", reason=reason)
    if scheme.last_scored_stage() == scheme.stage(stage.key):
        act.move(call, "reopen_assessment", reason=reason)


def settle_tie(act: Act, stage_id: int, *, order: Sequence[str], reason: str) -> None:
    """Put equals in order by their references, first to last, with the committee's reason."""
    call, stage, scheme = loaded(act, stage_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the committee puts them in this order.")})
    if current_run(act, stage) is not None or stage.state != "ranked":
        raise Conflict(N_("The order of equals can only be set on a ranked list, before a run."))
    keys = {each.reference: each for each in candidates(act.session, act.actor, stage.id)}
    chosen = [keys[reference] for reference in order if reference in keys]
    arrivals = _arrivals(act, call) if is_first_come(scheme.allocation) else {}
    equal = {arrivals.get(each.application_id, each.score) for each in chosen}
    if len(chosen) != len(set(order)) or len(equal) != 1:
        raise Invalid({"order": N_("Name each of the equal applications once.")})
    applications = act.load_many(
        Application,
        Application.id.in_([each.application_id for each in chosen]),
        to=Permission.RANK,
        within=stage,
    )
    places = {each.application_id: place for place, each in enumerate(chosen, start=1)}
    for application in applications:
        application.committee_order = places[application.id]
        application.committee_reason = reason.strip()
        act.record(application, "settle_tie", order=places[application.id], reason=reason.strip())
    act.session.flush()
    rank(act, stage_id)


def pots(
    scheme: Scheme,
    stage: SchemeStage,
    listed: Sequence[Candidate],
    agreed: Mapping[int, Agreed],
    arrivals: Mapping[int, Fraction] | None = None,
) -> list[tuple[rule.Ranked, ...]]:
    """Order those who passed every cut, per lot or, in a common pot, all together.

    With `arrivals` (by application) all who passed are equals in score, and time decides.
    """
    by_lot: dict[str, list[rule.Scored]] = {}
    for each in listed:
        score = agreed.get(each.entry_id)
        is_out = each.application_state in ("withdrawn", "ineligible")
        if score is None or score.outcome != PASSED or is_out:
            continue
        pot = "" if scheme.allocation.lot_mode is LotMode.COMMON_POT else each.lot
        line = scored(stage, each, score)
        if arrivals is not None:
            numbers = {**line.numbers, ARRIVAL: arrivals[each.application_id]}
            line = replace(line, total=Fraction(0), numbers=numbers)
        by_lot.setdefault(pot, []).append(line)
    names = (
        tie_breakers(scheme.allocation) if arrivals is not None else scheme.allocation.tie_breakers
    )
    return [rule.ranked(each, names) for each in by_lot.values()]


def _arrivals(act: Act, call: Call) -> dict[int, Fraction]:
    found = standings(act.session, call.id)
    return {key: arrival(each.received_at) for key, each in found.items()}


def scored(stage: SchemeStage, each: Candidate, score: Agreed) -> rule.Scored:
    numbers = tie_numbers(stage, score.sections)
    return rule.Scored(
        id=each.reference,
        total=Fraction(score.total),
        requested_cents=each.requested_cents,
        numbers={name: Fraction(number) for name, number in numbers.items()},
        committee_order=each.committee_order,
    )


def loaded(act: Act, stage_id: int) -> tuple[Call, Stage, Scheme]:
    """Lock call and stage, in that order, for a deed of ranking."""
    call = act.load(Call, call_of(act.session, stage_id), to=Permission.RANK)
    stage = act.load(Stage, stage_id, to=Permission.RANK)
    return call, stage, scheme_of(act.session, call.id)


def _refuse_unfinished(listed: Sequence[Candidate], agreed: Mapping[int, Agreed]) -> None:
    unchecked = [each.reference for each in listed if each.entry_state == "submitted"]
    open_ = [each.reference for each in listed if each.entry_state == "admitted"]
    flagged = [
        each.reference
        for each in listed
        if (score := agreed.get(each.entry_id))
        and SUB_SCORE_FLOOR_BY_ONE in score.flags
        and not score.reason
    ]
    if unchecked:
        raise Conflict(
            N_("These are not checked yet: {references}."), references=", ".join(unchecked)
        )
    if open_:
        raise Conflict(
            N_("These have no agreed score yet: {references}."), references=", ".join(open_)
        )
    if flagged:
        raise Conflict(
            N_("One assessor gave a mark at the floor; the committee has to decide: {references}."),
            references=", ".join(flagged),
        )


def entries_of(act: Act, stage: Stage, keys: Sequence[int]) -> dict[int, StageEntry]:
    rows = act.load_many(
        StageEntry,
        StageEntry.id.in_(keys),
        to=Permission.RANK,
        within=stage,
        without=(StageEntry.answers, StageEntry.sections),
    )
    return {row.id: row for row in rows}


def current_run(act: Act, stage: Stage) -> AllocationRun | None:
    runs = act.load_many(
        AllocationRun,
        AllocationRun.stage_id == stage.id,
        AllocationRun.discarded_at.is_(None),
        to=Permission.RANK,
        within=stage,
    )
    return runs[0] if runs else None
