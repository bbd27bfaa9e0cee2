"""Whom to write to about an application: the admitted people of its organisation."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Application, Membership, User


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
