"""What was received, and the files that may be opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Attachment,
    Call,
    Stage,
    StageEntry,
    StoredFile,
    Submission,
    User,
)
from app.queries import visible
from app.queries.applications import closes_at_of_stage
from app.queries.applications_parts import may_be_read_by_staff
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received and when; `sha256` is empty until the paper is printed."""

    submission_id: int
    number: int
    stands: bool
    reference: str
    title: str
    stage_key: str
    received_at: datetime
    closes_at: datetime | None
    submitted_by: str
    digest: str
    requested_cents: int | None
    currency: str
    files: tuple[dict[str, Any], ...]  # Any: JSON of the snapshot
    sha256: str
    filename: str
    failure: str


@dataclass(frozen=True, slots=True)
class SentIn:
    """One time that an application was sent in; only the one that `stands` counts."""

    submission_id: int
    stage_key: str
    number: int
    stands: bool
    received_at: datetime
    submitted_by: str
    requested_cents: int | None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that may be opened: its hash in the store and how it was named."""

    sha256: str
    filename: str
    media_type: str


def sent_in(session: Session, actor: Actor, application_id: int) -> tuple[SentIn, ...]:
    """Return each time that the application was sent in, over all stages, the newest first."""
    rows = session.execute(
        select(
            Submission.id.label("submission_id"),
            Stage.key.label("stage_key"),
            Submission.number,
            Submission.stands,
            Submission.received_at,
            func.coalesce(User.name, "").label("submitted_by"),
            _requested_cents().label("requested_cents"),
        )
        .join(StageEntry, StageEntry.id == Submission.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == Submission.application_id)
        .outerjoin(User, User.id == Submission.submitted_by)
        .where(
            Submission.application_id == application_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
        .order_by(Stage.position.desc(), Submission.number.desc())
    ).mappings()
    return tuple(SentIn(**row) for row in rows)


def _requested_cents() -> ColumnElement[int | None]:
    return cast(Submission.snapshot["requested_cents"].astext, BigInteger)


def receipt(
    session: Session,
    actor: Actor,
    application_id: int,
    stage_key: str,
    *,
    number: int | None = None,
) -> Receipt:
    """Return the receipt of what stands in a stage, or of the time with that number.

    NotFound before the submission and for others.
    """
    which = Submission.stands if number is None else Submission.number == number
    row = session.execute(
        _receipts().where(
            Application.id == application_id,
            Stage.key == stage_key,
            which,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    *before, files, sha256, filename, failure = tuple(row)
    values = (*before, tuple(files or ()), sha256, filename, failure)
    return Receipt(*values)


def _receipts() -> Select[*tuple[Any, ...]]:  # Any: the columns of Receipt
    return (
        select(
            Submission.id,
            Submission.number,
            Submission.stands,
            Application.reference,
            func.coalesce(Submission.snapshot["title"].astext, Application.title),
            Stage.key,
            Submission.received_at,
            closes_at_of_stage(),
            func.coalesce(User.name, ""),
            Submission.digest,
            _requested_cents(),
            Call.currency,
            Submission.snapshot["files"],
            func.coalesce(StoredFile.sha256, ""),
            func.coalesce(StoredFile.filename, ""),
            Submission.receipt_failure,
        )
        .join(StageEntry, StageEntry.id == Submission.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == Submission.application_id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(User, User.id == Submission.submitted_by)
        .outerjoin(StoredFile, StoredFile.id == Submission.receipt_file_id)
    )


def attached_file(session: Session, actor: Actor, attachment_id: int) -> Download:
    """Return a file of an application: for its applicant, and for staff once it is sent in."""
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .join(StageEntry, StageEntry.id == Attachment.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Attachment.id == attachment_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION)
            & Attachment.removed_at.is_(None)
            | visible.staff_scope(actor, Permission.SEE_APPLICATIONS) & may_be_read_by_staff(),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A receipt that has no paper yet, with its contents."""

    application_id: int
    context: dict[str, Any]  # Any: JSON


def unprinted(session: Session, submission_id: int) -> Unprinted | None:
    """Return the contents of a receipt, None when it is printed already."""
    row = session.execute(
        select(Submission.application_id, Submission.receipt_context).where(
            Submission.id == submission_id, Submission.receipt_file_id.is_(None)
        )
    ).one_or_none()
    return None if row is None else Unprinted(*row)
