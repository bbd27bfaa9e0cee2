"""What must always hold of an allocation (spec/allocation.md), on cases that shrink when they fail.

The same few hundred cases in every run; `make soak` looks at thousands of new ones.
"""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.proofs.allocation_oracle import solve
from tests.proofs.allocation_random import always_holds, answer
from tests.proofs.allocation_strategies import cases, policies

GOES_DOWN_THE_LIST = ("STOP", "PARTIAL_OFFER")


def a_second_reading_agrees(data) -> None:
    case = data.draw(cases())

    assert answer(case) == solve(case)


def no_cent_is_lost_and_no_offer_leaves_its_bounds(data) -> None:
    case = data.draw(cases())
    found = answer(case)

    if isinstance(found, dict):
        always_holds(case, found)


def the_order_of_the_input_decides_nothing(data) -> None:
    case = data.draw(cases())
    shuffled = case | {"applications": data.draw(some.permutations(case["applications"]))}

    assert by_id(answer(case)) == by_id(answer(shuffled))


def the_names_decide_nothing(data) -> None:
    case = data.draw(cases().filter(lambda case: not case["policy"]["pro_rata"]))
    ids = [one["id"] for one in case["applications"]]
    new = dict(zip(ids, data.draw(some.permutations(ids)), strict=True))
    renamed = [one | {"id": new[one["id"]]} for one in case["applications"]]
    first, second = answer(case), answer(case | {"applications": renamed})

    if isinstance(first, dict):
        lines = [one | {"id": new[one["id"]]} for one in first["lines"]]
        assert second == first | {"lines": lines}
    else:
        assert second == sorted(new[name] for name in first)


def more_money_takes_no_cent_from_anybody(data) -> None:
    """Where the walk stops at the first that does not fit; filling up may well pass somebody by."""
    case = data.draw(cases(overflows=GOES_DOWN_THE_LIST, plain=True))
    more = data.draw(some.integers(1, 2_000))
    first = answer(case)
    lots = [
        one | {"envelope": str(Decimal(one["envelope"]) + Decimal(more) / 100)}
        for one in case["lots"]
    ]
    second = answer(case | {"lots": lots})

    if isinstance(first, dict) and isinstance(second, dict):
        for before, after in zip(first["lines"], second["lines"], strict=True):
            assert Decimal(after["awarded"]) >= Decimal(before["awarded"])


def equals_end_equally(data) -> None:
    case = data.draw(cases(plain=True))
    found = answer(case)

    if isinstance(found, dict):
        ends = defaultdict(list)
        for line in found["lines"]:
            if line["rank"] is not None:
                ends[line["lot"], line["rank"]].append(line["reason"])
        for reasons in ends.values():
            assert len(reasons) == 1 or set(reasons) in ({"AWARDED_FULL"}, {"CAP_REACHED"})


def the_reserve_list_is_numbered_by_rank(data) -> None:
    case = data.draw(cases())
    found = answer(case)

    if isinstance(found, dict):
        common = case["policy"]["lot_mode"] == "COMMON_POT"
        pots = defaultdict(list)
        for line in found["lines"]:
            assert (line["reserve_position"] is not None) == (line["reason"] == "RESERVE")
            if line["reason"] == "RESERVE":
                pots[common or line["lot"]].append((line["reserve_position"], line["rank"]))
        for reserve in pots.values():
            reserve.sort()
            assert [position for position, _ in reserve] == list(range(1, len(reserve) + 1))
            assert [rank for _, rank in reserve] == sorted(rank for _, rank in reserve)


def nobody_below_the_cut_is_paid(data) -> None:
    """At most one partial offer in a pot, and nothing but reserve and caps below it."""
    case = data.draw(cases(overflows=GOES_DOWN_THE_LIST, plain=True))
    found = answer(case)

    if isinstance(found, dict):
        for lot in case["lots"]:
            lines = [line for line in found["lines"] if line["lot"] == lot["code"]]
            ranked = sorted((one for one in lines if one["rank"]), key=lambda one: one["rank"])
            walk = [one["reason"] for one in ranked if one["reason"] != "CAP_REACHED"]
            full = walk.count("AWARDED_FULL")
            assert walk[:full] == ["AWARDED_FULL"] * full
            assert walk[full:].count("AWARDED_PARTIAL") <= 1
            assert "AWARDED_PARTIAL" not in walk[full + 1 :]


def another_policy_never_changes_who_is_ranked(data) -> None:
    case = data.draw(cases())
    codes = [one["code"] for one in case["lots"]]
    other = data.draw(policies(codes))
    first, second = answer(case), answer(case | {"policy": other})

    if isinstance(first, dict) and isinstance(second, dict):
        ranked = [line["rank"] is not None for line in first["lines"]]
        assert ranked == [line["rank"] is not None for line in second["lines"]]


def by_id(found: dict | list) -> dict | list:
    if isinstance(found, list):
        return found
    return found | {"lines": sorted(found["lines"], key=lambda line: line["id"])}


LAWS = (
    a_second_reading_agrees,
    no_cent_is_lost_and_no_offer_leaves_its_bounds,
    the_order_of_the_input_decides_nothing,
    the_names_decide_nothing,
    more_money_takes_no_cent_from_anybody,
    equals_end_equally,
    the_reserve_list_is_numbered_by_rank,
    nobody_below_the_cut_is_paid,
    another_policy_never_changes_who_is_ranked,
)


@pytest.mark.parametrize("examples", [80, pytest.param(3_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law(law, examples) -> None:
    profile = settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    profile(given(some.data())(law))()
