"""The parts of one application in one stage: who applies, budget, files, what came before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import (
    Attachment,
    BudgetLine,
    BudgetSource,
    Stage,
    StageEntry,
    StoredFile,
    Submission,
)
from app.queries.kept import Statement, kept


@dataclass(frozen=True, slots=True)
class Applicant:
    """The organisation that applies, as far as rules and papers ask."""

    organisation_id: int
    name: str
    applicant_type: str
    country: str
    region: str
    development_group: str
    municipality: str
    address: str
    postcode: str
    city: str
    email: str
    representative_name: str
    representative_title: str

    @property
    def attributes(self) -> dict[str, str]:
        """Return what exceptions of a lot's rate may ask for."""
        return {
            "applicant_type": self.applicant_type,
            "country": self.country,
            "region": self.region,
            "development_group": self.development_group,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One stored budget line."""

    heading: str
    description: str
    unit: str
    units: Decimal
    unit_value_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Source:
    """One stored source; `kind` is the code of the scheme's source."""

    kind: str
    amount_cents: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is there now, for one requirement."""

    attachment_id: int
    requirement: str
    filename: str
    media_type: str
    size_bytes: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same application sent in at the stage before."""

    stage_key: str
    requested_cents: int | None
    answers: Mapping[str, Any]  # Any: answers of every kind


_ENTRY_ID = bindparam("entry_id", type_=BigInteger())


def lines_of(session: Session, entry_id: int) -> tuple[Line, ...]:
    return tuple(Line(*row) for row in session.execute(_lines(), {"entry_id": entry_id}))


@kept
def _lines() -> Statement:
    return (
        select(
            BudgetLine.heading,
            BudgetLine.description,
            BudgetLine.unit,
            BudgetLine.units,
            BudgetLine.unit_value_cents,
            BudgetLine.total_cents,
        )
        .where(BudgetLine.entry_id == _ENTRY_ID)
        .order_by(BudgetLine.position, BudgetLine.id)
    )


def sources_of(session: Session, entry_id: int) -> tuple[Source, ...]:
    return tuple(Source(*row) for row in session.execute(_sources(), {"entry_id": entry_id}))


@kept
def _sources() -> Statement:
    return (
        select(BudgetSource.kind, BudgetSource.amount_cents, BudgetSource.name)
        .where(BudgetSource.entry_id == _ENTRY_ID)
        .order_by(BudgetSource.position, BudgetSource.id)
    )


def files_of(session: Session, entry_id: int) -> tuple[Attached, ...]:
    """Return the files that are there now, in the order in which they came."""
    rows = session.execute(_files(removed_too=False), {"entry_id": entry_id})
    return tuple(Attached(*row) for row in rows)


def all_files_of(session: Session, entry_id: int) -> tuple[Attached, ...]:
    """Return every file that was ever there, also those that were taken out since."""
    rows = session.execute(_files(removed_too=True), {"entry_id": entry_id})
    return tuple(Attached(*row) for row in rows)


@kept
def _files(*, removed_too: bool) -> Statement:
    query = (
        select(
            Attachment.id,
            Attachment.requirement,
            StoredFile.filename,
            StoredFile.media_type,
            StoredFile.size_bytes,
            StoredFile.sha256,
            Attachment.added_at,
        )
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.entry_id == _ENTRY_ID)
        .order_by(Attachment.id)
    )
    return query if removed_too else query.where(Attachment.removed_at.is_(None))


def earlier_of(session: Session, application_id: int, position: int) -> Earlier | None:
    row = session.execute(
        select(Stage.key, StageEntry.requested_cents, StageEntry.answers)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            StageEntry.application_id == application_id,
            Stage.position < position,
            StageEntry.received_at.is_not(None),
        )
        .order_by(Stage.position.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Earlier(*row)


def may_be_read_by_staff() -> ColumnElement[bool]:
    """True for files of what was received; needs Attachment, StoredFile and StageEntry.

    While an applicant changes what was sent in, the files that stand are those of the last
    submission, also where the draft has others by now.
    """
    standing = aliased(Submission)
    this = func.jsonb_build_array(
        func.jsonb_build_object("requirement", Attachment.requirement, "sha256", StoredFile.sha256)
    )
    sent_in = (
        select(standing.id)
        .where(
            standing.entry_id == StageEntry.id,
            standing.stands,
            standing.snapshot["files"].contains(this),
        )
        .exists()
    )
    settled = Attachment.removed_at.is_(None) & (StageEntry.state != "open")
    return StageEntry.received_at.is_not(None) & or_(
        settled, (StageEntry.state == "open") & sent_in
    )
