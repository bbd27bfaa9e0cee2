"""Money that became free after the announcement: who gets it is proposed (handbook 1.7, A4).

`reserve_release` decides and announces. Locks stand in one order: call, lots, applications,
awards; whoever declines at the same moment waits, or the rule already sees the money.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

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
from app.rules.allocation_input import read_policy
from app.rules.allocation_release import FreeLot, Release, release
from app.rules.allocation_reserve import Activation, has_lapsed
from app.rules.money import format_cents
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_json import canonical
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
    result = _computed(act, scheme, free, known.valid_until(scheme, call.reserve_valid_until))
    for lot in lots:
        lot.transferred_cents += result.transfers.get(lot.code, 0)
    act.session.flush()
    activation = _keep(act, call, scheme, stage_id, free, result, listed)
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


def _computed(act: Act, scheme: Scheme, free: Sequence[FreeLot], last_day: date | None) -> Release:
    """Run the rule; a Conflict says why nobody gets anything."""
    today = act.now.astimezone(ZONE).date()
    if last_day is not None and has_lapsed(today, last_day):
        raise Conflict(
            N_("The reserve list was valid until {last_on}. What is free stays unallocated."),
            last_on=last_day,
        )
    policy = read_policy(policy_json(scheme), ("policy",))
    result = release(free, policy, today=today, valid_until=last_day)
    if not result.activations:
        raise Conflict(
            N_("{free} is free, but by the rules of the call nobody on the list can get it."),
            free_cents=sum(lot.free_cents for lot in free),
            currency=scheme.currency,
        )
    return result


def _keep(
    act: Act,
    call: Call,
    scheme: Scheme,
    stage_id: int,
    free: Sequence[FreeLot],
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
    inputs = _inputs(act, scheme, free, known.valid_until(scheme, call.reserve_valid_until))
    activation = act.create(
        ReserveActivation(
            call_id=call.id,
            stage_id=stage_id,
            run_id=run_id,
            inputs=inputs,
            lines=lines,
            transfers=dict(result.transfers),
            digest=hashlib.sha256(canonical({"inputs": inputs, "lines": lines})).hexdigest(),
            proposed_by=act.actor.user_id,
            proposed_at=act.now,
        ),
        to=TO,
        within=call,
    )
    references = [each.id for each in result.activations]
    act.record(activation, "propose_release", added_cents=result.added_cents, references=references)
    return activation


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


def _inputs(
    act: Act, scheme: Scheme, free: Sequence[FreeLot], last_day: date | None
) -> dict[str, object]:
    """What was computed from, so that it can be computed again."""
    return {
        "today": act.now.astimezone(ZONE).date().isoformat(),
        "valid_until": last_day.isoformat() if last_day else None,
        "policy": policy_json(scheme),
        "lots": [
            {
                "code": lot.code,
                "free": format_cents(lot.free_cents),
                "held": dict(lot.held),
                "waiting": [
                    {
                        "id": one.id,
                        "rank": one.rank,
                        "requested": format_cents(one.requested_cents),
                        "awarded": format_cents(one.awarded_cents),
                        "min_grant": format_cents(one.min_grant_cents),
                        "lead": one.lead,
                    }
                    for one in lot.waiting
                ],
            }
            for lot in free
        ],
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
