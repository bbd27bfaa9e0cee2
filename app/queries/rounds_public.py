"""The rounds of a call as everybody may read them: which there are, and what moved between them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.i18n.formats import ZONE
from app.queries.calls_public import PublicCall
from app.queries.rounds import Move, Round, moves_of, series


@dataclass(frozen=True, slots=True)
class PublicRound:
    """A round that was published; its page leads to its rules and results."""

    number: int
    call_id: int
    code: str
    opens_at: datetime | None
    closes_at: datetime | None
    is_announced: bool
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class PublicRounds:
    """`number` is the place of the call that is shown; `cut_offs` are those without a round yet.

    `moves` are what came to this round from earlier ones, or left it, the newest first.
    """

    number: int
    rounds: tuple[PublicRound, ...]
    cut_offs: tuple[date, ...]
    moves: tuple[Move, ...]


def public_rounds(session: Session, call: PublicCall) -> PublicRounds:
    """Return the published rounds of a public call; a draft is nobody's business yet."""
    listed = [each for each in series(session, call.id) if each.was_published]
    known = [
        each.closes_at.astimezone(ZONE).date()
        for each in listed
        if each.closes_at and each.state != "cancelled"
    ]
    named = call.scheme.rounds.cut_offs if call.scheme.rounds else ()
    return PublicRounds(
        number=next(each.number for each in listed if each.call_id == call.id),
        rounds=tuple(map(_public, listed)),
        cut_offs=tuple(day for day in named if day > max(known, default=day)),
        moves=moves_of(session, call.id, agreed=True),
    )


def _public(each: Round) -> PublicRound:
    return PublicRound(
        number=each.number,
        call_id=each.call_id,
        code=each.code,
        opens_at=each.opens_at,
        closes_at=each.closes_at,
        is_announced=each.announced_at is not None,
        is_cancelled=each.state == "cancelled",
    )
