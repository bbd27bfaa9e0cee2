"""Requests for payment under way: what waits for whom, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from app.models import Agreement, Application, Call, Organisation, Payment
from app.queries import visible
from app.queries.agreements import instalment_titles, titled
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Permission

# In which state a request waits for the holder of which permission.
WAITS = {
    "requested": Permission.CHECK_PAYMENT,
    "checked": Permission.APPROVE_PAYMENT,
    "approved": Permission.PAY,
    "sent": Permission.PAY,
    "paid": Permission.APPROVE_PAYMENT,
}


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A request that somebody has to do something with; `is_mine` if the reader may."""

    payment_id: int
    title: str
    agreement_id: int
    agreement: str
    organisation: str
    call_code: str
    currency: str
    state: str
    amount_cents: int
    since: datetime | None
    is_mine: bool

    @property
    def is_paid(self) -> bool:
        """Recorded as paid, but not found on the bank statement yet."""
        return self.state == "paid"


def queue(session: Session, actor: Actor, *, call_id: int | None = None) -> tuple[QueueLine, ...]:
    """Return the requests under way, the oldest first; those that wait for the reader marked."""
    mine = or_(*(
        (Payment.state == state) & visible.staff_scope(actor, permission)
        for state, permission in WAITS.items()
    ))  # fmt: skip
    if actor.user_id is not None:
        own_check = (Payment.state == "checked") & (Payment.checked_by == actor.user_id)
        own_record = (Payment.state == "paid") & (Payment.paid_recorded_by == actor.user_id)
        mine = mine & ~own_check.is_(True) & ~own_record.is_(True)
    query = (
        select(
            Payment.id, Payment.position, Payment.kind, Agreement.id, Agreement.reference,
            Organisation.name, Call.code, Call.currency, Payment.state,
            Payment.planned_cents, Payment.due_cents, Payment.requested_at, mine, Call.id,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Payment.call_id)
        .where(
            visible.staff_scope(actor, Permission.SEE_AGREEMENTS),
            Payment.state.in_((*WAITS, "returned", "suspended", "failed")),
            # Where no money went to the bank, there is nothing to find on a statement.
            or_(Payment.state != "paid", Payment.due_cents > Payment.set_off_cents),
        )
        .order_by(Payment.requested_at.asc().nulls_first(), Payment.id)
    )  # fmt: skip
    if call_id is not None:
        query = query.where(Call.id == call_id)
    rows = session.execute(query).all()
    titles = {key: instalment_titles(scheme_of(session, key)) for key in {row[13] for row in rows}}
    return tuple(_queue_line(row, titles[row[13]]) for row in rows)


def _queue_line(row: Row[*tuple[Any, ...]], titles: Sequence[str]) -> QueueLine:  # Any: see queue
    return QueueLine(
        payment_id=row[0],
        title=titled(titles, row[1], row[2]),
        agreement_id=row[3],
        agreement=row[4],
        organisation=row[5],
        call_code=row[6],
        currency=row[7],
        state=row[8],
        amount_cents=row[9] if row[10] is None else row[10],
        since=row[11],
        is_mine=bool(row[12]),
    )
