"""Accounts of staff: the first administrator, and people who accept an invitation."""

from sqlalchemy import text

from app.actions import accounts_sessions as sessions
from app.actions.accounts import new_user, normal_email
from app.actions.accounts_links import Purpose, find_link, make_link, use_up
from app.actions.accounts_sessions import Entered
from app.actions.act import Act
from app.errors import Gone
from app.i18n.marks import N_
from app.models import OneTimeLink, StaffRole, User
from app.queries import accounts as known
from app.rules.permissions import Permission, Role
from app.settings import settings

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('envelope.first_admin', 0))")


def first_admin_link(act: Act) -> str | None:
    """Return the address where the first administrator signs up; None once there is anybody."""
    act.allow(Permission.CREATE_AUTHORITY)
    if not known.is_empty(act.session):
        return None
    token = make_link(act, Purpose.FIRST_ADMIN, email="")
    return f"{settings().base_url}/account/first/{token}"


def create_first_admin(
    act: Act, token: str, *, email: str, name: str, password: str, user_agent: str = ""
) -> Entered:
    """Make the administrator of the installation; only while nobody has an account.

    The address counts as proven: whoever reads the console holds the machine.
    """
    link = find_link(act, token, Purpose.FIRST_ADMIN)
    # Two starts print two links; the second of two people finds somebody there.
    act.session.execute(_ONE_AT_A_TIME)
    if not known.is_empty(act.session):
        raise Gone(N_("There is an administrator already. Ask them for an invitation."))
    user = new_user(act, email=normal_email(email), name=name, password=password)
    use_up(act, link)
    _give(act, user, role=Role.ADMIN)
    return sessions.begin(act, user, user_agent=user_agent)


def accept_invitation(
    act: Act, token: str, *, name: str = "", password: str = "", user_agent: str = ""
) -> Entered | None:
    """Take the role of an invitation; a new person opens an account with it and is signed in.

    None for a person who has an account: they sign in with their own password.
    """
    link = find_link(act, token, Purpose.INVITE)
    person = known.credentials(act.session, link.email)
    if person is None:
        user = new_user(act, email=link.email, name=name, password=password)
    else:
        user = act.load(User, person.user_id, to=Permission.ENTER)
    use_up(act, link)
    _give(
        act,
        user,
        role=Role(link.payload["role"]),
        authority_id=link.payload["authority_id"],
        call_id=link.payload["call_id"],
        link=link,
    )
    if person is not None:
        return None
    return sessions.begin(act, user, user_agent=user_agent)


def _give(
    act: Act,
    user: User,
    *,
    role: Role,
    authority_id: int | None = None,
    call_id: int | None = None,
    link: OneTimeLink | None = None,
) -> None:
    """Add the role unless the person has it already; it was granted when the link was made."""
    as_person = sessions.as_person(act, user)
    if any(
        (grant.role, grant.authority_id, grant.call_id) == (role, authority_id, call_id)
        for grant in as_person.actor.grants
    ):
        return
    given = StaffRole(
        user_id=user.id,
        authority_id=authority_id,
        call_id=call_id,
        role=role.value,
        given_at=act.now,
    )
    act.create(given, to=Permission.ENTER)
    invited_by = link.payload.get("invited_by") if link else None
    as_person.record(given, "accept_role", role=role.value, person=user.email, by=invited_by)
