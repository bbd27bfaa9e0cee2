"""The audit trail as auditors and administrators read it: newest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models import AuditEntry
from app.queries import visible
from app.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; times are in UTC, `until` is not included; `before_id` turns the page."""

    object_type: str = ""
    object_id: int | None = None
    person: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who, when, what, before, after, why (`detail`)."""

    id: int
    at: datetime
    actor_name: str
    object_type: str
    object_id: int
    event: str
    before: str | None
    after: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`older_id` is where the next page begins, None on the last."""

    lines: tuple[AuditLine, ...]
    older_id: int | None


def audit_page(session: Session, actor: Actor, wanted: AuditFilter, *, size: int = 50) -> AuditPage:
    """Return one page by key (no OFFSET): it stays as quick at the millionth entry."""
    query = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.actor_name,
            AuditEntry.object_type,
            AuditEntry.object_id,
            AuditEntry.event,
            AuditEntry.before,
            AuditEntry.after,
            AuditEntry.detail,
        )
        .where(visible.audit(actor), *_conditions(wanted))
        .order_by(AuditEntry.id.desc())
        .limit(size + 1)
    )
    lines = tuple(AuditLine(*row) for row in session.execute(query).all())
    more = len(lines) > size
    return AuditPage(lines[:size], lines[size - 1].id if more else None)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.object_type:
        where.append(AuditEntry.object_type == wanted.object_type)
    if wanted.object_id is not None:
        where.append(AuditEntry.object_id == wanted.object_id)
    if wanted.event:
        where.append(AuditEntry.event == wanted.event)
    if wanted.person:
        like = f"%{_literal(wanted.person)}%"
        where.append(AuditEntry.actor_name.ilike(like, escape="\\"))
    if wanted.since is not None:
        where.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        where.append(AuditEntry.at < wanted.until)
    if wanted.before_id is not None:
        where.append(AuditEntry.id < wanted.before_id)
    return where


def _literal(typed: str) -> str:
    return typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
