"""Small look-ups for the officer's check."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import StageEntry


def application_of(session: Session, entry_id: int) -> int:
    """Return the application's id, so that an act can lock it before the entry."""
    found = session.execute(
        select(StageEntry.application_id).where(StageEntry.id == entry_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
