"""Tests of public_places.py: an input without places computes what the one with places did."""

import json
from copy import deepcopy

from hypothesis import given, settings

from app.rules import proof
from app.rules.public_places import counts_by_place, without_places
from tests.proofs.allocation_strategies import cases

LOTS = [{"code": "A", "envelope": "20.00"}, {"code": "B", "envelope": "20.00"}]


def case(*rows: tuple[str, str, str | None], floors: list | None = None) -> dict:
    floor = {"dimension": "place", "min_awards": 1}
    return {
        "policy": {"floors": floors or [floor]},
        "lots": LOTS,
        "applications": [
            {"id": f"{lot}{score}", "lot": lot, "score": score, "requested": "10.00",
             "place": place, "region": "RS21"}
            for lot, score, place in rows
        ],
    }  # fmt: skip


def places(inputs: dict) -> list[str | None]:
    return [row.get("place") for row in inputs["applications"]]


def test_only_the_best_of_each_place_of_each_lot_have_a_group_and_each_its_own() -> None:
    inputs = case(("A", "9", "Ruma"), ("A", "8", "Ruma"), ("A", "7", "Pirot"), ("A", "6", None),
                  ("B", "5", "Ruma"))  # fmt: skip

    public = without_places(inputs)

    assert places(public) == ["GROUP-1", None, "GROUP-2", None, "GROUP-3"]
    assert proof.allocated(public) == proof.allocated(inputs)
    assert [row["region"] for row in public["applications"]] == ["RS21"] * 5
    assert "Ruma" not in json.dumps(public)


def test_what_is_kept_is_not_changed_by_what_is_published() -> None:
    inputs = case(("A", "9", "Ruma"))
    before = deepcopy(inputs)

    without_places(inputs)

    assert inputs == before


def test_only_floors_by_place_or_district_need_it() -> None:
    by = {name: case(floors=[{"dimension": name, "min_awards": 1}]) for name in
          ("place", "district", "country", "region")}  # fmt: skip

    assert [counts_by_place(each) for each in by.values()] == [True, True, False, False]
    assert not counts_by_place({"policy": {}})


@settings(max_examples=50, deadline=None)
@given(cases())
def test_results_are_the_same_whatever_the_policy(inputs: dict) -> None:
    """Regions and kinds of the strategy stand for places and districts."""
    text = json.dumps(inputs).replace('"region"', '"place"').replace('"kind"', '"district"')
    inputs = json.loads(text)
    try:
        result = proof.allocated(inputs)
    except proof.UnresolvedTieError:
        return

    public = without_places(inputs)

    assert proof.allocated(public) == result
    assert all(
        row.get(name) is None or row[name].startswith("GROUP-")
        for row in public["applications"]
        for name in ("place", "district")
    )
