"""Everything of one organisation in one place, and what it has to do by when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Award,
    Call,
    Clarification,
    Letter,
    Membership,
    Organisation,
    Payment,
    User,
)
from app.queries import visible
from app.queries.applications_list import OwnLine, own_applications
from app.rules.deadlines import end_of_day
from app.rules.permissions import Actor, Permission
from app.rules.scheme_text import Text

NEWEST = 20


class Duty(StrEnum):
    """What is to be done; the page knows the words and where it is done."""

    SEND_IN = "send_in"
    SEND_IN_AGAIN = "send_in_again"
    ANSWER_OFFER = "answer_offer"
    ANSWER_QUESTION = "answer_question"
    REQUEST_PAYMENT = "request_payment"
    CORRECT_REQUEST = "correct_request"


@dataclass(frozen=True, slots=True)
class ToDo:
    """`key` is the application, award, clarification or payment; `due_at` None has no date."""

    duty: Duty
    key: int
    title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterLine:
    letter_id: int
    title: Text
    reference: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementLine:
    agreement_id: int
    reference: str
    title: str
    state: str
    grant_cents: int
    paid_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentLine:
    payment_id: int
    agreement: str
    position: int
    state: str
    planned_on: date | None
    cents: int
    paid_on: date | None
    currency: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Home:
    organisation_id: int
    name: str
    city: str
    todo: tuple[ToDo, ...]
    applications: tuple[OwnLine, ...]
    letters: tuple[LetterLine, ...]
    agreements: tuple[AgreementLine, ...]
    payments: tuple[PaymentLine, ...]
    people: tuple[Person, ...]


def home(session: Session, actor: Actor, organisation_id: int, now: datetime) -> Home:
    """Return all of one's own organisation in seven queries; NotFound for anybody else's."""
    row = session.execute(
        select(Organisation.name, Organisation.city).where(
            Organisation.id == organisation_id, visible.organisations(actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    applications = own_applications(session, actor, now, organisation_id=organisation_id)
    payments = _payments(session, actor, organisation_id)
    duties = (
        *_drafts(applications),
        *_asked(session, organisation_id),
        *_to_request(payments),
    )
    return Home(
        organisation_id=organisation_id,
        name=row.name,
        city=row.city,
        todo=tuple(sorted(duties, key=lambda duty: (duty.due_at is None, duty.due_at or now))),
        applications=applications,
        letters=_letters(session, actor, organisation_id),
        agreements=_agreements(session, actor, organisation_id),
        payments=payments,
        people=_people(session, organisation_id),
    )


def _drafts(lines: tuple[OwnLine, ...]) -> list[ToDo]:
    return [
        ToDo(
            Duty.SEND_IN_AGAIN if line.received_at else Duty.SEND_IN,
            line.application_id,
            line.title or line.reference,
            line.closes_at,
        )
        for line in lines
        if line.is_draft and line.is_open and line.state != "withdrawn"
    ]


def _to_request(payments: tuple[PaymentLine, ...]) -> list[ToDo]:
    duties = {"planned": Duty.REQUEST_PAYMENT, "returned": Duty.CORRECT_REQUEST}
    return [
        ToDo(
            duties[each.state],
            each.payment_id,
            each.agreement,
            end_of_day(each.planned_on) if each.planned_on else None,
        )
        for each in payments
        if each.state in duties
    ]


def _asked(session: Session, organisation_id: int) -> list[ToDo]:
    """Return offers and questions of the authority that wait for an answer."""
    offers: Select[Any] = (  # Any: the four columns of both
        select(
            literal(Duty.ANSWER_OFFER.value).label("duty"),
            Award.id.label("key"),
            Application.title,
            Award.answer_by.label("due_on"),
            literal(None).cast(Clarification.reply_by.type).label("due_at"),
        )
        .join(Application, Application.id == Award.application_id)
        .where(Award.state == "announced", Application.organisation_id == organisation_id)
    )
    questions: Select[Any] = (  # Any: the same
        select(
            literal(Duty.ANSWER_QUESTION.value),
            Clarification.id,
            Application.title,
            literal(None).cast(Award.answer_by.type),
            Clarification.reply_by,
        )
        .join(Application, Application.id == Clarification.application_id)
        .where(Clarification.state == "asked", Application.organisation_id == organisation_id)
    )
    return [
        ToDo(Duty(duty), key, title, due_at or (end_of_day(due_on) if due_on else None))
        for duty, key, title, due_on, due_at in session.execute(union_all(offers, questions))
    ]


def _letters(session: Session, actor: Actor, organisation_id: int) -> tuple[LetterLine, ...]:
    title = func.jsonb_path_query_first(
        Call.template,
        cast("$.letters.letters[*] ? (@.key == $key).title", JSONPATH),
        func.jsonb_build_object("key", Letter.kind),
    )
    rows = session.execute(
        select(Letter.id, title, Application.reference, Letter.released_at)
        .join(Application, Application.id == Letter.application_id)
        .join(Call, Call.id == Letter.call_id)
        .where(
            Application.organisation_id == organisation_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
            Letter.released_at.is_not(None),
            Letter.file_id.is_not(None),
        )
        .order_by(Letter.released_at.desc(), Letter.id.desc())
        .limit(NEWEST)
    )
    return tuple(LetterLine(*values) for values in map(tuple, rows))


def _agreements(session: Session, actor: Actor, organisation_id: int) -> tuple[AgreementLine, ...]:
    rows = session.execute(
        select(
            Agreement.id,
            Agreement.reference,
            Application.title,
            Agreement.state,
            Agreement.grant_cents,
            Agreement.paid_cents,
            Call.currency,
        )
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            Application.organisation_id == organisation_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
            Agreement.state != "draft",
        )
        .order_by(Agreement.id.desc())
    )
    return tuple(AgreementLine(*row) for row in rows)


def _payments(session: Session, actor: Actor, organisation_id: int) -> tuple[PaymentLine, ...]:
    rows = session.execute(
        select(
            Payment.id.label("payment_id"),
            Agreement.reference.label("agreement"),
            Payment.position,
            Payment.state,
            Payment.planned_on,
            func.coalesce(Payment.due_cents, Payment.planned_cents).label("cents"),
            Payment.paid_on,
            Call.currency,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            Application.organisation_id == organisation_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
            Agreement.state.in_(("active", "suspended", "completed", "closed")),
            Payment.state != "dropped",
        )
        .order_by(Agreement.id.desc(), Payment.position)
    )
    return tuple(PaymentLine(**row) for row in rows.mappings())


def _people(session: Session, organisation_id: int) -> tuple[Person, ...]:
    rows = session.execute(
        select(User.name, User.email, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation_id, Membership.state == "admitted")
        .order_by(Membership.role, User.name, Membership.id)
    )
    return tuple(Person(*row) for row in rows)
