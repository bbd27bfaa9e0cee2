"""Look-ups that deeds of agreements and payments need before they lock anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Award,
    Call,
    ExpenditureLine,
    Organisation,
    Payment,
    PaymentFile,
    PaymentVersion,
    Stage,
    StageEntry,
    StoredFile,
)
from app.rules.scheme_money import InstalmentKind

UNDER_WAY = ("approved", "sent", "failed")
PAID = ("paid", "reconciled")
SETTLED = (*PAID, "dropped", "rejected")


@dataclass(frozen=True, slots=True)
class AwardPlace:
    """Where an award stands, and the budget that it was asked with."""

    call_id: int
    application_id: int
    reference: str
    applicant_type: str
    organisation: str
    requested_cents: int
    total_cents: int


def award_place(session: Session, award_id: int) -> AwardPlace:
    """Return the award's place; the budget is that of the last stage that had one."""
    row = session.execute(
        select(
            Award.call_id,
            Award.application_id,
            Application.reference,
            Organisation.applicant_type,
            Organisation.name,
            StageEntry.requested_cents,
            StageEntry.total_cents,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Award.id == award_id, StageEntry.total_cents.is_not(None))
        .order_by(Stage.position.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.requested_cents is None or row.total_cents is None:
        raise NotFound
    return AwardPlace(
        call_id=row.call_id,
        application_id=row.application_id,
        reference=row.reference,
        applicant_type=row.applicant_type,
        organisation=row.name,
        requested_cents=row.requested_cents,
        total_cents=row.total_cents,
    )


def agreement_of_award(session: Session, award_id: int) -> int | None:
    return session.execute(
        select(Agreement.id).where(Agreement.award_id == award_id)
    ).scalar_one_or_none()


def agreement_of_payment(session: Session, payment_id: int) -> int:
    found = session.execute(
        select(Payment.agreement_id).where(Payment.id == payment_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def award_of_agreement(session: Session, agreement_id: int) -> int:
    found = session.execute(
        select(Agreement.award_id).where(Agreement.id == agreement_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def call_of_agreement(session: Session, agreement_id: int) -> int:
    found = session.execute(
        select(Agreement.call_id).where(Agreement.id == agreement_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def call_title(session: Session, call_id: int) -> str:
    return session.execute(select(Call.title).where(Call.id == call_id)).scalar_one()


def paper_waits(session: Session, agreement_id: int) -> dict[str, Any] | None:  # Any: JSON
    """Return the contents of an agreement that is not printed yet, else None."""
    found: dict[str, Any] | None = session.execute(
        select(Agreement.terms).where(Agreement.id == agreement_id, Agreement.file_id.is_(None))
    ).scalar_one_or_none()
    return found or None


@dataclass(frozen=True, slots=True)
class AsSent:
    """A request as it stands, as JSON: which time it was sent in, its costs and files."""

    number: int
    lines: Sequence[dict[str, Any]]  # Any: JSON
    files: Sequence[dict[str, Any]]  # Any: JSON


def as_sent(session: Session, payment_id: int) -> AsSent:
    before = session.execute(
        select(func.count(PaymentVersion.id)).where(PaymentVersion.payment_id == payment_id)
    ).scalar_one()
    lines = session.execute(
        select(
            ExpenditureLine.heading, ExpenditureLine.description, ExpenditureLine.supplier,
            ExpenditureLine.invoice_number, ExpenditureLine.invoice_on,
            ExpenditureLine.amount_cents, ExpenditureLine.accepted_cents, ExpenditureLine.reason,
        )
        .where(ExpenditureLine.payment_id == payment_id)
        .order_by(ExpenditureLine.position)
    )  # fmt: skip
    files = session.execute(
        select(StoredFile.filename, StoredFile.sha256)
        .join(PaymentFile, PaymentFile.file_id == StoredFile.id)
        .where(PaymentFile.payment_id == payment_id)
        .order_by(PaymentFile.id)
    )
    return AsSent(
        number=before + 1,
        lines=tuple(_json(row) for row in lines),
        files=tuple(_json(row) for row in files),
    )


def _json(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:  # Any: whatever was selected
    values = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def costs_of(session: Session, payment_id: int) -> int:
    """Return the costs that were reported with one request, in cents."""
    total = session.execute(
        select(func.coalesce(func.sum(ExpenditureLine.amount_cents), 0)).where(
            ExpenditureLine.payment_id == payment_id
        )
    ).scalar_one()
    return int(total or 0)


def accepted_in_all(session: Session, agreement_id: int) -> int:
    """Return the costs accepted with all requests that were paid, in cents."""
    return int(
        session.execute(
            select(func.coalesce(func.sum(ExpenditureLine.accepted_cents), 0))
            .join(Payment, Payment.id == ExpenditureLine.payment_id)
            .where(Payment.agreement_id == agreement_id, Payment.state.in_(PAID))
        ).scalar_one()
        or 0
    )


def is_balanced(session: Session, agreement_id: int) -> bool:
    """True when the balance was paid, so that the final grant is known."""
    found = session.execute(
        select(Payment.id).where(
            Payment.agreement_id == agreement_id,
            Payment.kind == InstalmentKind.BALANCE,
            Payment.state.in_(PAID),
        )
    ).first()
    return found is not None


def not_reconciled(session: Session, agreement_id: int) -> int:
    """Return how many payments of money are not found on the bank statement yet."""
    query = select(func.count(Payment.id)).where(
        Payment.agreement_id == agreement_id,
        Payment.state.not_in(("reconciled", "dropped", "rejected")),
        func.coalesce(Payment.due_cents, 0) > Payment.set_off_cents,
    )
    return session.execute(query).scalar_one()


def last_paid_on(session: Session, agreement_id: int) -> date | None:
    query = select(func.max(Payment.paid_on)).where(Payment.agreement_id == agreement_id)
    return session.execute(query).scalar_one()
