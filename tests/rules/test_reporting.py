"""Which reports an agreement asks for, and when: the plan of two schemes by hand."""

from datetime import date

import pytest

from app.rules.reporting import REMINDER_DAYS, TOLD_LATE_DAYS, Report, reports
from app.rules.scheme_letters import ReportKind, ReportRule
from app.rules.scheme_text import Text
from tests.make.calls import make_scheme

TWO_YEARS = {"starts_on": date(2026, 4, 1), "ends_on": date(2028, 3, 31)}


def planned(name: str, **when: date) -> list[tuple[str, date, int | None]]:
    scheme = make_scheme(name)
    found = reports(scheme.reports, scheme.payments.instalments, **(when or TWO_YEARS))
    return [(each.about, each.due_on, each.position) for each in found]


def test_two_years_have_a_report_after_the_first_and_one_three_months_after_the_end() -> None:
    assert planned("eu_integra_sctm") == [
        ("interim:1", date(2027, 3, 31), 2),
        ("final:1", date(2028, 6, 30), 3),
    ]


def test_a_report_for_which_the_plan_has_no_instalment_goes_on_paper() -> None:
    assert planned("local_infrastructure") == [
        ("interim:1", date(2026, 9, 30), 2),
        ("interim:2", date(2027, 3, 31), None),
        ("interim:3", date(2027, 9, 30), None),
        ("final:1", date(2028, 5, 31), 3),
    ]


def test_an_action_of_one_period_has_the_final_report_alone() -> None:
    when = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    assert planned("eu_integra_sctm", **when) == [("final:1", date(2027, 6, 30), 3)]
    longer = when | {"ends_on": date(2027, 4, 1)}
    assert [each[0] for each in planned("eu_integra_sctm", **longer)] == ["interim:1", "final:1"]


def test_a_report_that_comes_with_a_request_has_no_day() -> None:
    rule = ReportRule("note", Text({"en": "Note"}), ReportKind.INTERIM)
    assert reports([rule], (), **TWO_YEARS) == ()


@pytest.mark.parametrize(
    ("position", "states", "is_in"),
    [
        (2, ("paid", "planned"), False),
        (2, ("paid", "returned"), False),
        (2, ("planned", "requested"), True),
        (2, ("paid", "dropped"), True),
        (2, ("paid",), False),
        (1, ("requested",), True),
        (None, ("paid", "paid"), False),
    ],
)
def test_a_report_is_in_when_its_instalment_was_asked_for(position, states, is_in) -> None:
    rule = ReportRule("final", Text({"en": "Final"}), ReportKind.FINAL)
    assert Report(rule, 1, date(2028, 6, 30), position).is_in(states) is is_in


def test_a_report_on_paper_is_in_when_it_was_noted_by_its_name_and_number() -> None:
    rule = ReportRule("interim", Text({"en": "Interim"}), ReportKind.INTERIM)
    on_paper = Report(rule, 2, date(2027, 3, 31), None)

    assert on_paper.is_in((), ("interim:2",))
    assert not on_paper.is_in((), ("interim:1", "final:2"))
    assert not Report(rule, 2, date(2027, 3, 31), 1).is_in(("planned",), ("interim:2",))


def test_who_owes_a_report_for_more_than_two_weeks_is_told_by_no_mail() -> None:
    rule = ReportRule("interim", Text({"en": "Interim"}), ReportKind.INTERIM)
    late = Report(rule, 1, date(2027, 3, 31), 2)

    assert TOLD_LATE_DAYS == 14
    assert late.is_told(date(2027, 4, 14))
    assert not late.is_told(date(2027, 4, 15))


def test_each_report_comes_with_the_next_instalment_that_asks_for_one() -> None:
    scheme = make_scheme("local_infrastructure")
    first, second, last = scheme.payments.instalments
    plan = (first, second, second, last)

    found = reports(scheme.reports, plan, **TWO_YEARS)

    assert [each.position for each in found] == [2, 3, None, 4]


def test_a_report_is_reminded_of_a_month_and_a_week_before() -> None:
    assert REMINDER_DAYS == (30, 7)
