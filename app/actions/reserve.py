"""Money that became free after the announcement: who gets it is proposed (handbook 1.7, A4).

`reserve_release` decides and announces. Locks stand in one order: call, lots, applications,
awards; whoever declines at the same moment waits, or the rule already sees the money.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from app.actions import aid
from app.actions.act import Act
from app.actions.allocation_outcome import said
from app.actions.entries import opened
from app.errors import Conflict, Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Award, Call, Letter, Lot, ReserveActivation, StageEntry
from app.queries import reserve as known
from app.queries.reserve import Wait
from app.queries.schemes import scheme_of
from app.rules.allocation_release import FreeLot, Release, without
from app.rules.allocation_reserve import Activation, has_lapsed
from app.rules.permissions import Permission
from app.rules.release_json import read_release_case, released, write_release, write_release_case
from app.rules.scheme import Scheme
from app.rules.scheme_json import digest
from app.rules.scheme_rules import policy_json, selected_stage_keys

TO = Permission.ALLOCATE


def propose(act: Act, call_id: int) -> int:
    """Compute who gets the free money and hold it for them; return the activation's id."""
    call = act.load(Call, call_id, to=TO)
    if call.state != "announced":
        raise Conflict(N_("Free money is given out again after the announcement."))
    lots = act.load_many(Lot, Lot.call_id == call.id, to=TO, within=call)
    if known.under_way(act.session, call.id) is not None:
        raise Conflict(N_("A proposal is under way. Announce it or take it back first."))
    scheme = scheme_of(act.session, call.id)
    last = scheme.last_scored_stage()
    stage_id = known.scored_stage(act.session, call.id, last.key if last else "")
    listed = {each.reference: each for each in known.waits(act.session, scheme, call.id, stage_id)}
    free = known.free_lots(act.session, scheme, call.id, tuple(listed.values()))
    last_day = known.valid_until(scheme, call.reserve_valid_until)
    inputs, result, barred = _within_aid(act, call, scheme, free, listed, last_day)
    for lot in lots:
        lot.transferred_cents += result.transfers.get(lot.code, 0)
    act.session.flush()
    activation = _keep(act, call, stage_id, inputs, result, listed)
    act.record(
        activation,
        "propose_release",
        added_cents=result.added_cents,
        references=[each.id for each in result.activations],
        above_ceiling=list(barred),
    )
    _open_checks(act, call, scheme, [listed[each.id] for each in result.activations])
    return activation.id


def discard(act: Act, activation_id: int, *, reason: str) -> None:
    """Take a proposal back before it is announced; its money is free again."""
    call = act.load(Call, known.call_of_activation(act.session, activation_id), to=TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    lots = act.load_many(Lot, Lot.call_id == call.id, to=TO, within=call)
    activation = act.load(ReserveActivation, activation_id, to=TO)
    awards = act.load_many(
        Award,
        Award.id.in_([line["award_id"] for line in activation.lines if line["is_new"]]),
        Award.state.in_(("proposed", "decided")),
        to=TO,
        within=call,
    )
    act.move(activation, "discard", reason=reason.strip())
    for award in awards:
        act.move(award, "discard" if award.state == "proposed" else "revoke", reason="taken back")
    for lot in lots:
        lot.transferred_cents -= activation.transfers.get(lot.code, 0)
    act.session.flush()
    _drop_letters(act, activation)


def _drop_letters(act: Act, activation: ReserveActivation) -> None:
    waiting = act.load_many(
        Letter,
        Letter.activation_id == activation.id,
        Letter.released_at.is_(None),
        Letter.state != "superseded",
        to=TO,
        within=activation,
    )
    if waiting:
        act.move_many(waiting, "supersede", reason="taken back")


def _within_aid(
    act: Act,
    call: Call,
    scheme: Scheme,
    free: Sequence[FreeLot],
    listed: Mapping[str, Wait],
    last_day: date | None,
) -> tuple[dict[str, object], Release, tuple[str, ...]]:
    """Compute without those who would pass the ceiling of aid; the next take their place.

    They keep their place on the list: what was granted to them may leave the window.
    """
    barred: tuple[str, ...] = ()
    while True:
        inputs = _case(act, scheme, free, last_day)
        result = _computed(inputs, scheme, barred)
        wanted = [
            (each.id, listed[each.id].organisation_id, each.added_cents)
            for each in result.activations
        ]
        above = aid.above_of(act, scheme, call.id, wanted)
        if not above:
            return inputs, result, barred
        barred += tuple(each.id for each in above)
        free = [without(lot, barred) for lot in free]


def _case(
    act: Act, scheme: Scheme, free: Sequence[FreeLot], last_day: date | None
) -> dict[str, object]:
    """Return what `envelope rules release` reads: it is kept, read back, then computed."""
    today = act.now.astimezone(ZONE).date()
    return write_release_case(free, policy_json(scheme), today=today, valid_until=last_day)


def _computed(inputs: Mapping[str, object], scheme: Scheme, barred: Sequence[str]) -> Release:
    """Run the rule; a Conflict says why nobody gets anything."""
    case = read_release_case(inputs)
    if case.valid_until is not None and has_lapsed(case.today, case.valid_until):
        raise Conflict(
            N_("The reserve list was valid until {last_on}. What is free stays unallocated."),
            last_on=case.valid_until,
        )
    result = released(case)
    if not result.activations and barred:
        raise Conflict(
            N_(
                "{free} is free, but {references} would pass the ceiling of de minimis aid, and "
                "by the rules of the call nobody else on the list can get it."
            ),
            free_cents=sum(lot.free_cents for lot in case.lots),
            currency=scheme.currency,
            references=", ".join(barred),
        )
    if not result.activations:
        raise Conflict(
            N_("{free} is free, but by the rules of the call nobody on the list can get it."),
            free_cents=sum(lot.free_cents for lot in case.lots),
            currency=scheme.currency,
        )
    return result


def _keep(
    act: Act,
    call: Call,
    stage_id: int,
    inputs: dict[str, object],
    result: Release,
    listed: Mapping[str, Wait],
) -> ReserveActivation:
    run_id = known.run_of(act.session, stage_id)
    awards = {
        each.id: _award(act, call, run_id, each, listed[each.id])
        for each in result.activations
        if listed[each.id].award_id is None
    }
    lines = [
        _line(each, listed[each.id], awards.get(each.id), call.currency)
        for each in result.activations
    ]
    written = write_release(read_release_case(inputs), result)
    return act.create(
        ReserveActivation(
            call_id=call.id,
            stage_id=stage_id,
            run_id=run_id,
            inputs=inputs,
            lines=lines,
            transfers=dict(result.transfers),
            digest=digest({"inputs": inputs, "result": written}),
            proposed_by=act.actor.user_id,
            proposed_at=act.now,
        ),
        to=TO,
        within=call,
    )


def _award(act: Act, call: Call, run_id: int, given: Activation, wait: Wait) -> Award:
    """A new award, proposed: from here on its money counts in lot and call."""
    return act.create(
        Award(
            application_id=wait.application_id,
            call_id=call.id,
            lot_id=wait.lot_id,
            run_id=run_id,
            reason=given.reason.value,
            requested_cents=wait.requested_cents,
            awarded_cents=given.added_cents,
        ),
        to=TO,
        within=call,
    )


def _line(given: Activation, wait: Wait, award: Award | None, currency: str) -> dict[str, object]:
    return {
        "application_id": wait.application_id,
        "entry_id": wait.entry_id,
        "award_id": award.id if award else wait.award_id,
        "is_new": award is not None,
        "reference": wait.reference,
        "organisation": wait.organisation,
        "lot": wait.lot,
        "rank": wait.rank,
        "requested_cents": wait.requested_cents,
        "before_cents": wait.awarded_cents,
        "added_cents": given.added_cents,
        "reason": given.reason.value,
        "why": said(given.why, currency),
    }


def _open_checks(act: Act, call: Call, scheme: Scheme, chosen: Sequence[Wait]) -> None:
    """Open the last check of those who come from the reserve list, where the scheme has one."""
    keys = selected_stage_keys(scheme)
    if not keys:
        return
    stage_id = known.scored_stage(act.session, call.id, keys[0])
    there = known.entered(act.session, stage_id)
    act.create_many(
        StageEntry,
        (
            opened(
                each.application_id,
                stage_id,
                "submitted",
                requested_cents=each.requested_cents,
                received_at=act.now,
            )
            for each in chosen
            if each.award_id is None and each.application_id not in there
        ),
        to=TO,
        within=call,
    )
