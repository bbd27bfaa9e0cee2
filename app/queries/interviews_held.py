"""Who holds which interview, over all calls: nobody can be in two places."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Assessment, Interview, Stage, StageEntry, User
from app.rules.assigning import GONE
from app.rules.interviews import Held, Hour

AWAITED = ("submitted", "admitted")
HELD = (*AWAITED, "assessed")
UNDER_WAY = ("waiting", "open", "closed")


@dataclass(frozen=True, slots=True)
class Panelist:
    """Somebody who holds interviews, with the entries among those that were asked for."""

    user_id: int
    name: str
    email: str
    entry_ids: tuple[int, ...]


def in_turn(session: Session, people: Collection[int]) -> None:
    """Wait until nobody else gives one of these people an interview.

    Deeds hold different stages and entries; these rows are what they have in common. Taken last
    and by id; who writes about a person without changing their row does not wait.
    """
    session.execute(
        select(User.id)
        .where(User.id.in_(sorted(people)))
        .order_by(User.id)
        .with_for_update(key_share=True)
    ).close()


def panels(session: Session, entry_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return who holds the interviews of these entries, by entry."""
    rows = session.execute(
        select(Assessment.entry_id, func.array_agg(Assessment.assessor_id))
        .where(Assessment.entry_id.in_(entry_ids), Assessment.state.not_in(GONE))
        .group_by(Assessment.entry_id)
    )
    return {entry_id: frozenset(people) for entry_id, people in rows}


def panelists(session: Session, entry_ids: Collection[int]) -> tuple[Panelist, ...]:
    """Return who is to be told of these interviews, as far as they may still sign in."""
    rows = session.execute(
        select(User.id, User.name, User.email, func.array_agg(Assessment.entry_id))
        .join(Assessment, Assessment.assessor_id == User.id)
        .where(Assessment.entry_id.in_(entry_ids), Assessment.state.not_in(GONE), User.is_active)
        .group_by(User.id)
        .order_by(User.id)
    )
    return tuple(Panelist(*row[:3], tuple(sorted(row[3]))) for row in rows)


def hours_held(
    session: Session, people: Collection[int], *, besides: Iterable[int] = ()
) -> dict[int, tuple[Hour, ...]]:
    """Return the hours at which these people hold interviews, by person, in any call.

    Those of the entries `besides` are left out: they are about to get another hour.
    """
    rows = session.execute(
        _held()
        .add_columns(Assessment.assessor_id)
        .where(
            Assessment.assessor_id.in_(sorted(people)),
            Interview.entry_id.not_in(sorted(besides)),
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    found: dict[int, list[Hour]] = {}
    for *hour, person in rows:
        found.setdefault(person, []).append(Hour(*hour))
    return {person: tuple(hours) for person, hours in found.items()}


def as_held(hours: dict[int, tuple[Hour, ...]]) -> tuple[Held, ...]:
    """Return the same as the rules ask for them: each hour with who holds it."""
    return tuple((hour, frozenset({key})) for key, listed in hours.items() for hour in listed)


def at_once(
    session: Session, entry_id: int, people: Collection[int]
) -> dict[int, tuple[str, Hour]]:
    """Return who of these people holds another interview at the hour of an entry, and which.

    Empty where the entry has no hour.
    """
    begins, ends = _of_entry(Interview.starts_at, entry_id), _of_entry(Interview.ends_at, entry_id)
    rows = session.execute(
        _held()
        .add_columns(User.id, User.name)
        .join(User, User.id == Assessment.assessor_id)
        .where(
            Assessment.assessor_id.in_(sorted(people)),
            Interview.entry_id != entry_id,
            Interview.starts_at < ends,
            Interview.ends_at > begins,
        )
        .order_by(Interview.starts_at.desc(), Interview.id.desc())
    )
    # Of several the first one of the day is named.
    return {key: (name, Hour(*hour)) for *hour, key, name in rows}


def have_hours(session: Session, stage_id: int) -> bool:
    """True where somebody of the stage has an hour, so that people can be in two places."""
    query = (
        select(Interview.id)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .where(StageEntry.stage_id == stage_id)
        .limit(1)
    )
    return session.execute(query).one_or_none() is not None


def _held() -> Select[datetime, datetime, str]:
    """Return the hours that somebody holds: still awaited or held, in stages that are not over."""
    return (
        select(Interview.starts_at, Interview.ends_at, Interview.place)
        .select_from(Interview)
        .join(StageEntry, StageEntry.id == Interview.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Assessment, Assessment.entry_id == StageEntry.id)
        .where(
            Assessment.state.not_in(GONE),
            StageEntry.state.in_(HELD),
            Stage.state.in_(UNDER_WAY),
        )
    )


def _of_entry(column: InstrumentedAttribute[datetime], entry_id: int) -> ColumnElement[datetime]:
    return select(column).where(Interview.entry_id == entry_id).correlate(None).scalar_subquery()
