"""Run the published policy over the envelope; take a run back. Deciding is another deed.

The run goes through the public interface of `spec/allocation.md`: the JSON that is
kept is the JSON that was computed, so an outsider who feeds it to `envelope rules
allocate` gets the same result to the cent.
"""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select

from app.actions import aid
from app.actions import allocation_outcome as outcome
from app.actions.act import Act
from app.actions.allocation_inputs import inputs_json, public_inputs, without_aid
from app.actions.round_moves import refuse_unfunded
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import AllocationRun, Application, Award, Call, Lot, Stage, StageEntry
from app.queries.ranking import Candidate, candidates
from app.queries.schemes import scheme_of
from app.rules import allocation as rule
from app.rules.allocation_input import read_case
from app.rules.allocation_model import Allocation, UnresolvedTie
from app.rules.allocation_output import write_allocation
from app.rules.json_reader import InvalidInput
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_json import canonical

_NOT_RANKED = N_("The call is “{state}”: an allocation is not possible now.")


class TieToSettle(Conflict):
    """Equals would be treated differently: the committee has to set their order first."""

    def __init__(self, tie: UnresolvedTie) -> None:
        super().__init__(
            N_(
                "{references} are equal at a place that decides about money. The committee has "
                "to put them in order, with a written reason; then run the allocation again."
            ),
            references=", ".join(tie.ids),
        )
        self.references = tie.ids


def allocate(act: Act, call_id: int) -> int:
    """Compute and propose awards; return the id of the run. Refused while a tie matters.

    The rows of call and lots are locked first, so of two people who click at once one
    computes and the other gets a Conflict.
    """
    call = act.load(Call, call_id, to=Permission.ALLOCATE)
    if call.state != "ranked":
        raise Conflict(
            N_("The call is “{state}”: an allocation is not possible now."), state=call.state
        )
    lots = act.load_many(Lot, Lot.call_id == call.id, to=Permission.ALLOCATE, within=call)
    refuse_unfunded(act.session, call)
    scheme = scheme_of(act.session, call.id)
    scheme_stage = scheme.last_scored_stage()
    if scheme_stage is None:
        raise Conflict(N_("This call has no scored stage, so there is nothing to rank."))
    stage = _stage(act, call, scheme_stage.key)
    listed = candidates(act.session, act.actor, stage.id)
    inputs = inputs_json(act.session, scheme, scheme_stage, call.id, stage.id, listed)
    inputs, result, above = _within_aid(act, scheme, call.id, inputs, listed)
    told = outcome.told(scheme, inputs, result) | above
    run = _run(act, stage, inputs, result, told)
    outcome.transfer(act, lots, result)
    act.session.flush()
    outcome.propose(act, call, run, result, listed)
    outcome.mark(act, call, stage, result, listed, told)
    outcome.open_eligibility(act, call, scheme, result, listed)
    act.move(call, "allocate", run=run.id, digest=run.digest, awarded_cents=result.awarded_cents)
    return run.id


def discard(act: Act, call_id: int, *, reason: str) -> None:
    """Take the present proposal back, before it is decided; the run itself stays on file."""
    call = act.load(Call, call_id, to=Permission.ALLOCATE)
    if call.state != "allocated":
        raise Conflict(N_("There is no allocation to take back."))
    lots = act.load_many(Lot, Lot.call_id == call.id, to=Permission.ALLOCATE, within=call)
    runs = act.load_many(
        AllocationRun,
        AllocationRun.call_id == call.id,
        AllocationRun.kind == "allocation",
        AllocationRun.discarded_at.is_(None),
        to=Permission.ALLOCATE,
        within=call,
    )
    _undo(act, call, runs[0], reason)
    outcome.move_money(act, lots, {})
    runs[0].discarded_at = act.now
    act.record(runs[0], "discard", reason=reason)
    act.move(call, "discard_allocation", reason=reason)


def _undo(act: Act, call: Call, run: AllocationRun, reason: str) -> None:
    """Take back what the run proposed: awards first, so that the money is free again."""
    applications = act.load_many(
        Application,
        Application.call_id == call.id,
        Application.state.in_(("proposed", "reserve", "unsuccessful", "withdrawn")),
        Application.id.in_(_of_stage(run.stage_id)),
        to=Permission.ALLOCATE,
        within=call,
    )
    entries = act.load_many(
        StageEntry,
        StageEntry.stage_id == run.stage_id,
        StageEntry.state.in_(("passed", "failed", "reserve")),
        # Without a score it failed the check, not the run.
        StageEntry.score.is_not(None),
        StageEntry.application_id.in_([each.id for each in applications]),
        to=Permission.ALLOCATE,
        within=call,
        without=(StageEntry.answers, StageEntry.sections),
    )
    awards = act.load_many(
        Award,
        Award.run_id == run.id,
        Award.state == "proposed",
        to=Permission.ALLOCATE,
        within=call,
    )
    act.move_many(awards, "discard", reason=reason)
    for entry in entries:
        entry.rank = entry.reserve_position = None
        entry.outcome, entry.outcome_detail = "", {}
    act.move_many(entries, "undo_ranking", reason=reason)
    gone = {each.id for each in applications if each.state == "withdrawn"}
    act.move_many([each for each in entries if each.application_id in gone], "withdraw")
    staying = [each for each in applications if each.id not in gone]
    act.move_many(staying, "discard_proposal", reason=reason)


def _of_stage(stage_id: int) -> Select[int]:
    return select(StageEntry.application_id).where(StageEntry.stage_id == stage_id)


def _stage(act: Act, call: Call, key: str) -> Stage:
    found = act.load_many(
        Stage, Stage.call_id == call.id, Stage.key == key, to=Permission.ALLOCATE, within=call
    )
    return found[0]


def _computed(inputs: Mapping[str, object]) -> Allocation:
    try:
        case = read_case(inputs)
    except InvalidInput as refused:
        raise Conflict(
            N_("The allocation cannot be computed: {detail}"), detail=str(refused)
        ) from refused
    result = rule.allocate(case.applications, case.lots, case.policy)
    if isinstance(result, UnresolvedTie):
        raise TieToSettle(result)
    return result


def _within_aid(
    act: Act,
    scheme: Scheme,
    call_id: int,
    inputs: dict[str, object],
    listed: Sequence[Candidate],
) -> tuple[dict[str, object], Allocation, dict[str, Message]]:
    """Compute, and compute again without those whose award would pass the ceiling of aid.

    Each is not eligible in the input that is kept, so the next on the list takes the place by
    the same rule; what its undertaking has stands in its reason, not in the public input.
    """
    result = _computed(inputs)
    told: dict[str, Message] = {}
    while above := aid.above_in(act, scheme, call_id, result, listed):
        told |= {each.id: each.why for each in above}
        inputs = without_aid(inputs, told)
        result = _computed(inputs)
    return inputs, result, told


def _run(
    act: Act,
    stage: Stage,
    inputs: dict[str, object],
    result: Allocation,
    told: Mapping[str, Message],
) -> AllocationRun:
    written = write_allocation(result)
    digest = hashlib.sha256(canonical({"inputs": inputs, "result": written})).hexdigest()
    return act.create(
        AllocationRun(
            call_id=stage.call_id,
            stage_id=stage.id,
            kind="allocation",
            inputs=inputs,
            public_inputs=public_inputs(inputs),
            result=written,
            explanation={
                line.id: outcome.explained(line, told[line.id], str(inputs["currency"]))
                for line in result.lines
            },
            digest=digest,
            run_by=act.actor.user_id,
            run_at=act.now,
        ),
        to=Permission.ALLOCATE,
        within=stage,
    )
