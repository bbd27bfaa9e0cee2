"""Authorities, people with their roles, organisations with their members."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from itertools import count

from sqlalchemy.orm import Session

from app.actions.act import Act
from app.actions.passwords import hashed
from app.models import (
    Authority,
    Call,
    Membership,
    Organisation,
    OrganisationIdentifier,
    StaffRole,
    User,
)
from app.queries.actors import actor_of
from app.rules.permissions import SYSTEM, Role
from app.rules.search_text import search_text

NOW = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
PASSWORD = "spring rain on the Danube"
_numbers = count(1)


@cache
def _hash(password: str) -> str:
    """Hash once a run: Argon2 is slow on purpose."""
    return hashed(password)


def act_as(session: Session, user: User | None = None, *, now: datetime = NOW) -> Act:
    """An act of the person with present grants, or of the system."""
    session.flush()
    return Act(session, actor_of(session, user.id) if user else SYSTEM, now)


def make_authority(session: Session, *, name: str = "", **more: object) -> Authority:
    number = next(_numbers)
    values = {
        "name": name or f"Office for Local Grants {number}",
        "short_name": f"OLG{number}",
        "address": "Bulevar 1",
        "postcode": "11000",
        "city": "Beograd",
        "email": "office@olg.example",
        "signatory_name": "Mira Marić",
        "signatory_title": "Director",
    }
    authority = Authority(**{**values, **more})
    session.add(authority)
    session.flush()
    return authority


def make_user(
    session: Session,
    *,
    roles: Iterable[Role | str] = (),
    authority: Authority | None = None,
    call: Call | None = None,
    name: str = "",
    email: str = "",
    password: str | None = PASSWORD,
    **more: object,
) -> User:
    """A person with a proven address; roles are for `authority`, for `call` alone if given.

    Roles without an authority make the administrator of the installation.
    """
    number = next(_numbers)
    values = {
        "email": email or f"person{number}@example.org",
        "name": name or f"Person {number}",
        "password_hash": _hash(password) if password else None,
        "email_proven_at": NOW,
        "created_at": NOW,
    }
    user = User(**{**values, **more})
    session.add(user)
    session.flush()
    authority_id = authority.id if authority else call.authority_id if call else None
    session.add_all(
        StaffRole(
            user_id=user.id,
            authority_id=authority_id,
            call_id=call.id if call else None,
            role=Role(role).value,
            given_at=NOW,
        )
        for role in roles
    )
    session.flush()
    return user


def make_organisation(
    session: Session,
    *,
    contact: User | None = None,
    members: Iterable[User] = (),
    name: str = "",
    applicant_type: str = "LSG_MUNICIPALITY",
    register_code: str | None = None,
    numbers: Iterable[tuple[str, str]] = (),
    **more: object,
) -> Organisation:
    """An organisation whose contact and members are admitted; `numbers` are (scheme, number)."""
    number = next(_numbers)
    values = {
        "name": name or f"Municipality {number}",
        "address": "Trg 1",
        "postcode": "21000",
        "city": "Novi Sad",
        "region": "RS12",
        "representative_name": "Ana Anić",
        "representative_title": "Mayor",
        "email": "town@example.org",
        "created_at": NOW,
    }
    organisation = Organisation(
        applicant_type=applicant_type, register_code=register_code, **{**values, **more}
    )
    organisation.search_text = search_text(organisation.name)
    session.add(organisation)
    session.flush()
    for scheme, given in numbers:
        session.add(
            OrganisationIdentifier(
                organisation_id=organisation.id, country="RS", scheme=scheme, number=given
            )
        )
    people = [(contact, "contact")] if contact else []
    people += [(member, "member") for member in members]
    for person, role in people:
        session.add(
            Membership(
                organisation_id=organisation.id,
                user_id=person.id,
                role=role,
                state="admitted",
                asked_at=NOW,
                answered_at=NOW,
            )
        )
    session.flush()
    return organisation
