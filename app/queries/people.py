"""Authorities and their staff, as administrators see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Authority, Call, OneTimeLink, StaffRole, User
from app.queries import visible
from app.rules.permissions import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    id: int
    name: str
    short_name: str
    city: str
    staff: int


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """What stands on the letterhead, and whom to complain to."""

    id: int
    name: str
    short_name: str
    address: str
    postcode: str
    city: str
    country: str
    email: str
    phone: str
    website: str
    signatory_name: str
    signatory_title: str
    complaints_to: str
    privacy_contact: str
    logo_sha256: str | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One role of one person; `call` is empty for the whole authority."""

    role_id: int
    user_id: int
    name: str
    email: str
    role: str
    call: str
    given_at: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    id: int
    email: str
    role: str
    call: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CallChoice:
    """A call that a role can be limited to."""

    id: int
    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Staff:
    authority_id: int
    authority: str
    lines: tuple[StaffLine, ...]
    invitations: tuple[InvitationLine, ...]


def authorities(session: Session, actor: Actor) -> tuple[AuthorityLine, ...]:
    """Return the authorities that the person administers, by name."""
    people = (
        select(func.count(func.distinct(StaffRole.user_id)))
        .where(StaffRole.authority_id == Authority.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Authority.id, Authority.name, Authority.short_name, Authority.city, people)
        .where(visible.authorities(actor, Permission.MANAGE_AUTHORITY))
        .order_by(Authority.name, Authority.id)
    )
    return tuple(AuthorityLine(*row) for row in rows)


def authority_details(session: Session, actor: Actor, authority_id: int) -> AuthorityDetails:
    row = (
        session.execute(
            select(
                Authority.id,
                Authority.name,
                Authority.short_name,
                Authority.address,
                Authority.postcode,
                Authority.city,
                Authority.country,
                Authority.email,
                Authority.phone,
                Authority.website,
                Authority.signatory_name,
                Authority.signatory_title,
                Authority.complaints_to,
                Authority.privacy_contact,
                Authority.logo_sha256,
            ).where(
                Authority.id == authority_id,
                visible.authorities(actor, Permission.MANAGE_AUTHORITY),
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return AuthorityDetails(**row)


def staff(session: Session, actor: Actor, authority_id: int, now: datetime) -> Staff:
    """Return who works for the authority, by name, and whose invitation is open."""
    authority = authority_details(session, actor, authority_id)
    rows = session.execute(
        select(
            StaffRole.id,
            User.id,
            User.name,
            User.email,
            StaffRole.role,
            func.coalesce(Call.title, ""),
            StaffRole.given_at,
            User.is_active,
        )
        .join(User, User.id == StaffRole.user_id)
        .outerjoin(Call, Call.id == StaffRole.call_id)
        .where(StaffRole.authority_id == authority_id)
        .order_by(User.name, User.id, StaffRole.role, StaffRole.id)
    )
    lines = tuple(StaffLine(*row) for row in rows)
    open_ones = _invitations(session, authority_id, now)
    return Staff(authority_id, authority.name, lines, open_ones)


def role_line(
    session: Session, actor: Actor, authority_id: int, role_id: int, now: datetime
) -> StaffLine:
    """Return one role of the authority's staff; NotFound for another's."""
    for line in staff(session, actor, authority_id, now).lines:
        if line.role_id == role_id:
            return line
    raise NotFound


def staff_person(session: Session, actor: Actor, authority_id: int, user_id: int) -> str:
    """Return the name of somebody who works for the authority; NotFound for anybody else."""
    authority_details(session, actor, authority_id)
    query = (
        select(User.name)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(User.id == user_id, StaffRole.authority_id == authority_id)
        .limit(1)
    )
    name = session.execute(query).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name


def _invitations(session: Session, authority_id: int, now: datetime) -> tuple[InvitationLine, ...]:
    of_payload = OneTimeLink.payload
    rows = session.execute(
        select(
            OneTimeLink.id,
            OneTimeLink.email,
            of_payload["role"].as_string(),
            func.coalesce(Call.title, ""),
            OneTimeLink.expires_at,
        )
        .outerjoin(Call, Call.id == of_payload["call_id"].as_integer())
        .where(
            OneTimeLink.purpose == "invite",
            of_payload["authority_id"].as_integer() == authority_id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .order_by(OneTimeLink.email, OneTimeLink.id)
    )
    return tuple(InvitationLine(*row) for row in rows)


def calls_of(session: Session, actor: Actor, authority_id: int) -> tuple[CallChoice, ...]:
    """Return the calls for which a role may be given alone, the latest first."""
    rows = session.execute(
        select(Call.id, Call.title, Call.code)
        .join(Authority, Authority.id == Call.authority_id)
        .where(
            Call.authority_id == authority_id,
            visible.authorities(actor, Permission.MANAGE_AUTHORITY),
        )
        .order_by(Call.id.desc())
    )
    return tuple(CallChoice(*row) for row in rows)


def call_title(session: Session, call_id: int, authority_id: int) -> str | None:
    """Return the title of a call of the authority, None for another's."""
    query = select(Call.title).where(Call.id == call_id, Call.authority_id == authority_id)
    return session.execute(query).scalar_one_or_none()


def installation_admins(session: Session) -> int:
    """Return how many people administer the whole installation and can sign in."""
    return session.execute(
        select(func.count())
        .select_from(StaffRole)
        .join(User, User.id == StaffRole.user_id)
        .where(
            StaffRole.authority_id.is_(None),
            StaffRole.role == Role.ADMIN.value,
            User.is_active,
        )
    ).scalar_one()


def has_role(
    session: Session, user_id: int, role: Role, authority_id: int, call_id: int | None
) -> bool:
    query = select(StaffRole.id).where(
        StaffRole.user_id == user_id,
        StaffRole.role == role.value,
        StaffRole.authority_id == authority_id,
        StaffRole.call_id.is_not_distinct_from(call_id),
    )
    return session.execute(query).first() is not None


def authority_named(session: Session, name: str) -> int | None:
    query = select(Authority.id).where(Authority.name == name)
    return session.execute(query).scalar_one_or_none()
