"""Applications as PDF: what is printed, what waits for the printer, what may be downloaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    ApplicationPrint,
    Call,
    StageEntry,
    StoredFile,
    Submission,
    User,
)
from app.queries import visible
from app.queries.applications_receipts import Download
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Received:
    """What was received one time."""

    number: int
    stands: bool
    received_at: datetime
    submitted_by: str
    digest: str
    snapshot: Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class AboutCall:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Unprinted:
    document: str
    context: dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Print:
    """A print of one's own application; `file` is None while it waits for the printer."""

    print_id: int
    application_id: int
    reference: str
    file: Download | None
    failure: str


def received(session: Session, entry_id: int, number: int | None) -> Received | None:
    """Return what was received the `number`th time, or what stands; None before the first."""
    which = Submission.stands if number is None else Submission.number == number
    row = session.execute(
        select(
            Submission.number,
            Submission.stands,
            Submission.received_at,
            func.coalesce(User.name, "").label("submitted_by"),
            Submission.digest,
            Submission.snapshot,
        )
        .outerjoin(User, User.id == Submission.submitted_by)
        .where(Submission.entry_id == entry_id, which)
    ).one_or_none()
    if row is None and number is not None:
        raise NotFound
    return Received(**row._mapping) if row else None  # noqa: SLF001 - the public way to read a row by name


def about_call(session: Session, call_id: int) -> AboutCall:
    return AboutCall(
        *tuple(session.execute(select(Call.code, Call.title).where(Call.id == call_id)).one())
    )


def same(session: Session, entry_id: int, document: str, digest: str) -> int | None:
    """Return the print with these very contents, if there is one."""
    return session.execute(
        select(ApplicationPrint.id).where(
            ApplicationPrint.entry_id == entry_id,
            ApplicationPrint.document == document,
            ApplicationPrint.digest == digest,
        )
    ).scalar_one_or_none()


def unprinted(session: Session, print_id: int) -> Unprinted | None:
    row = session.execute(
        select(ApplicationPrint.document, ApplicationPrint.context).where(
            ApplicationPrint.id == print_id, ApplicationPrint.file_id.is_(None)
        )
    ).one_or_none()
    return None if row is None else Unprinted(*tuple(row))


def own_print(session: Session, actor: Actor, print_id: int) -> Print:
    """Return a print of one's own application; NotFound for others."""
    row = session.execute(
        select(
            ApplicationPrint.failure,
            Application.id,
            Application.reference,
            StoredFile.sha256,
            StoredFile.filename,
            StoredFile.media_type,
        )
        .join(StageEntry, StageEntry.id == ApplicationPrint.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
        .outerjoin(StoredFile, StoredFile.id == ApplicationPrint.file_id)
        .where(
            ApplicationPrint.id == print_id,
            ApplicationPrint.document == "application_form",
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    file = Download(row.sha256, row.filename, row.media_type) if row.sha256 else None
    return Print(print_id, row.id, row.reference, file, row.failure)
