"""Whom to write to: the admitted people of an organisation, or assessors."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import (
    Application,
    Call,
    Lot,
    Mail,
    Membership,
    StaffRole,
    User,
)
from app.rules.permissions import Facts, Role


def addresses(session: Session, application_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the e-mail addresses by application; for acts that tell them something."""
    rows = session.execute(
        select(Application.id, User.email)
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Application.id.in_(application_ids),
            Membership.state == "admitted",
            User.is_active,
        )
        .order_by(Application.id, User.email)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for application_id, email in rows:
        found[application_id].append(email)
    return {application_id: tuple(each) for application_id, each in found.items()}


def applicants_of(session: Session, call_id: int) -> tuple[str, ...]:
    """Return the e-mail addresses of everybody who began to apply in a call, each once."""
    found = session.execute(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .join(Application, Application.organisation_id == Membership.organisation_id)
        .where(
            Application.call_id == call_id,
            Application.state != "withdrawn",
            Membership.state == "admitted",
            User.is_active,
        )
        .distinct()
        .order_by(User.email)
    ).scalars()
    return tuple(found)


def people_in_lots(
    session: Session, call_id: int, lots: Iterable[str], *, states: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return by e-mail address the lots in which somebody has applications in these states."""
    rows = session.execute(
        select(User.email, Lot.code)
        .join(Membership, Membership.user_id == User.id)
        .join(Application, Application.organisation_id == Membership.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(
            Application.call_id == call_id,
            Application.state.in_(sorted(states)),
            Lot.code.in_(sorted(lots)),
            Membership.state == "admitted",
            User.is_active,
        )
        .distinct()
        .order_by(User.email, Lot.code)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for email, code in rows:
        found[email].append(code)
    return {email: tuple(codes) for email, codes in found.items()}


@dataclass(frozen=True, slots=True)
class CallTitle:
    authority_id: int
    title: str


def title_of(session: Session, call_id: int) -> CallTitle:
    row = session.execute(select(Call.authority_id, Call.title).where(Call.id == call_id)).one()
    return CallTitle(row.authority_id, row.title)


def emails_of(session: Session, user_ids: Collection[int]) -> list[str]:
    """Return the addresses of these people, as far as they may still sign in."""
    rows = session.execute(
        select(User.email).where(User.id.in_(sorted(user_ids)), User.is_active).order_by(User.email)
    ).scalars()
    return list(rows)


def written_to(session: Session, *, subject: str, body: str, since: datetime) -> frozenset[str]:
    """Return who got this very message after `since`."""
    rows = session.execute(
        select(Mail.to).where(Mail.subject == subject, Mail.body == body, Mail.created_at > since)
    ).scalars()
    return frozenset(rows)


def facts_of_call(session: Session, call_id: int) -> Facts:
    return Facts(authority_id=title_of(session, call_id).authority_id, call_id=call_id)


def reference_of(session: Session, application_id: int) -> str:
    query = select(Application.reference).where(Application.id == application_id)
    return session.execute(query).scalar_one()


def staff_of(session: Session, call_id: int, roles: Collection[Role]) -> list[str]:
    """Return the addresses of who has one of the roles for the call or its authority."""
    rows = session.execute(
        select(User.email)
        .join(StaffRole, StaffRole.user_id == User.id)
        .join(Call, Call.authority_id == StaffRole.authority_id)
        .where(
            Call.id == call_id,
            StaffRole.role.in_([role.value for role in roles]),
            or_(StaffRole.call_id.is_(None), StaffRole.call_id == call_id),
            User.is_active,
        )
        .distinct()
        .order_by(User.email)
    ).scalars()
    return list(rows)


def staff_of_authority(session: Session, authority_id: int, role: Role) -> tuple[str, ...]:
    """Return the addresses of who has the role for the whole authority, or for all of them."""
    rows = session.execute(
        select(User.email)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            or_(StaffRole.authority_id == authority_id, StaffRole.authority_id.is_(None)),
            StaffRole.call_id.is_(None),
            StaffRole.role == role.value,
            User.is_active,
        )
        .distinct()
        .order_by(User.email)
    ).scalars()
    return tuple(rows)
