"""Look-ups that deeds of assessing need: who may be asked, who has declared what."""

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Assessment,
    Call,
    Declaration,
    Membership,
    StaffRole,
    Stage,
    StageEntry,
    User,
)
from app.rules.permissions import Role

MOST = 3  # assessors of one application: two, and a third where they disagree


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where an entry stands."""

    entry_id: int
    application_id: int
    call_id: int
    lot_id: int
    stage_id: int
    stage_key: str
    entry_state: str
    digest: str | None
    """Of the call's rules, for `schemes.scheme_named`."""


_PLACES = (
    select(
        StageEntry.id,
        StageEntry.application_id,
        Application.call_id,
        Application.lot_id,
        StageEntry.stage_id,
        Stage.key,
        StageEntry.state,
        Call.digest,
    )
    .join(Application, Application.id == StageEntry.application_id)
    .join(Stage, Stage.id == StageEntry.stage_id)
    .join(Call, Call.id == Application.call_id)
    .where(StageEntry.id == bindparam("entry_id"))
)
_PLACES_DECLARED = _PLACES.add_columns(
    exists().where(
        Declaration.user_id == bindparam("user_id"),
        Declaration.lot_id == Application.lot_id,
        Declaration.stage_id == StageEntry.stage_id,
    )
)


def place_of(session: Session, entry_id: int) -> EntryPlace:
    row = session.execute(_PLACES, {"entry_id": entry_id}).one_or_none()
    if row is None:
        raise NotFound
    return EntryPlace(*row)


def place_and_declared(session: Session, entry_id: int, user_id: int) -> tuple[EntryPlace, bool]:
    """Return where an entry stands, and whether the person has declared anything for it."""
    given = {"entry_id": entry_id, "user_id": user_id}
    *place, declared = session.execute(_PLACES_DECLARED, given).one()
    return EntryPlace(*place), declared


def conflicted(session: Session, lot_id: int) -> frozenset[int]:
    """Return who declared a conflict in the lot, at any stage of it."""
    rows = session.execute(
        select(Declaration.user_id).where(Declaration.lot_id == lot_id, Declaration.has_conflict)
    ).scalars()
    return frozenset(rows)


def insiders(session: Session, application_id: int) -> frozenset[int]:
    """Return the people of the applying organisation: they never assess it."""
    rows = session.execute(
        select(Membership.user_id)
        .join(Application, Application.organisation_id == Membership.organisation_id)
        .where(Application.id == application_id)
    ).scalars()
    return frozenset(rows)


def assessor_ids(session: Session, call_id: int) -> frozenset[int]:
    """Return everybody with the role of assessor for the call or its authority."""
    return frozenset(session.execute(assessors_known(call_id)).scalars())


def assessors_known(call_id: int) -> Select[int]:
    """Return them as a subquery."""
    return (
        select(StaffRole.user_id)
        .join(Call, Call.authority_id == StaffRole.authority_id)
        .join(User, User.id == StaffRole.user_id)
        .where(
            Call.id == call_id,
            StaffRole.role == Role.ASSESSOR.value,
            or_(StaffRole.call_id.is_(None), StaffRole.call_id == call_id),
            User.is_active,
        )
        .correlate(None)
    )


def entry_of_assessment(session: Session, assessment_id: int) -> int:
    found = session.execute(
        select(Assessment.entry_id).where(Assessment.id == assessment_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def unscored_entries_of_lot(call_id: int, lot_id: int) -> Select[int]:
    """Return the entries of a lot that have no agreed score, as a subquery."""
    return (
        select(StageEntry.id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            Application.call_id == call_id,
            Application.lot_id == lot_id,
            StageEntry.state == "admitted",
        )
    )


def open_entries_of(stage_id: int) -> Select[int]:
    """Return the entries of a stage that are in assessment, as a subquery."""
    return select(StageEntry.id).where(
        StageEntry.stage_id == stage_id, StageEntry.state == "admitted"
    )


def applications_of(entries: Select[int]) -> Select[int]:
    """Return the applications of entries, as a subquery."""
    return select(StageEntry.application_id).where(StageEntry.id.in_(entries))


def call_and_key(session: Session, stage_id: int) -> tuple[int, str]:
    row = session.execute(
        select(Stage.call_id, Stage.key).where(Stage.id == stage_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.call_id, row.key


def last_positions(session: Session, stage_id: int) -> dict[int, int]:
    """Return the highest position of an assessor by entry."""
    rows = session.execute(
        select(Assessment.entry_id, func.max(Assessment.position))
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .where(StageEntry.stage_id == stage_id)
        .group_by(Assessment.entry_id)
    )
    return dict(rows.all())
