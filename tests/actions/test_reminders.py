"""Reminders by the clock: before the deadline of a form, before the date of assessments."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.actions import (
    agreement_steps,
    applications_again,
    applications_submit,
    paper_reports,
    reminders,
)
from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Application, Assessment, AuditEntry, Call, Mail, Reminder, Stage
from app.queries import reporting
from app.queries.actors import actor_of
from app.rules.permissions import SYSTEM
from tests.actions.test_applications import IN_TIME, _draft, _ready
from tests.actions.test_payments import Case
from tests.actions.test_recoveries import manager_of
from tests.make.calls import CLOSES_AT, make_call
from tests.web.assessing import assign, declare, world

BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)
# The call closes on 31 March 2026 at 17:00 in Belgrade.
WEEK_BEFORE = datetime(2026, 3, 24, 7, tzinfo=UTC)
DAY_BEFORE = datetime(2026, 3, 30, 6, tzinfo=UTC)


def tick(session: Session, now: datetime) -> int:
    """Let the clock ask, and do the jobs that it asked for; return how many."""
    act = Act(session, SYSTEM, now)
    asked = reminders.by_clock(act) + reminders.reports_by_clock(act)
    waiting = session.execute(
        text("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'reminders.%' RETURNING *")
    ).mappings()
    for job in waiting.all():
        getattr(reminders, job["task_name"].partition(".")[2])(act, **job["args"])
    return asked


def written(session: Session, word: str = "is not sent in") -> list[Mail]:
    query = select(Mail).where(Mail.subject.contains(word)).order_by(Mail.id)
    return list(session.scalars(query))


def test_a_draft_is_reminded_a_week_and_a_day_before_with_what_is_missing(session) -> None:
    call = make_call(session, code="GARDENS", title="Gardens for towns")
    _, _, key = _draft(session, call=call, now=BEGUN, email="ana@town.example")

    asked = [
        tick(session, moment)
        for moment in (
            WEEK_BEFORE - timedelta(minutes=10),
            WEEK_BEFORE,
            WEEK_BEFORE + timedelta(minutes=10),
            DAY_BEFORE,
            DAY_BEFORE + timedelta(hours=5),
            CLOSES_AT + timedelta(minutes=1),
        )
    ]

    first, second = written(session)
    assert asked == [0, 1, 0, 1, 0, 0]
    assert (first.to, first.created_at, second.created_at) == (
        "ana@town.example",
        WEEK_BEFORE,
        DAY_BEFORE,
    )
    assert first.subject == (
        "Application GARDENS/A-001 is not sent in: open until 31 March 2026, 17:00 CEST"
    )
    assert first.body == (
        "Application GARDENS/A-001 in the call “Gardens for towns” is a draft. It counts only if "
        "it is sent in by 31 March 2026, 17:00\N{NO-BREAK SPACE}CEST; later it cannot be.\n\n"
        "4 things are missing or have to be corrected:\n"
        "- Your garden: 2\n"
        "- Budget: 1\n"
        "- Documents: 1\n\n"
        "Go on with it, or withdraw it if you do not wish to apply:\n"
        f"http://127.0.0.1:8000/applications/{key}\n"
    )
    told = select(func.count()).where(
        AuditEntry.object_type == "application", AuditEntry.event == "remind_draft"
    )
    assert session.scalar(told) == 2


def test_a_draft_that_is_whole_only_has_to_be_sent_in(session) -> None:
    _ready(session, now=BEGUN)

    tick(session, DAY_BEFORE)

    (mail,) = written(session)
    assert "Nothing is missing. It only has to be sent in." in mail.body.splitlines()


def test_what_was_sent_in_is_not_reminded_of_and_what_was_taken_back_is(session) -> None:
    act, entry_id, _ = _ready(session, now=BEGUN)
    submission = applications_submit.submit(act, entry_id, received_at=BEGUN)
    after_sending = tick(session, WEEK_BEFORE)

    applications_again.take_back(act, entry_id, submission_id=submission, received_at=BEGUN)
    tick(session, DAY_BEFORE)

    (mail,) = written(session)
    assert after_sending == 0
    assert mail.body.startswith(
        "You took back application GARDENS/A-001 “Garden of the old mill” in the call"
    )


def test_who_took_it_back_this_morning_is_not_reminded_at_once_but_the_next_time(session) -> None:
    act, entry_id, _ = _ready(session, now=BEGUN)
    submission = applications_submit.submit(act, entry_id, received_at=BEGUN)
    at_nine = WEEK_BEFORE + timedelta(hours=1)

    applications_again.take_back(
        replace(act, now=at_nine), entry_id, submission_id=submission, received_at=at_nine
    )

    soon, next_time = tick(session, at_nine + timedelta(minutes=10)), tick(session, DAY_BEFORE)
    assert (soon, next_time, len(written(session))) == (0, 1, 1)


def test_who_sends_in_between_the_clock_and_its_job_is_left_alone(session) -> None:
    act, entry_id, _ = _ready(session, now=BEGUN)
    clock = Act(session, SYSTEM, WEEK_BEFORE)
    asked = reminders.by_clock(clock)
    applications_submit.submit(act, entry_id, received_at=WEEK_BEFORE)

    reminders.draft(clock, entry_id)

    assert (asked, written(session)) == (1, [])


@pytest.mark.parametrize("state", ["suspended", "cancelled"])
def test_a_call_that_is_stopped_reminds_nobody(session, state) -> None:
    _, _, key = _draft(session, now=BEGUN)
    call = session.get_one(Call, session.get_one(Application, key).call_id)
    call.state = state

    assert (tick(session, WEEK_BEFORE), written(session)) == (0, [])


def test_a_draft_of_the_last_days_is_not_reminded_of_a_morning_that_was(session) -> None:
    _draft(session, now=IN_TIME)

    assert tick(session, IN_TIME + timedelta(hours=1)) == 0
    assert tick(session, DAY_BEFORE) == 1


def test_a_deadline_that_was_moved_brings_new_mornings(session) -> None:
    _, _, key = _draft(session, now=BEGUN)
    tick(session, DAY_BEFORE)
    stage = session.scalars(
        select(Stage).where(Stage.call_id == session.get_one(Application, key).call_id)
    ).first()
    call = session.get_one(Call, stage.call_id)
    stage.closes_at = call.closes_at = CLOSES_AT + timedelta(days=14)
    session.flush()

    asked = [
        tick(session, moment)
        for moment in (
            DAY_BEFORE + timedelta(days=2),
            WEEK_BEFORE + timedelta(days=14),
            DAY_BEFORE + timedelta(days=14),
        )
    ]

    days = select(Reminder.days).order_by(Reminder.id)
    assert asked == [0, 1, 1]
    assert list(session.scalars(days)) == [1, 7, 1]


def test_assessors_are_reminded_of_open_files_before_the_date(session) -> None:
    made = world(session, applications=2)
    first, second = made.assessors[:2]
    for entry in made.entries:
        assign(session, made, entry, [first, second])
    declare(session, made, first, second)
    stage = session.get_one(Stage, made.stage_id)
    stage.assess_by = CLOSES_AT
    for row in session.scalars(select(Assessment).where(Assessment.assessor_id == second.id)):
        row.state = "submitted"
    session.flush()

    asked = [
        tick(session, moment)
        for moment in (
            WEEK_BEFORE,
            # Winter time still holds on 28 March.
            DAY_BEFORE - timedelta(days=2) + timedelta(hours=1),
            DAY_BEFORE,
            DAY_BEFORE + timedelta(hours=1),
        )
    ]

    mails = written(session, "Assessments are due by 31 March 2026, 17:00")
    assert asked == [0, 1, 1, 0]
    assert [mail.to for mail in mails] == [first.email, first.email]
    assert "2 applications still wait for your assessment" in mails[0].body


def test_nobody_but_the_system_reminds_by_the_clock(session) -> None:
    act, entry_id, _ = _draft(session, now=BEGUN)

    with pytest.raises(NotFound):
        reminders.by_clock(act)
    with pytest.raises(Forbidden):
        reminders.draft(act, entry_id)


# The action of `Case` runs from April 2026 to March 2028: a report is due by 31 March 2027.
MONTH_BEFORE = datetime(2027, 3, 1, 7, tzinfo=UTC)
DAY_AFTER = datetime(2027, 4, 1, 6, tzinfo=UTC)


def about_reports(session: Session) -> list[tuple[datetime, str]]:
    return [(mail.created_at, mail.subject) for mail in written(session, "Interim report")]


def test_a_beneficiary_is_reminded_of_a_report_and_told_once_that_it_is_overdue(session) -> None:
    case = Case(session)
    moments = (
        MONTH_BEFORE - timedelta(minutes=1),
        MONTH_BEFORE,
        MONTH_BEFORE + timedelta(hours=1),
        DAY_BEFORE.replace(year=2027, day=24, hour=7),
        DAY_AFTER,
        DAY_AFTER + timedelta(hours=1),
        DAY_AFTER + timedelta(days=30),
    )

    asked = [tick(session, moment) for moment in moments]

    assert asked == [0, 1, 0, 1, 1, 0, 0]
    assert about_reports(session) == [
        (MONTH_BEFORE, "Interim report 1 is due by 31 March 2027"),
        (moments[3], "Interim report 1 is due by 31 March 2027"),
        (DAY_AFTER, "Interim report 1 is overdue since 31 March 2027"),
    ]
    last = written(session, "overdue")[0]
    assert last.to == case.person.email
    assert "Send it in with your request for “Interim payment”" in last.body
    events = select(AuditEntry.event).where(AuditEntry.object_type == "agreement")
    assert [each for each in session.scalars(events) if "re" in each][-3:] == [
        "remind_report", "remind_report", "report_overdue",
    ]  # fmt: skip


def test_a_report_that_has_come_or_an_agreement_that_stands_still_reminds_nobody(session) -> None:
    case = Case(session)
    case.agreement.state = "suspended"
    session.flush()
    assert tick(session, MONTH_BEFORE) == 0
    case.agreement.state = "active"
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00, forecast_cents=100_000_00)

    assert [tick(session, MONTH_BEFORE), tick(session, DAY_AFTER)] == [0, 0]
    assert reporting.overdue(session, actor_of(session, case.finance.id), DAY_AFTER) == ()


# With a report each half year the one of 31 March 2027 is the second and has no instalment.
def on_paper(session: Session) -> Case:
    case = Case(session, every_months=6)
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00, forecast_cents=100_000_00)
    return case


def test_a_report_on_paper_is_told_as_late_until_somebody_notes_that_it_came(session) -> None:
    case = on_paper(session)
    finance = actor_of(session, case.finance.id)

    assert [tick(session, MONTH_BEFORE), tick(session, DAY_AFTER)] == [1, 1]
    last = written(session, "Interim report 2 is overdue")[0]
    assert (last.to, "tell the authority when" in last.body) == (case.person.email, True)
    (late,) = reporting.overdue(session, finance, DAY_AFTER)
    assert (late.title, late.about) == ("Interim report 2", "interim:2")

    act = Act(session, finance, DAY_AFTER)
    paper_reports.note(act, case.agreement.id, "interim:2", came_on=date(2027, 3, 30))

    assert reporting.overdue(session, finance, DAY_AFTER) == ()
    lines = reporting.lines(session, case.agreement.id, DAY_AFTER)
    (line,) = [each for each in lines if each.about == "interim:2"]
    assert (line.is_in, line.is_over, line.came_on) == (True, False, date(2027, 3, 30))
    paper_reports.drop(act, case.agreement.id, "interim:2", reason="Of another agreement.")
    assert len(reporting.overdue(session, finance, DAY_AFTER)) == 1
    told = select(AuditEntry.event).where(AuditEntry.event.like("report_%"))
    assert session.scalars(told.order_by(AuditEntry.id)).all() == [
        "report_overdue", "report_came", "report_not_come",
    ]  # fmt: skip


def test_what_cannot_be_noted_of_a_report_is_refused(session) -> None:
    case = on_paper(session)
    act = Act(session, actor_of(session, case.finance.id), DAY_AFTER)
    key = case.agreement.id
    for day in (date(2027, 4, 2), date(2026, 3, 31)):
        with pytest.raises(Invalid):
            paper_reports.note(act, key, "interim:2", came_on=day)
    for about in ("interim:1", "interim:9"):
        with pytest.raises(NotFound):
            paper_reports.note(act, key, about, came_on=date(2027, 3, 30))
    with pytest.raises(Conflict, match="not noted"):
        paper_reports.drop(act, key, "interim:2", reason="Mistake.")
    paper_reports.note(act, key, "interim:2", came_on=date(2027, 3, 30))
    with pytest.raises(Conflict, match="noted already"):
        paper_reports.note(act, key, "interim:2", came_on=date(2027, 3, 30))
    with pytest.raises(Invalid):
        paper_reports.drop(act, key, "interim:2", reason=" ")
    person = Act(session, actor_of(session, case.person.id), DAY_AFTER)
    with pytest.raises(Forbidden):
        paper_reports.note(person, key, "interim:2", came_on=date(2027, 3, 30))


def test_reports_that_are_late_for_long_are_listed_and_not_written_about(session) -> None:
    case = Case(session)
    finance = actor_of(session, case.finance.id)
    weeks_later = DAY_AFTER + timedelta(days=15)

    assert tick(session, weeks_later) == 0
    assert [each.title for each in reporting.overdue(session, finance, weeks_later)] == [
        "Interim report 1"
    ]


def test_of_an_ended_agreement_only_what_came_is_told(session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00, forecast_cents=100_000_00)
    before = reporting.lines(session, case.agreement.id, DAY_AFTER)
    assert [(each.title, each.is_in) for each in before] == [
        ("Interim report 1", True), ("Final report", False),
    ]  # fmt: skip
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    agreement_steps.end(case.act(manager_of(case)), case.agreement.id)

    after = reporting.lines(session, case.agreement.id, DAY_AFTER)
    assert [each.title for each in after] == ["Interim report 1"]


def test_finance_sees_what_is_overdue_and_others_do_not(session) -> None:
    case = Case(session)
    finance = actor_of(session, case.finance.id)

    before = reporting.overdue(session, finance, MONTH_BEFORE)
    (late,) = reporting.overdue(session, finance, DAY_AFTER)
    stranger = reporting.overdue(session, actor_of(session, case.person.id), DAY_AFTER)

    assert (before, stranger) == ((), ())
    assert (late.agreement_id, late.organisation, late.title, late.due_on) == (
        case.agreement.id, case.town.name, "Interim report 1", date(2027, 3, 31),
    )  # fmt: skip
