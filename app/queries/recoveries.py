"""Recovery orders: what is to come back, what came, and what a new order starts from."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Authority,
    Call,
    Organisation,
    Payment,
    RecoveryOrder,
    RecoveryReceipt,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.allowed import refuse_unless
from app.queries.applications_receipts import Download
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Actor, Facts, Permission
from app.rules.recovery import Received, interest_cents


@dataclass(frozen=True, slots=True)
class OrderLine:
    order_id: int
    agreement_id: int
    reference: str
    organisation: str
    currency: str
    state: str
    amount_cents: int
    received_cents: int
    due_on: date | None
    is_printed: bool
    failure: str

    @property
    def left_cents(self) -> int:
        return self.amount_cents - self.received_cents


@dataclass(frozen=True, slots=True)
class Receipt:
    """`payment_id` where it was set off; counts once `confirmed`."""

    receipt_id: int
    state: str
    amount_cents: int
    interest_cents: int
    received_on: date
    bank_reference: str
    payment_id: int | None
    recorded_by: str
    recorded_by_id: int | None
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class SetOffChoice:
    """An approved payment of the same beneficiary that the debt can be set off against."""

    payment_id: int
    agreement: str
    free_cents: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """`context` are the terms until it is issued; `file_sha256` is empty until printed.

    `authority_iban` is the account of the authority that two people confirmed, or empty.
    """

    order_id: int
    reference: str
    state: str
    amount_cents: int
    received_cents: int
    reason: str
    due_on: date | None
    interest_percent: str
    prepared_at: datetime
    prepared_by: str
    prepared_by_id: int | None
    issued_at: datetime | None
    issued_by: str
    agreement_id: int
    agreement: str
    call_id: int
    call_title: str
    authority_id: int
    organisation_id: int
    organisation: str
    currency: str
    authority_iban: str
    context: dict[str, Any]  # Any: JSON
    file_sha256: str
    failure: str
    receipts: tuple[Receipt, ...]

    @property
    def facts(self) -> Facts:
        by = frozenset({self.prepared_by_id} if self.prepared_by_id is not None else ())
        return Facts(self.authority_id, self.call_id, self.organisation_id, prepared_by=by)

    def receipt_facts(self, receipt: Receipt) -> Facts:
        by = frozenset({receipt.recorded_by_id} if receipt.recorded_by_id is not None else ())
        return Facts(self.authority_id, self.call_id, self.organisation_id, prepared_by=by)

    @property
    def left_cents(self) -> int:
        return self.amount_cents - self.received_cents

    @property
    def account(self) -> str:
        """Where the money is to be paid, as on paper."""
        return f"{printed_iban(self.context['iban'])} · {self.context['account_holder']}"

    @property
    def is_other_account(self) -> bool:
        """True where it is not paid to the account of the authority that is in use."""
        return bool(self.context["iban"] != self.authority_iban)

    @property
    def waiting_cents(self) -> int:
        """What was recorded and waits for a second person."""
        return sum(each.amount_cents for each in self.receipts if each.state == "recorded")

    def interest_until(self, day: date) -> int:
        """Return the interest owed up to that day, whatever of it was paid."""
        if self.due_on is None or not self.interest_percent:
            return 0
        came = [
            Received(each.received_on, each.amount_cents)
            for each in self.receipts
            if each.state == "confirmed"
        ]
        return interest_cents(
            self.amount_cents,
            Fraction(self.interest_percent),
            due_on=self.due_on,
            until=day,
            received=came,
        )

    @property
    def interest_received_cents(self) -> int:
        return sum(each.interest_cents for each in self.receipts if each.state == "confirmed")


def order_lines(
    session: Session, actor: Actor, *, agreement_id: int | None = None
) -> tuple[OrderLine, ...]:
    """Return the orders that staff may see, or the beneficiary once issued, newest first."""
    query = _lines().where(_visible(actor))
    if agreement_id is not None:
        query = query.where(RecoveryOrder.agreement_id == agreement_id)
    return tuple(OrderLine(*row) for row in session.execute(query))


def _lines() -> Select[*tuple[Any, ...]]:  # Any: the columns of OrderLine
    return (
        select(
            RecoveryOrder.id, RecoveryOrder.agreement_id, RecoveryOrder.reference,
            Organisation.name, Call.currency, RecoveryOrder.state, RecoveryOrder.amount_cents,
            RecoveryOrder.received_cents, RecoveryOrder.due_on,
            RecoveryOrder.file_id.is_not(None), RecoveryOrder.failure,
        )
        .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == RecoveryOrder.call_id)
        .order_by(RecoveryOrder.id.desc())
    )  # fmt: skip


def own_order_lines(session: Session, actor: Actor) -> tuple[OrderLine, ...]:
    """Return the issued orders on one's own organisations whose letter is printed."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    printed = RecoveryOrder.issued_at.is_not(None) & RecoveryOrder.file_id.is_not(None)
    return tuple(OrderLine(*row) for row in session.execute(_lines().where(own & printed)))


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Staff of finance always, the beneficiary what was issued."""
    own = visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
    return or_(
        visible.staff_scope(actor, Permission.SEE_AGREEMENTS),
        own & RecoveryOrder.issued_at.is_not(None),
    )


def staff_order(
    session: Session,
    actor: Actor,
    order_id: int,
    *,
    to: Permission = Permission.SEE_AGREEMENTS,
) -> OrderPage:
    """Return an order for people of the authority who may do this with it."""
    found = order(session, actor, order_id)
    refuse_unless(actor, to, replace(found.facts, prepared_by=frozenset()))
    return found


def order(session: Session, actor: Actor, order_id: int) -> OrderPage:
    preparer, issuer = aliased(User), aliased(User)
    row = session.execute(
        select(
            RecoveryOrder.id, RecoveryOrder.reference, RecoveryOrder.state,
            RecoveryOrder.amount_cents, RecoveryOrder.received_cents, RecoveryOrder.reason,
            RecoveryOrder.due_on, RecoveryOrder.interest_percent, RecoveryOrder.prepared_at,
            func.coalesce(preparer.name, ""), RecoveryOrder.prepared_by, RecoveryOrder.issued_at,
            func.coalesce(issuer.name, ""), Agreement.id, Agreement.reference, Call.id,
            Call.title, Call.authority_id, Organisation.id, Organisation.name, Call.currency,
            Authority.bank_iban, RecoveryOrder.context, func.coalesce(StoredFile.sha256, ""),
            RecoveryOrder.failure,
        )
        .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == RecoveryOrder.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .outerjoin(preparer, preparer.id == RecoveryOrder.prepared_by)
        .outerjoin(issuer, issuer.id == RecoveryOrder.issued_by)
        .outerjoin(StoredFile, StoredFile.id == RecoveryOrder.file_id)
        .where(RecoveryOrder.id == order_id, _visible(actor))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    values: list[Any] = list(row)  # Any: the columns of OrderPage
    values.append(_receipts(session, order_id))
    return OrderPage(*values)


def _receipts(session: Session, order_id: int) -> tuple[Receipt, ...]:
    recorder, confirmer = aliased(User), aliased(User)
    rows = session.execute(
        select(
            RecoveryReceipt.id, RecoveryReceipt.state, RecoveryReceipt.amount_cents,
            RecoveryReceipt.interest_cents, RecoveryReceipt.received_on,
            RecoveryReceipt.bank_reference, RecoveryReceipt.payment_id,
            func.coalesce(recorder.name, ""), RecoveryReceipt.recorded_by,
            func.coalesce(confirmer.name, ""),
        )
        .outerjoin(recorder, recorder.id == RecoveryReceipt.recorded_by)
        .outerjoin(confirmer, confirmer.id == RecoveryReceipt.confirmed_by)
        .where(RecoveryReceipt.order_id == order_id)
        .order_by(RecoveryReceipt.id)
    )  # fmt: skip
    lines: list[list[Any]] = [list(row) for row in rows]  # Any: the columns of Receipt
    return tuple(Receipt(*line) for line in lines)


def set_off_choices(session: Session, page: OrderPage) -> tuple[SetOffChoice, ...]:
    """Return what the same authority still pays the same beneficiary, in the same currency."""
    free = Payment.due_cents - Payment.set_off_cents
    rows = session.execute(
        select(Payment.id, Agreement.reference, free)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == Payment.call_id)
        .where(
            Payment.state == "approved",
            free > 0,
            Application.organisation_id == page.organisation_id,
            Call.authority_id == page.authority_id,
            Call.currency == page.currency,
        )
        .order_by(Agreement.reference, Payment.position)
    )
    return tuple(SetOffChoice(key, reference, cents or 0) for key, reference, cents in rows)


def unprinted(session: Session, order_id: int) -> dict[str, Any] | None:  # Any: JSON
    """Return the letter of an issued order that is not printed yet, else None."""
    return session.execute(
        select(RecoveryOrder.context).where(
            RecoveryOrder.id == order_id,
            RecoveryOrder.issued_at.is_not(None),
            RecoveryOrder.file_id.is_(None),
        )
    ).scalar_one_or_none()


def letter(session: Session, actor: Actor, order_id: int) -> Download | None:
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(RecoveryOrder, RecoveryOrder.file_id == StoredFile.id)
        .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Call, Call.id == RecoveryOrder.call_id)
        .where(RecoveryOrder.id == order_id, _visible(actor))
    ).one_or_none()
    return None if row is None else Download(*row)
