"""Drafts that officers may read because their applicants said so; nobody else's, never later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, AuditEntry, Call, Lot, Organisation, StageEntry, User
from app.queries import applications, visible
from app.rules.permissions import Actor, Permission

# Helping with a draft is the work of those who check; readers of the file have no part in it.
TO = Permission.CHECK_APPLICATION


@dataclass(frozen=True, slots=True)
class SharedDraft:
    application_id: int
    reference: str
    title: str
    organisation: str
    lot_code: str
    shared_at: datetime | None
    shared_by: str


@dataclass(frozen=True, slots=True)
class OwnConsent:
    """What the applicant has allowed; `is_draft` says whether there is anything to allow."""

    application_id: int
    reference: str
    title: str
    authority_reads_since: datetime | None
    is_draft: bool


def has_draft(session: Session, application_id: int) -> bool:
    """True while a stage of the application is open for its applicant."""
    return bool(session.execute(select(_open(application_id))).scalar_one())


def was_read(session: Session, application_id: int, *, by: int | None, since: datetime) -> bool:
    """True when the person's look at the draft is in the trail already, since that moment."""
    looked = exists().where(
        AuditEntry.object_type == Application.__tablename__,
        AuditEntry.object_id == application_id,
        AuditEntry.event == "read_draft",
        AuditEntry.actor_id == by,
        AuditEntry.at >= since,
    )
    return bool(session.execute(select(looked)).scalar_one())


def own_consent(session: Session, actor: Actor, application_id: int) -> OwnConsent:
    row = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Application.draft_shared_at,
            _open(application_id),
        ).where(
            Application.id == application_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return OwnConsent(*row)


def shared_drafts(session: Session, actor: Actor, call_id: int) -> tuple[SharedDraft, ...]:
    """Return the drafts of a call that may be read, in the order of their references."""
    rows = session.execute(
        select(
            Application.id,
            Application.reference,
            Application.title,
            Organisation.name,
            Lot.code,
            Application.draft_shared_at,
            func.coalesce(User.name, ""),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .outerjoin(User, User.id == Application.draft_shared_by)
        .where(Call.id == call_id, *_readable(actor))
        .order_by(Application.reference)
    )
    return tuple(SharedDraft(*row) for row in rows)


def shared_draft(session: Session, actor: Actor, application_id: int) -> applications.Entry:
    """Return a draft with all that is in it; NotFound without the applicant's consent."""
    entry_id = session.execute(
        select(StageEntry.id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Application.id == application_id, *_readable(actor))
    ).scalar_one_or_none()
    if entry_id is None:
        raise NotFound
    return applications.whole(session, entry_id)


def _readable(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Needs StageEntry, Application and Call in the FROM."""
    return (
        visible.staff_scope(actor, TO),
        Application.draft_shared_at.is_not(None),
        Application.state != "withdrawn",
        StageEntry.state == "open",
    )


def _open(application_id: int) -> ColumnElement[bool]:
    return exists().where(StageEntry.application_id == application_id, StageEntry.state == "open")
