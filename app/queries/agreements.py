"""Agreements as staff and beneficiaries see them: what waits, the list, one agreement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Call,
    EndRequest,
    Lot,
    Organisation,
    Payment,
    StoredFile,
)
from app.queries import visible
from app.queries.agreement_facts import SETTLED
from app.queries.allowed import refuse_unless
from app.queries.in_kind_facts import grant_of_agreement
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class AgreementLine:
    agreement_id: int
    reference: str
    organisation: str
    title: str
    call_code: str
    currency: str
    state: str
    grant_cents: int
    paid_cents: int
    committed_cents: int
    has_beneficiary_signed: bool

    @property
    def left_cents(self) -> int:
        return self.grant_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One instalment; `title` is the one of the published plan."""

    payment_id: int
    position: int
    title: str
    kind: str
    state: str
    planned_cents: int
    planned_on: date | None
    due_cents: int | None
    recoverable_cents: int
    requested_at: datetime | None
    paid_on: date | None
    bank_reference: str
    check_note: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """Everything one agreement tells; `file_sha256` is empty until the paper is printed."""

    agreement_id: int
    reference: str
    state: str
    call_id: int
    call_code: str
    call_title: str
    currency: str
    lot_code: str
    lot_title: str
    application_reference: str
    title: str
    organisation: str
    representative: str
    authority_id: int
    organisation_id: int
    grant_cents: int
    total_cents: int
    committed_cents: int
    paid_cents: int
    ordered_cents: int
    recovered_cents: int
    end_proposed_by_id: int | None
    end_reason: str
    # Until when the beneficiary asks to end it, while nobody has answered.
    end_asked_on: date | None
    rate: Fraction
    starts_on: date | None
    ends_on: date | None
    iban: str
    bic: str
    account_holder: str
    signed_by_beneficiary: str
    signed_by_beneficiary_on: date | None
    signed_by_authority: str
    signed_by_authority_on: date | None
    file_sha256: str
    failure: str
    award_id: int
    payments: tuple[PaymentLine, ...]
    # Where things are given: then no account is asked for, and this is their page.
    gives_things: bool
    in_kind_id: int | None

    @property
    def facts(self) -> Facts:
        return Facts(
            authority_id=self.authority_id,
            call_id=self.call_id,
            organisation_id=self.organisation_id,
            prepared_by=frozenset(
                {self.end_proposed_by_id} if self.end_proposed_by_id is not None else ()
            ),
        )

    @property
    def left_cents(self) -> int:
        return self.grant_cents - self.paid_cents

    @property
    def recoverable_cents(self) -> int:
        return sum(each.recoverable_cents for each in self.payments)

    @property
    def is_asked(self) -> bool:
        """True while a request waits for somebody of the authority."""
        return any(each.state not in SETTLED for each in self.payments)

    @property
    def next_payment(self) -> PaymentLine | None:
        """The instalment that can be asked for now, or is being corrected; None if none."""
        if self.state != "active":
            return None
        open_ones = [each for each in self.payments if each.state not in SETTLED]
        first = open_ones[0] if open_ones else None
        return first if first and first.state in ("planned", "returned") else None


@dataclass(frozen=True, slots=True)
class CallHead:
    code: str
    title: str


def call_head(session: Session, actor: Actor, call_id: int) -> CallHead:
    """Return a call whose agreements the person may see; NotFound for others."""
    row = session.execute(
        select(Call.code, Call.title).where(
            Call.id == call_id, visible.staff_scope(actor, Permission.SEE_AGREEMENTS)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return CallHead(*row)


def agreement_list(
    session: Session, actor: Actor, *, call_id: int | None = None, state: str = ""
) -> tuple[AgreementLine, ...]:
    """Return the agreements of staff, by reference."""
    query = _lines().where(visible.staff_scope(actor, Permission.SEE_AGREEMENTS))
    if call_id is not None:
        query = query.where(Agreement.call_id == call_id)
    if state:
        query = query.where(Agreement.state == state)
    return tuple(AgreementLine(*row) for row in session.execute(query))


def own_agreements(session: Session, actor: Actor) -> tuple[AgreementLine, ...]:
    """Return the agreements of the person's organisations, once they were sent."""
    query = _lines().where(
        visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        Agreement.state != "draft",
    )
    return tuple(AgreementLine(*row) for row in session.execute(query))


def _lines() -> Select[*tuple[Any, ...]]:  # Any: the columns of AgreementLine
    return (
        select(
            Agreement.id, Agreement.reference, Organisation.name, Application.title, Call.code,
            Call.currency, Agreement.state, Agreement.grant_cents, Agreement.paid_cents,
            Agreement.committed_cents, Agreement.signed_by_beneficiary_on.is_not(None),
        )
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Agreement.call_id)
        .order_by(Agreement.reference, Agreement.id)
    )  # fmt: skip


def staff_agreement(
    session: Session,
    actor: Actor,
    agreement_id: int,
    *,
    to: Permission = Permission.SEE_AGREEMENTS,
) -> AgreementPage:
    """Return one agreement, drafts included, for people who may do this with it."""
    scope = visible.staff_scope(actor, Permission.SEE_AGREEMENTS)
    found = _agreement(session, agreement_id, scope)
    # The four-eyes rule speaks when the deed is done, with what was seen.
    refuse_unless(actor, to, replace(found.facts, prepared_by=frozenset()))
    return found


def own_agreement(session: Session, actor: Actor, agreement_id: int) -> AgreementPage:
    """Return an agreement of the person's own organisation, once it was sent."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return _agreement(session, agreement_id, own & (Agreement.state != "draft"))


def _agreement(session: Session, agreement_id: int, allowed: ColumnElement[bool]) -> AgreementPage:
    row = session.execute(
        select(
            Agreement.id, Agreement.reference, Agreement.state, Call.id, Call.code, Call.title,
            Call.currency, Lot.code, Lot.title, Application.reference, Application.title,
            Organisation.name, Organisation.representative_name, Call.authority_id,
            Organisation.id, Agreement.grant_cents, Agreement.total_cents,
            Agreement.committed_cents, Agreement.paid_cents, Agreement.ordered_cents,
            Agreement.recovered_cents, Agreement.end_proposed_by, Agreement.end_reason,
            _end_asked_on(), Agreement.rate, Agreement.starts_on, Agreement.ends_on,
            Agreement.iban, Agreement.bic, Agreement.account_holder,
            Agreement.signed_by_beneficiary,
            Agreement.signed_by_beneficiary_on, Agreement.signed_by_authority,
            Agreement.signed_by_authority_on, func.coalesce(StoredFile.sha256, ""),
            Agreement.failure, Agreement.award_id,
        )
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Call, Call.id == Agreement.call_id)
        .outerjoin(StoredFile, StoredFile.id == Agreement.file_id)
        .where(Agreement.id == agreement_id, allowed)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    values: list[Any] = list(row)  # Any: the columns of AgreementPage
    values[24] = Fraction(values[24])
    scheme = scheme_of(session, values[3])
    values.append(payments_of(session, agreement_id, scheme))
    gives_things = scheme.in_kind is not None
    values += [gives_things, grant_of_agreement(session, agreement_id) if gives_things else None]
    return AgreementPage(*values)


def _end_asked_on() -> ScalarSelect[date]:
    asked = (EndRequest.agreement_id == Agreement.id) & (EndRequest.state == "asked")
    # An agreement may be completed while nobody answers; then there is nothing to end.
    is_in_force = Agreement.state.in_(("active", "suspended"))
    return select(EndRequest.ends_on).where(asked, is_in_force).scalar_subquery()


def payments_of(session: Session, agreement_id: int, scheme: Scheme) -> tuple[PaymentLine, ...]:
    titles = instalment_titles(scheme)
    rows = session.execute(
        select(
            Payment.id, Payment.position, Payment.kind, Payment.state, Payment.planned_cents,
            Payment.planned_on, Payment.due_cents, Payment.recoverable_cents,
            Payment.requested_at, Payment.paid_on, Payment.bank_reference, Payment.check_note,
        )
        .where(Payment.agreement_id == agreement_id)
        .order_by(Payment.position)
    )  # fmt: skip
    lines: list[list[Any]] = [list(row) for row in rows]  # Any: the columns of PaymentLine
    return tuple(
        PaymentLine(key, position, titled(titles, position, kind), kind, *others)
        for key, position, kind, *others in lines
    )


def instalment_titles(scheme: Scheme) -> tuple[str, ...]:
    """Return the titles of the published plan, in the order of the instalments."""
    return tuple(said(each.title, scheme.languages[0]) for each in scheme.payments.instalments)


def titled(titles: Sequence[str], position: int, kind: str) -> str:
    return titles[position - 1] if position <= len(titles) else kind
