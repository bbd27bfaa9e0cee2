"""Look-ups that deeds of recovery orders need before they lock or refuse anything."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Agreement, Authority, Call, Payment, RecoveryOrder, RecoveryReceipt

OPEN = ("prepared", "issued")


@dataclass(frozen=True, slots=True)
class Start:
    """What a new order starts from; the amount is what is recoverable and not ordered yet."""

    amount_cents: int
    payment_id: int | None
    account_holder: str


def start_of(session: Session, agreement_id: int) -> Start:
    row = session.execute(
        select(Agreement.ordered_cents, Agreement.paid_cents, Authority.name)
        .join(Call, Call.id == Agreement.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(Agreement.id == agreement_id)
    ).one()
    found = session.execute(
        select(Payment.id, Payment.recoverable_cents)
        .where(
            Payment.agreement_id == agreement_id,
            Payment.recoverable_cents > 0,
            Payment.state.in_(("paid", "reconciled")),
        )
        .order_by(Payment.position.desc())
    ).first()
    claimed = found[1] if found else 0
    least = max(0, min(claimed, row.paid_cents) - row.ordered_cents)
    return Start(least, found[0] if found else None, row.name)


def orders_before(session: Session, agreement_id: int) -> int:
    query = select(func.count(RecoveryOrder.id)).where(RecoveryOrder.agreement_id == agreement_id)
    return session.execute(query).scalar_one()


def agreement_of_order(session: Session, order_id: int) -> int:
    query = select(RecoveryOrder.agreement_id).where(RecoveryOrder.id == order_id)
    return _found(session.execute(query).scalar_one_or_none())


def order_of_receipt(session: Session, receipt_id: int) -> int:
    query = select(RecoveryReceipt.order_id).where(RecoveryReceipt.id == receipt_id)
    return _found(session.execute(query).scalar_one_or_none())


def _found(key: int | None) -> int:
    if key is None:
        raise NotFound
    return key


def set_off_waits(session: Session, payment_id: int) -> bool:
    """True while a set-off against this payment is neither confirmed nor rejected."""
    query = select(RecoveryReceipt.id).where(
        RecoveryReceipt.payment_id == payment_id, RecoveryReceipt.state == "recorded"
    )
    return session.execute(query.limit(1)).scalar_one_or_none() is not None


def waits_for_confirmation(session: Session, order_id: int) -> bool:
    query = select(RecoveryReceipt.id).where(
        RecoveryReceipt.order_id == order_id, RecoveryReceipt.state != "rejected"
    )
    return session.execute(query.limit(1)).scalar_one_or_none() is not None


def waiting_cents(session: Session, order_id: int) -> int:
    """Return what was recorded for an order, but neither confirmed nor rejected."""
    total = session.execute(
        select(func.coalesce(func.sum(RecoveryReceipt.amount_cents), 0)).where(
            RecoveryReceipt.order_id == order_id, RecoveryReceipt.state == "recorded"
        )
    ).scalar_one()
    return int(total or 0)


def is_settled(session: Session, agreement_id: int) -> bool:
    """True when nothing of the agreement has to come back any more."""
    open_orders = session.execute(
        select(RecoveryOrder.id)
        .where(RecoveryOrder.agreement_id == agreement_id, RecoveryOrder.state.in_(OPEN))
        .limit(1)
    ).scalar_one_or_none()
    claimed = session.execute(
        select(func.coalesce(func.sum(Payment.recoverable_cents), 0)).where(
            Payment.agreement_id == agreement_id, Payment.state.in_(("paid", "reconciled"))
        )
    ).scalar_one()
    recovered = session.execute(
        select(Agreement.recovered_cents).where(Agreement.id == agreement_id)
    ).scalar_one()
    return open_orders is None and recovered >= int(claimed)
