"""Lots, budgets and payment plans that do not add up are told."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.i18n import text
from app.rules.scheme import CoApplicants, Scheme
from app.rules.scheme_check_money import (
    budget_findings,
    call_findings,
    lot_findings,
    payment_findings,
)
from app.rules.scheme_consistency import consistency
from app.rules.scheme_money import PaymentModel, RateException
from tests.rules.make_scheme import (
    REAL,
    found_in,
    item,
    lot,
    part,
)

ABOVE = {"max_grant_above_envelope"}
EXCEPTION = "lots[0].rate_exceptions[0].max_percent"


def of_group_four(percent: int) -> RateException:
    return RateException("development_group", "IV", Fraction(percent))


def heading(**changes: Any) -> Callable[[Scheme], Scheme]:
    return item("budget.headings", 6, **changes)


def plan(*places: int) -> Callable[[Scheme], Scheme]:
    """The instalments at these places, each with half of the money."""
    known = [replace(REAL.payments.instalments[place], percent=Fraction(50)) for place in places]
    return part("payments", instalments=tuple(known))


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda s: replace(s, envelope_cents=1), "envelope", "lots_are_not_the_envelope"),
        (lambda s: replace(s, lots=()), "lots", "no_lots"),
        (lambda s: replace(s, budget=None), "budget", "no_budget"),
        (part("call", applicant_types=()), "call.applicant_types", "no_applicant_types"),
        (part("call", applicant_types=("KING",)), "call.applicant_types", "unknown_type"),
        (part("call", min_months=20), "call.min_months", "min_above_max"),
        (
            part("call", answers_until_days=30),
            "call.answers_until_days",
            "answers_before_questions",
        ),
        (lot(code="L2"), "lots", "repeated"),
        (lot(envelope_cents=0), "lots[0].envelope", "envelope_not_positive"),
        (lot(min_grant_cents=-1), "lots[0].min_grant", "negative"),
        (lot(min_grant_cents=50_000_001), "lots[0].min_grant", "min_above_max_grant"),
        (
            lot(max_grant_cents=None, min_grant_cents=500_000_000),
            "lots[0].min_grant",
            "min_above_max_grant",
        ),
        (lot(max_grant_cents=500_000_000), "lots[0].max_grant", "max_grant_above_envelope"),
        (lot(min_rate_percent=Fraction(91)), "lots[0].min_rate_percent", "min_above_max_rate"),
        (lot(max_rate_percent=Fraction(101)), "lots[0].max_rate_percent", "percent_outside"),
        (
            lot(max_rate_percent=Fraction(95)),
            "lots[0].rate_exceptions[0].max_percent",
            "exception_without_effect",
        ),
        (lot(applicant_types=("CSO",)), "lots[0].applicant_types", "type_not_in_call"),
        (item("budget.headings", 0, code="2"), "budget", "repeated"),
        (item("budget.headings", 6, base="77"), "budget.headings[6].base", "unknown_base"),
        (
            item("budget.headings", 6, max_percent=Fraction(101)),
            "budget.headings[6].max_percent",
            "percent_outside",
        ),
        (
            item("budget.totals", 0, adds=("1", "2", "3", "4", "5")),
            "budget.headings[5]",
            "not_once_in_total",
        ),
        (
            item("budget.totals", 0, adds=("1", "2", "3", "4", "5", "6", "6")),
            "budget.headings[5]",
            "not_once_in_total",
        ),
        (item("budget.totals", 0, adds=("11",)), "budget.totals[0].adds", "unknown_in_total"),
        (part("budget", total="99"), "budget.total", "unknown_total"),
        (
            item("budget.sources", 1, kind=REAL.budget.sources[0].kind),
            "budget.sources",
            "one_grant_source",
        ),  # type: ignore[union-attr]
        (
            item("payments.instalments", 1, percent=Fraction(40)),
            "payments.instalments",
            "plan_is_not_100",
        ),
        (
            item("payments.instalments", 1, percent=Fraction(55)),
            "payments.instalments",
            "plan_above_cap",
        ),
        (
            item("payments.instalments", 2, kind=REAL.payments.instalments[1].kind),
            "payments.instalments",
            "one_balance_at_the_end",
        ),
        (
            lambda s: replace(s, reports=s.reports[1:]),
            "payments.instalments[1].on",
            "no_report_for_payment",
        ),
        (
            lot(rate_exceptions=(RateException("development_group", "IV", Fraction(101)),)),
            "lots[0].rate_exceptions[0].max_percent",
            "percent_outside",
        ),
        (
            part("call", co_applicants=CoApplicants(min=2, max=1, types=("CSO",))),
            "call.co_applicants.min",
            "min_above_max",
        ),
        (
            part("call", co_applicants=CoApplicants(min=1)),
            "call.co_applicants.types",
            "co_applicants_without_types",
        ),
        (
            item("budget.headings", 6, min_percent=Fraction(8)),
            "budget.headings[6].min_percent",
            "min_above_max",
        ),
        (
            part("payments", model=PaymentModel.REIMBURSEMENT),
            "payments.model",
            "prefinancing_not_in_model",
        ),
        (
            item("payments.instalments", 0, percent=Fraction(-1)),
            "payments.instalments[0].percent",
            "percent_outside",
        ),
    ],
)
def test_an_inconsistency_is_told_with_its_place(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


def test_the_difference_between_lots_and_envelope_is_said_in_money() -> None:
    found = consistency(replace(REAL, envelope_cents=1_000_000_000))

    assert text(found[0].message) == (
        "The lots add up to EUR\u00a010,140,000.00, the envelope is EUR\u00a010,000,000.00:"
        " they differ by EUR\u00a0140,000.00."
    )


def test_support_in_kind_needs_no_plan_of_payments() -> None:
    in_kind = part("payments", model=PaymentModel.IN_KIND, instalments=())(REAL)

    assert {path for path, _ in found_in(in_kind) if path.startswith("payments")} == set()


def test_a_scheme_without_budget_is_whole_where_no_stage_asks_for_one() -> None:
    without = replace(REAL, budget=None, stages=(*REAL.stages[:1], *REAL.stages[2:]))

    assert {path for path, _ in found_in(without) if path.startswith("budget")} == set()


def test_a_lot_may_admit_some_of_those_whom_the_call_admits() -> None:
    narrower = lot(applicant_types=("LSG_CITY",))(REAL)

    assert found_in(narrower) == found_in(REAL)


@pytest.mark.parametrize(
    ("change", "path", "codes"),
    [
        (lot(envelope_cents=1), "lots[0].envelope", set()),
        (lot(envelope_cents=0), "lots[0].max_grant", set()),  # told at the envelope
        (lot(envelope_cents=1, min_grant_cents=0), "lots[0].max_grant", ABOVE),
        (lot(envelope_cents=500_000_00), "lots[0].max_grant", set()),
        (lot(min_grant_cents=0), "lots[0].min_grant", set()),
        (lot(min_grant_cents=500_000_00), "lots[0].min_grant", set()),
        (lot(max_rate_percent=Fraction(100)), "lots[0].max_rate_percent", set()),
        (lot(min_rate_percent=Fraction(90)), "lots[0].min_rate_percent", set()),
        (lot(rate_exceptions=(of_group_four(100),)), EXCEPTION, set()),
        (lot(rate_exceptions=(of_group_four(0),)), EXCEPTION, {"exception_without_effect"}),
        (
            part("call", co_applicants=CoApplicants(min=2, max=2, types=("CSO",))),
            "call.co_applicants.min",
            set(),
        ),
        (part("call", min_months=18), "call.min_months", set()),
        (part("call", min_months=None, max_months=0), "call.min_months", set()),
        (part("call", max_months=None), "call.min_months", set()),
        (part("call", max_months=0), "call.min_months", {"min_above_max"}),
        (part("call", answers_until_days=21), "call.answers_until_days", set()),
        (heading(min_percent=Fraction(0)), "budget.headings[6].max_percent", set()),
        (heading(max_percent=Fraction(100)), "budget.headings[6].max_percent", set()),
        (heading(min_percent=Fraction(7)), "budget.headings[6].min_percent", set()),
        (
            heading(min_percent=Fraction(7), max_percent=None),
            "budget.headings[6].min_percent",
            set(),
        ),
        (
            heading(min_percent=Fraction(7), max_percent=Fraction(0)),
            "budget.headings[6].min_percent",
            {"min_above_max"},
        ),
        (
            item("payments.instalments", 0, percent=Fraction(0)),
            "payments.instalments[0].percent",
            set(),
        ),
        # One payment closes the plan, and it is the last.
        (plan(0, 2), "payments.instalments", set()),
        (plan(2, 0), "payments.instalments", {"one_balance_at_the_end"}),
        (plan(2, 2), "payments.instalments", {"repeated", "one_balance_at_the_end"}),
        (
            part("payments", instalments=()),
            "payments.instalments",
            {"plan_is_not_100", "one_balance_at_the_end"},
        ),
        (
            part("payments", model=PaymentModel.IN_KIND, instalments=REAL.payments.instalments[1:]),
            "payments.instalments",
            {"plan_is_not_100"},
        ),
    ],
)
def test_what_lies_just_at_a_limit_is_right(
    change: Callable[[Scheme], Scheme], path: str, codes: set[str]
) -> None:
    scheme = change(REAL)
    found = (
        *lot_findings(scheme, frozenset(), follows=False),
        *call_findings(scheme),
        *budget_findings(scheme),
        *payment_findings(scheme),
    )

    assert {each.message.code for each in found if each.message.path == path} == {
        f"scheme.{code}" for code in codes
    }
