"""The rounds of a call: which there are, what each has left, and what moved between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.errors import NotFound
from app.models import Call, Lot, RoundMove, User
from app.queries.kept import Statement, kept
from app.queries.reserve import scored_stage, valid_until, waits
from app.rules.allocation_reserve import has_lapsed
from app.rules.rounds import RoundLot
from app.rules.scheme import Scheme

# A round gives what it has left once its awards are announced, or when it was cancelled.
GIVES = ("announced", "cancelled")


@dataclass(frozen=True, slots=True)
class Round:
    """One call of a series, counted from 1; `was_published` is False for a draft."""

    number: int
    call_id: int
    code: str
    title: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    announced_at: datetime | None
    envelope_cents: int
    awarded_cents: int
    was_published: bool

    @property
    def free_cents(self) -> int:
        """What is neither awarded nor offered, lots together."""
        return self.envelope_cents - self.awarded_cents


@dataclass(frozen=True, slots=True)
class Move:
    """What moved, or is to move, from one round to another; `lots` by the lot that receives it.

    The versions are those by which both calls tell it, None until it is agreed.
    """

    move_id: int
    giver_id: int
    giver: str
    receiver_id: int
    receiver: str
    state: str
    amount_cents: int
    lots: Mapping[str, int]
    reason: str
    proposed_by_id: int | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    giver_version: int | None
    receiver_version: int | None


def series(session: Session, call_id: int) -> tuple[Round, ...]:
    """Return all rounds to which a call belongs, the first one first; asks for no permission.

    A round is started after the one that it follows, so their ids are in order.
    """
    near = select(Call.id, Call.follows_id).where(Call.id == call_id).cte("near", recursive=True)
    other = aliased(Call)
    joined = or_(other.follows_id == near.c.id, other.id == near.c.follows_id)
    near = near.union(select(other.id, other.follows_id).join(near, joined))
    rows = session.execute(
        select(
            Call.id.label("call_id"), Call.code, Call.title, Call.state, Call.opens_at,
            Call.closes_at, Call.announced_at, Call.envelope_cents, Call.awarded_cents,
            Call.digest.is_not(None).label("was_published"),
        )
        .join(near, near.c.id == Call.id)
        .order_by(Call.id)
    )  # fmt: skip
    return tuple(Round(number, **row._asdict()) for number, row in enumerate(rows, start=1))


def begins_at(state: str, closes_at: datetime, now: datetime) -> datetime:
    """Return when the round after one opens: as this one closes, or at once if it is cancelled."""
    return now if state == "cancelled" else closes_at


def round_of(rounds: Sequence[Round], call_id: int) -> Round:
    return next(each for each in rounds if each.call_id == call_id)


def receiver(rounds: Sequence[Round], giver_id: int) -> Round | None:
    """Return the round that gets what another leaves: the next one that was not cancelled.

    One that was put away is passed over too, if there is a later one: an agreement of an early
    round may leave money years after.
    """
    later = [each for each in rounds if each.call_id > giver_id and each.state != "cancelled"]
    ahead = [each for each in later if each.state != "archived"]
    return next(iter(ahead or later), None)


@dataclass(frozen=True, slots=True)
class Left:
    """What a round has left that the next one, `code`, could still get."""

    cents: int
    code: str


def left_for_next(session: Session, call_id: int) -> Left | None:
    """Return what a later round that is not over could still get of this one's money."""
    follower = receiver(series(session, call_id), call_id)
    if follower is None or follower.state == "archived":
        return None
    there = lot_codes(session, follower.call_id)
    free = select(Lot.code, Lot.envelope_cents + Lot.transferred_cents - Lot.awarded_cents)
    rows = session.execute(free.where(Lot.call_id == call_id))
    cents = sum(cents for code, cents in rows if code in there)
    return Left(cents, follower.code) if cents > 0 else None


def follows_another(session: Session, call_id: int) -> bool:
    query = select(Call.follows_id).where(Call.id == call_id)
    return session.execute(query).scalar_one_or_none() is not None


def moves_of(session: Session, call_id: int, *, agreed: bool = False) -> tuple[Move, ...]:
    """Return what moved to or from a call, the newest first; only what counts if `agreed`."""
    rows = session.execute(_moves(agreed), {"call_id": call_id})
    return tuple(
        Move(
            move_id=row.id,
            giver_id=row.giver_id,
            giver=giver_code,
            receiver_id=row.receiver_id,
            receiver=receiver_code,
            state=row.state,
            amount_cents=row.amount_cents,
            lots=row.lots,
            reason=row.reason,
            proposed_by_id=row.proposed_by,
            proposed_by=by or "",
            proposed_at=row.proposed_at,
            decided_by=decided_by or "",
            decided_at=row.decided_at,
            giver_version=row.giver_version,
            receiver_version=row.receiver_version,
        )
        for row, giver_code, receiver_code, by, decided_by in rows
    )


def has_moved(call_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Tell for a call of another statement whether money came to it or went, two people agreed."""
    ends = or_(RoundMove.giver_id == call_id, RoundMove.receiver_id == call_id)
    return select(RoundMove.id).where(ends, RoundMove.state == "agreed").exists()


@kept
def _moves(agreed: bool) -> Statement:  # noqa: FBT001 - what shapes it, see `kept`
    giver, receiver = aliased(Call), aliased(Call)
    proposer, decider = aliased(User), aliased(User)
    call_id = bindparam("call_id", type_=BigInteger())
    query = (
        select(RoundMove, giver.code, receiver.code, proposer.name, decider.name)
        .join(giver, giver.id == RoundMove.giver_id)
        .join(receiver, receiver.id == RoundMove.receiver_id)
        .outerjoin(proposer, proposer.id == RoundMove.proposed_by)
        .outerjoin(decider, decider.id == RoundMove.decided_by)
        .where(or_(RoundMove.giver_id == call_id, RoundMove.receiver_id == call_id))
        .order_by(RoundMove.id.desc())
    )
    return query.where(RoundMove.state == "agreed") if agreed else query


def leaving(session: Session, call_id: int) -> bool:
    """Tell whether money is proposed to leave a round and nobody decided yet."""
    return _proposed(session, RoundMove.giver_id == call_id)


def arriving(session: Session, call_id: int) -> bool:
    """Tell whether money is proposed to come to a round and nobody decided yet."""
    return _proposed(session, RoundMove.receiver_id == call_id)


def _proposed(session: Session, condition: ColumnElement[bool]) -> bool:
    query = select(RoundMove.id).where(condition, RoundMove.state == "proposed").limit(1)
    return session.execute(query).scalar_one_or_none() is not None


def ends_of(session: Session, move_id: int) -> tuple[int, int]:
    """Return the calls between which a move is proposed: giver and receiver."""
    query = select(RoundMove.giver_id, RoundMove.receiver_id).where(RoundMove.id == move_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return found.giver_id, found.receiver_id


def lot_codes(session: Session, call_id: int) -> frozenset[str]:
    return frozenset(session.execute(select(Lot.code).where(Lot.call_id == call_id)).scalars())


def round_lots(
    session: Session, call_id: int, scheme: Scheme, *, state: str, until: date | None, today: date
) -> tuple[RoundLot, ...]:
    """Return the lots of a round with what its reserve list, while it is valid, may call on."""
    listed = _waiting(session, call_id, scheme, until, today) if state == "announced" else {}
    rows = session.execute(
        select(Lot.code, Lot.envelope_cents, Lot.transferred_cents, Lot.awarded_cents)
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    )
    return tuple(RoundLot(*row, waiting_cents=listed.get(row.code, 0)) for row in rows)


def _waiting(
    session: Session, call_id: int, scheme: Scheme, until: date | None, today: date
) -> Mapping[str, int]:
    """Add up by lot what those who wait could still be given; nothing once the list has lapsed."""
    last, last_day = scheme.last_scored_stage(), valid_until(scheme, until)
    if last is None or scheme.allocation.pro_rata or has_lapsed(today, last_day):
        return {}
    found: Counter[str] = Counter()
    stage_id = scored_stage(session, call_id, last.key)
    for each in waits(session, scheme, call_id, stage_id):
        if not each.is_fixed:
            found[each.lot] += each.requested_cents - each.awarded_cents
    return found
