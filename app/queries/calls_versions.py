"""The versions of a published call: its first publication, and each corrigendum."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    CallVersion,
    Membership,
    Stage,
    StageEntry,
    Submission,
    User,
)
from app.queries.calls_public import was_published
from app.queries.schemes import scheme_from
from app.rules.corrigendum import Change, changes
from app.rules.scheme_json import JsonObject


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list of a call, with how many applications were sent in under it."""

    number: int
    published_at: datetime
    reason: str
    digest: str
    rules_digest: str
    published_by: str = ""
    submitted: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, and the document of the one before (None for the first)."""

    number: int
    published_at: datetime
    reason: str
    digest: str
    document: JsonObject
    before: JsonObject | None


def version_lines(session: Session, call_id: int) -> tuple[VersionLine, ...]:
    """Return the versions of a call, the newest first; asks for no permission."""
    sent = (
        select(func.count())
        .select_from(Submission)
        .join(Application, Application.id == Submission.application_id)
        .where(
            Application.call_id == call_id,
            Submission.stands,
            Submission.rules_version == CallVersion.number,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            CallVersion.number,
            CallVersion.published_at,
            CallVersion.reason,
            CallVersion.digest,
            CallVersion.rules_digest,
            func.coalesce(User.name, ""),
            sent,
        )
        .outerjoin(User, User.id == CallVersion.published_by)
        .where(CallVersion.call_id == call_id)
        .order_by(CallVersion.number.desc())
    )
    return tuple(VersionLine(*row) for row in rows)


def public_version(session: Session, call_id: int, number: int) -> Version:
    """Return a version of a call that is or was public, for anybody; else NotFound."""
    rows = session.execute(
        select(CallVersion)
        .join(Call, Call.id == CallVersion.call_id)
        .where(
            CallVersion.call_id == call_id,
            CallVersion.number.in_((number - 1, number)),
            was_published(),
        )
        .order_by(CallVersion.number.desc())
    ).scalars()
    found = list(rows)
    if not found or found[0].number != number:
        raise NotFound
    version = found[0]
    return Version(
        number=number,
        published_at=version.published_at,
        reason=version.reason,
        digest=version.digest,
        document=version.document,
        before=found[1].document if len(found) > 1 else None,
    )


def rules_changes(before: JsonObject, after: JsonObject) -> tuple[Change, ...]:
    """Return what differs between the rules of two versions."""
    return changes(scheme_from(before["rules"]), scheme_from(after["rules"]))


def newest_number(session: Session, call_id: int) -> int:
    """Return the number of the version in force; 0 for a call that has none written yet."""
    return session.execute(
        select(func.coalesce(func.max(CallVersion.number), 0)).where(CallVersion.call_id == call_id)
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class HeldRules:
    """The rules in force: the number of their version, and the digest under which they stand."""

    number: int
    digest: str


def hold_rules(session: Session, entry_id: int) -> HeldRules:
    """Keep the rules of the entry's call from changing until the act ends; return which they are.

    Taken before the rows of the application, so that an application is sent in either before
    a corrigendum or a suspension or after it, and by rules that go with the version it names.
    """
    held = session.execute(
        select(Call.id, Call.digest)
        .join(Stage, Stage.call_id == Call.id)
        .join(StageEntry, StageEntry.stage_id == Stage.id)
        .where(StageEntry.id == entry_id)
        .with_for_update(read=True, of=Call)
    ).one_or_none()
    if held is None:
        raise NotFound
    return HeldRules(newest_number(session, held.id) or 1, held.digest or "")


def submitted_addresses(session: Session, call_id: int) -> frozenset[str]:
    """Return the organisations' people whose application is sent in, by e-mail address."""
    from_organisation = select(Application.organisation_id).where(
        Application.call_id == call_id, Application.state == "submitted"
    )
    rows = session.execute(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id.in_(from_organisation),
            Membership.state == "admitted",
            User.is_active,
        )
    ).scalars()
    return frozenset(rows)
