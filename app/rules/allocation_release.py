"""Freed money of all lots at once: within its lot, then to the lots that the policy names.

As in step 6 of the specification: a lot in which nobody waits any more passes on what it has
left to the first lot of the published order that can give something with it. In a common pot
there is one list. Source: handbook 1.7 and A4, spec/allocation.md.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.rules.allocation_model import Policy
from app.rules.allocation_reserve import Activation, Waiting, activate_reserve
from app.rules.scheme_money import LotMode

_Serve = Callable[["FreeLot", int], tuple[Activation, ...]]


@dataclass(frozen=True, slots=True)
class FreeLot:
    """What one lot has left and who waits in it; `held` are awards in it by lead."""

    code: str
    free_cents: int
    waiting: tuple[Waiting, ...] = ()
    held: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Release:
    """`transfers` is what a lot receives less what it gives, for lots where that is not 0."""

    activations: tuple[Activation, ...]
    transfers: Mapping[str, int]

    @property
    def added_cents(self) -> int:
        return sum(each.added_cents for each in self.activations)


def release(
    lots: Sequence[FreeLot], policy: Policy, *, today: date, valid_until: date | None
) -> Release:
    """Give the free money of all lots out again; nothing under pro rata, which has no list."""
    if policy.pro_rata:
        return Release((), {})

    def served(lot: FreeLot, money_cents: int) -> tuple[Activation, ...]:
        return activate_reserve(
            lot.waiting,
            money_cents,
            policy,
            today=today,
            valid_until=valid_until,
            held=lot.held,
        )

    if policy.lot_mode is LotMode.COMMON_POT:
        return _common(lots, served(_one_pot(lots), sum(lot.free_cents for lot in lots)))
    money = {lot.code: lot.free_cents for lot in lots}
    given = {lot.code: served(lot, money[lot.code]) for lot in lots}
    if policy.lot_mode is LotMode.REALLOCATE_REMAINDER:
        order = policy.realloc_order or tuple(lot.code for lot in lots)
        by_code = {lot.code: lot for lot in lots}
        while _moved(order, by_code, money, given, served):
            pass
    return _summed(lots, money, given)


def without(lot: FreeLot, ids: Collection[str]) -> FreeLot:
    """Return a lot in which these do not wait; what they hold counts as before."""
    return replace(lot, waiting=tuple(each for each in lot.waiting if each.id not in ids))


def _one_pot(lots: Sequence[FreeLot]) -> FreeLot:
    held: dict[str, int] = {}
    for lot in lots:
        for lead, number in lot.held.items():
            held[lead] = held.get(lead, 0) + number
    waiting = tuple(one for lot in lots for one in lot.waiting)
    return FreeLot("", sum(lot.free_cents for lot in lots), waiting, held)


def _common(lots: Sequence[FreeLot], given: tuple[Activation, ...]) -> Release:
    """In a common pot the lots only keep books: each receives what its own awards need.

    What is missing in one lot comes from the others in their order, as far as they have it.
    """
    needed = {lot.code: _added(_of(lot, given)) - lot.free_cents for lot in lots}
    transfers = {code: cents for code, cents in needed.items() if cents > 0}
    missing_cents = sum(transfers.values())
    for code, cents in needed.items():
        taken_cents = min(missing_cents, max(0, -cents))
        if taken_cents:
            transfers[code] = -taken_cents
            missing_cents -= taken_cents
    return Release(given, transfers)


def _of(lot: FreeLot, given: Sequence[Activation]) -> list[Activation]:
    own = {one.id for one in lot.waiting}
    return [each for each in given if each.id in own]


def _added(given: Sequence[Activation]) -> int:
    return sum(each.added_cents for each in given)


def _is_satisfied(lot: FreeLot, given: tuple[Activation, ...], served: _Serve) -> bool:
    """True when no money of the world would give anybody of the lot more."""
    enough_cents = sum(one.requested_cents for one in lot.waiting)
    return served(lot, enough_cents) == given


def _moved(
    order: Sequence[str],
    lots: Mapping[str, FreeLot],
    money: dict[str, int],
    given: dict[str, tuple[Activation, ...]],
    served: _Serve,
) -> bool:
    """Move the money left in satisfied lots to the first that can use it; False at the end."""
    spare = {
        code: money[code] - _added(given[code])
        for code in order
        if _is_satisfied(lots[code], given[code], served)
    }
    spare_cents = sum(spare.values())
    for code in order:
        if code in spare or not spare_cents:
            continue
        more = served(lots[code], money[code] + spare_cents)
        if _added(more) > _added(given[code]):
            for other, cents in spare.items():
                money[other] -= cents
            money[code] += spare_cents
            given[code] = more
            return True
    return False


def _summed(
    lots: Sequence[FreeLot],
    money: Mapping[str, int],
    given: Mapping[str, tuple[Activation, ...]],
) -> Release:
    moved = {lot.code: money[lot.code] - lot.free_cents for lot in lots}
    return Release(
        tuple(each for lot in lots for each in given[lot.code]),
        {code: cents for code, cents in moved.items() if cents},
    )
