"""Handbook S6: pre-financing; plans that lose no cent; nothing above the agreement."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import text
from app.rules.payments import (
    first_prefinancing_cents,
    further_prefinancing,
    payable_now,
    payment_option,
    plan_instalments,
)
from app.rules.scheme_money import (
    Instalment,
    InstalmentKind,
    PaymentModel,
    PaymentPlan,
    PaymentTrigger,
    Underconsumption,
)

PLAN = PaymentPlan(PaymentModel.CASH_PRAG_OPT_2)
S6 = {"rate_percent": Fraction(80), "forecast_cents": 100_000_00}


def instalment(key: str, percent: int | Fraction) -> Instalment:
    kind = InstalmentKind.BALANCE if key == "last" else InstalmentKind.INTERIM
    return Instalment(key, {}, kind, Fraction(percent), PaymentTrigger.REPORT_ACCEPTED)


def test_s6_first_prefinancing_is_the_grants_part_of_the_first_year() -> None:
    cents = first_prefinancing_cents(
        200_000_00, PLAN, forecast_cents=140_000_00, rate_percent=Fraction(80)
    )
    assert cents == 112_000_00


def test_first_prefinancing_never_passes_the_cap() -> None:
    cents = first_prefinancing_cents(
        200_000_00, PLAN, forecast_cents=240_000_00, rate_percent=Fraction(80)
    )
    assert cents == 180_000_00


def test_option_1_is_four_fifths_of_the_grant_without_contingency() -> None:
    cents = first_prefinancing_cents(
        90_000_00,
        PaymentPlan(PaymentModel.CASH_PRAG_OPT_1),
        forecast_cents=0,
        rate_percent=Fraction(90),
        contingency_cents=5_000_00,
    )
    assert cents == 68_400_00


def test_option_1_takes_nothing_off_where_no_contingency_is_named() -> None:
    plan = PaymentPlan(PaymentModel.CASH_PRAG_OPT_1)
    assert first_prefinancing_cents(1_00, plan, forecast_cents=0, rate_percent=Fraction(90)) == 80


def test_costs_refunded_at_the_end_bring_nothing_in_advance() -> None:
    plan = PaymentPlan(PaymentModel.CASH_PRAG_OPT_3)
    assert first_prefinancing_cents(1_00, plan, forecast_cents=9_00, rate_percent=Fraction(80)) == 0


@pytest.mark.parametrize(
    ("months", "grant_cents", "option"),
    [
        (12, 900_000_00, PaymentModel.CASH_PRAG_OPT_1),
        (24, 100_000_00, PaymentModel.CASH_PRAG_OPT_1),
        (13, 100_000_01, PaymentModel.CASH_PRAG_OPT_2),
    ],
)
def test_option_depends_on_length_and_size(months, grant_cents, option) -> None:
    assert payment_option(months, grant_cents) is option


def test_s6_second_prefinancing_is_cut_to_the_room_under_the_cap() -> None:
    second = further_prefinancing(
        200_000_00, PLAN, instalments_paid_cents=[112_000_00], accepted_cents=103_500_00, **S6
    )
    assert (second.consumed_cents, second.reduction_cents, second.room_cents) == (
        82_800_00,
        0,
        68_000_00,
    )
    assert second.amount_cents == 68_000_00
    assert second.consumed_percent == Fraction(82_800, 1_120)
    assert "73.93 %" in text(second.why, "en")


def test_s6_unused_amount_is_taken_off() -> None:
    second = further_prefinancing(
        200_000_00, PLAN, instalments_paid_cents=[112_000_00], accepted_cents=90_000_00, **S6
    )
    assert (second.reduction_cents, second.amount_cents) == (40_000_00, 40_000_00)
    assert second.why.code == "payments.prefinancing_reduced"


def test_s6_or_only_the_shortfall_to_the_minimum() -> None:
    plan = replace(PLAN, underconsumption=Underconsumption.SHORTFALL_TO_MINIMUM)
    second = further_prefinancing(
        200_000_00, plan, instalments_paid_cents=[112_000_00], accepted_cents=90_000_00, **S6
    )
    assert (second.reduction_cents, second.amount_cents) == (6_400_00, 68_000_00)


def test_exactly_the_minimum_is_enough() -> None:
    second = further_prefinancing(
        200_000_00, PLAN, instalments_paid_cents=[100_000_00], accepted_cents=87_500_00, **S6
    )
    assert (second.consumed_percent, second.reduction_cents) == (Fraction(70), 0)
    assert second.why.code == "payments.prefinancing"


def test_accepted_costs_use_up_the_earlier_instalments_first() -> None:
    third = further_prefinancing(
        200_000_00,
        PLAN,
        instalments_paid_cents=[50_000_00, 40_000_00],
        accepted_cents=75_000_00,
        **S6,
    )
    assert (third.consumed_cents, third.reduction_cents) == (10_000_00, 30_000_00)


def test_costs_below_the_earlier_instalments_use_up_nothing_of_the_previous_one() -> None:
    third = further_prefinancing(
        200_000_00,
        PLAN,
        instalments_paid_cents=[50_000_00, 40_000_00],
        accepted_cents=10_000_00,
        **S6,
    )
    assert (third.consumed_cents, third.reduction_cents) == (0, 40_000_00)


def test_after_the_cap_was_reached_no_further_cent_is_paid() -> None:
    third = further_prefinancing(
        200_000_00,
        PLAN,
        instalments_paid_cents=[100_000_00, 80_000_00],
        accepted_cents=225_000_00,
        **S6,
    )
    assert (third.room_cents, third.amount_cents) == (0, 0)


def test_an_unused_instalment_leaves_nothing_to_pay_for_a_small_forecast() -> None:
    second = further_prefinancing(
        200_000_00,
        PLAN,
        rate_percent=Fraction(80),
        instalments_paid_cents=[112_000_00],
        accepted_cents=0,
        forecast_cents=10_000_00,
    )
    assert (second.reduction_cents, second.amount_cents) == (112_000_00, 0)


def test_one_cent_less_than_the_minimum_is_not_enough() -> None:
    second = further_prefinancing(
        200_000_00,
        PLAN,
        rate_percent=Fraction(100),
        instalments_paid_cents=[100_000_00],
        accepted_cents=69_999_99,
        forecast_cents=0,
    )
    assert second.reduction_cents == 30_000_01


def test_further_prefinancing_needs_an_earlier_one() -> None:
    with pytest.raises(ValueError, match="earlier"):
        further_prefinancing(1, PLAN, instalments_paid_cents=[], accepted_cents=0, **S6)


def test_plan_of_thirds_loses_no_cent() -> None:
    third = Fraction(100, 3)
    plan = [instalment("a", third), instalment("b", third), instalment("last", third)]
    assert [one.amount_cents for one in plan_instalments(plan, 100_00)] == [3333, 3333, 3334]


@pytest.mark.parametrize("percents", [[50, 49], [120, -20], []])
def test_plan_that_is_not_a_whole_is_refused(percents) -> None:
    with pytest.raises(ValueError, match="100 per cent"):
        plan_instalments([instalment("x", percent) for percent in percents], 1_00)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 50), min_size=1, max_size=5))
def test_instalments_always_add_up_to_the_grant(grant_cents, weights) -> None:
    total = sum(weights) or 1
    weights = weights if sum(weights) else [1]
    plan = [instalment(str(n), Fraction(100 * weight, total)) for n, weight in enumerate(weights)]
    planned = plan_instalments(plan, grant_cents)
    assert sum(one.amount_cents for one in planned) == grant_cents
    assert min(one.amount_cents for one in planned) >= 0


def test_what_is_under_way_counts_as_paid() -> None:
    payable = payable_now(50_00, agreed_cents=100_00, paid_cents=40_00, under_way_cents=30_00)
    assert payable.amount_cents == 30_00
    assert payable.why is not None
    assert text(payable.why, "en") == (
        "50.00 was asked for. Of the agreed 100.00, 70.00 is paid or on its way, so no more than"
        " 30.00 can be paid."
    )
    assert payable_now(30_00, agreed_cents=100_00, paid_cents=70_00).why is None
    assert payable_now(1, agreed_cents=100_00, paid_cents=170_00).amount_cents == 0
