"""Handbook 1.8, 1.9 and S8."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.budget import Budget, BudgetLine, GrantLimits, findings, line_total_cents, sums
from app.rules.scheme_money import (
    BudgetHeading,
    BudgetItem,
    BudgetRules,
    BudgetTotal,
    FundingSource,
    HeadingKind,
    SourceKind,
)

RULES = BudgetRules(
    headings=(
        BudgetHeading("1", {}, items=(BudgetItem("1.1", {}), BudgetItem("1.2", {}))),
        BudgetHeading("3", {}, min_percent=Fraction(70), base="7"),
        BudgetHeading(
            "8", {}, HeadingKind.INDIRECT, flat_rate=True, max_percent=Fraction(7), base="7"
        ),
        BudgetHeading(
            "10", {}, HeadingKind.CONTINGENCY, flat_rate=True, max_percent=Fraction(5), base="7"
        ),
    ),
    totals=(
        BudgetTotal("7", {}, ("1", "3")),
        BudgetTotal("9", {}, ("7", "8")),
        BudgetTotal("11", {}, ("9", "10")),
    ),
    sources=(
        FundingSource("grant", {}, SourceKind.GRANT),
        FundingSource("own", {}, SourceKind.OWN),
    ),
    total="11",
)
LIMITS = GrantLimits(100_000_00, 200_000_00, Fraction(50), Fraction(90))


def lines(people: int, equipment: int) -> tuple[BudgetLine, ...]:
    return (
        BudgetLine("1", "1.1", Fraction(1), people),
        BudgetLine("3", "", Fraction(1), equipment),
    )


def budget(
    people: int = 60_000_00,
    equipment: int = 140_000_00,
    indirect: int = 14_000_00,
    contingency: int = 10_000_00,
    grant: int = 180_000_00,
    own: int = 44_000_00,
) -> Budget:
    return Budget(
        lines(people, equipment),
        {"8": indirect, "10": contingency},
        {"grant": grant, "own": own},
    )


def codes(of: Budget, limits: GrantLimits = LIMITS) -> list[tuple[str, str]]:
    found = findings(RULES, of, limits)
    assert not [one for one in found if "{" in text(one, "en")]
    return [(one.code.removeprefix("budget."), one.path) for one in found]


def test_sums_follow_the_scheme() -> None:
    added = sums(RULES, budget())
    assert added.headings_cents == {
        "1": 60_000_00,
        "3": 140_000_00,
        "8": 14_000_00,
        "10": 10_000_00,
    }
    assert added.totals_cents == {"7": 200_000_00, "9": 214_000_00, "11": 224_000_00}
    assert (added.total_cents, added.sources_cents) == (224_000_00, 224_000_00)
    assert (added.own_share_cents, added.rate_percent) == (44_000_00, Fraction(1125, 14))
    assert added.own_share_percent + added.rate_percent == 100


def test_budget_at_all_its_limits_is_right() -> None:
    assert codes(budget()) == []


def test_line_is_rounded_half_up() -> None:
    assert line_total_cents(Fraction("2.5"), 1) == 3
    assert line_total_cents(Fraction("0.333"), 100_00) == 33_30


def test_s8_a_cent_above_a_cap_is_too_much() -> None:
    assert codes(budget(indirect=14_000_01, own=44_000_01)) == [
        ("share_above_maximum", "headings[8]")
    ]
    assert codes(budget(contingency=10_000_01, own=44_000_01)) == [
        ("share_above_maximum", "headings[10]")
    ]
    wrong = findings(RULES, budget(indirect=14_100_00, own=44_100_00), LIMITS)[0]
    assert text(wrong, "en") == (
        "Heading 8 is 14,100.00, 7.05 % of 200,000.00. At most 7 % is allowed."
    )


def test_s8_a_share_is_compared_exactly() -> None:
    small = GrantLimits(0, 40_000_00)
    under = Budget(lines(15_000_01, 34_999_99), {}, {"grant": 40_000_00, "own": 10_000_00})
    assert codes(under, small) == [("share_below_minimum", "headings[3]")]
    exact = Budget(lines(15_000_00, 35_000_00), {}, {"grant": 40_000_00, "own": 10_000_00})
    assert codes(exact, small) == []


@pytest.mark.parametrize(
    ("own", "code"), [(43_999_99, "sources_below_uses"), (44_000_01, "sources_above_uses")]
)
def test_sources_equal_uses_to_the_cent(own, code) -> None:
    assert codes(budget(own=own)) == [(code, "sources")]


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (99_999_99, ["grant_below_minimum", "rate_below_minimum"]),
        (111_999_99, ["rate_below_minimum"]),
        (112_000_00, []),
        (200_000_00, []),
        (200_000_01, ["grant_above_maximum"]),
        (201_600_01, ["grant_above_maximum", "rate_above_maximum"]),
    ],
)
def test_grant_and_rate_keep_within_the_lot(grant, expected) -> None:
    found = codes(budget(grant=grant, own=224_000_00 - grant))
    assert found == [(code, "grant") for code in expected]


def test_what_the_scheme_does_not_know_is_named_where_it_stands() -> None:
    strange = Budget(
        (
            BudgetLine("12", "", Fraction(1), 1),
            BudgetLine("8", "", Fraction(1), 1),
            BudgetLine("1", "", Fraction(1), 0),
            BudgetLine("3", "3.9", Fraction(1), 0),
            BudgetLine("3", "", Fraction(-1), 0),
            BudgetLine("3", "", Fraction(1), -1),
        ),
        {"1": 0, "8": -1},
        {"lottery": 0, "own": -2},
    )
    assert codes(strange, GrantLimits()) == [
        ("unknown_heading", "lines[0].heading"),
        ("unknown_heading", "lines[1].heading"),
        ("unknown_item", "lines[2].item"),
        ("unknown_item", "lines[3].item"),
        ("negative_line", "lines[4]"),
        ("negative_line", "lines[5]"),
        ("unknown_heading", "flat[1]"),
        ("negative_line", "flat[8]"),
        ("unknown_source", "sources[lottery]"),
        ("negative_source", "sources[own]"),
    ]


def test_a_line_may_be_half_a_unit_or_none() -> None:
    halves = (BudgetLine("3", "", Fraction(1, 2), 4_00), BudgetLine("3", "", Fraction(0), 4_00))
    assert codes(Budget(halves, {}, {"grant": 2_00}), GrantLimits()) == []


def test_a_total_of_what_the_scheme_does_not_know_counts_nothing() -> None:
    rules = replace(RULES, totals=(BudgetTotal("11", {}, ("1", "3", "nowhere")),))
    assert sums(rules, budget()).total_cents == 200_000_00


def test_an_empty_heading_is_no_share_of_an_unknown_base() -> None:
    rules = replace(RULES, headings=(BudgetHeading("3", {}, min_percent=Fraction(70), base="x"),))
    assert findings(rules, Budget(), GrantLimits()) == ()


def test_sources_that_differ_are_told_with_both_sums_and_the_difference() -> None:
    (wrong,) = findings(RULES, budget(own=43_000_00), LIMITS)
    assert wrong.values == {
        "sources_cents": 223_000_00,
        "uses_cents": 224_000_00,
        "difference_cents": 1_000_00,
    }


def test_a_lot_without_limits_gives_all_of_the_costs_and_no_cent_more() -> None:
    all_of_it, more = (Budget(lines(0, 200_00), {}, {"grant": cents}) for cents in (200_00, 201_00))
    assert codes(all_of_it, GrantLimits()) == []
    assert codes(more, GrantLimits()) == [
        ("sources_above_uses", "sources"),
        ("rate_above_maximum", "grant"),
    ]
