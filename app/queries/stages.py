"""The stages of a call: when they take forms, and which the clock wants to move."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Call, Stage, StageEntry
from app.rules.call_clock import SETTLE, Window


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage as its row says; the rest stands in the scheme under `key`."""

    id: int
    key: str
    position: int
    state: str
    opens_at: datetime | None
    closes_at: datetime | None


def applications_in(stage_id: int, states: Collection[str]) -> Select[int]:
    """Return the applications whose entry at the stage is in one of the states, as a subquery."""
    return select(StageEntry.application_id).where(
        StageEntry.stage_id == stage_id, StageEntry.state.in_(sorted(states))
    )


def stage_rows(session: Session, call_id: int) -> tuple[StageRow, ...]:
    rows = session.execute(
        select(Stage.id, Stage.key, Stage.position, Stage.state, Stage.opens_at, Stage.closes_at)
        .where(Stage.call_id == call_id)
        .order_by(Stage.position)
    )
    return tuple(StageRow(*row) for row in rows)


def window(session: Session, stage_id: int) -> Window:
    """Return the time in which a stage takes forms; ask it `is_open(received_at)`."""
    row = session.execute(
        select(Call.state, Stage.state, Stage.opens_at, Stage.closes_at)
        .join(Call, Call.id == Stage.call_id)
        .where(Stage.id == stage_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Window(*row)


def call_of(session: Session, stage_id: int) -> int:
    found = session.execute(select(Stage.call_id).where(Stage.id == stage_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def calls_due(session: Session, now: datetime, call_id: int | None = None) -> tuple[int, ...]:
    """Return the calls with a stage that the clock would open or close now; no lock is taken."""
    late_opening = and_(Stage.state == "waiting", Stage.opens_at <= now)
    late_closing = and_(Stage.state == "open", Stage.closes_at < now - SETTLE)
    due = (
        select(Stage.call_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Call.state == "published", or_(late_opening, late_closing))
        .distinct()
        .order_by(Stage.call_id)
    )
    if call_id is not None:
        due = due.where(Stage.call_id == call_id)
    return tuple(session.execute(due).scalars())


def unsubmitted(session: Session, stage_id: int) -> tuple[int, ...]:
    """Return the applications whose entry in the stage was never sent in."""
    return tuple(
        session.execute(
            select(StageEntry.application_id)
            .where(StageEntry.stage_id == stage_id, StageEntry.state == "open")
            .order_by(StageEntry.application_id)
        ).scalars()
    )
