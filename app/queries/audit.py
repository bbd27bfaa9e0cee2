"""The audit trail as auditors and administrators read it: newest first, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.models import AuditEntry, Call
from app.queries import visible
from app.rules.permissions import Actor

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; times are in UTC, `until` is not included; `before_id` turns the page.

    `objects` are the numbers of objects by their kind (see `audit_objects.whole`); None means
    no such condition, an empty mapping that nothing fits. `call_id` is all of one call.
    """

    object_type: str = ""
    objects: Mapping[str, tuple[int, ...]] | None = None
    call_id: int | None = None
    person: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who, when, what, before, after, why (`detail`); `currency` is the call's, or empty."""

    id: int
    at: datetime
    actor_name: str
    object_type: str
    object_id: int
    event: str
    before: str | None
    after: str | None
    detail: dict[str, Any]
    authority_id: int | None = None
    call_id: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`older_id` is where the next page begins, None on the last."""

    lines: tuple[AuditLine, ...] = field(default_factory=tuple)
    older_id: int | None = None


def audit_page(session: Session, actor: Actor, wanted: AuditFilter, *, size: int = 50) -> AuditPage:
    """Return one page by key (no OFFSET): it stays as quick at the millionth entry."""
    rows = session.execute(_entries(actor, wanted).limit(size + 1)).all()
    lines = tuple(_line(row) for row in rows)
    more = len(lines) > size
    return AuditPage(lines[:size], lines[size - 1].id if more else None)


def audit_batches(
    session: Session, actor: Actor, wanted: AuditFilter
) -> Iterator[tuple[AuditLine, ...]]:
    """Yield all lines, some hundred at a time, by key: a million take the memory of one batch."""
    page = audit_page(session, actor, wanted, size=AT_ONCE)
    while page.lines:
        yield page.lines
        if page.older_id is None:
            return
        older = replace(wanted, before_id=page.older_id)
        page = audit_page(session, actor, older, size=AT_ONCE)


def audit_count(session: Session, actor: Actor, wanted: AuditFilter, *, most: int) -> int:
    """Return how many lines there are, counting no further than `most`."""
    ids = select(AuditEntry.id).where(visible.audit(actor), *_conditions(wanted)).limit(most)
    return session.execute(select(func.count()).select_from(ids.subquery())).scalar_one()


def _entries(actor: Actor, wanted: AuditFilter) -> Select[*tuple[Any, ...]]:  # Any: the columns
    return (
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
            AuditEntry.authority_id,
            AuditEntry.call_id,
            func.coalesce(Call.currency, ""),
        )
        .outerjoin(Call, Call.id == AuditEntry.call_id)
        .where(visible.audit(actor), *_conditions(wanted))
        .order_by(AuditEntry.id.desc())
    )


def _line(row: Row[*tuple[Any, ...]]) -> AuditLine:  # Any: the columns of AuditLine
    return AuditLine(*row)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.object_type:
        where.append(AuditEntry.object_type == wanted.object_type)
    if wanted.objects is not None:
        where.append(_among(wanted.objects))
    if wanted.call_id is not None:
        where.append(AuditEntry.call_id == wanted.call_id)
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


def _among(objects: Mapping[str, tuple[int, ...]]) -> ColumnElement[bool]:
    """Ask by kind and number, as the index is ordered."""
    kinds = [
        and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_(ids))
        for kind, ids in sorted(objects.items())
        if ids
    ]
    return or_(*kinds) if kinds else false()


def _literal(typed: str) -> str:
    return typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
