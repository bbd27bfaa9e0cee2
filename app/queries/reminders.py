"""Who should be reminded of what: drafts before their deadline, assessors before their date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Application, Assessment, AuditEntry, Call, Reminder, Stage, StageEntry
from app.queries.applications import closes_at_of_stage, opens_at_of_stage
from app.queries.schemes import scheme_of
from app.rules.reminders import ASSESSORS_DAYS, due

# No stage reminds earlier; so the question stays small where calls are open for long.
_AHEAD = timedelta(days=60)
_ON_DESK = ("assigned", "in_progress", "reopened")
_STOPPED = ("draft", "suspended", "cancelled", "archived")


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody is reminded of: until when, and of how many days before it this is."""

    due_at: datetime
    days: int


def drafts(session: Session, now: datetime) -> tuple[int, ...]:
    """Return the entries whose people are reminded now."""
    found = session.execute(_drafts(now)).all()
    days = _days_by_stage(session, found)
    return tuple(
        row.id
        for row in found
        if due(now, row.due_at, days[row.call_id, row.key], told_at=row.told_at) is not None
    )


def draft(session: Session, entry_id: int, now: datetime) -> Due | None:
    """Return of what the people of an entry are reminded now, None of nothing."""
    row = session.execute(_drafts(now).where(StageEntry.id == entry_id)).one_or_none()
    if row is None:
        return None
    days = scheme_of(session, row.call_id).stage(row.key).reminder_days
    return _due(row.due_at, due(now, row.due_at, days, told_at=row.told_at))


def _drafts(now: datetime) -> Select[Any]:  # Any: a row of columns
    """Forms that are open by the clock; also what was taken back and not sent in again.

    Who has just taken it back knows it: mornings until then are not made up for.
    """
    last = select(func.max(Reminder.sent_at)).where(Reminder.entry_id == StageEntry.id)
    taken_back = select(func.max(AuditEntry.at)).where(
        AuditEntry.object_type == "stage_entry",
        AuditEntry.object_id == StageEntry.id,
        AuditEntry.event == "take_back",
    )
    told_at = func.greatest(
        Application.created_at,
        opens_at_of_stage(),
        last.correlate(StageEntry).scalar_subquery(),
        taken_back.correlate(StageEntry).scalar_subquery(),
    )
    return (
        select(
            StageEntry.id,
            Application.call_id,
            Stage.key,
            closes_at_of_stage().label("due_at"),
            told_at.label("told_at"),
        )
        .join(Application, Application.id == StageEntry.application_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            StageEntry.state == "open",
            Application.state.in_(("draft", "invited", "submitted")),
            Call.state.not_in(_STOPPED),
            opens_at_of_stage() <= now,
            closes_at_of_stage().between(now, now + _AHEAD),
        )
        .order_by(StageEntry.id)
    )


def _days_by_stage(
    session: Session,
    rows: Sequence[Any],  # Any: rows of `_drafts`
) -> dict[tuple[int, str], tuple[int, ...]]:
    return {
        (call_id, key): scheme_of(session, call_id).stage(key).reminder_days
        for call_id, key in {(row.call_id, row.key) for row in rows}
    }


def _due(due_at: datetime, days: int | None) -> Due | None:
    return None if days is None else Due(due_at, days)


@dataclass(frozen=True, slots=True)
class Files:
    """What waits on the desk of one assessor in one stage."""

    due: Due
    call: str
    number: int


def assessors(session: Session, now: datetime) -> tuple[tuple[int, int], ...]:
    """Return who is reminded now, by stage: (stage_id, user_id)."""
    rows = session.execute(_desks(now))
    return tuple(
        (row.stage_id, row.assessor_id)
        for row in rows
        if due(now, row.due_at, ASSESSORS_DAYS, told_at=row.told_at) is not None
    )


def assessor(session: Session, stage_id: int, user_id: int, now: datetime) -> Files | None:
    """Return what an assessor is reminded of now, None of nothing."""
    one = _desks(now).where(Stage.id == stage_id, Assessment.assessor_id == user_id)
    row = session.execute(one).one_or_none()
    if row is None:
        return None
    found = _due(row.due_at, due(now, row.due_at, ASSESSORS_DAYS, told_at=row.told_at))
    return None if found is None else Files(found, row.title, row.number)


def _desks(now: datetime) -> Select[Any]:  # Any: a row of columns
    last = select(func.max(Reminder.sent_at)).where(
        Reminder.stage_id == Stage.id, Reminder.user_id == Assessment.assessor_id
    )
    told_at = func.greatest(
        func.min(Assessment.assigned_at),
        # A person of the authority may have reminded them a moment ago.
        func.max(Assessment.reminded_at),
        last.correlate(Stage, Assessment).scalar_subquery(),
    )
    return (
        select(
            Stage.id.label("stage_id"),
            Assessment.assessor_id,
            Stage.assess_by.label("due_at"),
            Call.title,
            func.count().label("number"),
            told_at.label("told_at"),
        )
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Assessment.state.in_(_ON_DESK),
            StageEntry.state == "admitted",
            Call.state.not_in(_STOPPED),
            Stage.assess_by.between(now, now + _AHEAD),
        )
        .group_by(Stage.id, Assessment.assessor_id, Call.id)
        .order_by(Stage.id, Assessment.assessor_id)
    )
