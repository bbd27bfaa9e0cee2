"""Many applications to few assessors: who gets what, and which are skipped, with the reason.

Two ways: the same people for all, or turn by turn, so that everybody gets the same number
(at most one more). Nobody gets two interviews at one hour.
Source: handbook 1.5 (at least two, nobody with an interest).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.rules.interviews import Hour
from app.rules.messages import Message

# Assessments that no longer count: a conflict, taken off the file, given back by the assessor.
GONE = ("conflict", "removed", "declined")


@dataclass(frozen=True, slots=True)
class Place:
    """One application; `holders` assess it or did, `live` is how many still do.

    `hour` is when its people come to an interview, None where none is given.
    """

    entry_id: int
    live: int
    holders: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    hour: Hour | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries with the people they get, and entries left out with the reason."""

    assigned: tuple[tuple[int, tuple[int, ...]], ...]
    skipped: tuple[tuple[int, Message], ...]


def plan(
    places: Sequence[Place],
    people: Mapping[int, str],
    *,
    wanted: int,
    turn_by_turn: bool,
    busy: Mapping[int, Sequence[Hour]] | None = None,
) -> Plan:
    """Fill every place up to `wanted`; `people` are those chosen, id to name, in order.

    `busy` are the hours of interviews that they hold already; those of the plan come to them.
    """
    assigned: list[tuple[int, tuple[int, ...]]] = []
    skipped: list[tuple[int, Message]] = []
    load = dict.fromkeys(people, 0)
    hours = {each: list((busy or {}).get(each, ())) for each in people}
    for place in places:
        away = _away(place, hours)
        chosen = _chosen(place, load, away, wanted - place.live, turn_by_turn=turn_by_turn)
        if place.live >= wanted:
            skipped.append((place.entry_id, Message("assigning.enough")))
        elif chosen is None:
            skipped.append((place.entry_id, _why(place, people, away)))
        else:
            assigned.append((place.entry_id, chosen))
            load |= {each: load[each] + 1 for each in chosen}
            if place.hour is not None:
                for each in chosen:
                    hours[each].append(place.hour)
    return Plan(tuple(assigned), tuple(skipped))


def _away(place: Place, hours: Mapping[int, Sequence[Hour]]) -> frozenset[int]:
    """Return who holds another interview at the hour of a place; its own holders hold this one."""
    at = place.hour
    if at is None:
        return frozenset()
    busy = (each for each, held in hours.items() if any(at.overlaps(other) for other in held))
    return frozenset(busy) - place.holders


def _chosen(
    place: Place, load: Mapping[int, int], away: frozenset[int], need: int, *, turn_by_turn: bool
) -> tuple[int, ...] | None:
    """Return the people for a place, None where too few of them may or can."""
    kept_off = place.barred | away
    free = [each for each in load if each not in place.holders and each not in kept_off]
    if turn_by_turn:
        # Stable: among equals the order in which they were chosen decides.
        free.sort(key=lambda each: load[each])
    elif kept_off & load.keys():
        return None
    return tuple(free[:need]) if len(free) >= need else None


def _why(place: Place, people: Mapping[int, str], away: frozenset[int]) -> Message:
    for code, those in (("assigning.barred", place.barred), ("assigning.busy", away)):
        names = tuple(name for key, name in people.items() if key in those)
        if names:
            return Message(code, {"names": names})
    return Message("assigning.too_few")
