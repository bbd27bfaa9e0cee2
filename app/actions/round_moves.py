"""What a round has left moves to the next one: one proposes it, another agrees (decision 32).

Locks stand in one order: the calls by id, then their lots. A reserve list that is called, or an
allocation that is run at the same moment, comes before or after, never between. Both calls take
on a new version in the same transaction; the database compares what one loses with what the
other gains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.actions import round_notices
from app.actions.act import Act
from app.actions.allocation_outcome import move_money
from app.actions.calls_scheme import write_scheme
from app.actions.calls_versions import write_first, write_version
from app.errors import Conflict, Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Call, Lot, RoundMove, Stage
from app.queries import rounds as known
from app.queries.reserve import under_way as list_is_called
from app.queries.schemes import scheme_from
from app.rules.lifecycle import CALL
from app.rules.messages import Message
from app.rules.permissions import Permission
from app.rules.rounds import Movable, RoundLot, after_giving, movable, refusals
from app.rules.scheme_json import JsonObject

NO_REASON = N_("Write why the money moves. Everybody will read it in the versions of both calls.")
LIST_IS_CALLED = N_(
    "Free money of this round is being given to its reserve list. Finish that first."
)
_NO_REASON_BACK = N_("Write the reason; it is kept on file.")


@dataclass(frozen=True, slots=True)
class Giver:
    """A round that is held, with its lots and what of them may move."""

    call: Call
    lots: tuple[RoundLot, ...]
    movable: Movable


def propose(act: Act, giver_id: int, *, amounts: Mapping[str, int], reason: str) -> int:
    """Propose that `amounts` (cents by code of the lot) move to the next round; return its id.

    Invalid tells by lot what is not free. Nothing is held until a second person agrees.
    """
    giver = _giver(act, giver_id, Permission.ALLOCATE)
    if known.leaving(act.session, giver_id):
        raise Conflict(N_("A move is proposed already. Agree to it or drop it first."))
    receiver = _receiver(act, giver_id)
    wrong: dict[str, str | Message] = dict(_refusals(act, receiver, amounts, giver))
    if not reason.strip():
        wrong["reason"] = NO_REASON
    if wrong:
        raise Invalid(wrong)
    lots = {code: cents for code, cents in amounts.items() if cents}
    move = act.create(
        RoundMove(
            giver_id=giver_id,
            receiver_id=receiver.call_id,
            amount_cents=sum(lots.values()),
            lots=lots,
            reason=reason.strip(),
            proposed_by=act.actor.user_id,
            proposed_at=act.now,
        ),
        to=Permission.ALLOCATE,
        within=giver.call,
    )
    told = {"amount_cents": move.amount_cents, "receiver": receiver.code}
    act.record(move, "propose_move", reason=move.reason, **told)
    return move.id


def agree(act: Act, move_id: int) -> None:
    """Let the money move: both calls get a new version; never by the one who proposed it."""
    giver_id, receiver_id = known.ends_of(act.session, move_id)
    giver = _giver(act, giver_id, Permission.PUBLISH_CALL)
    receiver = act.load(Call, receiver_id, to=Permission.PUBLISH_CALL)
    move = act.load(RoundMove, move_id, to=Permission.DECIDE)
    if move.state != "proposed":
        raise Conflict(N_("This move does not wait for a decision any more."))
    _refuse_receiver(_receiver(act, giver_id), receiver)
    _refuse_correction(giver.call, receiver)
    if refusals(move.lots, giver.movable):
        raise Conflict(
            N_("Less is free than was proposed: {most} now. Drop this move and propose it anew."),
            most_cents=giver.movable.total_cents,
            currency=giver.call.currency,
        )
    move.giver_version = _lower(act, giver, move)
    move.receiver_version = _raise(act, receiver, move)
    move.decided_by, move.decided_at = act.actor.user_id, act.now
    act.move(move, "agree", reason=move.reason, amount_cents=move.amount_cents)
    round_notices.tell(act, giver.call, receiver, move)


def drop(act: Act, move_id: int, *, reason: str) -> None:
    """Take a proposed move back, or refuse it; nothing has moved."""
    giver_id, _ = known.ends_of(act.session, move_id)
    act.load(Call, giver_id, to=Permission.ALLOCATE)
    if not reason.strip():
        raise Invalid({"reason": _NO_REASON_BACK})
    move = act.load(RoundMove, move_id, to=Permission.ALLOCATE)
    move.decided_by, move.decided_at = act.actor.user_id, act.now
    act.move(move, "drop", reason=reason.strip())


def refuse_unfunded(session: Session, call: Call) -> None:
    """A round is not cut to its money before that has arrived. A part."""
    if call.follows_id is None:
        return
    if known.arriving(session, call.id):
        raise Conflict(
            N_(
                "Money is proposed to move to this round. Agree to it or drop it first: the page "
                "of the rounds shows it."
            )
        )
    if not call.envelope_cents:
        raise Conflict(
            N_(
                "This round has no money yet. Move to it what the round before has left, then do "
                "this again."
            )
        )


def _giver(act: Act, call_id: int, to: Permission) -> Giver:
    """Hold a round with its lots; Conflict where its money is not settled yet."""
    call = act.load(Call, call_id, to=to)
    if call.state not in known.GIVES or call.digest is None:
        raise Conflict(
            N_("What a round has left moves once its awards are announced, or it is cancelled.")
        )
    act.load_many(Lot, Lot.call_id == call.id, to=to, within=call)
    if list_is_called(act.session, call.id) is not None:
        raise Conflict(LIST_IS_CALLED)
    scheme = scheme_from(call.template)
    lots = known.round_lots(
        act.session,
        call.id,
        scheme,
        state=call.state,
        until=call.reserve_valid_until,
        today=act.now.astimezone(ZONE).date(),
    )
    return Giver(call, lots, movable(lots, scheme.allocation.lot_mode))


def _receiver(act: Act, giver_id: int) -> known.Round:
    found = known.receiver(known.series(act.session, giver_id), giver_id)
    if found is None:
        raise Conflict(N_("No round follows this one. Prepare the next round first."))
    return found


def _refuse_receiver(now: known.Round, receiver: Call) -> None:
    """The one that was proposed must still be next, and its money must not be divided already."""
    if now.call_id != receiver.id:
        raise Conflict(
            N_("{code} is the next round now. Drop this move and propose it anew."), code=now.code
        )
    refuse_state(receiver.code, receiver.state)


def refuse_state(code: str, state: str) -> None:
    """Refuse a round that can take no money now, with what to do about it. A part."""
    if state == "draft":
        raise Conflict(N_("{code} is a draft. Publish it first; then money can move."), code=code)
    if state in ("allocated", "decided"):
        raise Conflict(
            N_(
                "The awards of {code} are being decided. Take its allocation back first, or wait "
                "until it is announced."
            ),
            code=code,
        )
    if "correct" not in CALL.events_from(state):
        raise Conflict(N_("{code} is over: no money can move to it."), code=code)


def _refuse_correction(*calls: Call) -> None:
    """A corrigendum in work holds the envelope as it was: published later, it would undo this."""
    for call in calls:
        if call.correction is not None:
            raise Conflict(
                N_("A corrigendum of {code} is in work. Publish or drop it first."), code=call.code
            )


def _refusals(
    act: Act, receiver: known.Round, amounts: Mapping[str, int], giver: Giver
) -> Mapping[str, Message]:
    refuse_state(receiver.code, receiver.state)
    there = known.lot_codes(act.session, receiver.call_id)
    if missing := sorted(code for code, cents in amounts.items() if cents and code not in there):
        raise Conflict(
            N_("{code} has no lot {lots}, so no money can move to it."),
            code=receiver.code,
            lots=", ".join(missing),
        )
    currency = {"currency": giver.call.currency}
    found = refusals(amounts, giver.movable)
    return {code: replace(each, values={**each.values, **currency}) for code, each in found.items()}


def _lower(act: Act, giver: Giver, move: RoundMove) -> int:
    after = {lot.code: lot for lot in after_giving(giver.lots, move.lots)}
    rows = act.load_many(
        Lot, Lot.call_id == giver.call.id, to=Permission.PUBLISH_CALL, within=giver.call
    )
    # First what moves between its lots, so that no lot is ever below what it has awarded.
    move_money(act, rows, {code: lot.transferred_cents for code, lot in after.items()})
    act.session.flush()
    envelopes = {code: lot.envelope_cents for code, lot in after.items()}
    return _published(act, giver.call, envelopes, "give_to_round", move)


def _raise(act: Act, receiver: Call, move: RoundMove) -> int:
    before = {lot["code"]: lot["envelope_cents"] for lot in receiver.template["lots"]}
    envelopes = {code: cents + move.lots.get(code, 0) for code, cents in before.items()}
    return _published(act, receiver, envelopes, "receive_from_round", move)


def _published(
    act: Act, call: Call, envelopes: Mapping[str, int], event: str, move: RoundMove
) -> int:
    """Publish a version of the call with other envelopes and nothing else; return its number."""
    was_cents = call.envelope_cents
    stages = act.load_many(
        Stage,
        Stage.call_id == call.id,
        to=Permission.PUBLISH_CALL,
        within=call,
        order_by=Stage.position.asc(),
    )
    write_first(act, call, stages)
    rules = _with_envelopes(call.template, envelopes)
    version = write_version(act, call, rules, stages, reason=move.reason)
    write_scheme(act, call, scheme_from(rules), template=rules)
    act.record(
        call,
        event,
        version=version.number,
        amount_cents=move.amount_cents,
        reason=move.reason,
        was={"envelope_cents": was_cents},
        now={"envelope_cents": call.envelope_cents},
    )
    return version.number


def _with_envelopes(template: JsonObject, envelopes: Mapping[str, int]) -> JsonObject:
    lots: Sequence[JsonObject] = template["lots"]
    changed = [{**lot, "envelope_cents": envelopes[lot["code"]]} for lot in lots]
    return {**template, "lots": changed, "envelope_cents": sum(envelopes.values())}
