"""Beside a grant in kind: visits, what happened, and the papers that belong to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.i18n.marks import N_
from app.models import (
    Application,
    Asset,
    AuditEntry,
    Call,
    InKindGrant,
    InKindPaper,
    OwnShare,
    OwnShareReturn,
    PriceChange,
    Quote,
    Reallocation,
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
    rows = session.execute(
        select(
            AuditEntry.at, AuditEntry.actor_name, AuditEntry.object_type, AuditEntry.event,
            func.coalesce(Asset.title, ""), AuditEntry.detail,
        )
        .outerjoin(Asset, of_asset)
        .where(
            or_(
                and_(
                    AuditEntry.object_type == "in_kind_grant", AuditEntry.object_id == grant_id
                ),
                Asset.grant_id == grant_id,
                *(
                    and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_(keys))
                    for kind, keys in _beside(grant_id)
                ),
            )
        )
        .order_by(AuditEntry.id.desc())
    )  # fmt: skip
    return tuple(
        TrailLine(at, by, kind, event, thing, str(detail.get("reason") or ""))
        for at, by, kind, event, thing, detail in rows
    )


def _beside(grant_id: int) -> tuple[tuple[str, Select[Any]], ...]:
    """Return the kinds of rows that hang on a grant or its things, each with its keys."""
    of_grant = (OwnShare, OwnShareReturn, InKindPaper)
    of_thing = (PriceChange, Reallocation)
    return (
        *(
            (model.__tablename__, select(model.id).where(model.grant_id == grant_id))
            for model in of_grant
        ),
        *(
            (
                model.__tablename__,
                select(model.id)
                .join(Asset, Asset.id == model.asset_id)
                .where(Asset.grant_id == grant_id),
            )
            for model in of_thing
        ),
    )


def paper_file(
    session: Session, actor: Actor, paper_id: int, *, is_scan: bool, is_own: bool
) -> Download:
    """Return a printed paper, or the signed one, to whom it concerns or to staff who may see it.

    A thing that somebody else got is theirs to read of, not the first beneficiary's.
    """
    column = InKindPaper.scan_id if is_scan else InKindPaper.file_id
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(InKindPaper, column == StoredFile.id)
        .join(InKindGrant, InKindGrant.id == InKindPaper.grant_id)
        .outerjoin(Reallocation, Reallocation.paper_id == InKindPaper.id)
        .join(
            Application,
            Application.id
            == func.coalesce(Reallocation.application_id, InKindGrant.application_id),
        )
        .join(Call, Call.id == InKindGrant.call_id)
        .where(
            InKindPaper.id == paper_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
            if is_own
            else visible.staff_scope(actor, Permission.SEE_ASSETS),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(N_("The paper is not there yet. Try again in a minute."))
    return Download(*row)


def _allowed(actor: Actor) -> ColumnElement[bool]:
    return or_(
        visible.staff_scope(actor, Permission.SEE_ASSETS),
        visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
    )


def quote_file(session: Session, actor: Actor, quote_id: int) -> Download:
    """Return the paper of a quote to staff who may see it, and to the beneficiary."""
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(Quote, Quote.file_id == StoredFile.id)
        .join(Asset, Asset.id == Quote.asset_id)
        .join(InKindGrant, InKindGrant.id == Asset.grant_id)
        .join(Application, Application.id == InKindGrant.application_id)
        .join(Call, Call.id == InKindGrant.call_id)
        .where(Quote.id == quote_id, _allowed(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)
