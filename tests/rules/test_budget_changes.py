"""Handbook A4, 1.12 and S8."""

from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.budget import GrantLimits
from app.rules.budget_changes import (
    AmountRange,
    allowed_share_cents,
    amount_change_finding,
    amount_range,
    correct,
    highest_grant_cents,
    transfer_findings,
)

HEADINGS = {"1": 60_000_00, "3": 40_000_00, "8": 7_000_00}


def test_a4_correction_keeps_the_percentage_and_floors_the_grant() -> None:
    corrected = correct(375_000_00, 300_000_00, 12_345_67)
    assert (corrected.eligible_cents, corrected.grant_cents) == (362_654_33, 290_123_46)
    assert corrected.rate_percent == 80


def test_correction_never_raises_the_grant() -> None:
    assert correct(100_00, 80_00, -10_00).grant_cents == 80_00
    assert correct(100_00, 80_00, 100_00).grant_cents == 0
    with pytest.raises(ValueError, match="more is removed"):
        correct(100_00, 80_00, 100_01)


def test_s8_highest_grant_is_the_rate_or_the_lots_maximum() -> None:
    lot = GrantLimits(max_grant_cents=40_000_00, max_rate_percent=Fraction(80))
    assert highest_grant_cents(50_000_00, lot) == 40_000_00
    fourth_group = GrantLimits(max_grant_cents=40_000_00, max_rate_percent=Fraction(85))
    assert highest_grant_cents(50_000_00, fourth_group) == 40_000_00
    assert highest_grant_cents(50_000_00, GrantLimits(max_rate_percent=Fraction(85))) == 42_500_00


def test_s8_indirect_costs_at_the_end_are_cut_to_their_share() -> None:
    allowed = allowed_share_cents(198_317_46, Fraction(7), 13_999_99)
    assert allowed == 13_882_22
    assert 198_317_46 + allowed == 212_199_68
    assert allowed_share_cents(198_317_46, Fraction(7), 13_000_00) == 13_000_00


def test_s8_request_may_move_by_a_fifth() -> None:
    assert amount_range(400_000_00, Fraction(20)) == AmountRange(320_000_00, 480_000_00)
    assert amount_range(1_01, Fraction(20)) == AmountRange(81, 1_21)
    for cents in (320_000_00, 480_000_00):
        assert amount_change_finding(400_000_00, cents, Fraction(20)) is None
    wrong = amount_change_finding(400_000_00, 480_000_01, Fraction(20))
    assert wrong is not None
    assert text(wrong, "en") == (
        "The request was 400,000.00 at the stage before and may change by 20 %: from 320,000.00 to"
        " 480,000.00. It is now 480,000.01."
    )
    assert amount_change_finding(400_000_00, 319_999_99, Fraction(20)) is not None


def test_s8_a_quarter_of_a_heading_moves_by_notification() -> None:
    new = HEADINGS | {"1": 70_000_00, "3": 30_000_00}
    assert transfer_findings(HEADINGS, new, max_percent=Fraction(25)) == []


def test_s8_both_giving_and_receiving_headings_are_tested() -> None:
    new = HEADINGS | {"1": 70_000_01, "3": 29_999_99}
    found = transfer_findings(HEADINGS, new, max_percent=Fraction(25))
    assert [(one.code, one.path) for one in found] == [("budget.transfer_too_large", "headings[3]")]
    assert text(found[0], "en") == (
        "Heading 3 changes by 10,000.01. Up to 10,000.00 (25 % of its original amount) needs only a"
        " notification; more needs an amendment of the agreement."
    )
    new = HEADINGS | {"2": 1_00, "3": 39_999_00}
    found = transfer_findings(HEADINGS, new, max_percent=Fraction(25))
    assert [one.path for one in found] == ["headings[2]"]


def test_flat_rates_do_not_move_and_the_total_stays() -> None:
    new = HEADINGS | {"8": 7_000_01}
    found = transfer_findings(HEADINGS, new, max_percent=Fraction(25), untouchable=frozenset({"8"}))
    assert [one.code for one in found] == [
        "budget.transfer_untouchable",
        "budget.transfer_changes_total",
    ]
    assert all("{" not in text(one, "en") for one in found)


def test_a_heading_that_is_new_or_gone_moves_by_all_of_it() -> None:
    found = transfer_findings({"3": 5_00}, {"2": 5_00}, max_percent=Fraction(25))
    assert [(one.path, one.values["moved_cents"]) for one in found] == [
        ("headings[3]", 5_00),
        ("headings[2]", 5_00),
    ]
