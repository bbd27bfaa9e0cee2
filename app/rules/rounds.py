"""What a round has left, how much of it may move to the next round, and what stays behind.

Free is what is neither awarded nor offered. While the reserve list of the round is valid, it may
call on free money: as much as those on it could still be given stays. The rest moves, to the cent:
what one envelope loses the other gains. Source: handbook 1.7 (reserve list), 2.1, SP-4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.rules.messages import Message
from app.rules.scheme_money import LotMode


@dataclass(frozen=True, slots=True)
class RoundLot:
    """A lot of a round that is decided.

    `waiting_cents` is what those on a reserve list that is still valid could be given.
    """

    code: str
    envelope_cents: int
    transferred_cents: int
    awarded_cents: int
    waiting_cents: int = 0

    @property
    def free_cents(self) -> int:
        return self.envelope_cents + self.transferred_cents - self.awarded_cents


@dataclass(frozen=True, slots=True)
class Movable:
    """How much may move, by lot and in all; `kept_cents` stays for the reserve list.

    Where lots share their money `total_cents` may be less than the lots add up to.
    """

    by_lot: Mapping[str, int]
    total_cents: int
    kept_cents: int


@dataclass(frozen=True, slots=True)
class LotAfter:
    """Envelope and transfers of a lot once its money has moved."""

    code: str
    envelope_cents: int
    transferred_cents: int


def movable(lots: Sequence[RoundLot], mode: LotMode) -> Movable:
    """Return what may move; a lot's list calls on the money of all where lots share it."""
    free_cents = sum(lot.free_cents for lot in lots)
    if mode is LotMode.SEPARATE:
        by_lot = {lot.code: max(0, lot.free_cents - lot.waiting_cents) for lot in lots}
        total_cents = sum(by_lot.values())
    else:
        waiting_cents = sum(lot.waiting_cents for lot in lots)
        total_cents = max(0, free_cents - waiting_cents)
        by_lot = {lot.code: min(lot.free_cents, total_cents) for lot in lots}
    return Movable(by_lot, total_cents, free_cents - total_cents)


def refusals(wanted: Mapping[str, int], found: Movable) -> dict[str, Message]:
    """Return why amounts may not move, by lot or under "" for all of them; empty when they may."""
    wrong = {
        code: Message("round_moves.more_than_free", {"most_cents": found.by_lot.get(code, 0)})
        for code, cents in wanted.items()
        if cents < 0 or cents > found.by_lot.get(code, 0)
    }
    total_cents = sum(wanted.values())
    if not wrong and total_cents <= 0:
        wrong[""] = Message("round_moves.nothing_moves")
    elif not wrong and total_cents > found.total_cents:
        wrong[""] = Message("round_moves.more_than_free_in_all", {"most_cents": found.total_cents})
    return wrong


def after_giving(lots: Sequence[RoundLot], given: Mapping[str, int]) -> tuple[LotAfter, ...]:
    """Return the lots once `given` has left them: each has exactly so much less.

    A lot that received money from other lots may give more than its own envelope; those it had
    it from then lose the rest of their envelope, and as much is taken back as moved between lots.
    """
    rest = {lot.code: lot.envelope_cents - given.get(lot.code, 0) for lot in lots}
    missing_cents = sum(max(0, -cents) for cents in rest.values())
    after = []
    for lot in lots:
        cents = rest[lot.code]
        taken_cents = min(missing_cents, max(0, cents))
        missing_cents -= taken_cents
        back_cents = taken_cents + min(0, cents)
        after.append(
            LotAfter(lot.code, max(0, cents) - taken_cents, lot.transferred_cents + back_cents)
        )
    return tuple(after)
