"""Wishes to join that were put before an authority because the contact is gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import Authority, Call, Membership, Organisation, StoredFile, User
from app.queries import visible
from app.queries.applications_receipts import Download
from app.queries.facts import PUBLIC_STATES
from app.queries.organisations import identifiers_of
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One waiting wish; the contact is who should have answered, empty where there is none."""

    membership_id: int
    organisation: str
    city: str
    authority: str
    person: str
    email: str
    asked_at: datetime
    help_asked_at: datetime
    text: str
    filename: str
    size_bytes: int
    sha256: str
    contact: str
    contact_email: str
    contact_active: bool


@dataclass(frozen=True, slots=True)
class HelpRequest:
    line: HelpLine
    identifiers: tuple[tuple[str, str], ...]


def authorities(session: Session) -> tuple[AuthorityLine, ...]:
    """Return the authorities that have a published call, by name."""
    rows = session.execute(
        select(Authority.id, Authority.name)
        .where(
            select(Call.id)
            .where(Call.authority_id == Authority.id, Call.state.in_(sorted(PUBLIC_STATES)))
            .exists()
        )
        .order_by(Authority.name)
    )
    return tuple(AuthorityLine(row.id, row.name) for row in rows)


def own_wish(session: Session, actor: Actor, membership_id: int) -> datetime:
    """Return when one asked to join; NotFound for another's wish or an answered one."""
    asked = session.execute(
        select(Membership.asked_at).where(
            Membership.id == membership_id,
            Membership.user_id == actor.user_id,
            Membership.state == "asked",
        )
    ).scalar_one_or_none()
    if asked is None:
        raise NotFound
    return asked


def help_requests(session: Session, actor: Actor) -> tuple[HelpLine, ...]:
    """Return what waits for an officer of the authority, the oldest first."""
    rows = session.execute(_lines(actor).order_by(Membership.help_asked_at, Membership.id))
    return tuple(HelpLine(**row) for row in rows.mappings())


def help_request(session: Session, actor: Actor, membership_id: int) -> HelpRequest:
    row = (
        session.execute(
            _lines(actor)
            .add_columns(Membership.organisation_id)
            .where(Membership.id == membership_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    values = {name: value for name, value in row.items() if name != "organisation_id"}
    return HelpRequest(HelpLine(**values), identifiers_of(session, row["organisation_id"]))


def help_file(session: Session, actor: Actor, membership_id: int) -> Download:
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(Membership, Membership.help_file_id == StoredFile.id)
        .join(Authority, Authority.id == Membership.help_authority_id)
        .where(
            Membership.id == membership_id,
            visible.authorities(actor, Permission.ADMIT_TO_ORGANISATION),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)


def _lines(actor: Actor) -> Select[*tuple[Any, ...]]:  # Any: the columns of HelpLine
    held, holder = aliased(Membership), aliased(User)
    return (
        select(
            Membership.id.label("membership_id"),
            Organisation.name.label("organisation"),
            Organisation.city,
            Authority.name.label("authority"),
            User.name.label("person"),
            User.email,
            Membership.asked_at,
            Membership.help_asked_at,
            Membership.help_text.label("text"),
            StoredFile.filename,
            StoredFile.size_bytes,
            StoredFile.sha256,
            func.coalesce(holder.name, "").label("contact"),
            func.coalesce(holder.email, "").label("contact_email"),
            func.coalesce(holder.is_active, False).label("contact_active"),
        )
        .select_from(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Authority, Authority.id == Membership.help_authority_id)
        .join(User, User.id == Membership.user_id)
        .join(StoredFile, StoredFile.id == Membership.help_file_id)
        .outerjoin(
            held,
            (held.organisation_id == Organisation.id)
            & (held.role == "contact")
            & (held.state == "admitted"),
        )
        .outerjoin(holder, holder.id == held.user_id)
        .where(
            Membership.state == "asked",
            Membership.help_asked_at.is_not(None),
            visible.authorities(actor, Permission.ADMIT_TO_ORGANISATION),
        )
    )
