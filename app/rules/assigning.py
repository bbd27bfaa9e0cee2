"""Many applications to few assessors: who gets what, and which are skipped, with the reason.

Two ways: the same people for all, or turn by turn, so that everybody gets the same number
(at most one more). Source: handbook 1.5 (at least two, nobody with an interest).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.rules.messages import Message

# Assessments that no longer count: a conflict, taken off the file, given back by the assessor.
GONE = ("conflict", "removed", "declined")


@dataclass(frozen=True, slots=True)
class Place:
    """One application; `holders` assess it or did, `live` is how many still do."""

    entry_id: int
    live: int
    holders: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries with the people they get, and entries left out with the reason."""

    assigned: tuple[tuple[int, tuple[int, ...]], ...]
    skipped: tuple[tuple[int, Message], ...]


def plan(
    places: Sequence[Place], people: Mapping[int, str], *, wanted: int, turn_by_turn: bool
) -> Plan:
    """Fill every place up to `wanted`; `people` are those chosen, id to name, in order."""
    assigned: list[tuple[int, tuple[int, ...]]] = []
    skipped: list[tuple[int, Message]] = []
    load = dict.fromkeys(people, 0)
    for place in places:
        chosen = _chosen(place, load, wanted - place.live, turn_by_turn=turn_by_turn)
        if place.live >= wanted:
            skipped.append((place.entry_id, Message("assigning.enough")))
        elif chosen is None:
            skipped.append((place.entry_id, _why(place, people)))
        else:
            assigned.append((place.entry_id, chosen))
            load |= {each: load[each] + 1 for each in chosen}
    return Plan(tuple(assigned), tuple(skipped))


def _chosen(
    place: Place, load: Mapping[int, int], need: int, *, turn_by_turn: bool
) -> tuple[int, ...] | None:
    """Return the people for a place, None where too few of them may."""
    free = [each for each in load if each not in place.holders and each not in place.barred]
    if turn_by_turn:
        # Stable: among equals the order in which they were chosen decides.
        free.sort(key=lambda each: load[each])
    elif place.barred & load.keys():
        return None
    return tuple(free[:need]) if len(free) >= need else None


def _why(place: Place, people: Mapping[int, str]) -> Message:
    barred = tuple(name for key, name in people.items() if key in place.barred)
    if barred:
        return Message("assigning.barred", {"names": barred})
    return Message("assigning.too_few")
