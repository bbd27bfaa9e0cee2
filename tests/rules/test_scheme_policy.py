"""Allocation policies that cannot be run or do not fit are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.scheme import Scheme
from app.rules.scheme_money import (
    AllocationPolicy,
    AwardCaps,
    AwardFloor,
    AwardOrder,
    LotMode,
    Rounding,
)
from app.rules.scheme_policy import unsupported_policy
from tests.make.profiles import profile
from tests.rules.make_scheme import (
    REAL,
    found_in,
    part,
    section,
)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (section(1, 2, name="drawing"), "allocation.tie_breakers[1]", "tie_breaker"),
        (
            part("allocation", partial_min_share=Fraction(2)),
            "allocation.partial_min_share",
            "share_outside",
        ),
        (part("allocation", realloc_order=("L1",)), "allocation.realloc_order", "realloc_order"),
        (
            part("allocation", realloc_order=("L1", "L1", "L2")),
            "allocation.realloc_order",
            "realloc_order",
        ),
        (
            part("allocation", tie_breakers=("relevance", "relevance")),
            "allocation.tie_breakers",
            "repeated",
        ),
        (
            part("allocation", reserve_valid_until=None),
            "allocation.reserve_valid_until",
            "reserve_without_date",
        ),
        (
            part("allocation", reserve_valid_until=date(2030, 1, 1)),
            "allocation.reserve_valid_until",
            "reserve_after_period",
        ),
        (
            part("allocation", caps=AwardCaps(awards_per_lead=0)),
            "allocation.caps.awards_per_lead",
            "at_least_one",
        ),
        (
            part("allocation", caps=AwardCaps(awards_per_lead=2)),
            "allocation.caps.awards_per_lead",
            "cap_never_reached",
        ),
        (
            part("allocation", caps=AwardCaps(awards_per_strategy=1)),
            "allocation.caps.awards_per_strategy",
            "strategy_cap",
        ),
        (
            part("allocation", order=AwardOrder.LOTTERY_IN_BAND),
            "allocation.order",
            "policy_not_supported",
        ),
        (
            part("allocation", order=AwardOrder.FIRST_COME),
            "allocation.order",
            "first_come_with_shortlist",
        ),
        (
            part("allocation", order=AwardOrder.FIRST_COME, pro_rata=True),
            "allocation.order",
            "first_come_with_pro_rata",
        ),
        (
            part("allocation", floors=(AwardFloor("region", min_awards=0),)),
            "allocation.floors[0].min_awards",
            "at_least_one",
        ),
    ],
)
def test_an_inconsistency_is_told_with_its_place(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        (AllocationPolicy(order=AwardOrder.LOTTERY_IN_BAND), "allocation.order"),
        (
            AllocationPolicy(caps=AwardCaps(region_max_percent=Fraction(40))),
            "allocation.caps.region_max_percent",
        ),
        (
            AllocationPolicy(lot_mode=LotMode.REALLOCATE_REMAINDER, realloc_before_partial=False),
            "allocation.realloc_before_partial",
        ),
        (AllocationPolicy(correction_rounding=Rounding.HALF_UP), "allocation.correction_rounding"),
        (
            AllocationPolicy(lot_mode=LotMode.COMMON_POT, floors=(AwardFloor("region"),)),
            "allocation.floors",
        ),
        (AllocationPolicy(pro_rata=True, floors=(AwardFloor("region"),)), "allocation.pro_rata"),
        (AllocationPolicy(pro_rata=True, caps=AwardCaps(awards_per_lead=1)), "allocation.pro_rata"),
        (AllocationPolicy(floors=(AwardFloor("colour"),)), "allocation.floors[0].dimension"),
    ],
)
def test_a_policy_that_cannot_be_run_is_refused(policy: AllocationPolicy, path: str) -> None:
    messages = unsupported_policy(policy)

    assert [message.path for message in messages] == [path]
    assert all(text(message) for message in messages)


def test_a_floor_of_one_for_each_region_has_nothing_to_say() -> None:
    with_floor = part("allocation", floors=(AwardFloor("region"),))(REAL)

    assert {path for path, _ in found_in(with_floor) if "floors" in path} == set()


def test_the_policies_of_the_specification_can_be_run() -> None:
    assert unsupported_policy(AllocationPolicy()) == ()
    assert unsupported_policy(REAL.allocation) == ()


@pytest.mark.parametrize("share", [0, 1])
def test_any_part_of_a_request_may_be_the_least_share(share: int) -> None:
    assert found_in(part("allocation", partial_min_share=Fraction(share))(REAL)) == set()


def test_first_come_keeps_one_name_for_the_time_of_receipt() -> None:
    found = {
        name: [
            path
            for path, code in found_in(in_order_of_receipt(name))
            if code == "first_come_section"
        ]
        for name in ("arrival", "case")
    }

    assert found == {"arrival": ["allocation.order"], "case": []}


def in_order_of_receipt(name: str) -> Scheme:
    hub = profile("sp6_digital_hub")
    (stage,) = hub.stages
    assert stage.grid is not None
    first, *others = stage.grid.sections
    grid = replace(stage.grid, sections=(replace(first, name=name), *others))
    return replace(hub, stages=(replace(stage, grid=grid),))


def test_groups_by_place_need_a_question_for_the_place() -> None:
    by_district = part("allocation", floors=(AwardFloor("district"),))
    hub = profile("sp6_digital_hub")

    asked = [code for _, code in found_in(by_district(REAL))]
    not_asked = [(path, code) for path, code in found_in(by_district(hub))]

    assert "floor_without_place" not in asked
    assert ("allocation.floors[0].dimension", "floor_without_place") in not_asked


def test_first_come_without_points_says_only_that_nothing_is_scored() -> None:
    hub = profile("sp6_digital_hub")
    (stage,) = hub.stages

    codes = [code for _, code in found_in(replace(hub, stages=(replace(stage, grid=None),)))]

    assert "nothing_scored" in codes
    assert "first_come_section" not in codes
