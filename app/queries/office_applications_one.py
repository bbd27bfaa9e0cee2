"""One application as the office sees it: the organisation, every stage as sent in, the trail."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Attachment,
    AuditEntry,
    Award,
    Call,
    CallVersion,
    Letter,
    Lot,
    Organisation,
    OrganisationIdentifier,
    Stage,
    StageEntry,
    StoredFile,
    Submission,
    User,
)
from app.queries import visible
from app.queries.applications import closes_at_of_stage
from app.queries.applications_parts import may_be_read_by_staff
from app.queries.kept import Statement, kept
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """Who applies; `identifiers` are (country, scheme, number)."""

    name: str
    applicant_type: str
    country: str
    register_code: str | None
    municipality: str
    region: str
    district: str
    development_group: str
    address: str
    postcode: str
    city: str
    email: str
    phone: str
    representative_name: str
    representative_title: str
    identifiers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class File:
    attachment_id: int
    requirement: str
    filename: str
    size_bytes: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class SentStage:
    """One stage as it was received: `snapshot` is the immutable record, empty where no form is."""

    entry_id: int
    stage_id: int
    stage_key: str
    stage_state: str
    position: int
    state: str
    received_at: datetime
    closes_at: datetime | None
    submitted_by: str
    requested_cents: int | None
    total_cents: int | None
    score: Any  # Any: a decimal or none
    outcome: str
    outcome_detail: Mapping[str, Any]  # Any: JSON
    snapshot: Mapping[str, Any]  # Any: JSON
    digest: str
    submission_id: int | None
    has_receipt: bool
    rules_version: int | None = None
    rules_digest: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailLine:
    at: datetime
    by: str
    object_type: str
    event: str
    stage_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfficeApplication:
    """Everything the office knows of one application; stages newest first."""

    application_id: int
    call_id: int
    call_code: str
    call_title: str
    currency: str
    lot_code: str
    reference: str
    title: str
    state: str
    region: str
    requested_cents: int | None
    submitted_at: datetime
    facts: Facts
    scheme: Scheme
    organisation: OrganisationCard
    stages: tuple[SentStage, ...]
    trail: tuple[TrailLine, ...]
    has_letters: bool
    agreement_id: int | None
    organisation_id: int
    award_id: int | None


def office_application(session: Session, actor: Actor, application_id: int) -> OfficeApplication:
    """Return one application that was sent in; NotFound for drafts and for other people's."""
    reach = visible.staff_reach(actor, Permission.SEE_APPLICATIONS)
    row = session.execute(_head(reach), {"application_id": application_id}).one_or_none()
    if row is None:
        raise NotFound
    named = row._mapping  # noqa: SLF001 - the public way to read a row by name
    return OfficeApplication(
        application_id=application_id,
        call_id=row.call_id,
        call_code=row.code,
        call_title=row.call_title,
        currency=row.currency,
        lot_code=row.lot_code,
        reference=row.reference,
        title=row.title,
        state=row.state,
        region=row.region,
        requested_cents=row.requested_cents,
        submitted_at=row.submitted_at,
        facts=Facts(authority_id=row.authority_id, call_id=row.call_id),
        scheme=scheme_of(session, row.call_id),
        organisation=OrganisationCard(
            **{name: named[f"org_{name}"] for name in _CARD},
            identifiers=identifiers_of(session, row.organisation_id),
        ),
        stages=_stages(session, application_id),
        trail=_trail(session, application_id),
        has_letters=bool(row.letters),
        agreement_id=row.agreement_id,
        organisation_id=row.organisation_id,
        award_id=row.award_id,
    )


_CARD = tuple(field.name for field in fields(OrganisationCard) if field.name != "identifiers")


@kept
def _head(reach: visible.Reach) -> Statement:
    return (
        select(
            Application.call_id, Application.reference, Application.title, Application.state,
            Application.region, Application.requested_cents, Application.submitted_at,
            Application.organisation_id, Call.code, Call.title.label("call_title"),
            Call.currency, Call.authority_id, Lot.code.label("lot_code"),
            *(getattr(Organisation, name).label(f"org_{name}") for name in _CARD),
            select(func.count()).where(Letter.application_id == Application.id)
            .correlate(Application).scalar_subquery().label("letters"),
            select(func.max(Agreement.id)).where(Agreement.application_id == Application.id)
            .correlate(Application).scalar_subquery().label("agreement_id"),
            select(func.max(Award.id)).where(
                Award.application_id == Application.id, Award.state != "discarded"
            ).correlate(Application).scalar_subquery().label("award_id"),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.id == bindparam("application_id"),
            Application.submitted_at.is_not(None),
            reach.scope(),
        )
    )  # fmt: skip


def identifiers_of(session: Session, organisation_id: int) -> tuple[tuple[str, str, str], ...]:
    rows = session.execute(_identifiers(), {"organisation_id": organisation_id})
    return tuple((country, scheme, number) for country, scheme, number in rows)


@kept
def _identifiers() -> Statement:
    found = OrganisationIdentifier
    return (
        select(found.country, found.scheme, found.number)
        .where(found.organisation_id == bindparam("organisation_id"))
        .order_by(found.scheme, found.number)
    )


def _stages(session: Session, application_id: int) -> tuple[SentStage, ...]:
    rows = session.execute(_sent_stages(), {"application_id": application_id}).mappings()
    files = _files(session, application_id)
    return tuple(SentStage(**row, files=files.get(row["entry_id"], ())) for row in rows.all())


@kept
def _sent_stages() -> Statement:
    return (
        select(
            StageEntry.id.label("entry_id"),
            StageEntry.stage_id,
            Stage.key.label("stage_key"),
            Stage.state.label("stage_state"),
            Stage.position,
            StageEntry.state,
            StageEntry.received_at,
            closes_at_of_stage().label("closes_at"),
            func.coalesce(User.name, "").label("submitted_by"),
            StageEntry.requested_cents,
            StageEntry.total_cents,
            StageEntry.score,
            StageEntry.outcome,
            StageEntry.outcome_detail,
            func.coalesce(Submission.snapshot, cast({}, JSONB)).label("snapshot"),
            func.coalesce(Submission.digest, "").label("digest"),
            Submission.id.label("submission_id"),
            Submission.receipt_file_id.is_not(None).label("has_receipt"),
            Submission.rules_version,
            func.coalesce(CallVersion.rules_digest, "").label("rules_digest"),
        )
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .outerjoin(Submission, (Submission.entry_id == StageEntry.id) & Submission.stands)
        .outerjoin(
            CallVersion,
            (CallVersion.call_id == Call.id) & (CallVersion.number == Submission.rules_version),
        )
        .outerjoin(User, User.id == StageEntry.submitted_by)
        .where(
            StageEntry.application_id == bindparam("application_id"),
            StageEntry.received_at.is_not(None),
        )
        .order_by(Stage.position.desc())
    )


def _files(session: Session, application_id: int) -> dict[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    for row in session.execute(_sent_files(), {"application_id": application_id}).mappings():
        file = File(**{name: value for name, value in row.items() if name != "entry_id"})
        found[row["entry_id"]] = (*found.get(row["entry_id"], ()), file)
    return found


@kept
def _sent_files() -> Statement:
    return (
        select(
            Attachment.entry_id,
            Attachment.id.label("attachment_id"),
            Attachment.requirement,
            StoredFile.filename,
            StoredFile.size_bytes,
            StoredFile.sha256,
            Attachment.added_at,
        )
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .join(StageEntry, StageEntry.id == Attachment.entry_id)
        .where(StageEntry.application_id == bindparam("application_id"), may_be_read_by_staff())
        .order_by(Attachment.id)
    )


def _trail(session: Session, application_id: int) -> tuple[TrailLine, ...]:
    """Return what happened to the application, its stages and awards, the newest first."""
    rows = session.execute(_entries(), {"application_id": application_id})
    return tuple(
        TrailLine(at, by, kind, event, key, str(detail.get("reason") or ""))
        for at, by, kind, event, key, detail in rows
    )


@kept
def _entries() -> Statement:
    application_id = bindparam("application_id", type_=BigInteger())
    # Pairs from one list: three conditions with OR would make the database read the whole trail.
    about = union_all(
        select(literal("application"), application_id),
        select(literal("stage_entry"), StageEntry.id).where(
            StageEntry.application_id == application_id
        ),
        select(literal("award"), Award.id).where(Award.application_id == application_id),
    )
    return (
        select(
            AuditEntry.at,
            AuditEntry.actor_name,
            AuditEntry.object_type,
            AuditEntry.event,
            func.coalesce(Stage.key, ""),
            AuditEntry.detail,
        )
        .outerjoin(
            StageEntry,
            and_(AuditEntry.object_type == "stage_entry", StageEntry.id == AuditEntry.object_id),
        )
        .outerjoin(Stage, Stage.id == StageEntry.stage_id)
        .where(tuple_(AuditEntry.object_type, AuditEntry.object_id).in_(about))
        .order_by(AuditEntry.id.desc())
    )
