"""Sessions on the server: the cookie holds 256 random bits, the table their SHA-256."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, update

from app.actions.accounts_links import new_token, token_sha256
from app.actions.act import Act
from app.models import SignIn, User
from app.queries.actors import actor_of
from app.rules.permissions import Permission
from app.settings import settings

SEEN_EVERY = timedelta(minutes=5)
AT_MOST = timedelta(days=7)
KEPT_AFTER = timedelta(days=90)
MAX_USER_AGENT = 300


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that has just begun: the token for the cookie, and where the person was going."""

    token: str
    user_id: int
    next_path: str = ""


def begin(act: Act, user: User, *, user_agent: str, next_path: str = "") -> Entered:
    """Begin a session with a token of its own, whatever the browser held before."""
    token = new_token()
    act.session.add(
        SignIn(
            token_sha256=token_sha256(token),
            user_id=user.id,
            csrf_secret=new_token(),
            user_agent=user_agent[:MAX_USER_AGENT],
            created_at=act.now,
            seen_at=act.now,
            expires_at=act.now + _idle_time(),
        )
    )
    act.session.flush()
    return Entered(token, user.id, next_path)


def stay(act: Act, sign_in_id: int) -> None:
    """Move the end of a session that is used, up to a week after it began."""
    sign_in = act.load(SignIn, sign_in_id, to=Permission.CHANGE_OWN_ACCOUNT)
    sign_in.seen_at = act.now
    sign_in.expires_at = min(act.now + _idle_time(), sign_in.created_at + AT_MOST)


def end(act: Act, sign_in_id: int) -> None:
    sign_in = act.load(SignIn, sign_in_id, to=Permission.CHANGE_OWN_ACCOUNT)
    if sign_in.ended_at is None:
        sign_in.ended_at = act.now


def end_token(act: Act, token: str) -> None:
    """End the session of a cookie that is being replaced, whoever's it was."""
    if token:
        act.session.execute(
            update(SignIn)
            .where(SignIn.token_sha256 == token_sha256(token), SignIn.ended_at.is_(None))
            .values(ended_at=act.now)
        )


def end_all(act: Act, user: User, *, but: int | None = None) -> int:
    """End the sessions of a person, except for one if told; return how many."""
    live = [SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.expires_at > act.now]
    if but is not None:
        live.append(SignIn.id != but)
    ended = act.session.execute(
        update(SignIn).where(*live).values(ended_at=act.now).returning(SignIn.id)
    )
    return len(ended.scalars().all())


def as_person(act: Act, user: User) -> Act:
    """Return the act of the person who has just shown who they are, for the audit trail."""
    return replace(act, actor=actor_of(act.session, user.id))


def forget_old(act: Act) -> None:
    """Remove sessions long after their end; a periodic job calls it."""
    act.session.execute(delete(SignIn).where(SignIn.expires_at < act.now - KEPT_AFTER))


def _idle_time() -> timedelta:
    return timedelta(hours=settings().session_hours)
