"""Who a session belongs to, with every grant: one query a request."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.models import Membership, SignIn, StaffRole, User
from app.queries.kept import planned_once
from app.queries.stand_ins import present_grants
from app.rules.deadlines import ZONE
from app.rules.permissions import Actor, Grant, Role, StandsIn


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: the person, and what the request needs to know about the session."""

    actor: Actor
    sign_in_id: int
    locale: str
    seen_at: datetime


def _signed_in() -> Select[Any]:  # Any: a row of many columns
    grants = (
        select(
            func.jsonb_agg(
                func.jsonb_build_array(StaffRole.role, StaffRole.authority_id, StaffRole.call_id)
            )
        )
        .where(StaffRole.user_id == User.id)
        .scalar_subquery()
    )
    organisations = (
        select(func.jsonb_agg(Membership.organisation_id))
        .where(Membership.user_id == User.id, Membership.state == "admitted")
        .scalar_subquery()
    )
    return (
        select(
            SignIn.id, SignIn.seen_at, User.id.label("user_id"), User.name, User.email,
            User.locale, grants.label("grants"),
            present_grants(bindparam("today", type_=Date())).label("stood_in"),
            organisations.label("organisations"),
        )
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.token_sha256 == bindparam("token_sha256"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("now"),
            User.is_active,
        )
    )  # fmt: skip


# Every request asks it, so it is put together once.
_SIGNED_IN = planned_once(_signed_in())


def signed_in(session: Session, token_sha256: str, now: datetime) -> SignedIn | None:
    """Return the person of a live session, None when it ended, ran out or never was."""
    row = session.execute(
        _SIGNED_IN,
        {"token_sha256": token_sha256, "now": now, "today": now.astimezone(ZONE).date()},
    ).one_or_none()
    if row is None:
        return None
    actor = _actor(row.user_id, row.name, row.email, row.grants, row.organisations, row.stood_in)
    return SignedIn(actor=actor, sign_in_id=row.id, locale=row.locale, seen_at=row.seen_at)


def actor_of(session: Session, user_id: int, now: datetime | None = None) -> Actor:
    """Return the actor for a user, with present grants; for jobs, the demo world and tests.

    Roles of a stand-in count where the moment is given.
    """
    user = session.execute(select(User.id, User.name, User.email).where(User.id == user_id)).one()
    grants = session.execute(
        select(StaffRole.role, StaffRole.authority_id, StaffRole.call_id).where(
            StaffRole.user_id == user_id
        )
    ).all()
    organisations = session.execute(
        select(Membership.organisation_id).where(
            Membership.user_id == user_id, Membership.state == "admitted"
        )
    ).scalars()
    listed = [list(grant) for grant in grants]
    stood_in: Any = None  # Any: JSON lists
    if now is not None:
        stood_in = session.execute(
            select(present_grants(now.astimezone(ZONE).date()))
            .select_from(User)
            .where(User.id == user_id)
        ).scalar_one()
    return _actor(user.id, user.name, user.email, listed, list(organisations), stood_in)


def _actor(
    user_id: int,
    name: str,
    email: str,
    grants: list[Any] | None,
    organisations: list[int] | None,
    stood_in: list[Any] | None,  # Any: JSON lists of `present_grants`
) -> Actor:
    own = frozenset(Grant(Role(role), area, call) for role, area, call in grants or ())
    lent = [
        StandsIn(Grant(Role(role), area, call), absent, date.fromisoformat(since))
        for role, area, call, absent, since in stood_in or ()
    ]
    # In one order, so that the trail names the same person for the same deed.
    lent.sort(key=lambda each: (each.grant.role, each.absent, each.since))
    return Actor(
        user_id=user_id,
        name=name,
        email=email,
        grants=own | {each.grant for each in lent},
        stands_in=tuple(each for each in lent if each.grant not in own),
        organisation_ids=frozenset(organisations or ()),
    )
