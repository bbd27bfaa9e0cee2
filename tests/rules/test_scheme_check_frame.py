"""Tests of app/rules/scheme_check_frame.py: reports, indicators, state aid, the funder, files."""

from dataclasses import replace

import pytest

from app.rules.scheme_letters import AidRegime, ReportKind, ReportRule, StateAid
from app.rules.scheme_text import Text
from tests.rules.make_scheme import REAL, found_in, item, lot, part

WORDS = Text({"en": "Words"})


def state_aid(**changes):
    return part("state_aid", regime=AidRegime.DE_MINIMIS, **changes)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (item("reports", 0, every_months=0), ("reports[0].every_months", "at_least_one")),
        (item("reports", 1, due_months=0), ("reports[1].due_months", "at_least_one")),
        (item("reports", 1, every_months=12), ("reports[1].every_months", "final_report_repeated")),
        (item("reports", 0, due_months=3), ("reports[0].due_months", "interim_report_after_end")),
        (item("reports", 0, key="final"), ("reports", "repeated")),
        (item("indicators", 0, code="projects"), ("indicators", "repeated")),
        (state_aid(ceiling_years=3), ("state_aid.ceiling", "aid_ceiling_missing")),
        (state_aid(ceiling_cents=0, ceiling_years=3), ("state_aid.ceiling", "aid_ceiling_missing")),
        (state_aid(ceiling_cents=10**12), ("state_aid.ceiling_years", "aid_years_missing")),
        (
            state_aid(ceiling_cents=10**12, ceiling_years=0),
            ("state_aid.ceiling_years", "at_least_one"),
        ),
        (part("visibility", emblem="lion"), ("visibility.emblem", "emblem")),
        (part("retention", rejected_years=0), ("retention.rejected_years", "not_positive")),
        (part("retention", granted_years=0), ("retention.granted_years", "not_positive")),
        (part("retention", small_grant_years=0), ("retention.small_grant_years", "not_positive")),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(change, expected) -> None:
    assert found_in(change(REAL)) - found_in(REAL) == {expected}


@pytest.mark.parametrize(
    "change",
    [
        item("reports", 0, every_months=1),
        item("reports", 0, every_months=None),
        item("reports", 1, due_months=1),
        part("state_aid", regime=AidRegime.NONE),
        state_aid(ceiling_cents=10**12, ceiling_years=1),
        part("visibility", emblem="none"),
        part("retention", rejected_years=1, granted_years=1, small_grant_years=1),
    ],
)
def test_what_lies_just_at_a_limit_is_right(change) -> None:
    assert found_in(change(REAL)) == found_in(REAL)


@pytest.mark.parametrize(
    ("most_cents", "ceiling_cents", "is_told"),
    [(300_000_00, 300_000_00, False), (300_000_01, 300_000_00, True), (None, 1_00, True)],
)
def test_a_grant_above_the_ceiling_is_warned_of(most_cents, ceiling_cents, is_told) -> None:
    aid = state_aid(ceiling_cents=ceiling_cents, ceiling_years=1)
    lots = lot(max_grant_cents=most_cents)(REAL).lots[:1]
    scheme = aid(replace(REAL, lots=lots))

    assert (("state_aid.ceiling", "aid_above_ceiling") in found_in(scheme)) is is_told


def test_a_report_of_each_kind_may_come_with_the_request_for_payment() -> None:
    reports = tuple(ReportRule(kind.value, WORDS, kind) for kind in ReportKind)
    assert found_in(replace(REAL, reports=reports)) == found_in(REAL)


def test_state_aid_that_is_none_needs_no_ceiling() -> None:
    assert found_in(replace(REAL, state_aid=StateAid())) == found_in(REAL)
