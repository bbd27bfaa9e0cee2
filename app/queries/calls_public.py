"""Published calls as everybody may read them, signed in or not."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Authority, Call, Lot
from app.queries.calls import LINE, CallLine, line_of, matching
from app.queries.facts import PUBLIC_STATES
from app.queries.schemes import dates_of, scheme_named
from app.queries.stages import StageRow, stage_rows
from app.rules.call_clock import phase
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import JsonObject


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A published call as everybody may read it.

    `stop_reason` says since when and why it is suspended, or was cancelled.
    """

    id: int
    authority: str
    authority_email: str
    authority_website: str
    code: str
    title: str
    summary: str
    state: str
    phase: str
    digest: str
    published_at: datetime | None
    announced_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str
    scheme: Scheme
    dates: CallDates | None
    stages: tuple[StageRow, ...]


_PUBLIC = (
    Call.id,
    Authority.name.label("authority"),
    Authority.email.label("authority_email"),
    Authority.website.label("authority_website"),
    Call.code,
    Call.title,
    Call.summary,
    Call.state,
    func.coalesce(Call.digest, "").label("digest"),
    Call.published_at,
    Call.announced_at,
    Call.stopped_at,
    Call.stop_reason,
)


def public_calls(
    session: Session, now: datetime, *, words: str = "", phases: frozenset[str] = frozenset()
) -> tuple[CallLine, ...]:
    """Return published calls: open ones by closing, coming ones by opening, then the newest."""
    query = (
        select(*LINE, _lot_titles())
        .join(Authority, Authority.id == Call.authority_id)
        .where(Call.state.in_(sorted(PUBLIC_STATES)), *matching(words), _is_open_to_all())
        .order_by(Call.closes_at, Call.id)
    )
    found = [line_of(row, now) for row in session.execute(query)]
    lines = [replace(line, phase=_shown(line.phase)) for line in found]
    return tuple(
        sorted((line for line in lines if not phases or line.phase in phases), key=_public_order)
    )


def public_call(session: Session, call_id: int, now: datetime) -> PublicCall:
    """Return a call that is or was published; NotFound for a draft, even to its authority."""
    row = session.execute(
        select(*_PUBLIC, Call.opens_at, Call.closes_at)
        .join(Authority, Authority.id == Call.authority_id)
        .where(Call.id == call_id, was_published())
    ).one_or_none()
    if row is None:
        raise NotFound
    values = row._asdict()
    opens_at, closes_at = values.pop("opens_at"), values.pop("closes_at")
    scheme = scheme_named(session, call_id, row.digest or None)
    return PublicCall(
        **values,
        phase=_shown(phase(row.state, opens_at, closes_at, now)),
        scheme=scheme,
        dates=dates_of(session, call_id, scheme),
        stages=stage_rows(session, call_id),
    )


def frozen_rules(session: Session, call_id: int) -> tuple[str, str, JsonObject]:
    """Return code, digest and stored template of a published call, for anybody to check."""
    row = session.execute(
        select(Call.code, Call.digest, Call.template).where(
            Call.id == call_id, was_published(), Call.digest.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.code, row.digest or "", row.template


def was_published() -> ColumnElement[bool]:
    """A call that was cancelled after its publication keeps its page, which says why."""
    cancelled = and_(Call.state == "cancelled", Call.digest.is_not(None))
    return or_(Call.state.in_(sorted(PUBLIC_STATES)), cancelled)


def _is_open_to_all() -> ColumnElement[bool]:
    """Nobody is invited by the list to what only those may apply to who are named."""
    direct = func.jsonb_typeof(Call.template["call"]["direct"])
    return func.coalesce(direct, "null") != "object"


def _lot_titles() -> ColumnElement[list[str]]:
    return (
        select(func.array_agg(Lot.title).aggregate_order_by(Lot.position))
        .where(Lot.call_id == Call.id)
        .scalar_subquery()
        .label("lots")
    )


def _shown(phase: str) -> str:
    """Until the announcement nobody outside learns how far the authority is with a call."""
    return "closed" if phase in ("assessed", "ranked", "allocated", "decided") else phase


_PUBLIC_ORDER = {"open": 0, "upcoming": 1, "suspended": 2}


def _public_order(line: CallLine) -> tuple[int, float, int]:
    place = _PUBLIC_ORDER.get(line.phase, 3)
    moment = line.opens_at if place == 1 else line.closes_at
    at = moment.timestamp() if moment else 0.0
    return place, -at if place == 3 else at, line.id
