"""What the letters of a stage are written from: everything of all of them, in a few queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    AllocationRun,
    Application,
    Assessment,
    Award,
    Call,
    Letter,
    Lot,
    Organisation,
    Stage,
    StageEntry,
)

# Entries in these states have an outcome, and everybody with an outcome gets a letter.
DECIDED = ("passed", "failed", "reserve")


@dataclass(frozen=True, slots=True)
class Source:
    """One entry with an outcome, its applicant, and the letters it had before."""

    application_id: int
    entry_id: int
    reference: str
    title: str
    lot: str
    organisation_id: int
    organisation: str
    address: str
    postcode: str
    city: str
    representative_name: str
    representative_title: str
    requested_cents: int
    total_cents: int | None
    outcome: str
    outcome_detail: Mapping[str, Any]  # Any: JSON, a kept message or the items not met
    rank: int | None
    reserve_position: int | None
    awarded_cents: int | None
    letters_before: int


@dataclass(frozen=True, slots=True)
class AboutCall:
    code: str
    title: str
    currency: str
    reserve_valid_until: date | None


@dataclass(frozen=True, slots=True)
class AboutRun:
    """The computation that was decided: what came out for each lot, and when it was signed."""

    kind: str
    result: Mapping[str, Any]  # Any: JSON of spec/allocation.md
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One submitted assessment, without its author: marks and comments by code."""

    marks: Mapping[str, str]
    comments: Mapping[str, str]


def gets_letter() -> ColumnElement[bool]:
    """Everybody with an outcome but who withdrew before a letter left; needs StageEntry in FROM."""
    withdrew = select(Application.id).where(
        Application.id == StageEntry.application_id, Application.state == "withdrawn"
    )
    had_it = select(Letter.id).where(
        Letter.stage_id == StageEntry.stage_id,
        Letter.application_id == StageEntry.application_id,
        Letter.released_at.is_not(None),
    )
    return and_(
        StageEntry.state.in_(DECIDED),
        or_(
            ~withdrew.correlate(StageEntry).exists(),
            had_it.correlate(StageEntry).exists(),
        ),
    )


def waiting(session: Session, stage_id: int) -> tuple[Source, ...]:
    """Return the entries of the stage with an outcome but no letter that counts, in order."""
    return _sources(session, stage_id, gets_letter(), ~_has_letter(stage_id))


def of_applications(
    session: Session, stage_id: int, application_ids: Sequence[int]
) -> tuple[Source, ...]:
    """Return these entries of the stage, whatever letters they had before."""
    return _sources(session, stage_id, Application.id.in_(application_ids))


def _sources(session: Session, stage_id: int, *where: ColumnElement[bool]) -> tuple[Source, ...]:
    before = (
        select(func.coalesce(func.max(Letter.number), 0))
        .where(Letter.stage_id == stage_id, Letter.application_id == Application.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Application.id,
            StageEntry.id,
            Application.reference,
            Application.title,
            Lot.code,
            Organisation.id,
            Organisation.name,
            Organisation.address,
            Organisation.postcode,
            Organisation.city,
            Organisation.representative_name,
            Organisation.representative_title,
            func.coalesce(StageEntry.requested_cents, 0),
            StageEntry.total_cents,
            StageEntry.outcome,
            StageEntry.outcome_detail,
            StageEntry.rank,
            StageEntry.reserve_position,
            Award.awarded_cents,
            before,
        )
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Award, (Award.application_id == Application.id) & (Award.state == "decided"))
        .where(StageEntry.stage_id == stage_id, *where)
        .order_by(Lot.position, Application.reference)
    )
    return tuple(Source(*values) for values in map(tuple, rows))


def _has_letter(stage_id: int) -> ColumnElement[bool]:
    return (
        select(Letter.id)
        .where(
            Letter.stage_id == stage_id,
            Letter.application_id == Application.id,
            Letter.state != "superseded",
        )
        .exists()
    )


def call(session: Session, call_id: int) -> AboutCall:
    query = select(Call.code, Call.title, Call.currency, Call.reserve_valid_until)
    return AboutCall(*session.execute(query.where(Call.id == call_id)).one())


def decided_run(session: Session, stage_id: int) -> AboutRun | None:
    row = session.execute(
        select(AllocationRun.kind, AllocationRun.result, AllocationRun.decided_at).where(
            AllocationRun.stage_id == stage_id, AllocationRun.discarded_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else AboutRun(*row)


def times_of(
    session: Session, call_id: int, stage_key: str
) -> tuple[datetime | None, datetime | None]:
    """Return when a stage opens and closes, None where that is not set yet."""
    query = select(Stage.opens_at, Stage.closes_at).where(
        Stage.call_id == call_id, Stage.key == stage_key
    )
    opens_at, closes_at = session.execute(query).one()
    return opens_at, closes_at


def sheets(session: Session, stage_id: int) -> dict[int, tuple[Sheet, ...]]:
    """Return the submitted assessments by entry, in the order of their assignment, nameless."""
    rows = session.execute(
        select(Assessment.entry_id, Assessment.marks, Assessment.comments)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .where(StageEntry.stage_id == stage_id, Assessment.state == "submitted")
        .order_by(Assessment.entry_id, Assessment.position)
    )
    found: dict[int, list[Sheet]] = defaultdict(list)
    for entry_id, marks, comments in rows:
        found[entry_id].append(Sheet(marks, comments))
    return {entry_id: tuple(each) for entry_id, each in found.items()}


def unmet_items(
    session: Session, call_id: int, stage_keys: Sequence[str]
) -> dict[int, Mapping[str, Any]]:  # Any: JSON
    """Return why the check of those provisionally selected failed, by application."""
    rows = session.execute(
        select(StageEntry.application_id, StageEntry.outcome_detail)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Stage.call_id == call_id, Stage.key.in_(stage_keys), StageEntry.state == "failed")
    )
    return dict(rows.all())


def awarded_references(session: Session, call_id: int) -> dict[int, tuple[str, ...]]:
    """Return the references that are awarded a grant, by lead organisation."""
    rows = session.execute(
        select(Application.organisation_id, Application.reference)
        .join(Award, Award.application_id == Application.id)
        .where(Award.call_id == call_id, Award.state == "decided")
        .order_by(Application.reference)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for organisation_id, reference in rows:
        found[organisation_id].append(reference)
    return {key: tuple(each) for key, each in found.items()}
