"""Stand-ins of an authority, and who could stand in for whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import Authority, StaffRole, StandIn, User
from app.queries import visible
from app.rules.deadlines import ZONE
from app.rules.permissions import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class StandInLine:
    """`state` is `planned`, `current` or `over`."""

    stand_in_id: int
    name: str
    absent: str
    role: str
    starts_on: date
    ends_on: date
    reason: str
    ended_at: datetime | None
    given_by: str
    state: str


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandIns:
    authority_id: int
    authority: str
    lines: tuple[StandInLine, ...]
    people: tuple[Person, ...]


def stand_ins(session: Session, actor: Actor, authority_id: int, now: datetime) -> StandIns:
    """Return the stand-ins of an authority, the newest first, for its administrators."""
    name = session.execute(
        select(Authority.name).where(
            Authority.id == authority_id, visible.authorities(actor, Permission.MANAGE_AUTHORITY)
        )
    ).scalar_one_or_none()
    if name is None:
        raise NotFound
    return StandIns(
        authority_id, name, _lines(session, authority_id, now), _people(session, authority_id)
    )


def _lines(session: Session, authority_id: int, now: datetime) -> tuple[StandInLine, ...]:
    person, absent, giver = aliased(User), aliased(User), aliased(User)
    rows = session.execute(
        select(
            StandIn.id, person.name, absent.name, StandIn.role, StandIn.starts_on,
            StandIn.ends_on, StandIn.reason, StandIn.ended_at, func.coalesce(giver.name, ""),
        )
        .join(person, person.id == StandIn.user_id)
        .join(absent, absent.id == StandIn.absent_id)
        .outerjoin(giver, giver.id == StandIn.given_by)
        .where(StandIn.authority_id == authority_id)
        .order_by(StandIn.id.desc())
    )  # fmt: skip
    today = now.astimezone(ZONE).date()
    return tuple(StandInLine(*row, _state(row[4], row[5], row[7], today)) for row in rows)


def _state(starts_on: date, ends_on: date, ended_at: datetime | None, today: date) -> str:
    if ended_at is not None or ends_on < today:
        return "over"
    return "planned" if starts_on > today else "current"


def _people(session: Session, authority_id: int) -> tuple[Person, ...]:
    rows = session.execute(
        select(User.id, User.name, func.array_agg(StaffRole.role.distinct()))
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(StaffRole.authority_id == authority_id, User.is_active)
        .group_by(User.id)
        .order_by(User.name, User.id)
    )
    return tuple(Person(key, name, tuple(sorted(roles))) for key, name, roles in rows)


def roles_of(session: Session, authority_id: int, user_id: int) -> frozenset[Role]:
    """Return the roles that a person holds by themselves for the whole authority or a call."""
    rows = session.execute(
        select(StaffRole.role).where(
            StaffRole.authority_id == authority_id, StaffRole.user_id == user_id
        )
    ).scalars()
    return frozenset(Role(role) for role in rows)


def names(session: Session, people: Collection[int]) -> Mapping[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(people)))
    return {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to mypy


def authority_of(session: Session, stand_in_id: int) -> int:
    query = select(StandIn.authority_id).where(StandIn.id == stand_in_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def present_grants(today: date | BindParameter[date]) -> ScalarSelect[object]:
    """Return the roles a User of the outer query holds as a stand-in that day, as JSON lists:
    role, authority, call, the absent person's name and the first day.

    Only while the absent person still holds the role: it is theirs that is held. A role that
    they hold for one call is held for that call.
    """
    absent = aliased(User)
    return (
        select(
            func.jsonb_agg(
                func.jsonb_build_array(
                    StandIn.role,
                    StaffRole.authority_id,
                    StaffRole.call_id,
                    absent.name,
                    StandIn.starts_on,
                )
            )
        )
        .join(absent, absent.id == StandIn.absent_id)
        .join(
            StaffRole,
            (StaffRole.user_id == StandIn.absent_id)
            & (StaffRole.authority_id == StandIn.authority_id)
            & (StaffRole.role == StandIn.role),
        )
        .where(
            StandIn.user_id == User.id,
            StandIn.ended_at.is_(None),
            StandIn.starts_on <= today,
            StandIn.ends_on >= today,
            or_(StandIn.call_id.is_(None), StandIn.call_id == StaffRole.call_id),
        )
        .correlate(User)
        .scalar_subquery()
    )
