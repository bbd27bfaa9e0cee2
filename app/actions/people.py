"""Authorities and their staff: set up, change, invite, give a role, take it away."""

from dataclasses import asdict, dataclass

from app import i18n
from app.actions import mail
from app.actions.accounts_links import Purpose, make_link
from app.actions.act import Act
from app.errors import Conflict, Invalid, NotFound
from app.i18n.marks import N_
from app.models import Authority, OneTimeLink, StaffRole, User
from app.queries import people as known
from app.rules.messages import Message
from app.rules.permissions import STAFF_ROLES, Permission, Role

_M = Permission.MANAGE_AUTHORITY


@dataclass(frozen=True, slots=True)
class AuthorityText:
    """What an authority says of itself: letterhead, signatory, where complaints go."""

    name: str
    short_name: str
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "RS"
    email: str = ""
    phone: str = ""
    website: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    complaints_to: str = ""
    privacy_contact: str = ""


def create_authority(act: Act, text: AuthorityText) -> int:
    """Set up an authority; only the administrator of the installation may."""
    act.allow(Permission.CREATE_AUTHORITY)
    _name_is_free(act, text.name)
    authority = act.create(Authority(**asdict(text)), to=Permission.CREATE_AUTHORITY)
    act.record(authority, "create_authority", name=text.name)
    return authority.id


def change_authority(act: Act, authority_id: int, text: AuthorityText) -> None:
    """Change the letterhead; letters that were issued keep the one they were printed with."""
    authority = act.load(Authority, authority_id, to=_M)
    _name_is_free(act, text.name, but=authority_id)
    typed = asdict(text)
    before = {name: getattr(authority, name) for name in typed}
    changed = {name: value for name, value in typed.items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(authority, name, value)
    was = {name: before[name] for name in changed}
    act.record(authority, "change_authority", before=was, after=changed)


def set_logo(act: Act, authority_id: int, sha256: str | None, media_type: str = "") -> None:
    """Print a picture of the file store on the letterhead, or none.

    `media_type` is what the picture is; letters leave out one of unknown kind.
    """
    authority = act.load(Authority, authority_id, to=_M)
    act.record(authority, "set_logo", before=authority.logo_sha256, after=sha256)
    authority.logo_sha256, authority.logo_media_type = sha256, media_type


def invite(
    act: Act, authority_id: int, *, email: str, role: Role, call_id: int | None = None
) -> None:
    """Mail an invitation to a role for the whole authority, or for one call of it."""
    authority = act.load(Authority, authority_id, to=_M)
    call = _call_title(act, authority_id, call_id)
    _is_for_staff(role)
    email = email.strip().lower()
    token = make_link(
        act,
        Purpose.INVITE,
        email=email,
        role=role.value,
        authority_id=authority_id,
        call_id=call_id,
        invited_by=act.actor.name,
    )
    mail.write(
        act,
        "invite",
        to=email,
        path=f"/account/invitation/{token}",
        inviter=act.actor.name,
        authority=authority.name,
        role=i18n.text(Message(f"role.{role}")),
        call=call,
    )
    act.record(authority, "invite", email=email, role=role.value, for_call=call_id)


def withdraw_invitation(act: Act, authority_id: int, link_id: int) -> None:
    """Make an open invitation useless."""
    authority = act.load(Authority, authority_id, to=_M)
    link = act.load(OneTimeLink, link_id, to=Permission.ENTER)
    if link.purpose != Purpose.INVITE or link.payload.get("authority_id") != authority_id:
        raise NotFound
    if link.used_at is not None:
        raise Conflict(N_("This invitation was accepted or withdrawn already."))
    link.used_at = act.now
    act.record(authority, "withdraw_invitation", email=link.email, role=link.payload["role"])


def give_role(
    act: Act, authority_id: int, user_id: int, *, role: Role, call_id: int | None = None
) -> int:
    """Give a person who has an account one more role; the same twice is a Conflict."""
    act.load(Authority, authority_id, to=_M)
    _call_title(act, authority_id, call_id)
    _is_for_staff(role)
    person = act.load(User, user_id, to=Permission.ENTER)
    if known.has_role(act.session, user_id, role, authority_id, call_id):
        raise Conflict(N_("{name} has this role already."), name=person.name)
    given = StaffRole(
        user_id=user_id,
        authority_id=authority_id,
        call_id=call_id,
        role=role.value,
        given_at=act.now,
    )
    act.create(given, to=_M)
    act.record(given, "give_role", role=role.value, person=person.email, for_call=call_id)
    return given.id


def take_role(act: Act, role_id: int, *, why: str) -> None:
    """Take a role away at once: the next request of the person is without it."""
    role = act.load(StaffRole, role_id, to=_M)
    if role.authority_id is None and known.installation_admins(act.session) == 1:
        raise Conflict(N_("This is the last administrator. Make another one first."))
    person = act.load(User, role.user_id, to=Permission.ENTER)
    act.record(role, "take_role", role=role.role, person=person.email, why=why)
    act.session.delete(role)
    act.session.flush()


def _call_title(act: Act, authority_id: int, call_id: int | None) -> str:
    if call_id is None:
        return ""
    title = known.call_title(act.session, call_id, authority_id)
    if title is None:
        raise Invalid({"call": N_("Choose a call of this authority")})
    return title


def _is_for_staff(role: Role) -> None:
    if role not in STAFF_ROLES:
        raise Invalid({"role": N_("Choose a role")})


def _name_is_free(act: Act, name: str, *, but: int | None = None) -> None:
    if known.authority_named(act.session, name) not in {None, but}:
        raise Invalid({"name": N_("There is an authority with this name already")})
