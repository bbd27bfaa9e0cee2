"""One-time links: 256 random bits in the mail, their SHA-256 in the table, used by a POST only.

Mail scanners open every link; so opening shows a page, and its button uses the link up.
"""

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, select, update

from app.actions.act import Act, plain
from app.errors import Gone
from app.models import OneTimeLink
from app.rules.permissions import Permission


class Purpose(StrEnum):
    REGISTER = "register"
    RESET = "reset"
    INVITE = "invite"
    FIRST_ADMIN = "first_admin"


LIFETIME = {
    Purpose.REGISTER: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITE: timedelta(days=14),
    Purpose.FIRST_ADMIN: timedelta(days=7),
}
KEPT_AFTER = timedelta(days=30)


def new_token() -> str:
    return token_urlsafe(32)


def token_sha256(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def make_link(
    act: Act, purpose: Purpose, *, email: str, user_id: int | None = None, **payload: object
) -> str:
    """Store a link and return its token, which exists nowhere else."""
    token = new_token()
    act.session.add(
        OneTimeLink(
            token_sha256=token_sha256(token),
            purpose=purpose.value,
            email=email,
            user_id=user_id,
            payload=plain(payload),
            created_at=act.now,
            expires_at=act.now + LIFETIME[purpose],
        )
    )
    act.session.flush()
    return token


def find_link(act: Act, token: str, purpose: Purpose) -> OneTimeLink:
    """Return the link, locked; raise Gone for a used, old or invented one.

    Call `use_up` when all that was typed is good: a refused password must not cost the link.
    """
    key = act.session.execute(
        select(OneTimeLink.id).where(
            OneTimeLink.token_sha256 == token_sha256(token), OneTimeLink.purpose == purpose.value
        )
    ).scalar_one_or_none()
    if key is None:
        raise Gone
    link = act.load(OneTimeLink, key, to=Permission.ENTER)
    if link.used_at is not None or link.expires_at <= act.now:
        raise Gone
    return link


def use_up(act: Act, link: OneTimeLink) -> None:
    link.used_at = act.now
    act.session.flush()


def use_up_others(act: Act, purpose: Purpose, email: str) -> None:
    """Make the other links of the same purpose useless: a newer one did the work."""
    act.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.email == email,
            OneTimeLink.purpose == purpose.value,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=act.now)
    )


def forget_old(act: Act) -> None:
    """Remove links long after they ran out; a periodic job calls it."""
    act.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < act.now - KEPT_AFTER))
