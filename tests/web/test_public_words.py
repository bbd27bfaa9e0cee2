"""Tests of app/web/public_words.py: rules of money and points in plain words."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from app.rules.scheme_grid import Boundary, Preselection
from app.rules.scheme_money import (
    AllocationPolicy,
    AwardCaps,
    AwardFloor,
    LotMode,
    Overflow,
    PaymentModel,
    PaymentPlan,
)
from app.web.public_words import allocation_words, payment_words, percent, scoring_words
from tests.make.calls import make_scheme
from tests.make.profiles import profile


def words(scheme) -> str:
    return " ".join(allocation_words(scheme)).replace("\u00a0", " ")


def with_policy(template: str = "eu_integra_sctm", **policy):
    return make_scheme(template, allocation=AllocationPolicy(**policy))


def test_two_lot_scheme_is_told_in_the_order_in_which_it_is_decided() -> None:
    scheme = make_scheme("eu_integra_sctm")

    told = allocation_words(scheme)

    assert [line.split(",")[0].split(".")[0].replace("\u00a0", " ") for line in told] == [
        "Applications are ranked by their total score",
        "Where totals are equal",
        "Each lot has its own ranked list and its own money",
        "Grants are awarded down the list until an application no longer fits into the money "
        "that is left",
        "A lead applicant can be awarded at most this many grants: 1",
        "Money that becomes free goes to the reserve list",
    ]


@pytest.mark.parametrize("overflow", list(Overflow))
def test_every_overflow_says_what_happens_to_the_one_that_does_not_fit(overflow) -> None:
    told = words(with_policy(overflow=overflow, partial_min_share=Fraction(4, 5)))

    offers_a_part = overflow in {Overflow.PARTIAL_OFFER, Overflow.PARTIAL_THEN_SKIP}
    assert ("at least 80 % of its request" in told) is offers_a_part
    assert "does not fit" in told or "no longer fits" in told


@pytest.mark.parametrize("mode", list(LotMode))
def test_lots_are_spoken_of_only_where_there_are_several(mode) -> None:
    several = words(with_policy(lot_mode=mode))
    single = words(with_policy("one_stage", lot_mode=mode))

    assert ("lot has its own" in several) is (mode is not LotMode.COMMON_POT)
    assert "lots share" not in single


def test_proportional_cut_has_no_reserve_list() -> None:
    told = words(with_policy(pro_rata=True))

    assert "every grant is cut in the same proportion" in told
    assert "reserve list" not in told


def test_floors_caps_and_validity_are_named() -> None:
    told = words(
        with_policy(
            floors=(AwardFloor("region", 2),),
            caps=AwardCaps(region_max_percent=Fraction(40)),
            reserve_valid_until=date(2027, 3, 31),
        )
    )

    assert "The best 2 of each region that reach the threshold are placed first." in told
    assert "at most 40 % of the money of a lot" in told
    assert "valid until 31 March 2027" in told


def test_ties_without_breakers_are_the_committees() -> None:
    assert "the committee decides, with a written reason" in words(with_policy())


def test_scoring_tells_of_the_third_assessor_and_of_the_shortlist() -> None:
    stage = make_scheme("eu_integra_sctm").stage("concept_note")
    tight = replace(stage, preselection=Preselection(Fraction(150), Boundary.EXCLUDE_CROSSING))

    told = " ".join(scoring_words(stage)).replace("\u00a0", " ")
    told_tight = " ".join(scoring_words(tight)).replace("\u00a0", " ")

    assert "differ by more than 30 % of the higher one" in told
    assert "reach 200 % of the money of the lot; the one that crosses this line is in" in told
    assert "stay within 150 % of the money" in told_tight


def test_payment_limits_are_told_only_where_they_hold() -> None:
    bare = PaymentPlan(PaymentModel.REIMBURSEMENT, no_profit=False)
    full = replace(bare, no_profit=True, guarantee_above_cents=60_000_00)

    assert len(payment_words(bare, "EUR")) == 2
    assert any("60,000.00" in line for line in payment_words(full, "EUR"))


def test_per_cents_are_exact() -> None:
    assert percent(Fraction(175, 2)).replace("\u00a0", " ") == "87.5 %"


def test_first_come_is_said_as_it_is_served() -> None:
    lines = allocation_words(profile("sp6_digital_hub"))

    assert lines[0].startswith("Applications that reach the threshold are served in the order in")
    assert lines[1].startswith("Where two were received at the same instant, this decides")
    assert "the higher score for “Use case”" in lines[1]
    alone = replace(profile("sp6_digital_hub").allocation, tie_breakers=())
    without = allocation_words(replace(profile("sp6_digital_hub"), allocation=alone))
    assert without[1] == (
        "Where two were received at the same instant and it matters, the committee decides, with a "
        "written reason."
    )


def test_a_group_may_be_a_country() -> None:
    assert "The best 1 of each country that reach the threshold are placed first." in (
        allocation_words(profile("sp5_supplier_upgrading"))
    )
