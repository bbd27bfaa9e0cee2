"""A partial award keeps the applied budget in proportion, exact to the cent (1.12, A4)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.budget_changes import allowed_share_cents
from app.rules.budget_reduced import reduced
from app.rules.scheme_money import BudgetHeading, BudgetRules, BudgetTotal, HeadingKind

RULES = BudgetRules(
    headings=(
        BudgetHeading("1", {}),
        BudgetHeading("3", {}),
        BudgetHeading("5", {}),
        BudgetHeading(
            "8", {}, HeadingKind.INDIRECT, flat_rate=True, max_percent=Fraction(7), base="7"
        ),
        BudgetHeading(
            "10", {}, HeadingKind.CONTINGENCY, flat_rate=True, max_percent=Fraction(5), base="7"
        ),
    ),
    totals=(BudgetTotal("7", {}, ("1", "3", "5")), BudgetTotal("9", {}, ("7", "8"))),
    sources=(),
    total="9",
)
APPLIED = {"1": 200_000_00, "3": 40_000_00, "8": 10_000_00}


def test_each_heading_falls_in_the_same_proportion() -> None:
    assert reduced(APPLIED, 187_500_00, RULES) == {"1": 150_000_00, "3": 30_000_00, "8": 7_500_00}


def test_cents_left_over_go_to_the_direct_costs_with_the_largest_remainders() -> None:
    # 187,500.02 of 250,000.00: 150,000.016, 30,000.0032 and 7,500.0008.
    assert reduced(APPLIED, 187_500_02, RULES) == {"1": 150_000_02, "3": 30_000_00, "8": 7_500_00}
    # Two thirds of a cent each: the first of equals gets it, the flat rate never before them.
    assert reduced({"8": 1, "1": 1, "3": 1}, 2, RULES) == {"8": 0, "1": 1, "3": 1}
    assert reduced({"1": 1, "3": 1}, 1, RULES) == {"1": 1, "3": 0}


def test_a4_a_correction_of_the_whole_follows_into_the_headings() -> None:
    found = reduced({"1": 300_000_00, "3": 75_000_00}, 362_654_33, RULES)
    assert found == {"1": 290_123_46, "3": 72_530_87}


def test_a_full_award_changes_nothing_and_none_raises_a_heading() -> None:
    assert reduced(APPLIED, 250_000_00, RULES) == APPLIED
    assert reduced(APPLIED, 260_000_00, RULES) == APPLIED
    assert reduced(APPLIED, 249_999_99, RULES) == APPLIED | {"8": 9_999_99}
    assert reduced(APPLIED, 0, RULES) == dict.fromkeys(APPLIED, 0)
    with pytest.raises(ValueError, match="not negative"):
        reduced(APPLIED, -1, RULES)


def test_a_flat_rate_at_its_limit_gives_back_the_cent_that_its_base_lost() -> None:
    # 7 % of 100 is 7; of the 50 that are left 3.5, so 3, and the cent goes to direct costs.
    assert reduced({"1": 99, "3": 1, "8": 7}, 53, RULES) == {"1": 49, "3": 1, "8": 3}


def test_a_cent_too_many_for_a_flat_rate_goes_back_to_the_direct_costs() -> None:
    # 13.64, 0.68 and 0.68: two cents are left, one for each of the first two, but 7 % of 14 is 0.
    found = reduced({"1": 20, "8": 1, "10": 1}, 15, RULES)
    assert found == {"1": 15, "8": 0, "10": 0}
    # So it is where both rates stood exactly at their share.
    exact = reduced({"1": 100, "8": 7, "10": 5}, 13, RULES)
    assert exact == {"1": 13, "8": 0, "10": 0}


def test_a_flat_rate_above_its_share_is_left_as_it_was_applied_for() -> None:
    assert reduced({"1": 100_00, "8": 20_00}, 60_00, RULES) == {"1": 50_00, "8": 10_00}


cents = st.integers(0, 10**9)


@given(st.tuples(cents, cents, cents), st.integers(0, 7), st.integers(0, 5), st.data())
def test_to_the_cent_never_higher_and_within_every_share(direct, indirect, reserve, data) -> None:
    base = sum(direct)
    applied = dict(zip(("1", "3", "5"), direct, strict=True))
    applied |= {"8": base * indirect // 100, "10": base * reserve // 100}
    whole = sum(applied.values())
    total = data.draw(st.integers(0, whole))

    found = reduced(applied, total, RULES)

    assert (sum(found.values()), list(found)) == (total, list(applied))
    assert all(0 <= found[code] <= applied[code] for code in applied)
    left = sum(found[code] for code in ("1", "3", "5"))
    for code, percent in (("8", 7), ("10", 5)):
        assert allowed_share_cents(left, Fraction(percent), found[code]) == found[code]
    for code, was in applied.items():
        assert whole == 0 or abs(found[code] - Fraction(was * total, whole)) < 4
