"""Lots that share money (step 6 of spec/allocation.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.rules.allocation_model import Application, Lot, Policy, Reason
from app.rules.allocation_order import Pot, make_pot
from app.rules.allocation_walk import Spent, spend
from app.rules.scheme_money import LotMode

_WANTING = frozenset({Reason.RESERVE, Reason.AWARDED_PARTIAL, Reason.AWARDED_PRO_RATA})


@dataclass(frozen=True, slots=True)
class SpentPot:
    """A pot with its final computation; `money_cents` is what it holds in the end.

    That is less than `spent.money_cents` where a satisfied lot has passed money on.
    """

    pot: Pot
    spent: Spent
    money_cents: int
    satisfied: bool

    @property
    def left_cents(self) -> int:
        return self.money_cents - self.spent.awarded_cents


def spend_lots(
    lots: Sequence[Lot], applications: Sequence[Application], policy: Policy
) -> list[SpentPot]:
    """Compute all pots, in the order of the lots; a common pot is one."""
    if policy.lot_mode is LotMode.COMMON_POT:
        pot = make_pot(lots, applications, policy.tie_breakers, code=None)
        return [_computed(pot, pot.envelope_cents, policy)]
    by_lot: dict[str, list[Application]] = {lot.code: [] for lot in lots}
    for application in applications:
        by_lot[application.lot].append(application)
    pots = []
    for lot in lots:
        pot = make_pot([lot], by_lot[lot.code], policy.tie_breakers, code=lot.code)
        pots.append(_computed(pot, pot.envelope_cents, policy))
    return _reallocate(pots, policy) if policy.lot_mode is LotMode.REALLOCATE_REMAINDER else pots


def _computed(pot: Pot, money_cents: int, policy: Policy) -> SpentPot:
    spent = spend(pot, money_cents, policy)
    wanting = any(decision.reason in _WANTING for decision in spent.decisions)
    return SpentPot(pot, spent, money_cents, satisfied=not wanting)


def _reallocate(pots: list[SpentPot], policy: Policy) -> list[SpentPot]:
    """Move what satisfied lots have left, again and again, until nothing moves.

    It ends: after a move nothing is left to give unless the receiver has become
    satisfied, and a satisfied lot is never computed again.
    """
    places = {pot.pot.lot or "": place for place, pot in enumerate(pots)}
    order = [places[code] for code in policy.realloc_order or tuple(places)]
    while move := _move(pots, order, policy):
        place, received = move
        pots = [
            replace(pot, money_cents=pot.spent.awarded_cents) if pot.satisfied else pot
            for pot in pots
        ]
        pots[place] = received
    return pots


def _move(
    pots: Sequence[SpentPot], order: Sequence[int], policy: Policy
) -> tuple[int, SpentPot] | None:
    """Find the first lot that wants money and awards more with all that is left over."""
    free_cents = sum(pot.left_cents for pot in pots if pot.satisfied)
    if not free_cents:
        return None
    for place in order:
        before = pots[place]
        if before.satisfied:
            continue
        after = _computed(before.pot, before.money_cents + free_cents, policy)
        if after.spent.awarded_cents > before.spent.awarded_cents:
            return place, after
    return None
