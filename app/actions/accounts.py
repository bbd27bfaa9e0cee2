"""Accounts: register, sign in and out, passwords, invitations.

Nobody learns here whether an address is known: known or not, the page says the
same, as many rows are written and one mail goes to the address itself. An account
begins when its address is proven: by a POST from a link that was mailed there.
"""

from app.actions import accounts_limits as limits
from app.actions import accounts_sessions as sessions
from app.actions import mail, passwords
from app.actions.accounts_links import Purpose, find_link, make_link, use_up, use_up_others
from app.actions.accounts_sessions import Entered
from app.actions.act import Act
from app.errors import Gone, Invalid
from app.i18n.marks import N_
from app.models import User
from app.queries import accounts as known
from app.rules.passwords import password_fault
from app.rules.permissions import Permission


def normal_email(typed: str) -> str:
    return typed.strip().lower()


def register(act: Act, *, email: str, name: str, network: str, next_path: str = "") -> None:
    """Mail a link to the address; to one that has an account, how to sign in instead."""
    act.allow(Permission.ENTER)
    email = normal_email(email)
    if not limits.may_mail(act, email, network):
        return
    person = known.credentials(act.session, email)
    # For a known address the link sets a new password: the way in that its owner needs.
    purpose = Purpose.RESET if person else Purpose.REGISTER
    token = make_link(
        act, purpose, email=email, user_id=person.user_id if person else None,
        name=name, next_path=next_path,
    )  # fmt: skip
    text, page = ("register_again", "password") if person else ("register", "confirm")
    mail.write(act, text, to=email, path=f"/account/{page}/{token}")


def prove_email(act: Act, token: str, *, password: str, user_agent: str = "") -> Entered:
    """Open the account of the address to which the link was mailed, and sign in."""
    link = find_link(act, token, Purpose.REGISTER)
    if known.credentials(act.session, link.email) is not None:
        raise Gone(N_("This address has an account already. Sign in with it."))
    name = str(link.payload["name"])
    user = new_user(act, email=link.email, name=name, password=password)
    use_up(act, link)
    use_up_others(act, Purpose.REGISTER, link.email)
    return sessions.begin(
        act, user, user_agent=user_agent, next_path=str(link.payload["next_path"])
    )


def sign_in(
    act: Act,
    *,
    email: str,
    password: str,
    network: str,
    user_agent: str = "",
    replaced_token: str = "",
) -> Entered | None:
    """Begin a session; None for a wrong address or password, which is counted.

    It does not raise, so that the count is committed. Raises TooMany after too many
    failures. A session that the browser held before is ended (no fixation).
    """
    act.allow(Permission.ENTER)
    email = normal_email(email)
    limits.check_tries(act, email, network)
    person = known.credentials(act.session, email)
    fits, renewed = passwords.matches(password, person.password_hash if person else None)
    if person is None or not fits or not person.can_enter:
        limits.count_failure(act, email, network)
        return None
    user = act.load(User, person.user_id, to=Permission.ENTER)
    if renewed is not None:
        user.password_hash = renewed
    limits.forget_failures(act, email, network)
    sessions.end_token(act, replaced_token)
    return sessions.begin(act, user, user_agent=user_agent)


def sign_out(act: Act, sign_in_id: int) -> None:
    """End one session of one's own: this browser's, or another's from the list."""
    sessions.end(act, sign_in_id)


def sign_out_everywhere(act: Act) -> int:
    """End every session of the person, this one too; return how many."""
    user = _self(act)
    ended = sessions.end_all(act, user)
    act.record(user, "sign_out_everywhere", sessions=ended)
    return ended


def ask_reset(act: Act, *, email: str, network: str) -> None:
    """Mail a link that sets a new password; to an unknown address, that it is unknown here."""
    act.allow(Permission.ENTER)
    email = normal_email(email)
    if not limits.may_mail(act, email, network):
        return
    person = known.credentials(act.session, email)
    # An unknown address gets a link that nobody is told, so that both answers take
    # the same time and both count for the limit of mails to one address.
    purpose = Purpose.RESET if person else Purpose.REGISTER
    token = make_link(
        act, purpose, email=email, user_id=person.user_id if person else None,
        name="", next_path="",
    )  # fmt: skip
    if person is None:
        mail.write(act, "reset_unknown", to=email, path="/account/register")
    else:
        mail.write(act, "reset", to=email, path=f"/account/password/{token}")


def reset_password(act: Act, token: str, *, password: str, user_agent: str = "") -> Entered:
    """Set a new password by a mailed link; every session ends and a new one begins."""
    link = find_link(act, token, Purpose.RESET)
    if link.user_id is None:
        raise Gone
    user = act.load(User, link.user_id, to=Permission.ENTER)
    if not user.is_active:
        raise Gone
    _set_password(user, password, field="password")
    use_up(act, link)
    user.email_proven_at = user.email_proven_at or act.now
    sessions.end_all(act, user)
    limits.forget_failures(act, user.email)
    use_up_others(act, Purpose.RESET, user.email)
    sessions.as_person(act, user).record(user, "reset_password")
    mail.write(
        act, "password_changed", to=user.email, locale=user.locale, path="/account/forgotten"
    )
    return sessions.begin(
        act, user, user_agent=user_agent, next_path=str(link.payload.get("next_path", ""))
    )


def change_password(
    act: Act, *, current: str, new: str, network: str, sign_in_id: int | None
) -> bool:
    """Change one's own password; other sessions end. False for a wrong present one: counted."""
    user = _self(act)
    limits.check_tries(act, user.email, network)
    fits, _ = passwords.matches(current, user.password_hash)
    if not fits:
        limits.count_failure(act, user.email, network)
        return False
    _set_password(user, new, field="new_password")
    sessions.end_all(act, user, but=sign_in_id)
    use_up_others(act, Purpose.RESET, user.email)
    act.record(user, "change_password")
    mail.write(
        act, "password_changed", to=user.email, locale=user.locale, path="/account/forgotten"
    )
    return True


def change_details(act: Act, *, name: str, phone: str) -> None:
    user = _self(act)
    was = {"name": user.name, "phone": user.phone}
    user.name, user.phone = name, phone
    act.record(user, "change_details", before=was, after={"name": name, "phone": phone})


def _self(act: Act) -> User:
    # Nobody is signed in: key 0 is nobody's, so the answer is the same NotFound.
    return act.load(User, act.actor.user_id or 0, to=Permission.CHANGE_OWN_ACCOUNT)


def new_user(act: Act, *, email: str, name: str, password: str) -> User:
    """Add a person whose address is proven, and write so in their own name."""
    user = User(
        email=email, name=name or email.partition("@")[0], created_at=act.now,
        email_proven_at=act.now,
    )  # fmt: skip
    _set_password(user, password, field="password")
    act.create(user, to=Permission.ENTER)
    sessions.as_person(act, user).record(user, "register")
    return user


def _set_password(user: User, password: str, *, field: str) -> None:
    fault = password_fault(password, email=user.email, name=user.name)
    if fault is not None:
        raise Invalid({field: fault})
    user.password_hash = passwords.hashed(password)
