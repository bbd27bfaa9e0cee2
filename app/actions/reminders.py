"""Reminders by the clock: drafts before their deadline, assessors before their date, reports.

The clock finds who is due and asks for one job each; the job looks again, holding the row that
sending in would hold, so that nobody is reminded of what they have just done.
"""

from app.actions import mail
from app.actions.act import Act
from app.i18n import DEFAULT, format_date, gettext, speaking
from app.i18n.marks import N_
from app.models import Agreement, Application, Reminder, Stage
from app.queries import applications as reading
from app.queries import applications_case, contacts, reporting
from app.queries import reminders as known
from app.queries.applications import Entry
from app.queries.reporting import ToRemind
from app.rules.permissions import Permission
from app.rules.readiness import PartKind, readiness
from app.rules.reminders import OVERDUE
from app.rules.scheme_text import said

TO = Permission.SEND_MAIL
_PARTS = {PartKind.BUDGET: N_("Budget"), PartKind.DOCUMENTS: N_("Documents")}


def by_clock(act: Act) -> int:
    """Ask for the reminders that are due now; return how many. Twice reminds nobody twice."""
    act.allow(TO)
    drafts = known.drafts(act.session, act.now)
    desks = known.assessors(act.session, act.now)
    act.enqueue_many("reminders.draft", [{"entry_id": key} for key in drafts])
    act.enqueue_many(
        "reminders.assessor", [{"stage_id": stage, "user_id": person} for stage, person in desks]
    )
    return len(drafts) + len(desks)


def draft(act: Act, entry_id: int) -> None:
    """Tell the people of an application that it is not sent in, and what is missing."""
    application = act.load(Application, reading.application_of(act.session, entry_id), to=TO)
    due = known.draft(act.session, entry_id, act.now)
    if due is None:
        return
    entry = reading.whole(act.session, entry_id)
    missing = missing_of(entry)
    reminder = Reminder(entry_id=entry_id, due_at=due.due_at, days=due.days, sent_at=act.now)
    act.create(reminder, to=TO, within=application)
    count = sum(number for _, number in missing)
    act.record(application, "remind_draft", closes_at=due.due_at, missing=count)
    subject, body = mail.filled(
        "draft_reminder",
        locale=DEFAULT,
        call=entry.call_title,
        reference=entry.reference,
        which=f"{entry.reference} “{entry.title}”" if entry.title else entry.reference,
        closes_at=due.due_at,
        is_taken_back=entry.is_taken_back,
        missing=missing,
        count=count,
        path=f"/applications/{application.id}",
    )
    people = contacts.addresses(act.session, [application.id])
    mail.post_many(act, to=people.get(application.id, ()), subject=subject, body=body)


def missing_of(entry: Entry) -> tuple[tuple[str, int], ...]:
    """Return the parts of a draft that keep it from being sent in, with how many things."""
    with speaking(DEFAULT):
        return tuple(
            (
                gettext(_PARTS[part.kind]) if part.kind in _PARTS else said(part.title, DEFAULT),
                len(part.messages),
            )
            for part in readiness(applications_case.case_of(entry))
            if part.messages
        )


def assessor(act: Act, stage_id: int, user_id: int) -> None:
    """Tell one assessor how many files wait for them, and until when."""
    stage = act.load(Stage, stage_id, to=TO)
    files = known.assessor(act.session, stage_id, user_id, act.now)
    if files is None:
        return
    due = files.due
    reminder = Reminder(
        stage_id=stage_id, user_id=user_id, due_at=due.due_at, days=due.days, sent_at=act.now
    )
    act.create(reminder, to=TO, within=stage)
    act.record(stage, "remind_assessor", assessors=[user_id], number=files.number)
    subject, body = mail.filled(
        "files_due",
        locale=DEFAULT,
        call=files.call,
        number=files.number,
        assess_by=due.due_at,
        path="/assessor",
    )
    mail.post_many(act, to=contacts.emails_of(act.session, [user_id]), subject=subject, body=body)


def reports_by_clock(act: Act) -> int:
    """Ask for the reminders of reports that are due now; return under how many agreements."""
    act.allow(TO)
    found = reporting.agreements_to_remind(act.session, act.now)
    act.enqueue_many("reminders.report", [{"agreement_id": key} for key in found])
    return len(found)


def report(act: Act, agreement_id: int) -> None:
    """Tell the people of a beneficiary which reports are due, or overdue, under an agreement."""
    agreement = act.load(Agreement, agreement_id, to=TO)
    for each in reporting.to_remind(act.session, agreement_id, act.now):
        _remind_of(act, agreement, each)


def _remind_of(act: Act, agreement: Agreement, due: ToRemind) -> None:
    reminder = Reminder(
        agreement_id=agreement.id,
        about=due.about,
        due_at=due.due_at,
        days=due.days,
        sent_at=act.now,
    )
    act.create(reminder, to=TO, within=agreement)
    is_over = due.days == OVERDUE
    what = "report_overdue" if is_over else "remind_report"
    act.record(agreement, what, title=due.title, due_on=due.due_on)
    subject, body = mail.filled(
        "report_due",
        locale=DEFAULT,
        reference=agreement.reference,
        which=due.title,
        day=format_date(due.due_on),
        instalment=due.instalment,
        is_over=is_over,
        path=f"/agreements/{agreement.id}",
    )
    people = contacts.addresses(act.session, [agreement.application_id])
    to = people.get(agreement.application_id, ())
    mail.post_many(act, to=to, subject=subject, body=body)
