"""Calls as people find and read them: lists, the page of one call, what the public sees."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import Application, Authority, Call, Lot
from app.queries import visible
from app.queries.facts import PUBLIC_STATES
from app.queries.schemes import dates_of, scheme_from
from app.queries.stages import StageRow, stage_rows
from app.rules.call_clock import phase
from app.rules.permissions import GRANTED, Actor, Facts, Permission
from app.rules.scheme import CallDates, Scheme
from app.rules.scheme_json import JsonObject
from app.rules.search_text import search_text, sort_key

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in a list. `phase` is the state with the clock's view of a published call."""

    id: int
    code: str
    title: str
    summary: str
    authority: str
    state: str
    phase: str
    currency: str
    envelope_cents: int
    opens_at: datetime | None
    closes_at: datetime | None
    lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeLine:
    call: CallLine
    begun: int
    submitted: int


@dataclass(frozen=True, slots=True)
class LotFigures:
    """A lot with its applications: begun are all, submitted those that were sent in."""

    id: int
    code: str
    title: str
    envelope_cents: int
    transferred_cents: int
    awarded_cents: int
    begun: int
    submitted: int
    requested_cents: int


@dataclass(frozen=True, slots=True)
class CallPage:
    """A call with its rules, for the people of the authority.

    `correction` is a corrigendum in work; `stop_reason` says why a call is suspended or was
    cancelled, `source` is the call that it was copied from.
    """

    id: int
    version: int
    authority_id: int
    authority: str
    code: str
    title: str
    summary: str
    template_key: str
    template: JsonObject
    state: str
    phase: str
    digest: str
    created_at: datetime
    published_at: datetime | None
    announced_at: datetime | None
    reserve_valid_until: date | None
    scheme: Scheme
    opens_at: datetime | None
    closes_at: datetime | None
    correction: JsonObject | None
    stopped_at: datetime | None
    stop_reason: str
    source_id: int | None
    source_code: str
    dates: CallDates | None
    lots: tuple[LotFigures, ...]
    stages: tuple[StageRow, ...]
    facts: Facts

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def working(self) -> Scheme:
        """The rules that a fund manager changes: of a draft, or of a corrigendum in work."""
        return scheme_from(self.correction["rules"]) if self.correction else self.scheme


LINE = (
    Call.id,
    Call.code,
    Call.title,
    Call.summary,
    Authority.short_name.label("authority"),
    Call.state,
    Call.currency,
    Call.envelope_cents,
    Call.opens_at,
    Call.closes_at,
)


_SOURCE = aliased(Call)
_PAGE = (
    Call.id,
    Call.version,
    Call.authority_id,
    Authority.name.label("authority"),
    Call.code,
    Call.title,
    Call.summary,
    Call.template_key,
    Call.template,
    Call.state,
    func.coalesce(Call.digest, "").label("digest"),
    Call.created_at,
    Call.published_at,
    Call.announced_at,
    Call.reserve_valid_until,
    Call.opens_at,
    Call.closes_at,
    Call.correction,
    Call.stopped_at,
    Call.stop_reason,
    Call.cloned_from_id.label("source_id"),
    func.coalesce(_SOURCE.code, "").label("source_code"),
)


def call_list(
    session: Session, actor: Actor, now: datetime, *, words: str = "", state: str = ""
) -> tuple[OfficeLine, ...]:
    """Return the calls of the actor's authorities, the newest first."""
    counted = (
        select(
            Application.call_id,
            func.count().label("begun"),
            func.count(Application.submitted_at).label("submitted"),
        )
        .group_by(Application.call_id)
        .subquery()
    )
    query = (
        select(
            *LINE,
            func.coalesce(counted.c.begun, 0).label("begun"),
            func.coalesce(counted.c.submitted, 0).label("submitted"),
        )
        .join(Authority, Authority.id == Call.authority_id)
        .outerjoin(counted, counted.c.call_id == Call.id)
        .where(visible.staff_scope(actor, Permission.SEE_CALL), *matching(words))
        .order_by(Call.created_at.desc(), Call.id.desc())
    )
    lines = [
        OfficeLine(line_of(row, now), begun=row.begun, submitted=row.submitted)
        for row in session.execute(query)
    ]
    return tuple(line for line in lines if not state or line.call.phase == state)


def call_page(session: Session, actor: Actor, call_id: int, now: datetime) -> CallPage:
    """Return a call of the actor's own authority; NotFound for any other."""
    row = session.execute(
        select(*_PAGE)
        .join(Authority, Authority.id == Call.authority_id)
        .outerjoin(_SOURCE, _SOURCE.id == Call.cloned_from_id)
        .where(Call.id == call_id, visible.staff_scope(actor, Permission.SEE_CALL))
    ).one_or_none()
    if row is None:
        raise NotFound
    scheme = scheme_from(row.template)
    return CallPage(
        **row._asdict(),
        phase=phase(row.state, row.opens_at, row.closes_at, now),
        scheme=scheme,
        dates=dates_of(session, call_id, scheme),
        lots=lot_figures(session, call_id),
        stages=stage_rows(session, call_id),
        facts=Facts(
            authority_id=row.authority_id, call_id=call_id, is_public=row.state in PUBLIC_STATES
        ),
    )


def lot_figures(session: Session, call_id: int) -> tuple[LotFigures, ...]:
    """Return the lots of a call, in their order, with the number of applications."""
    sent = Application.submitted_at.is_not(None)
    query = (
        select(
            Lot.id,
            Lot.code,
            Lot.title,
            Lot.envelope_cents,
            Lot.transferred_cents,
            Lot.awarded_cents,
            func.count(Application.id),
            func.count(Application.submitted_at),
            func.coalesce(func.sum(Application.requested_cents).filter(sent), 0),
        )
        .outerjoin(
            Application, and_(Application.lot_id == Lot.id, Application.state != "withdrawn")
        )
        .where(Lot.call_id == call_id)
        .group_by(Lot.id)
        .order_by(Lot.position)
    )
    return tuple(
        LotFigures(*row[:-1], requested_cents=int(row[-1] or 0)) for row in session.execute(query)
    )


def authorities(session: Session, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return the authorities for which the actor may prepare calls, as (id, name), by name."""
    roles = [role for role, granted in GRANTED.items() if Permission.EDIT_CALL in granted]
    rows = session.execute(
        select(Authority.id, Authority.name).where(
            Authority.id.in_(sorted(actor.authority_ids(*roles)))
        )
    ).all()
    return tuple((row.id, row.name) for row in sorted(rows, key=lambda row: sort_key(row.name)))


def code_is_taken(session: Session, authority_id: int, code: str, *, besides: int = 0) -> bool:
    found = session.execute(
        select(Call.id).where(
            Call.authority_id == authority_id, func.upper(Call.code) == code.upper()
        )
    ).scalars()
    return any(key != besides for key in found)


def authority_name(session: Session, authority_id: int) -> str:
    name = session.execute(
        select(Authority.name).where(Authority.id == authority_id)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name


def matching(words: str) -> list[ColumnElement[bool]]:
    """Every word must occur; both sides are in the same small Latin letters."""
    typed = search_text(words).split()
    return [Call.search_text.contains(word, autoescape=True) for word in typed]


def line_of(row: Row[*tuple[Any, ...]], now: datetime) -> CallLine:
    values = row._asdict()
    return CallLine(
        **{name: values[name] for name in CallLine.__slots__ if name in values},
        phase=phase(row.state, row.opens_at, row.closes_at, now),
    )
