"""Beside a grant in kind: visits, what happened, and the papers that belong to it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Asset,
    AuditEntry,
    Call,
    InKindGrant,
    OwnShare,
    Quote,
    SiteVisit,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.applications_receipts import Download
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class VisitLine:
    purpose: str
    visited_on: date
    visitors: str
    findings: str
    result: str
    recorded_name: str


def visits_of(session: Session, application_id: int) -> tuple[VisitLine, ...]:
    """Return the visits, newest first; whoever calls it has found the application by a query."""
    rows = session.execute(
        select(
            SiteVisit.purpose, SiteVisit.visited_on, SiteVisit.visitors, SiteVisit.findings,
            SiteVisit.result, func.coalesce(User.name, ""),
        )
        .outerjoin(User, User.id == SiteVisit.recorded_by)
        .where(SiteVisit.application_id == application_id)
        .order_by(SiteVisit.id.desc())
    )  # fmt: skip
    return tuple(VisitLine(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class TrailLine:
    at: datetime
    by: str
    object_type: str
    event: str
    thing: str
    reason: str


def trail(session: Session, grant_id: int) -> tuple[TrailLine, ...]:
    """Return what happened, newest first; whoever calls it has found the grant by a query."""
    of_asset = and_(AuditEntry.object_type == "asset", Asset.id == AuditEntry.object_id)
    of_share = and_(AuditEntry.object_type == "own_share", OwnShare.id == AuditEntry.object_id)
    rows = session.execute(
        select(
            AuditEntry.at, AuditEntry.actor_name, AuditEntry.object_type, AuditEntry.event,
            func.coalesce(Asset.title, ""), AuditEntry.detail,
        )
        .outerjoin(Asset, of_asset)
        .outerjoin(OwnShare, of_share)
        .where(
            or_(
                and_(
                    AuditEntry.object_type == "in_kind_grant", AuditEntry.object_id == grant_id
                ),
                Asset.grant_id == grant_id,
                OwnShare.grant_id == grant_id,
            )
        )
        .order_by(AuditEntry.id.desc())
    )  # fmt: skip
    return tuple(
        TrailLine(at, by, kind, event, thing, str(detail.get("reason") or ""))
        for at, by, kind, event, thing, detail in rows
    )


def protocol_file(session: Session, grant_id: int) -> Download | None:
    """Return the printed protocol; whoever calls it has found the grant by a query that asked."""
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(InKindGrant, InKindGrant.file_id == StoredFile.id)
        .where(InKindGrant.id == grant_id)
    ).one_or_none()
    return None if row is None else Download(*row)


def quote_file(session: Session, actor: Actor, quote_id: int) -> Download:
    """Return the paper of a quote to staff who may see it, and to the beneficiary."""
    allowed = or_(
        visible.staff_scope(actor, Permission.SEE_ASSETS),
        visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
    )
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(Quote, Quote.file_id == StoredFile.id)
        .join(Asset, Asset.id == Quote.asset_id)
        .join(InKindGrant, InKindGrant.id == Asset.grant_id)
        .join(Application, Application.id == InKindGrant.application_id)
        .join(Call, Call.id == InKindGrant.call_id)
        .where(Quote.id == quote_id, allowed)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)
