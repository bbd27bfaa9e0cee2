"""What was done about one object by people who stood in for somebody, from the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry


@dataclass(frozen=True, slots=True)
class StoodIn:
    """`by` did `event` for `absent`, for whom they stood in since that day."""

    event: str
    by: str
    at: datetime
    absent: str
    since: date


def stood_in(session: Session, object_type: str, object_id: int) -> tuple[StoodIn, ...]:
    """Return the deeds, oldest first; whoever calls it has found the object by a query."""
    rows = session.execute(
        select(
            AuditEntry.event,
            AuditEntry.actor_name,
            AuditEntry.at,
            AuditEntry.detail["for_absent"].astext,
            AuditEntry.detail["absent_since"].astext,
        )
        .where(
            AuditEntry.object_type == object_type,
            AuditEntry.object_id == object_id,
            AuditEntry.detail.has_key("for_absent"),
        )
        .order_by(AuditEntry.id)
    )
    return tuple(
        StoodIn(event, by, at, absent, date.fromisoformat(since))
        for event, by, at, absent, since in rows
    )
