"""Rates and grants of a lot that depend on who applies and on what they tell."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.rules.scheme_money import GrantCondition, RateException
from tests.rules.make_scheme import one_stage

# Up to 400,000.00; more than 100,000.00 only for those who create at least one job.
LOT = replace(
    one_stage().lots[0],
    max_grant_cents=400_000_00,
    grant_conditions=(GrantCondition("jobs", Fraction(1), max_grant_cents=100_000_00),),
)


@pytest.mark.parametrize(
    ("jobs", "most_cents"),
    [
        (1, 400_000_00),
        ("1.5", 400_000_00),
        (Fraction(99, 100), 100_000_00),
        (0, 100_000_00),
        (None, 100_000_00),
        ("many", 100_000_00),
    ],
)
def test_a_higher_grant_needs_its_condition_shown(jobs: object, most_cents: int) -> None:
    assert LOT.max_grant_for({"jobs": jobs}) == most_cents


def test_a_lot_without_a_limit_has_that_of_its_conditions() -> None:
    endless = replace(LOT, max_grant_cents=None)

    assert endless.max_grant_for({}) == 100_000_00
    assert endless.max_grant_for({"jobs": 1}) is None


def test_the_highest_rate_that_holds_for_the_lead_counts() -> None:
    exceptions = tuple(
        RateException("group", group, Fraction(percent))
        for group, percent in (("IV", 95), ("I", 1))
    )
    lot = replace(LOT, max_rate_percent=Fraction(90), rate_exceptions=exceptions)

    rates = [lot.max_rate_for({"group": group}) for group in ("IV", "I", "II")]
    assert [*rates, lot.max_rate_for({})] == [95, 90, 90, 90]
