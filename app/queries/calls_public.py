"""Published calls as everybody may read them, signed in or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Authority, Call, Lot
from app.queries.calls import LINE, CallLine, line_of, matching
from app.queries.facts import PUBLIC_STATES
from app.queries.schemes import dates_of, scheme_of
from app.queries.stages import StageRow, stage_rows
from app.rules.call_clock import phase
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import JsonObject


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A published call as everybody may read it."""

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
    scheme: Scheme
    dates: CallDates | None
    stages: tuple[StageRow, ...]


def public_calls(
    session: Session, now: datetime, *, words: str = "", phases: frozenset[str] = frozenset()
) -> tuple[CallLine, ...]:
    """Return published calls: open ones by closing, coming ones by opening, then the newest."""
    query = (
        select(*LINE, _lot_titles())
        .join(Authority, Authority.id == Call.authority_id)
        .where(Call.state.in_(sorted(PUBLIC_STATES)), *matching(words))
        .order_by(Call.closes_at, Call.id)
    )
    lines = [line_of(row, now) for row in session.execute(query)]
    return tuple(
        sorted((line for line in lines if not phases or line.phase in phases), key=_public_order)
    )


def public_call(session: Session, call_id: int, now: datetime) -> PublicCall:
    """Return a published call; NotFound for a draft, even to those who prepare it."""
    row = session.execute(
        select(
            Call.id,
            Authority.name.label("authority"),
            Authority.email,
            Authority.website,
            Call.code,
            Call.title,
            Call.summary,
            Call.state,
            Call.digest,
            Call.opens_at,
            Call.closes_at,
            Call.published_at,
            Call.announced_at,
        )
        .join(Authority, Authority.id == Call.authority_id)
        .where(Call.id == call_id, Call.state.in_(sorted(PUBLIC_STATES)))
    ).one_or_none()
    if row is None:
        raise NotFound
    return PublicCall(
        id=row.id,
        authority=row.authority,
        authority_email=row.email,
        authority_website=row.website,
        code=row.code,
        title=row.title,
        summary=row.summary,
        state=row.state,
        phase=phase(row.state, row.opens_at, row.closes_at, now),
        digest=row.digest or "",
        published_at=row.published_at,
        announced_at=row.announced_at,
        scheme=scheme_of(session, call_id),
        dates=dates_of(session, call_id),
        stages=stage_rows(session, call_id),
    )


def frozen_rules(session: Session, call_id: int) -> tuple[str, str, JsonObject]:
    """Return code, digest and stored template of a published call, for anybody to check."""
    row = session.execute(
        select(Call.code, Call.digest, Call.template).where(
            Call.id == call_id, Call.state.in_(sorted(PUBLIC_STATES)), Call.digest.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.code, row.digest or "", row.template


def _lot_titles() -> ColumnElement[list[str]]:
    return (
        select(func.array_agg(Lot.title).aggregate_order_by(Lot.position))
        .where(Lot.call_id == Call.id)
        .scalar_subquery()
        .label("lots")
    )


_PUBLIC_ORDER = {"open": 0, "upcoming": 1}


def _public_order(line: CallLine) -> tuple[int, float, int]:
    place = _PUBLIC_ORDER.get(line.phase, 2)
    moment = line.opens_at if place == 1 else line.closes_at
    at = moment.timestamp() if moment else 0.0
    return place, -at if place == 2 else at, line.id
