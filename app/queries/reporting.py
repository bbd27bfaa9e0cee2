"""Which reports of agreements are due, are overdue, or have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, case, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.i18n import sentence
from app.i18n.marks import N_
from app.models import (
    Agreement,
    Application,
    Call,
    Organisation,
    PaperReport,
    Payment,
    Reminder,
)
from app.queries import visible
from app.queries.schemes import scheme_named
from app.rules.deadlines import ZONE, end_of_day
from app.rules.permissions import Actor, Permission
from app.rules.reminders import due_or_over
from app.rules.reporting import REMINDER_DAYS, Report, reports
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report of an agreement as pages show it: `is_known` is false where it comes on paper.

    `came_on` is the day on which a report on paper came, None of every other.
    """

    about: str
    title: str
    due_on: date
    is_in: bool
    is_known: bool
    is_over: bool
    came_on: date | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A report that should have come, for finance; `about` where it comes on paper, else empty."""

    agreement_id: int
    reference: str
    organisation: str
    call_code: str
    title: str
    due_on: date
    about: str


@dataclass(frozen=True, slots=True)
class ToRemind:
    """What the beneficiary is told of now; `days` is how many before the day, -1 the day after.

    `instalment` is what it is sent in with, empty where it goes to the authority on paper.
    """

    about: str
    title: str
    instalment: str
    due_on: date
    due_at: datetime
    days: int


def agreements_to_remind(session: Session, now: datetime) -> tuple[int, ...]:
    """Return the agreements whose beneficiary is reminded of a report now."""
    return tuple(row.id for row in _rows(session, now) if _to_remind(session, row, now))


def to_remind(session: Session, agreement_id: int, now: datetime) -> tuple[ToRemind, ...]:
    """Return the reports of an agreement that its beneficiary is reminded of now."""
    rows = _rows(session, now, Agreement.id == agreement_id)
    return tuple(each for row in rows for each in _to_remind(session, row, now))


def lines(session: Session, agreement_id: int, now: datetime) -> tuple[ReportLine, ...]:
    """Return the reporting plan of an agreement that was found by a query that asked.

    Of one that has ended only what came: nobody waits for the rest.
    """
    row = session.execute(_plans().where(Agreement.id == agreement_id)).one_or_none()
    if row is None:
        return ()
    scheme = scheme_named(session, row.call_id, row.digest)
    today = now.astimezone(ZONE).date()
    return tuple(
        ReportLine(
            each.about,
            _titled(scheme, each),
            each.due_on,
            is_in=each.is_in(row.states, row.came),
            is_known=each.position is not None,
            is_over=each.due_on < today and not each.is_in(row.states, row.came),
            came_on=_day(row.came.get(each.about)),
        )
        for each in _reports(scheme, row)
        if row.state != "terminated" or each.is_in(row.states, row.came)
    )


def overdue(session: Session, actor: Actor, now: datetime) -> tuple[Overdue, ...]:
    """Return what has not come by its day, the oldest first, under agreements in force."""
    today = now.astimezone(ZONE).date()
    query = (
        _plans()
        .add_columns(Agreement.reference, Organisation.name, Call.code)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Agreement.state == "active", Agreement.starts_on < today)
        .where(visible.staff_scope(actor, Permission.SEE_AGREEMENTS))
    )
    found: list[Overdue] = []
    for row in session.execute(query):
        scheme = scheme_named(session, row.call_id, row.digest)
        found += (
            Overdue(
                row.id, row.reference, row.name, row.code, _titled(scheme, each), each.due_on,
                each.about if each.position is None else "",
            )
            for each in _reports(scheme, row)
            if each.due_on < today and not each.is_in(row.states, row.came)
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.due_on, each.reference)))


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _plans() -> Select[*tuple[Any, ...]]:  # Any: a row of columns
    # What ended with its agreement before anybody asked for it brought no report.
    never_asked = (Payment.state == "dropped") & Payment.requested_at.is_(None)
    state = case((never_asked, "planned"), else_=Payment.state)
    states = (
        select(func.array_agg(aggregate_order_by(state, Payment.position)))
        .where(Payment.agreement_id == Agreement.id)
        .scalar_subquery()
    )
    came = (
        select(func.json_object_agg(PaperReport.about, PaperReport.came_on))
        .where(PaperReport.agreement_id == Agreement.id)
        .scalar_subquery()
    )
    return (
        select(
            Agreement.id,
            Agreement.call_id,
            Agreement.state,
            Agreement.starts_on,
            Agreement.ends_on,
            Call.digest,
            func.coalesce(states, []).label("states"),
            func.coalesce(came, cast({}, JSON)).label("came"),
        )
        .join(Call, Call.id == Agreement.call_id)
        .where(Agreement.starts_on.is_not(None), Agreement.ends_on.is_not(None))
    )


def _rows(
    session: Session, now: datetime, *which: ColumnElement[bool]
) -> Iterable[Any]:  # Any: a row of columns
    """Agreements in force whose action has begun, with when what was last reminded of."""
    last = (
        select(Reminder.about, func.max(Reminder.sent_at).label("sent_at"))
        .where(Reminder.agreement_id == Agreement.id)
        .group_by(Reminder.about)
        .correlate(Agreement)
        .lateral()
    )
    told = (
        select(func.json_object_agg(last.c.about, last.c.sent_at))
        .select_from(last)
        .scalar_subquery()
    )
    query = (
        _plans()
        .add_columns(Agreement.signed_by_authority_on, told.label("told"))
        .where(Agreement.state == "active", Agreement.starts_on <= now.astimezone(ZONE).date())
        .where(*which)
        .order_by(Agreement.id)
    )
    return session.execute(query).all()


def _to_remind(session: Session, row: Any, now: datetime) -> tuple[ToRemind, ...]:  # Any: a row
    scheme = scheme_named(session, row.call_id, row.digest)
    began_at = end_of_day(row.signed_by_authority_on or row.starts_on)
    found = []
    for each in _reports(scheme, row):
        last = (row.told or {}).get(each.about)
        told_at = datetime.fromisoformat(last) if last else began_at
        days = None if each.is_in(row.states, row.came) else _days_of(each, now, told_at)
        if days is not None:
            found.append(_told(scheme, each, days))
    return tuple(found)


def _told(scheme: Scheme, report: Report, days: int) -> ToRemind:
    title, language = _titled(scheme, report), scheme.languages[0]
    place = report.position
    instalment = said(scheme.payments.instalments[place - 1].title, language) if place else ""
    return ToRemind(report.about, title, instalment, report.due_on, end_of_day(report.due_on), days)


def _titled(scheme: Scheme, report: Report) -> str:
    """Return the title, with its number where there may be several."""
    title = said(report.rule.title, scheme.languages[0])
    if not report.rule.every_months:
        return title
    return sentence(N_("{title} {number}"), {"title": title, "number": report.number})


def _days_of(report: Report, now: datetime, told_at: datetime) -> int | None:
    if not report.is_told(now.astimezone(ZONE).date()):
        return None
    return due_or_over(now, end_of_day(report.due_on), REMINDER_DAYS, told_at=told_at)


def _reports(scheme: Scheme, row: Any) -> tuple[Report, ...]:  # Any: a row of columns
    return reports(
        scheme.reports,
        scheme.payments.instalments,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
