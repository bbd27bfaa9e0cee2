"""The page of the rounds: all of them, what this one has left, and what moved or is to move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.i18n.formats import ZONE
from app.models import Call, Lot
from app.queries import rounds as known
from app.queries import visible
from app.queries.reserve import under_way
from app.queries.rounds import Move, Round
from app.queries.schemes import scheme_named
from app.rules.permissions import Actor, Facts, Permission
from app.rules.rounds import Movable, RoundLot, movable
from app.rules.scheme import Scheme
from app.rules.scheme_check_rounds import without_money

_UNDECIDED = ("draft", "published", "suspended", "closed", "assessed", "ranked")


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """`cut_offs` lie ahead and have no round yet; on the first of them, `next_on`, the next closes.

    `movable` is None while this round is undecided; `list_is_called` while free money of it is on
    its way to its reserve list.
    `current` is what is proposed to leave this round, `receiver` the round that would get it;
    `lots` are those of this round by code, with their titles in `titles`; `empty` are lots of a
    later round that is not decided yet which have no money.
    """

    call_id: int
    code: str
    title: str
    state: str
    currency: str
    authority_id: int
    rounds: tuple[Round, ...]
    next_on: date | None
    cut_offs: tuple[date, ...]
    moves: tuple[Move, ...]
    lots: tuple[RoundLot, ...]
    titles: Mapping[str, str]
    empty: tuple[str, ...]
    movable: Movable | None
    list_is_called: bool
    valid_until: date | None

    @property
    def this(self) -> Round:
        return known.round_of(self.rounds, self.call_id)

    @property
    def last(self) -> Round:
        return self.rounds[-1]

    @property
    def receiver(self) -> Round | None:
        return known.receiver(self.rounds, self.call_id)

    @property
    def current(self) -> Move | None:
        return next(
            (
                each
                for each in self.moves
                if each.state == "proposed" and each.giver_id == self.call_id
            ),
            None,
        )

    @property
    def past(self) -> tuple[Move, ...]:
        """All but what is proposed to leave this round, the newest first."""
        return tuple(each for each in self.moves if each is not self.current)

    @property
    def facts(self) -> Facts:
        by = self.current.proposed_by_id if self.current else None
        return Facts(
            authority_id=self.authority_id,
            call_id=self.call_id,
            prepared_by=frozenset({by} if by is not None else ()),
        )


def rounds_page(session: Session, actor: Actor, call_id: int, now: datetime) -> RoundsPage:
    """Return the rounds for people of the authority; NotFound for a call that has none."""
    row = session.execute(
        select(
            Call.code, Call.title, Call.state, Call.currency, Call.authority_id, Call.digest,
            Call.reserve_valid_until,
        ).where(Call.id == call_id, visible.staff_scope(actor, Permission.SEE_CALL))
    ).one_or_none()  # fmt: skip
    scheme = scheme_named(session, call_id, row.digest) if row is not None else None
    if row is None or scheme is None or scheme.rounds is None:
        raise NotFound
    rounds = known.series(session, call_id)
    today, next_on = now.astimezone(ZONE).date(), _next_day(scheme, rounds[-1], now)
    lots: tuple[RoundLot, ...] = ()
    if row.state in known.GIVES and row.digest:
        until = row.reserve_valid_until
        lots = known.round_lots(session, call_id, scheme, state=row.state, until=until, today=today)
    titles = session.execute(select(Lot.code, Lot.title).where(Lot.call_id == call_id))
    return RoundsPage(
        call_id=call_id,
        code=row.code,
        title=row.title,
        state=row.state,
        currency=row.currency,
        authority_id=row.authority_id,
        rounds=rounds,
        next_on=next_on,
        cut_offs=tuple(day for day in scheme.rounds.cut_offs if next_on and day >= next_on),
        moves=known.moves_of(session, call_id),
        lots=lots,
        titles={each.code: each.title for each in titles},
        empty=without_money(scheme) if _takes_money(rounds, call_id) else (),
        movable=movable(lots, scheme.allocation.lot_mode) if lots else None,
        list_is_called=bool(lots) and under_way(session, call_id) is not None,
        valid_until=row.reserve_valid_until,
    )


def _takes_money(rounds: tuple[Round, ...], call_id: int) -> bool:
    """True for a round after the first into which money may still move before it is decided."""
    this = known.round_of(rounds, call_id)
    return this.number > 1 and this.envelope_cents > 0 and this.state in _UNDECIDED


def move_call(session: Session, move_id: int) -> int:
    """Return the round that a move is to leave; the page of the move is its page."""
    return known.ends_of(session, move_id)[0]


def _next_day(scheme: Scheme, last: Round, now: datetime) -> date | None:
    """Return the cut-off on which the round after the last one would close."""
    if scheme.rounds is None or last.closes_at is None:
        return None
    begins_on = known.begins_at(last.state, last.closes_at, now).astimezone(ZONE).date()
    today = now.astimezone(ZONE).date()
    return scheme.rounds.next_for(begins_on, today=today, min_days=scheme.call.min_days)
