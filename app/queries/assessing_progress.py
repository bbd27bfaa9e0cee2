"""How far the assessments of a stage are, by lot and assessor; who is late, who gave back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Assessment, Call, Lot, Stage, StageEntry, User
from app.queries import visible
from app.queries.office_applications import stage_title
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_text import Text

_OPEN = ("assigned", "in_progress", "reopened")


@dataclass(frozen=True, slots=True)
class Progress:
    """One assessor in one lot. `late` are files that are open after the stage's date."""

    lot_id: int
    lot_code: str
    lot_title: str
    assessor_id: int
    assessor: str
    assigned: int
    started: int
    submitted: int
    late: int
    reminded_at: datetime | None

    @property
    def open(self) -> int:
        return self.assigned - self.submitted


@dataclass(frozen=True, slots=True)
class Declined:
    """A file that its assessor gave back, of an application that is still in assessment."""

    entry_id: int
    reference: str
    assessor: str
    reason: str
    live: int


@dataclass(frozen=True, slots=True)
class StageProgress:
    stage_id: int
    stage_title: Text
    assess_by: datetime | None
    call_id: int
    call_code: str
    call_title: str
    facts: Facts
    lines: tuple[Progress, ...]
    declined: tuple[Declined, ...]

    @property
    def assigned(self) -> int:
        return sum(each.assigned for each in self.lines)

    @property
    def submitted(self) -> int:
        return sum(each.submitted for each in self.lines)

    @property
    def late(self) -> int:
        return sum(each.late for each in self.lines)


def stage_progress(session: Session, actor: Actor, stage_id: int, now: datetime) -> StageProgress:
    """Return the board in three queries, however many assessors there are."""
    head = session.execute(
        select(
            stage_title(),
            Stage.assess_by,
            Call.id,
            Call.code,
            Call.title,
            Call.authority_id,
        )
        .join(Call, Call.id == Stage.call_id)
        .where(Stage.id == stage_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()
    if head is None:
        raise NotFound
    return StageProgress(
        stage_id=stage_id,
        stage_title=head[0],
        assess_by=head.assess_by,
        call_id=head.id,
        call_code=head.code,
        call_title=head.title,
        facts=Facts(authority_id=head.authority_id, call_id=head.id),
        lines=_lines(
            session, stage_id, is_late=head.assess_by is not None and head.assess_by < now
        ),
        declined=_declined(session, stage_id),
    )


def _lines(session: Session, stage_id: int, *, is_late: bool) -> tuple[Progress, ...]:
    # A file of an application that left the assessment waits for nobody.
    open_ = and_(Assessment.state.in_(_OPEN), StageEntry.state == "admitted")
    counts = Assessment.state == "submitted"
    number = func.count(Assessment.id)
    rows = session.execute(
        select(
            Lot.id,
            Lot.code,
            Lot.title,
            User.id,
            User.name,
            number.filter(open_ | counts),
            number.filter(and_(open_, Assessment.state != "assigned")),
            number.filter(counts),
            number.filter(open_),
            func.max(Assessment.reminded_at),
        )
        .join(User, User.id == Assessment.assessor_id)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(StageEntry.stage_id == stage_id, Assessment.state.not_in(GONE), open_ | counts)
        .group_by(Lot.id, User.id)
        .order_by(Lot.position, User.name, User.id)
    )
    return tuple(
        Progress(*row[:8], late=row[8] if is_late else 0, reminded_at=row[9]) for row in rows
    )


def _declined(session: Session, stage_id: int) -> tuple[Declined, ...]:
    live = (
        select(func.count(Assessment.id))
        .where(Assessment.entry_id == StageEntry.id, Assessment.state.not_in(GONE))
        .correlate(StageEntry)
        .scalar_subquery()
    )
    rows = session.execute(
        select(StageEntry.id, Application.reference, User.name, Assessment.decline_reason, live)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(User, User.id == Assessment.assessor_id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.state == "admitted",
            Assessment.state == "declined",
        )
        .order_by(Application.reference, User.name)
    )
    return tuple(Declined(*row) for row in rows)
