"""Ties that a person has to settle (step 7 of spec/allocation.md)."""

from collections.abc import Iterator, Sequence

from app.rules.allocation_lots import SpentPot
from app.rules.allocation_model import Decision, Policy, Reason, UnresolvedTie
from app.rules.allocation_order import Pot
from app.rules.allocation_walk import Spent


def first_unresolved_tie(pots: Sequence[SpentPot], policy: Policy) -> UnresolvedTie | None:
    """Look at the final result once: lots in their order, best rank first.

    Pro rata treats equals alike, so nothing has to be settled there.
    """
    if policy.pro_rata:
        return None
    for spent_pot in pots:
        pot = spent_pot.pot
        for places in _equals(pot):
            if _matters(pot, spent_pot.spent, policy, places):
                ids = tuple(sorted(pot.ranked[place].id for place in places))
                return UnresolvedTie(ids, pot.ranks[places[0]], pot.lot)
    return None


def _equals(pot: Pot) -> Iterator[range]:
    """The places of each shared rank."""
    start = 0
    for place in range(1, len(pot.ranks) + 1):
        if place == len(pot.ranks) or pot.ranks[place] != pot.ranks[start]:
            if place - start > 1:
                yield range(start, place)
            start = place


def _matters(pot: Pot, spent: Spent, policy: Policy, places: range) -> bool:
    """Say whether equals end differently, here or in the list without floors."""
    return (
        not _alike(spent.decisions, places)
        or not _alike(spent.without_floors, places)
        or _floor_divides(pot, spent, policy, places)
    )


def _alike(decisions: Sequence[Decision], places: range) -> bool:
    reasons = {decisions[place].reason for place in places}
    return reasons in ({Reason.AWARDED_FULL}, {Reason.CAP_REACHED})


def _floor_divides(pot: Pot, spent: Spent, policy: Policy, places: range) -> bool:
    """Say whether a floor chose some, but not all, of the equals with the same value."""
    for floor, groups in zip(policy.floors, spent.chosen, strict=True):
        values: dict[str, set[int]] = {}
        for place in places:
            value = pot.ranked[place].texts.get(floor.dimension)
            if value is not None:
                values.setdefault(value, set()).add(place)
        for value, equals in values.items():
            if 0 < len(equals.intersection(groups[value])) < len(equals):
                return True
    return False
