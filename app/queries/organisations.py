"""Organisations as their own people see them; what others may learn of one is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Membership, Organisation, OrganisationIdentifier, User
from app.queries import visible
from app.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    id: int
    name: str
    applicant_type: str
    city: str
    is_contact: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to join that was not admitted; the organisation's name stays its own secret."""

    id: int
    asked_at: datetime
    state: str
    help_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnOrganisations:
    lines: tuple[OrganisationLine, ...]
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody who asks the contact to be admitted."""

    id: int
    organisation_id: int
    organisation: str
    person: str
    email: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    email: str
    role: str
    since: datetime
    is_offered: bool
    """True while the task of the contact waits for this member's answer."""


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """Everything of one organisation; `identifiers` are (scheme, number)."""

    id: int
    name: str
    applicant_type: str
    country: str
    register_code: str | None
    municipality: str
    region: str
    district: str
    development_group: str
    address: str
    postcode: str
    city: str
    email: str
    phone: str
    representative_name: str
    representative_title: str
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    details: OrganisationDetails
    members: tuple[Member, ...]
    requests: tuple[JoinRequest, ...]
    is_contact: bool
    offered_to_me: int | None = None
    """One's own membership, where the contact hands over to oneself."""


@dataclass(frozen=True, slots=True)
class MembershipState:
    id: int
    role: str
    state: str


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact of an organisation: address, language, and the organisation's name."""

    email: str
    locale: str
    organisation: str


def own_organisations(session: Session, actor: Actor) -> OwnOrganisations:
    """Return where the person is admitted, by name, and which wishes wait or were refused."""
    rows = session.execute(
        select(
            Membership.id,
            Membership.state,
            Membership.role,
            Membership.asked_at,
            Membership.help_asked_at,
            Organisation.id.label("organisation_id"),
            Organisation.name,
            Organisation.applicant_type,
            Organisation.city,
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == actor.user_id)
        .order_by(Organisation.search_text, Membership.id)
    ).all()
    lines = tuple(
        OrganisationLine(
            row.organisation_id, row.name, row.applicant_type, row.city, row.role == "contact"
        )
        for row in rows
        if row.state == "admitted"
    )
    wishes = tuple(
        Wish(row.id, row.asked_at, row.state, row.help_asked_at)
        for row in rows
        if row.state != "admitted"
    )
    return OwnOrganisations(lines, wishes)


def join_requests(
    session: Session, actor: Actor, organisation_id: int | None = None
) -> tuple[JoinRequest, ...]:
    """Return who waits for the person's answer as contact, the oldest first."""
    contact = select(Membership.organisation_id).where(
        Membership.user_id == actor.user_id,
        Membership.role == "contact",
        Membership.state == "admitted",
    )
    query = (
        select(
            Membership.id,
            Membership.organisation_id,
            Organisation.name.label("organisation"),
            User.name,
            User.email,
            Membership.asked_at,
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.state == "asked", Membership.organisation_id.in_(contact))
        .order_by(Membership.asked_at, Membership.id)
    )
    if organisation_id is not None:
        query = query.where(Membership.organisation_id == organisation_id)
    return tuple(JoinRequest(*row) for row in session.execute(query))


def organisation_details(
    session: Session, actor: Actor, organisation_id: int
) -> OrganisationDetails:
    """Return one's own organisation; NotFound for anybody else's."""
    columns = (
        Organisation.id,
        Organisation.name,
        Organisation.applicant_type,
        Organisation.country,
        Organisation.register_code,
        Organisation.municipality,
        Organisation.region,
        Organisation.district,
        Organisation.development_group,
        Organisation.address,
        Organisation.postcode,
        Organisation.city,
        Organisation.email,
        Organisation.phone,
        Organisation.representative_name,
        Organisation.representative_title,
    )
    row = (
        session.execute(
            select(*columns).where(Organisation.id == organisation_id, visible.organisations(actor))
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return OrganisationDetails(**row, identifiers=identifiers_of(session, organisation_id))


def identifiers_of(session: Session, organisation_id: int) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(OrganisationIdentifier.scheme, OrganisationIdentifier.number)
        .where(OrganisationIdentifier.organisation_id == organisation_id)
        .order_by(OrganisationIdentifier.scheme, OrganisationIdentifier.id)
    )
    return tuple((row.scheme, row.number) for row in rows)


def organisation_page(session: Session, actor: Actor, organisation_id: int) -> OrganisationPage:
    details = organisation_details(session, actor, organisation_id)
    rows = session.execute(
        select(
            Membership.id,
            User.name,
            User.email,
            Membership.role,
            Membership.answered_at,
            Membership.asked_at,
            Membership.user_id,
            Membership.contact_offered_at,
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation_id, Membership.state == "admitted")
        .order_by(Membership.role, User.name, Membership.id)
    ).all()
    members = tuple(
        Member(
            row.id,
            row.name,
            row.email,
            row.role,
            row.answered_at or row.asked_at,
            is_offered=row.contact_offered_at is not None,
        )
        for row in rows
    )
    is_contact = any(row.user_id == actor.user_id and row.role == "contact" for row in rows)
    requests = join_requests(session, actor, organisation_id)
    mine = (row.id for row in rows if row.user_id == actor.user_id and row.contact_offered_at)
    return OrganisationPage(
        details, members, requests, is_contact=is_contact, offered_to_me=next(mine, None)
    )


def holder_of(
    session: Session,
    numbers: Sequence[tuple[str, str, str]],
    register_code: str | None,
    *,
    but: int | None = None,
) -> int | None:
    """Return the organisation that holds one of (country, scheme, number) or the register code.

    The country is "" for a number that is the same in all of them: one holds it in the world.
    For acts only: a person never learns which one it is.
    """
    for country, scheme, number in numbers:
        whose = (OrganisationIdentifier.country == country,) if country else ()
        found = session.execute(
            select(OrganisationIdentifier.organisation_id).where(
                *whose,
                OrganisationIdentifier.scheme == scheme,
                OrganisationIdentifier.number == number,
                OrganisationIdentifier.organisation_id != (but or 0),
            )
        ).scalars()
        if (first := next(iter(found), None)) is not None:
            return first
    if register_code is None:
        return None
    return session.execute(
        select(Organisation.id).where(
            Organisation.register_code == register_code, Organisation.id != (but or 0)
        )
    ).scalar_one_or_none()


def membership_of(
    session: Session, user_id: int | None, organisation_id: int
) -> MembershipState | None:
    """Return how a person stands to an organisation, None for a stranger."""
    row = session.execute(
        select(Membership.id, Membership.role, Membership.state).where(
            Membership.user_id == user_id, Membership.organisation_id == organisation_id
        )
    ).one_or_none()
    return MembershipState(*row) if row else None


def contact_of(session: Session, organisation_id: int) -> Contact | None:
    """Return whom to write to about an organisation; for acts that send mail."""
    row = session.execute(
        select(User.email, User.locale, Organisation.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == "contact",
            Membership.state == "admitted",
            User.is_active,
        )
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()
    return Contact(*row) if row else None
