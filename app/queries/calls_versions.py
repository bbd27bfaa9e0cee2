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
from app.queries.facts import PUBLIC_STATES
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
    """A version beside the one before: dates and texts that moved, and what changed in the rules.

    `closes_at` and the like are those of the document; of the first version `changes` is empty.
    """

    line: VersionLine
    title: tuple[str, str]
    summary: tuple[str, str]
    closes_at: tuple[str, str]
    changes: tuple[Change, ...]
    document: JsonObject
    before: JsonObject


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


def public_document(session: Session, call_id: int, number: int) -> tuple[str, JsonObject]:
    """Return digest and document of a version of a call that is or was public; else NotFound."""
    row = session.execute(
        select(CallVersion.digest, CallVersion.document)
        .join(Call, Call.id == CallVersion.call_id)
        .where(
            CallVersion.call_id == call_id,
            CallVersion.number == number,
            Call.state.in_(sorted(PUBLIC_STATES | {"cancelled"})),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.digest, row.document


def documents(session: Session, call_id: int) -> dict[int, JsonObject]:
    """Return the documents of all versions of a call by number; asks for no permission."""
    rows = session.execute(
        select(CallVersion.number, CallVersion.document).where(CallVersion.call_id == call_id)
    )
    return {row.number: row.document for row in rows}


def rules_changes(before: JsonObject, after: JsonObject) -> tuple[Change, ...]:
    """Return what differs between the rules of two versions."""
    return changes(scheme_from(before["rules"]), scheme_from(after["rules"]))


def newest_number(session: Session, call_id: int) -> int:
    """Return the number of the version in force; 0 for a call that has none written yet."""
    return session.execute(
        select(func.coalesce(func.max(CallVersion.number), 0)).where(CallVersion.call_id == call_id)
    ).scalar_one()


def hold_rules(session: Session, entry_id: int) -> int:
    """Keep the rules of the entry's call from changing until the act ends; return their version.

    Taken before the rows of the application, so that an application is sent in either before
    a corrigendum or a suspension or after it, and by rules that go with the version it names.
    """
    call_id = session.execute(
        select(Call.id)
        .join(Stage, Stage.call_id == Call.id)
        .join(StageEntry, StageEntry.stage_id == Stage.id)
        .where(StageEntry.id == entry_id)
        .with_for_update(read=True, of=Call)
    ).scalar_one_or_none()
    if call_id is None:
        raise NotFound
    return newest_number(session, call_id) or 1


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
