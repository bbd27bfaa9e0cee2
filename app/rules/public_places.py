"""Where a floor counts by place: an input that computes the same and names no place.

A place names a town hall that was not awarded; of a person only the region is published (handbook
5.6), and one organisation that is named tells the place of all who stand in its group. What a
floor needs to know is only which applications are the best of their group: each of these gets a
group of its own, everybody else none. The rule then chooses the same ones, so that every award,
reason and rank stays as it was.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.rules.allocation_input import Case, read_case
from app.rules.allocation_order import make_pot
from app.rules.allocation_walk import chosen_by

PLACES = ("place", "district")

Inputs = dict[str, Any]  # Any: the JSON of spec/allocation.md


def counts_by_place(inputs: Mapping[str, Any]) -> bool:  # Any: as above
    return any(each["dimension"] in PLACES for each in inputs["policy"].get("floors", ()))


def without_places(inputs: Inputs) -> Inputs:
    """Return the input with a group of its own for each that a floor chooses by place."""
    case = read_case(inputs)
    chosen = {name: _numbered(_chosen(case, name)) for name in PLACES}
    return {**inputs, "applications": [_told(row, chosen) for row in inputs["applications"]]}


def _chosen(case: Case, dimension: str) -> Iterable[str]:
    """Yield the ids that floors of this dimension choose, lot by lot, best first."""
    floors = [each for each in case.policy.floors if each.dimension == dimension]
    for lot in case.lots:
        listed = [each for each in case.applications if each.lot == lot.code]
        pot = make_pot([lot], listed, case.policy.tie_breakers, code=lot.code)
        groups = [places for floor in floors for places in chosen_by(pot, floor).values()]
        for place in sorted({place for places in groups for place in places}):
            yield pot.ranked[place].id


def _numbered(ids: Iterable[str]) -> dict[str, str]:
    return {key: f"GROUP-{number}" for number, key in enumerate(ids, start=1)}


def _told(row: Inputs, chosen: Mapping[str, Mapping[str, str]]) -> Inputs:
    kept = {key: value for key, value in row.items() if key not in PLACES}
    return kept | {name: ids[row["id"]] for name, ids in chosen.items() if row["id"] in ids}
