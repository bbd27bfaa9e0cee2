"""Accounts: who has an address, which sessions are live, what an unused link is for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Gone, NotFound
from app.models import Authority, Call, Mail, OneTimeLink, SignIn, User
from app.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in compares; `can_enter` is False for an account that was closed."""

    user_id: int
    password_hash: str | None
    can_enter: bool


@dataclass(frozen=True, slots=True)
class OpenLink:
    """An unused link: for whom, and whether that address has an account already."""

    email: str
    name: str
    has_account: bool
    role: str = ""
    authority: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class LiveSession:
    id: int
    browser: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAccount:
    name: str
    email: str
    phone: str
    sessions: tuple[LiveSession, ...]


@dataclass(frozen=True, slots=True)
class MailLine:
    id: int
    to: str
    subject: str
    created_at: datetime
    sent_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class MailText:
    line: MailLine
    body: str


def credentials(session: Session, email: str) -> Credentials | None:
    row = session.execute(
        select(User.id, User.password_hash, User.is_active, User.email_proven_at).where(
            User.email == email
        )
    ).one_or_none()
    if row is None:
        return None
    proven = row.is_active and row.email_proven_at is not None
    return Credentials(row.id, row.password_hash, proven)


def is_empty(session: Session) -> bool:
    """True while nobody at all has an account."""
    return session.execute(select(User.id).limit(1)).first() is None


def open_link(session: Session, token_sha256: str, purpose: str, now: datetime) -> OpenLink:
    """Return what a link is for without using it up; Gone for a used, old or invented one."""
    row = session.execute(
        select(
            OneTimeLink.email,
            OneTimeLink.payload,
            User.id.label("user_id"),
            User.name,
            Authority.name.label("authority"),
            Call.title.label("call"),
        )
        .outerjoin(User, User.email == OneTimeLink.email)
        .outerjoin(Authority, Authority.id == OneTimeLink.payload["authority_id"].as_integer())
        .outerjoin(Call, Call.id == OneTimeLink.payload["call_id"].as_integer())
        .where(
            OneTimeLink.token_sha256 == token_sha256,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        raise Gone
    return OpenLink(
        email=row.email,
        name=row.name or str(row.payload.get("name", "")),
        has_account=row.user_id is not None,
        role=str(row.payload.get("role", "")),
        authority=row.authority or "",
        call=row.call or "",
    )


def own_account(session: Session, actor: Actor, now: datetime) -> OwnAccount:
    """Return the person's own account with its live sessions, the latest first."""
    person = session.execute(
        select(User.name, User.email, User.phone).where(User.id == actor.user_id)
    ).one_or_none()
    if person is None:
        raise NotFound
    rows = session.execute(
        select(SignIn.id, SignIn.user_agent, SignIn.created_at, SignIn.seen_at)
        .where(SignIn.user_id == actor.user_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    live = tuple(LiveSession(row.id, row.user_agent, row.created_at, row.seen_at) for row in rows)
    return OwnAccount(person.name, person.email, person.phone, live)


_LINE = (Mail.id, Mail.to, Mail.subject, Mail.created_at, Mail.sent_at, Mail.failure)


def mails(session: Session, *, before: int | None = None, size: int = 50) -> tuple[MailLine, ...]:
    """Return the latest messages for the development page, which alone may show them."""
    query = select(*_LINE).order_by(Mail.id.desc()).limit(size)
    if before is not None:
        query = query.where(Mail.id < before)
    return tuple(MailLine(*row) for row in session.execute(query))


def mail(session: Session, mail_id: int) -> MailText:
    row = session.execute(select(*_LINE, Mail.body).where(Mail.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound
    return MailText(MailLine(*row[:-1]), row.body)
