"""Tests of app/rules/call_clock.py."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.rules.call_clock import (
    Window,
    check_finding,
    day_of,
    days_after,
    days_before,
    is_settled,
    opens_with_the_call,
    phase,
    takes_forms,
)
from app.rules.deadlines import end_of_day
from app.rules.scheme import Procedure
from tests.rules.make_scheme import one_stage


def test_forty_five_days_after_publication_is_the_handbooks_day() -> None:
    """Handbook 4.5: Monday 2 February 2026 + 45 days = Thursday 19 March 2026."""
    published = datetime(2026, 2, 2, 16, 0, tzinfo=UTC)

    assert days_after(published, 45) == datetime(2026, 3, 19, 16, 0, tzinfo=UTC)


def test_days_keep_the_hour_on_the_clock_over_the_change_to_summer_time() -> None:
    """17:00 in Belgrade is 16:00 UTC in winter and 15:00 UTC in summer."""
    published = datetime(2026, 2, 2, 16, 0, tzinfo=UTC)

    assert days_after(published, 90) == datetime(2026, 5, 3, 15, 0, tzinfo=UTC)


def test_days_before_the_deadline_end_with_their_day() -> None:
    closes_at = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)

    assert day_of(days_before(closes_at, 21)) == date(2026, 3, 10)
    assert days_before(closes_at, 21) == end_of_day(date(2026, 3, 10))


def test_day_is_the_one_in_belgrade() -> None:
    assert day_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


OPENS = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
CLOSES = end_of_day(date(2026, 3, 31))  # "until 24h", in summer time
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "is_open", "shown"),
    [
        (OPENS - INSTANT, False, "upcoming"),
        (OPENS, True, "open"),
        (datetime(2026, 3, 31, 21, 59, 59, 999_999, tzinfo=UTC), True, "open"),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), False, "closed"),
    ],
)
def test_stage_is_open_from_its_first_to_its_last_instant(at, is_open, shown) -> None:
    assert Window("published", "open", OPENS, CLOSES).is_open(at) is is_open
    assert phase("published", OPENS, CLOSES, at) == shown


def test_late_job_neither_opens_late_nor_closes_late() -> None:
    """The stored state still says waiting, or open: only the time counts."""
    assert Window("published", "waiting", OPENS, CLOSES).is_open(OPENS)
    assert not Window("published", "open", OPENS, CLOSES).is_open(CLOSES + INSTANT)


@pytest.mark.parametrize(
    ("call_state", "stage_state"),
    [("draft", "waiting"), ("cancelled", "open"), ("published", "closed"), ("closed", "open")],
)
def test_draft_or_settled_stage_takes_no_forms(call_state, stage_state) -> None:
    assert not Window(call_state, stage_state, OPENS, CLOSES).is_open(OPENS)


def test_stage_without_dates_is_not_open() -> None:
    assert not Window("published", "waiting", None, None).is_open(OPENS)


def test_stage_is_settled_only_when_nothing_in_time_can_be_on_its_way() -> None:
    assert not is_settled(CLOSES, CLOSES + timedelta(minutes=2))
    assert is_settled(CLOSES, CLOSES + timedelta(minutes=2) + INSTANT)
    assert not is_settled(None, CLOSES)


def test_phase_after_closing_is_what_the_authority_reached() -> None:
    assert phase("ranked", OPENS, CLOSES, CLOSES + INSTANT) == "ranked"
    assert phase("draft", None, None, OPENS) == "draft"


@pytest.mark.parametrize(("opens_at", "closes_at"), [(OPENS, None), (None, CLOSES)])
def test_stage_with_one_date_alone_is_not_open(opens_at, closes_at) -> None:
    assert not Window("published", "open", opens_at, closes_at).is_open(OPENS)


def test_all_forms_of_an_open_procedure_come_together_others_stage_by_stage() -> None:
    """Handbook 1.1: in an open procedure both are handed in at once, in a restricted one not."""
    stage = one_stage().stages[0]
    check = replace(stage, key="check", form=(), with_budget=False)
    scheme = replace(one_stage(), stages=(check, stage, replace(check, key="visit")))

    def opened(procedure: Procedure) -> list[str]:
        call = replace(scheme.call, procedure=procedure)
        of = replace(scheme, call=call)
        return [each.key for each in of.stages if opens_with_the_call(of, each)]

    assert opened(Procedure.OPEN) == ["check", "application"]
    assert opened(Procedure.RESTRICTED) == ["check"]


def test_stage_takes_forms_where_it_has_questions_or_a_budget() -> None:
    stage = one_stage().stages[0]

    assert takes_forms(replace(stage, with_budget=False))
    assert takes_forms(replace(stage, form=()))
    assert not takes_forms(replace(stage, form=(), with_budget=False))


STAGE = one_stage().stages[0]
CHECK = replace(STAGE, form=(), with_budget=False)
OPEN = Window("published", "open", OPENS, CLOSES)


@pytest.mark.parametrize(
    ("stage", "window", "at", "code"),
    [
        (STAGE, OPEN, CLOSES, "check.stage_open"),
        (STAGE, replace(OPEN, stage_state="waiting"), CLOSES, "check.stage_open"),
        (STAGE, OPEN, CLOSES + timedelta(minutes=2), "check.stage_open"),
        (STAGE, OPEN, CLOSES + timedelta(minutes=2) + INSTANT, None),
        (STAGE, replace(OPEN, call_state="suspended"), OPENS, "check.call_suspended"),
        (STAGE, replace(OPEN, closes_at=None), OPENS, None),
        # Nothing can be taken back where the stage is over, or where nothing was handed in.
        (STAGE, replace(OPEN, stage_state="closed"), OPENS, None),
        (STAGE, replace(OPEN, call_state="suspended", stage_state="closed"), OPENS, None),
        (CHECK, OPEN, OPENS, None),
    ],
)
def test_nobody_checks_what_an_applicant_may_still_change(stage, window, at, code) -> None:
    found = check_finding(stage, window, at)

    assert (found and found.code) == code


def test_who_has_to_wait_for_the_deadline_is_told_it() -> None:
    found = check_finding(STAGE, OPEN, OPENS)

    assert found is not None
    assert found.values == {"closes_at": CLOSES}
