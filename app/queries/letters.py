"""Letters as the office and the applicant see them, and as the worker takes them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Letter, StageEntry
from app.queries.letters_sources import gets_letter


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A letter that waits to be printed, with its contents."""

    document: str
    context: dict[str, Any]  # Any: JSON


def unprinted(session: Session, letter_id: int) -> Unprinted | None:
    """Return a letter to print, None when it is printed, given up or superseded already."""
    row = session.execute(
        select(Letter.document, Letter.context).where(
            Letter.id == letter_id, Letter.state == "queued"
        )
    ).one_or_none()
    if row is None:
        return None
    return Unprinted(row.document, row.context)


def pending(session: Session, stage_id: int) -> tuple[int, ...]:
    """Return the letters of a stage that wait to be printed; for rehearsals without a worker."""
    query = select(Letter.id).where(Letter.stage_id == stage_id, Letter.state == "queued")
    return tuple(session.execute(query.order_by(Letter.id)).scalars())


def lost(session: Session, stage_id: int, before: datetime) -> tuple[int, ...]:
    """Return the letters that wait since before that moment."""
    query = select(Letter.id).where(
        Letter.stage_id == stage_id, Letter.state == "queued", Letter.prepared_at < before
    )
    return tuple(session.execute(query.order_by(Letter.id)).scalars())


def by_codes(session: Session, codes: Sequence[str]) -> tuple[int, ...]:
    query = select(Letter.id).where(Letter.check_code.in_(codes)).order_by(Letter.id)
    return tuple(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Place:
    """What has to be locked before a letter."""

    call_id: int
    stage_id: int
    application_id: int


def place_of(session: Session, letter_id: int) -> Place:
    row = session.execute(
        select(Letter.call_id, Letter.stage_id, Letter.application_id).where(Letter.id == letter_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(*row)


def last_number(session: Session, stage_id: int, application_id: int) -> int:
    query = select(func.coalesce(func.max(Letter.number), 0))
    found = query.where(Letter.stage_id == stage_id, Letter.application_id == application_id)
    return session.execute(found).scalar_one()


def next_version(session: Session, letter_id: int) -> int | None:
    """Return the version that is being prepared in the place of a letter, None without one."""
    query = select(Letter.id).where(Letter.replaces_id == letter_id, Letter.state != "superseded")
    return session.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the letters of a stage are; `missing` have an outcome but no letter yet.

    `renewed` are new versions of letters that have left, until they leave as well.
    """

    expected: int
    waiting: int
    failed: int
    ready: int
    looked_at: int
    released: int
    renewed: int

    @property
    def prepared(self) -> int:
        return self.waiting + self.failed + self.ready + self.released

    @property
    def missing(self) -> int:
        return max(self.expected - self.prepared, 0)

    @property
    def printed(self) -> int:
        return self.ready + self.released


def standing(session: Session, stage_id: int) -> Standing:
    """Count the letters of a stage by how far they are, in one statement."""
    expected = (
        select(func.count())
        .select_from(StageEntry)
        .where(StageEntry.stage_id == stage_id, gets_letter())
        .scalar_subquery()
    )
    # A new version of a letter that has left is none of those that are due.
    renewed = Letter.released_at.is_(None) & Letter.replaces_id.is_not(None)
    ready = (
        Letter.state.in_(("rendered", "signed"))
        & Letter.released_at.is_(None)
        & Letter.replaces_id.is_(None)
    )
    row = session.execute(
        select(
            expected,
            func.count().filter(Letter.state == "queued"),
            func.count().filter(Letter.state == "failed"),
            func.count().filter(ready),
            func.count().filter(Letter.looked_at_at.is_not(None)),
            func.count().filter(Letter.released_at.is_not(None)),
            func.count().filter(renewed),
        ).where(Letter.stage_id == stage_id, Letter.state != "superseded")
    ).one()
    return Standing(*row)
