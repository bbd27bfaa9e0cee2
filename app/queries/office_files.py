"""Files of an application that the office may open: what was sent in, and the receipt."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Attachment, Call, StageEntry, StoredFile, Submission
from app.queries import visible
from app.queries.applications_parts import may_be_read_by_staff
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Download:
    """A file that may be opened: its hash in the store and how it was named."""

    sha256: str
    filename: str
    media_type: str


def office_file(session: Session, actor: Actor, attachment_id: int) -> Download:
    """Return a file that came with an application which the person may see."""
    return _download(
        session.execute(
            select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
            .join(Attachment, Attachment.file_id == StoredFile.id)
            .join(StageEntry, StageEntry.id == Attachment.entry_id)
            .join(Application, Application.id == StageEntry.application_id)
            .join(Call, Call.id == Application.call_id)
            .where(
                Attachment.id == attachment_id,
                may_be_read_by_staff(),
                visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
            )
        ).one_or_none()
    )


def office_receipt(session: Session, actor: Actor, submission_id: int) -> Download:
    """Return the printed receipt of a submission."""
    return _download(
        session.execute(
            select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
            .join(Submission, Submission.receipt_file_id == StoredFile.id)
            .join(Application, Application.id == Submission.application_id)
            .join(Call, Call.id == Application.call_id)
            .where(
                Submission.id == submission_id,
                visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
            )
        ).one_or_none()
    )


def _download(row: Any) -> Download:  # Any: a row or none
    if row is None:
        raise NotFound
    return Download(*row)
