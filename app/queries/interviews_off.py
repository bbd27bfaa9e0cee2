"""What calendars need beside the lists: one's own interviews, and those that are off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.models import Application, Assessment, Call, Interview, Stage, StageEntry
from app.queries import visible
from app.queries.interviews_held import HELD, UNDER_WAY
from app.rules.assigning import GONE
from app.rules.interviews import Hour
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class KnownHour:
    """An interview as calendars know it; `is_off` where the reader is awaited no more."""

    entry_id: int
    application_id: int
    reference: str
    call_title: str
    hour: Hour
    changes: int
    is_off: bool


_COLUMNS = (
    Interview.entry_id, Application.id, Application.reference, Call.title,
    Interview.starts_at, Interview.ends_at, Interview.place, Interview.changes,
)  # fmt: skip


def own_hours(session: Session, actor: Actor, application_id: int) -> tuple[KnownHour, ...]:
    """Return the interviews of one's own application, one a stage."""
    rows = session.execute(
        select(*_COLUMNS, or_(StageEntry.state == "withdrawn", Stage.state == "cancelled"))
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.id == application_id,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    return tuple(KnownHour(*row[:4], Hour(*row[4:7]), *row[7:]) for row in rows)


def hours_off(session: Session, actor: Actor) -> tuple[KnownHour, ...]:
    """Return what the actor was to hold and does not: taken off, withdrawn, refused, cancelled.

    Without a name: whoever has a conflict of interest gets no more than the reference.
    """
    rows = session.execute(
        select(*_COLUMNS)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Assessment, Assessment.entry_id == StageEntry.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Assessment.assessor_id == actor.user_id,
            or_(
                Assessment.state.in_(GONE),
                StageEntry.state == "withdrawn",
                Stage.state == "cancelled",
                # Found ineligible before anybody held it; later it says who did not convince.
                and_(Stage.state.in_(UNDER_WAY), StageEntry.state.not_in(HELD)),
            ),
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    return tuple(KnownHour(*row[:4], Hour(*row[4:7]), row.changes, is_off=True) for row in rows)


def ahead(session: Session, now: datetime, *which: ColumnElement[bool]) -> tuple[KnownHour, ...]:
    """Return hours that are not over and still stand, for deeds after which they are off."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(Interview.ends_at > now, StageEntry.state.in_(HELD), *which)
        .order_by(Interview.starts_at, Interview.id)
    )
    return tuple(KnownHour(*row[:4], Hour(*row[4:7]), row.changes, is_off=True) for row in rows)
