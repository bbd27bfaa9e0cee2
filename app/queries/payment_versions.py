"""What a request said each time before it was returned, the first time first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import PaymentVersion, User


@dataclass(frozen=True, slots=True)
class Version:
    """`lines` are the costs as JSON: description, invoice and `amount_cents`."""

    number: int
    requested_at: datetime | None
    report: str
    forecast_cents: int | None
    lines: Sequence[Mapping[str, Any]]  # Any: JSON
    files: Sequence[Mapping[str, Any]]  # Any: JSON
    returned_at: datetime
    returned_by: str
    reason: str

    @property
    def total_cents(self) -> int:
        return sum(int(line["amount_cents"]) for line in self.lines)


def versions(session: Session, payment_id: int) -> tuple[Version, ...]:
    """Return the versions; whoever calls it has found the payment by a query that asked."""
    rows = session.execute(
        select(
            PaymentVersion.number, PaymentVersion.requested_at, PaymentVersion.report,
            PaymentVersion.forecast_cents, PaymentVersion.lines, PaymentVersion.files,
            PaymentVersion.returned_at, func.coalesce(User.name, ""), PaymentVersion.reason,
        )
        .outerjoin(User, User.id == PaymentVersion.returned_by)
        .where(PaymentVersion.payment_id == payment_id)
        .order_by(PaymentVersion.number)
    )  # fmt: skip
    return tuple(Version(*row) for row in rows)
