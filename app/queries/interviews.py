"""Who comes to an interview when and where: for the office, the panel and the applicant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Assessment,
    Call,
    Interview,
    Lot,
    Organisation,
    Stage,
    StageEntry,
    User,
)
from app.queries import blind, visible
from app.queries.interviews_held import AWAITED, HELD, UNDER_WAY
from app.queries.schemes import scheme_named
from app.queries.stages import applications_in
from app.rules.assigning import GONE
from app.rules.call_clock import holds_interviews
from app.rules.interviews import Hour
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_text import Text

_UNDER_WAY = ("waiting", "open")


@dataclass(frozen=True, slots=True)
class Guest:
    """One invited application; `hour` is None until it is given. `panel` are names."""

    entry_id: int
    application_id: int
    reference: str
    title: str
    organisation: str
    lot_code: str
    state: str
    hour: Hour | None
    told_at: datetime | None
    changes: int
    panel: tuple[str, ...]

    @property
    def is_awaited(self) -> bool:
        return self.state in AWAITED


@dataclass(frozen=True, slots=True)
class StageInterviews:
    """The interviews of one stage; `opens_at` and `closes_at` are what the letters say.

    `gone` had an hour and withdrew: calendars have to forget them.
    """

    stage_id: int
    stage_title: Text
    stage_state: str
    opens_at: datetime | None
    closes_at: datetime | None
    call_id: int
    call_code: str
    call_title: str
    facts: Facts
    guests: tuple[Guest, ...]
    gone: tuple[Guest, ...]

    @property
    def is_under_way(self) -> bool:
        """True while hours can be given and changed."""
        return self.stage_state in _UNDER_WAY

    @property
    def given(self) -> tuple[Guest, ...]:
        return tuple(each for each in self.guests if each.hour)

    @property
    def without(self) -> tuple[Guest, ...]:
        """Who is awaited and has no hour yet."""
        return tuple(each for each in self.guests if each.hour is None and each.is_awaited)


@dataclass(frozen=True, slots=True)
class PanelHour:
    """One interview that the actor holds, with those who hold it too."""

    assessment_id: int
    entry_id: int
    call_title: str
    stage_title: Text
    reference: str
    title: str
    organisation: str
    hour: Hour
    changes: int
    panel: tuple[str, ...]


def stage_interviews(session: Session, actor: Actor, stage_id: int) -> StageInterviews:
    """Return the interviews of a stage in two queries; NotFound where the stage holds none."""
    row = session.execute(
        select(
            Stage.key, Stage.state, Stage.opens_at, Stage.closes_at,
            Call.id, Call.code, Call.title, Call.authority_id, Call.digest,
        )
        .join(Call, Call.id == Stage.call_id)
        .where(Stage.id == stage_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    stage = scheme_named(session, row.id, row.digest).stage(row.key)
    if not holds_interviews(stage):
        raise NotFound
    everybody = _guests(session, stage_id)
    return StageInterviews(
        stage_id,
        stage.title,
        row.state,
        row.opens_at,
        row.closes_at,
        row.id,
        row.code,
        row.title,
        Facts(authority_id=row.authority_id, call_id=row.id),
        tuple(each for each in everybody if each.state != "withdrawn"),
        tuple(each for each in everybody if each.state == "withdrawn" and each.hour),
    )


def _guests(session: Session, stage_id: int) -> tuple[Guest, ...]:
    rows = session.execute(
        select(
            StageEntry.id, Application.id, Application.reference, Application.title,
            Organisation.name, Lot.code, StageEntry.state,
            Interview.starts_at, Interview.ends_at, Interview.place, Interview.told_at,
            func.coalesce(Interview.changes, 0), _panel(),
        )
        .join(Application, Application.id == StageEntry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .outerjoin(Interview, Interview.entry_id == StageEntry.id)
        .where(StageEntry.stage_id == stage_id)
        .order_by(Interview.starts_at, Interview.place, Application.reference)
    )  # fmt: skip
    return tuple(
        Guest(*row[:7], _hour(row[7:10]), row.told_at, row[11], tuple(row[12] or ()))
        for row in rows
    )


def stage_of_entry(session: Session, entry_id: int) -> int:
    found = session.execute(
        select(StageEntry.stage_id).where(StageEntry.id == entry_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def awaited(stage_id: int) -> Select[int]:
    """Return the applications whose people are awaited in a stage, as a subquery."""
    return applications_in(stage_id, AWAITED)


def invited_to(session: Session, stage_id: int) -> tuple[int, ...]:
    """Return the applications that were invited to a stage and are still in the running."""
    rows = session.execute(
        select(StageEntry.application_id)
        .where(StageEntry.stage_id == stage_id, StageEntry.state.in_(("open", *AWAITED)))
        .order_by(StageEntry.application_id)
    ).scalars()
    return tuple(rows)


def hours_outside(session: Session, stage_id: int, begin: datetime, end: datetime) -> int:
    """Return how many of the given hours of a stage do not lie between two moments."""
    return session.execute(
        select(func.count(Interview.id))
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.state.in_(AWAITED),
            (Interview.starts_at < begin) | (Interview.ends_at > end),
        )
    ).scalar_one()


def hour_of(session: Session, actor: Actor, application_id: int, stage_key: str) -> Hour | None:
    """Return when and where an applicant comes; None while no hour is given."""
    row = session.execute(
        select(Interview.starts_at, Interview.ends_at, Interview.place)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            Application.id == application_id,
            Stage.key == stage_key,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    ).one_or_none()
    return None if row is None else Hour(*row)


def panel_hours(session: Session, actor: Actor) -> tuple[PanelHour, ...]:
    """Return the interviews that the actor holds, the next first; those of announced stages not."""
    if actor.user_id is None:
        return ()
    rows = session.execute(
        select(
            Assessment.id, Call.id, Call.digest, Call.title, Stage.key,
            Application.reference, Application.title, Organisation.name,
            Interview.starts_at, Interview.ends_at, Interview.place, _panel(),
            Interview.changes, Interview.entry_id,
        )
        .select_from(Interview)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Assessment, Assessment.entry_id == StageEntry.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            *blind.mine(actor),
            Stage.state.in_(UNDER_WAY),
            StageEntry.state.in_(HELD),
        )
        .order_by(Interview.starts_at, Application.reference)
    )  # fmt: skip
    return tuple(_panel_hour(session, row) for row in rows)


def _panel_hour(session: Session, row: Any) -> PanelHour:  # Any: see panel_hours
    return PanelHour(
        assessment_id=row[0],
        entry_id=row.entry_id,
        call_title=row[3],
        stage_title=scheme_named(session, row[1], row.digest).stage(row.key).title,
        reference=row[5],
        title=row[6],
        organisation=row[7],
        hour=Hour(*row[8:11]),
        changes=row.changes,
        panel=tuple(row[11] or ()),
    )


def _panel() -> Any:  # Any: a scalar subquery of names
    """Return the names of those who hold the interview of an entry; needs StageEntry."""
    names = func.array_agg(aggregate_order_by(User.name, User.name))
    theirs = aliased(Assessment)
    return (
        select(names)
        .join(theirs, theirs.assessor_id == User.id)
        .where(theirs.entry_id == StageEntry.id, theirs.state.not_in(GONE))
        .correlate(StageEntry)
        .scalar_subquery()
    )


def _hour(values: Sequence[Any]) -> Hour | None:  # Any: columns of an outer join
    return None if values[0] is None else Hour(*values)
