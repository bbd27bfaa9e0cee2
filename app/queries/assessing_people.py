"""People who assess: their files, who may be asked, and what a round of assigning would do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.i18n.marks import N_
from app.models import (
    Application,
    Assessment,
    Declaration,
    Interview,
    Membership,
    StageEntry,
    User,
)
from app.queries import assessing, interviews_held
from app.queries.schemes import scheme_of
from app.rules import assigning
from app.rules.assigning import Place, Plan
from app.rules.interviews import Hour

LIVE = ("assigned", "in_progress", "submitted", "reopened")


@dataclass(frozen=True, slots=True)
class Task:
    """One assessor's file. `total` is known once all assessors of the application submitted."""

    assessment_id: int
    assessor_id: int
    assessor: str
    state: str
    assigned_at: datetime
    submitted_at: datetime | None
    total: Decimal | None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody who may be asked, with the files that wait on their desk."""

    user_id: int
    name: str
    open_count: int
    conflict_lots: frozenset[int]
    organisation_ids: frozenset[int]


def assessors_of(session: Session, call_id: int) -> tuple[Assessor, ...]:
    """Return the assessors of a call by open files and name, in one query.

    Open files are counted over all calls.
    """
    waiting = and_(
        Assessment.assessor_id == User.id,
        Assessment.state.in_(("assigned", "in_progress", "reopened")),
    )
    number = select(func.count(Assessment.id)).where(waiting).scalar_subquery()
    lots = array(
        select(Declaration.lot_id).where(
            Declaration.user_id == User.id, Declaration.call_id == call_id, Declaration.has_conflict
        )
    )
    organisations = array(select(Membership.organisation_id).where(Membership.user_id == User.id))
    rows = session.execute(
        select(User.id, User.name, number, lots, organisations)
        .where(User.id.in_(assessing.assessors_known(call_id)))
        .order_by(number, User.name, User.id)
    )
    return tuple(
        Assessor(key, name, count, frozenset(conflicts), frozenset(member))
        for key, name, count, conflicts, member in rows
    )


def array(query: Select[int]) -> ColumnElement[list[int]]:
    """Return a subquery of the row as an array, empty where it finds nothing."""
    return func.array(query.correlate(User).scalar_subquery(), type_=ARRAY(BigInteger))


def places_of(session: Session, stage_id: int, lot_id: int) -> tuple[Place, ...]:
    """Return the admitted entries of a lot with who holds and who may not have them."""
    rows = session.execute(
        select(
            StageEntry.id, Application.organisation_id,
            Interview.starts_at, Interview.ends_at, Interview.place,
        )
        .join(Application, Application.id == StageEntry.application_id)
        .outerjoin(Interview, Interview.entry_id == StageEntry.id)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.state == "admitted",
            Application.lot_id == lot_id,
        )
        .order_by(Application.reference)
    ).all()  # fmt: skip
    tasks = tasks_of(session, stage_id)
    members = _grouped(
        session,
        select(Membership.organisation_id, Membership.user_id).where(
            Membership.organisation_id.in_(sorted({each.organisation_id for each in rows}))
        ),
    )
    conflicted = assessing.conflicted(session, lot_id)
    return tuple(
        Place(
            entry_id=entry_id,
            live=sum(task.is_live for task in tasks.get(entry_id, ())),
            holders=frozenset(task.assessor_id for task in tasks.get(entry_id, ())),
            barred=conflicted | members.get(organisation_id, frozenset()),
            hour=Hour(begins, ends, place) if begins else None,
        )
        for entry_id, organisation_id, begins, ends, place in rows
    )


def organisation_of(session: Session, entry_id: int) -> int:
    return session.execute(
        select(Application.organisation_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(StageEntry.id == entry_id)
    ).scalar_one()


def planned(
    session: Session, stage_id: int, lot_id: int, assessor_ids: Sequence[int], *, turn_by_turn: bool
) -> Plan:
    """Return what `assign_many` would do now; Invalid where the choice itself is wrong."""
    call_id, key = assessing.call_and_key(session, stage_id)
    known = {each.user_id: each.name for each in assessors_of(session, call_id)}
    wanted = scheme_of(session, call_id).stage(key).assessors
    if not set(assessor_ids) <= known.keys():
        raise Invalid({"assessors": N_("One of them is not an assessor of this call.")})
    if len(set(assessor_ids)) < wanted:
        raise Invalid({"assessors": N_("Choose at least as many as each application needs.")})
    if not turn_by_turn and len(set(assessor_ids)) > wanted:
        raise Invalid({"assessors": N_("The same people for all: choose only as many as needed.")})
    places = places_of(session, stage_id, lot_id)
    people = {key: known[key] for key in assessor_ids}
    has_hours = any(each.hour for each in places)
    busy = interviews_held.hours_held(session, assessor_ids) if has_hours else {}
    return assigning.plan(places, people, wanted=wanted, turn_by_turn=turn_by_turn, busy=busy)


def tasks_of(session: Session, stage_id: int) -> dict[int, tuple[Task, ...]]:
    """Return who has or had each entry of a stage, in the order of their assignment."""
    found = marked_tasks(session, stage_id)
    return {entry_id: tuple(task for task, _ in each) for entry_id, each in found.items()}


def marked_tasks(
    session: Session, stage_id: int
) -> dict[int, tuple[tuple[Task, Mapping[str, str]], ...]]:
    """Return the same with the marks; for computing, not for showing before all submitted."""
    rows = session.execute(
        select(
            Assessment.entry_id,
            Assessment.id,
            Assessment.assessor_id,
            User.name,
            Assessment.state,
            Assessment.assigned_at,
            Assessment.submitted_at,
            Assessment.total,
            Assessment.marks,
        )
        .join(User, User.id == Assessment.assessor_id)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .where(StageEntry.stage_id == stage_id)
        .order_by(Assessment.entry_id, Assessment.position)
    )
    found: dict[int, list[tuple[Task, Mapping[str, str]]]] = defaultdict(list)
    for entry_id, key, assessor_id, name, state, assigned_at, submitted_at, total, marks in rows:
        task = Task(key, assessor_id, name, state, assigned_at, submitted_at, total)
        found[entry_id].append((task, marks))
    return {entry_id: tuple(each) for entry_id, each in found.items()}


def _grouped(session: Session, query: Select[int, int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in session.execute(query):
        found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}
