"""Handbook 1.9, 1.12 and S8: what a heading does not cover is not paid for."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.i18n import text
from app.rules.payments_headings import Counted, HeadingCosts, counted_cents, within_budget
from app.rules.scheme_money import BudgetHeading, BudgetRules, BudgetTotal, HeadingKind

RULES = BudgetRules(
    headings=(
        BudgetHeading("1", {}),
        BudgetHeading("3", {}),
        BudgetHeading(
            "8", {}, HeadingKind.INDIRECT, flat_rate=True, max_percent=Fraction(7), base="7"
        ),
        BudgetHeading("10", {}, HeadingKind.CONTINGENCY, flat_rate=True),
    ),
    totals=(
        BudgetTotal("7", {}, ("1", "3")),
        BudgetTotal("9", {}, ("7", "8")),
        BudgetTotal("11", {}, ("9", "10")),
    ),
    sources=(),
    total="11",
)
QUARTER = Fraction(25)
SALARIES = HeadingCosts("1", 60_000_00, 60_000_00)
EQUIPMENT = HeadingCosts("3", 40_000_00, 40_000_00)
OVERHEADS = HeadingCosts("8", 7_000_00, 7_000_00)


def one(costs: HeadingCosts, *others: HeadingCosts, percent: Fraction = QUARTER) -> Counted:
    return within_budget((costs, *others), RULES, percent)[0]


def spent(costs: HeadingCosts, cents: int, before_cents: int = 0) -> HeadingCosts:
    return replace(costs, accepted_now_cents=cents, accepted_before_cents=before_cents)


def test_costs_up_to_the_agreed_amount_count_without_a_word() -> None:
    found = one(spent(EQUIPMENT, 30_000_00, 10_000_00), SALARIES)
    assert (found.counted_cents, found.held_cents, found.left_cents) == (40_000_00, 0, 0)
    assert found.why is None


def test_what_is_left_is_what_was_agreed_less_what_counts() -> None:
    found = one(spent(EQUIPMENT, 9_999_99, 10_000_00), SALARIES)
    assert (found.counted_cents, found.left_cents) == (19_999_99, 20_000_01)


def test_s8_a_quarter_of_the_heading_moves_without_a_decision_and_not_a_cent_more() -> None:
    enough = one(spent(EQUIPMENT, 50_000_00), spent(SALARIES, 50_000_00))
    assert (enough.counted_cents, enough.held_cents, enough.left_cents) == (50_000_00, 0, 0)
    assert enough.why is not None
    assert enough.why.code == "payments.heading_moved"

    more = one(spent(EQUIPMENT, 50_000_01), spent(SALARIES, 49_999_99))
    assert (more.counted_cents, more.held_cents) == (50_000_00, 1)
    assert more.why is not None
    assert text(more.why) == (
        "Heading 3: 50,000.01 is accepted in all, 40,000.00 agreed. Without a decision no more "
        "than 50,000.00 counts: 0.01 is not paid until the budget is changed."
    )


@pytest.mark.parametrize(
    ("used_cents", "counted"),
    [
        (50_000_00, 50_000_00),
        (50_000_01, 49_999_99),
        (60_000_00, 40_000_00),
        (45_000_00, 50_000_00),
    ],
    ids=["exactly enough", "a cent too little", "nothing left", "no more than the limit"],
)
def test_what_moves_to_a_heading_is_what_others_did_not_spend(used_cents, counted) -> None:
    found = one(spent(EQUIPMENT, 50_000_00), spent(SALARIES, used_cents))
    assert found.counted_cents == counted


def test_a_heading_gives_no_more_than_a_quarter_of_its_original_amount() -> None:
    small = HeadingCosts("1", 10_000_00, 10_000_00)
    found = one(spent(EQUIPMENT, 45_000_00), small)
    assert (found.counted_cents, found.held_cents) == (42_500_00, 2_500_00)
    assert found.why is not None
    assert text(found.why) == (
        "Heading 3: 45,000.00 is accepted in all, 40,000.00 agreed. The other headings can give "
        "only 2,500.00 without a decision: 2,500.00 is not paid until the budget is changed."
    )


def test_a_heading_that_nobody_spent_of_has_no_costs() -> None:
    assert HeadingCosts("3", 5, 4) == HeadingCosts("3", 5, 4, 0, 0, 0, 0)


def test_what_one_heading_took_the_next_does_not_get() -> None:
    giving = HeadingCosts("5", 40_000_00, 40_000_00)
    first, second, third = within_budget(
        (spent(SALARIES, 67_000_00), spent(EQUIPMENT, 45_000_00), giving), RULES, QUARTER
    )
    assert (first.counted_cents, second.counted_cents) == (67_000_00, 43_000_00)
    assert (third.counted_cents, third.left_cents) == (0, 40_000_00)


def test_the_limit_is_measured_against_the_original_budget() -> None:
    """A noted change has used the limit up already; a decided one may go above it."""
    noted = replace(EQUIPMENT, agreed_cents=50_000_00)
    assert one(spent(noted, 50_000_01), SALARIES).counted_cents == 50_000_00
    decided = replace(EQUIPMENT, agreed_cents=70_000_00)
    assert one(spent(decided, 70_000_01), SALARIES).counted_cents == 70_000_00
    lowered = replace(EQUIPMENT, agreed_cents=35_000_00)
    assert one(spent(lowered, 50_000_01), SALARIES).counted_cents == 50_000_00


def test_a_heading_that_gave_its_quarter_by_a_change_gives_nothing_more() -> None:
    gave = replace(SALARIES, agreed_cents=45_000_00)
    received = replace(EQUIPMENT, agreed_cents=45_000_00)
    assert one(spent(received, 50_000_00), gave).counted_cents == 45_000_00
    barely = replace(SALARIES, agreed_cents=45_000_01)
    assert one(spent(received, 50_000_00), barely).counted_cents == 45_000_01


def test_a_heading_that_was_not_in_the_budget_gets_nothing_without_a_decision() -> None:
    found = one(spent(HeadingCosts("4", 0, 0), 1), SALARIES)
    assert (found.counted_cents, found.held_cents) == (0, 1)


def test_nothing_moves_where_the_scheme_names_no_limit() -> None:
    found = one(spent(EQUIPMENT, 40_000_01), SALARIES, percent=Fraction(0))
    assert (found.counted_cents, found.held_cents) == (40_000_00, 1)


def test_the_limit_is_floored_to_the_cent() -> None:
    odd = HeadingCosts("3", 10_03, 10_03)
    assert one(spent(odd, 12_54), SALARIES).counted_cents == 12_53


def test_s8_flat_rates_keep_to_their_share_of_what_counts() -> None:
    salaries = HeadingCosts("1", 200_000_00, 200_000_00)
    overheads = HeadingCosts("8", 14_000_00, 14_000_00)
    found = within_budget(
        (spent(salaries, 198_317_46), spent(overheads, 13_999_99)), RULES, QUARTER
    )
    assert [each.counted_cents for each in found] == [198_317_46, 13_882_22]
    assert counted_cents(found) == 212_199_68
    assert found[1].why is not None
    assert text(found[1].why) == (
        "Heading 8: 13,999.99 is accepted in all; 7 % of the 198,317.46 that counts is "
        "13,882.22. 117.77 is not paid."
    )


def test_a_flat_rate_is_a_share_of_what_counts_and_not_of_what_was_accepted() -> None:
    found = within_budget(
        (SALARIES, spent(EQUIPMENT, 60_000_00), spent(OVERHEADS, 4_000_00)), RULES, QUARTER
    )
    assert [each.counted_cents for each in found] == [0, 50_000_00, 3_500_00]


def test_a_flat_rate_does_not_go_above_what_is_agreed_and_gives_and_takes_nothing() -> None:
    found = within_budget((spent(SALARIES, 75_000_00), spent(OVERHEADS, 3_500_01)), RULES, QUARTER)
    assert [each.counted_cents for each in found] == [60_000_00, 3_500_01]
    assert found[1].why is None
    small = HeadingCosts("8", 3_500_00, 3_500_00)
    limited = within_budget((spent(SALARIES, 60_000_00), spent(small, 3_500_01)), RULES, QUARTER)
    assert limited[1].counted_cents == 3_500_00
    assert limited[1].why is not None
    assert text(limited[1].why) == (
        "Heading 8: 3,500.01 is accepted in all, 3,500.00 agreed, and no other heading can give "
        "to it. 0.01 is not paid until the budget is changed."
    )


def test_a_flat_rate_without_a_share_counts_as_agreed() -> None:
    flat = BudgetHeading("8", {}, HeadingKind.INDIRECT, flat_rate=True)
    rules = replace(RULES, headings=(flat,))
    found = within_budget((spent(OVERHEADS, 7_000_01),), rules, QUARTER)
    assert found[0].counted_cents == 7_000_00


def test_a_share_of_nothing_is_nothing() -> None:
    flat = BudgetHeading(
        "8", {}, HeadingKind.INDIRECT, flat_rate=True, max_percent=Fraction(100), base="3"
    )
    rules = replace(RULES, headings=(flat,))
    assert within_budget((spent(OVERHEADS, 1),), rules, QUARTER)[0].counted_cents == 0


def test_nothing_is_paid_out_of_the_reserve_before_it_is_moved() -> None:
    reserve = HeadingCosts("10", 5_000_00, 5_000_00)
    found = one(spent(reserve, 1_00, 2_00), spent(EQUIPMENT, 45_000_00))
    assert (found.counted_cents, found.held_cents, found.left_cents) == (0, 3_00, 0)
    assert found.why is not None
    assert text(found.why) == (
        "Heading 10: nothing is paid out of the reserve. 3.00 counts when the reserve is moved to "
        "the heading where it is spent."
    )
    assert one(reserve).why is None
    assert one(spent(EQUIPMENT, 40_000_01), reserve).counted_cents == 40_000_00


def test_what_was_held_back_counts_with_the_next_request_after_the_change() -> None:
    before = one(spent(EQUIPMENT, 52_000_00), SALARIES)
    changed = replace(EQUIPMENT, agreed_cents=52_000_00)
    after = one(spent(changed, 0, 52_000_00), SALARIES)
    assert (before.held_cents, after.held_cents, after.counted_cents) == (2_000_00, 0, 52_000_00)


CENTS = st.integers(0, 200)
COSTS = st.builds(
    HeadingCosts,
    st.just("1"),
    original_cents=CENTS,
    agreed_cents=CENTS,
    accepted_before_cents=CENTS,
    accepted_now_cents=CENTS,
)


@given(st.lists(COSTS, min_size=1, max_size=4), st.integers(0, 100))
@settings(max_examples=40)
def test_never_more_counts_than_was_accepted_or_agreed_in_all(lines, percent) -> None:
    costs = [replace(each, code=f"d{place}") for place, each in enumerate(lines)]
    found = within_budget(costs, RULES, Fraction(percent))
    assert counted_cents(found) <= sum(each.agreed_cents for each in costs)
    for each in found:
        least = min(each.costs.accepted_cents, each.costs.agreed_cents)
        assert least <= each.counted_cents <= each.costs.accepted_cents
        assert (each.held_cents > 0) <= (each.why is not None)


def test_nothing_of_the_reserve_is_left_to_spend() -> None:
    reserve = HeadingCosts("10", 5_000_00, 5_000_00)
    found = one(reserve, SALARIES)
    assert (found.counted_cents, found.left_cents, found.is_reserve) == (0, 0, True)
