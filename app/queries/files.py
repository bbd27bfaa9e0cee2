"""Which files of the store a row points at."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry, StoredFile


def named(session: Session, hashes: Collection[str]) -> set[str]:
    """Return those of the hashes that somebody's file, letter or receipt is kept under."""
    query = select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))
    return set(session.scalars(query))


def everything(session: Session) -> dict[str, int]:
    """Return hash → bytes of every file that a row points at; pictures are told with 0 bytes."""
    query = select(StoredFile.sha256, StoredFile.size_bytes).distinct()
    pictures = dict.fromkeys(letterhead_pictures(session), 0)
    return pictures | {row.sha256: row.size_bytes for row in session.execute(query)}


def letterhead_pictures(session: Session) -> set[str]:
    """Return every picture that is or was on a letterhead: a letter keeps that of its time."""
    query = select(AuditEntry.detail["after"].astext).where(
        AuditEntry.object_type == "authority", AuditEntry.event == "set_logo"
    )
    return {sha256 for sha256 in session.scalars(query) if sha256 is not None}
