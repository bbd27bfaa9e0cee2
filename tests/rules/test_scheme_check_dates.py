"""Dates of a call that are in the wrong order, too short or on holidays are told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.rules.deadlines import ZONE
from app.rules.scheme import CallDates
from app.rules.scheme_check_dates import date_findings
from app.rules.scheme_consistency import consistency
from app.rules.scheme_findings import Severity
from tests.rules.make_scheme import REAL, found_in, part


def utc(day: str, hour: int = 16) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def dated(**changes: Any) -> CallDates:
    plain = CallDates(
        published_at=utc("2026-02-02", 8),
        opens_at=utc("2026-02-02", 8),
        closes_at=utc("2026-03-19"),
        questions_until_at=utc("2026-02-26"),
        answers_until_at=utc("2026-03-08"),
        stage_closes_at=(("full_application", utc("2026-06-15")),),
    )
    return replace(plain, **changes)


def test_forty_five_days_from_2_february_2026_end_on_19_march() -> None:
    assert date_codes(dated()) == []
    assert date_codes(dated(closes_at=utc("2026-03-18")))[0] == "scheme.too_few_days"


def test_days_are_not_counted_before_the_day_of_publication_is_known() -> None:
    assert date_codes(dated(published_at=None, closes_at=utc("2026-03-18")))[0] != (
        "scheme.too_few_days"
    )


def test_the_days_are_counted_in_belgrade() -> None:
    # 23:30 UTC on 18 March is already 19 March in Belgrade.
    assert date_codes(dated(closes_at=utc("2026-03-18", 23))) == []


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"opens_at": utc("2026-03-20")}, "dates.opens_at", "opens_after_closing"),
        ({"opens_at": utc("2026-02-01")}, "dates.opens_at", "opens_before_publication"),
        ({"questions_until_at": utc("2026-02-27")}, "dates.questions_until_at", "later_than_usual"),
        ({"questions_until_at": utc("2026-03-20")}, "dates.questions_until_at", "after_closing"),
        (
            {"answers_until_at": utc("2026-02-20")},
            "dates.answers_until_at",
            "answers_before_questions",
        ),
        (
            {"stage_closes_at": (("full_application", utc("2026-03-19")),)},
            "dates.full_application",
            "stage_closes_too_early",
        ),
        ({"stage_closes_at": (("nowhere", utc("2026-06-15")),)}, "dates.nowhere", "unknown_stage"),
        ({"closes_at": utc("2026-03-21")}, "dates.closes_at", "weekend"),
        ({"closes_at": utc("2026-04-10")}, "dates.closes_at", "easter_week"),
        ({"closes_at": utc("2026-04-01")}, "dates.closes_at", "easter_week"),
        (
            {"stage_closes_at": (("full_application", utc("2026-12-31")),)},
            "dates.full_application",
            "turn_of_the_year",
        ),
        (
            {"stage_closes_at": (("full_application", utc("2027-01-08")),)},
            "dates.full_application",
            "turn_of_the_year",
        ),
        (
            {"stage_closes_at": (("full_application", utc("2029-02-15")),)},
            "dates.full_application",
            "closes_after_period",
        ),
        (
            {"stage_closes_at": (("full_application", utc("2027-03-15")),)},
            "allocation.reserve_valid_until",
            "reserve_before_closing",
        ),
    ],
)
def test_a_wrong_date_is_told(changes: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in found_in(REAL, dated(**changes))


def date_codes(dates: CallDates) -> list[str]:
    found = consistency(REAL, dates)
    return [finding.message.code for finding in found]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        # Holy week from its Monday to Easter Monday, of either Easter; the Sundays around it.
        ({"closes_at": utc("2026-03-29")}, ["weekend"]),
        ({"closes_at": utc("2026-03-30")}, ["easter_week"]),
        ({"closes_at": utc("2026-04-13")}, ["easter_week"]),
        ({"closes_at": utc("2026-04-14")}, []),
        # 9 January 2029 and 30 December 2027 are days on which people work.
        ({"stage_closes_at": (("full_application", utc("2029-01-09")),)}, []),
        ({"stage_closes_at": (("full_application", utc("2027-12-30")),)}, []),
        # The last day of the period is part of it.
        ({"stage_closes_at": (("full_application", utc("2029-01-31")),)}, []),
        ({"opens_at": utc("2026-03-19")}, ["opens_after_closing"]),
        ({"questions_until_at": utc("2026-03-19"), "answers_until_at": None}, ["later_than_usual"]),
        ({"answers_until_at": utc("2026-02-26")}, []),
    ],
)  # fmt: skip
def test_what_lies_just_at_a_limit_is_told_or_not(
    changes: dict[str, Any], codes: list[str]
) -> None:
    endless = part("allocation", reserve_valid_until=date(2040, 1, 1))(REAL)
    found = date_findings(endless, dated(**changes), ZONE)

    assert [finding.message.code.removeprefix("scheme.") for finding in found] == codes


def test_the_reserve_list_outlives_the_last_deadline_by_a_day() -> None:
    def codes(valid_until: date) -> list[str]:
        scheme = part("allocation", reserve_valid_until=valid_until)(REAL)
        return [finding.message.code for finding in consistency(scheme, dated())]

    assert codes(date(2026, 6, 15)) == ["scheme.reserve_before_closing"]
    assert codes(date(2026, 6, 16)) == []


def test_too_few_days_are_told_with_the_first_day_that_is_right() -> None:
    finding, *_ = consistency(REAL, dated(closes_at=utc("2026-03-18")))

    assert finding.message.values == {
        "days": 44,
        "min_days": 45,
        "earliest_on": date(2026, 3, 19),
    }


def test_a_deadline_on_a_public_holiday_is_warned_of() -> None:
    """19 March 2026 is a Thursday, 14 June a Sunday: one reason is told of a day."""
    holidays = {date(2026, 3, 19), date(2026, 6, 14)}
    dates = dated(stage_closes_at=(("full_application", utc("2026-06-14")),))

    found = [
        (each.severity, each.message.path, each.message.code)
        for each in date_findings(REAL, dates, ZONE, holidays)
    ]

    assert found == [
        (Severity.WARNING, "dates.closes_at", "scheme.public_holiday"),
        (Severity.WARNING, "dates.full_application", "scheme.public_holiday"),
    ]
