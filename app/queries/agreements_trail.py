"""What happened with an agreement and its payments, newest first, from the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import Agreement, AuditEntry, Payment
from app.queries.agreements import instalment_titles, titled
from app.queries.schemes import scheme_of

# Facts about a request that change no state and would only make the list longer.
QUIET = ("attach", "detach")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """`title` is the instalment's for payments; `reason` what the person wrote, if anything.

    `for_absent` is for whom the person stood in, if for anybody.
    """

    at: datetime
    by: str
    object_type: str
    event: str
    after: str | None
    title: str
    reason: str
    for_absent: str


def trail(session: Session, agreement_id: int) -> tuple[TrailLine, ...]:
    """Return the events; whoever calls it has found the agreement by a query that asked."""
    rows = session.execute(
        select(
            AuditEntry.at, AuditEntry.actor_name, AuditEntry.object_type, AuditEntry.event,
            AuditEntry.after, AuditEntry.detail, Payment.position, Payment.kind,
        )
        .outerjoin(
            Payment,
            and_(AuditEntry.object_type == "payment", Payment.id == AuditEntry.object_id),
        )
        .where(
            or_(
                and_(AuditEntry.object_type == "agreement", AuditEntry.object_id == agreement_id),
                Payment.agreement_id == agreement_id,
            ),
            AuditEntry.event.not_in(QUIET),
        )
        .order_by(AuditEntry.id.desc())
    ).all()  # fmt: skip
    call_id = session.execute(
        select(Agreement.call_id).where(Agreement.id == agreement_id)
    ).scalar_one()
    titles = instalment_titles(scheme_of(session, call_id))
    return tuple(
        TrailLine(
            at=row.at,
            by=row.actor_name,
            object_type=row.object_type,
            event=row.event,
            after=row.after,
            title=titled(titles, row.position, row.kind) if row.position else "",
            reason=str(row.detail.get("reason") or row.detail.get("note") or ""),
            for_absent=str(row.detail.get("for_absent") or ""),
        )
        for row in rows
    )
