"""Letters of a stage as the office lists them: how far they are, narrowed, by pages, as files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select, true
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    Letter,
    Lot,
    Organisation,
    Stage,
    StageEntry,
    StoredFile,
)
from app.queries import visible
from app.queries.letters import Standing, standing
from app.queries.letters_sources import gets_letter
from app.queries.schemes import scheme_of
from app.rules.call_clock import holds_interviews
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_letters import Outcome
from app.rules.scheme_text import said
from app.rules.search_text import search_text

SEE = Permission.SEE_APPLICATIONS
PAGE = 50
READY = ("rendered", "signed")

# How a list can be narrowed: what the office asks for, not the states of the table.
SHOW: dict[str, ColumnElement[bool]] = {
    "": true(),
    "failed": Letter.state == "failed",
    "queued": Letter.state == "queued",
    "unseen": and_(Letter.state.in_(READY), Letter.looked_at_at.is_(None)),
    "ready": Letter.state.in_(READY),
    "sent": Letter.released_at.is_not(None),
    "unopened": and_(Letter.released_at.is_not(None), Letter.opened_at.is_(None)),
}


@dataclass(frozen=True, slots=True)
class LetterFilter:
    show: str = ""
    kind: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class LetterLine:
    letter_id: int
    application_id: int
    reference: str
    title: str
    organisation: str
    lot: str
    kind: str
    kind_title: str
    number: int
    state: str
    failure: str
    page_count: int | None
    looked_at_at: datetime | None
    released_at: datetime | None
    opened_at: datetime | None
    replaces_id: int | None
    reissue_reason: str


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """One file of a batch."""

    sha256: str
    filename: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter of the call; `outcomes` tell kinds of one title apart."""

    key: str
    title: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageLetters:
    """One stage with how far its letters are and those that fit the filter.

    `dated_on` is the date on the letters, `needs_dates` says that invitations wait for the
    dates of the next stage.
    """

    call_id: int
    call_code: str
    call_title: str
    stage_id: int
    stage_title: str
    stage_state: str
    is_last: bool
    facts: Facts
    standing: Standing
    dated_on: date | None
    needs_dates: bool
    next_stage_id: int | None
    next_is_interview: bool
    kinds: tuple[Kind, ...]
    lines: tuple[LetterLine, ...]
    total: int


def stage_letters(
    session: Session, actor: Actor, stage_id: int, wanted: LetterFilter, language: str
) -> StageLetters:
    """Return the letters page of a stage; NotFound for whoever may not see its applications."""
    row = session.execute(
        select(Call.id, Call.code, Call.title, Call.authority_id, Stage.key, Stage.state)
        .join(Stage, Stage.call_id == Call.id)
        .where(Stage.id == stage_id, visible.staff_scope(actor, SEE))
    ).one_or_none()
    if row is None:
        raise NotFound
    scheme = scheme_of(session, row.id)
    last, following = scheme.last_scored_stage(), scheme.stage_after(row.key)
    next_id, closes_at = _next_stage(session, row.id, following.key if following else "")
    is_last = last is not None and last.key == row.key
    lines, total = _lines(session, stage_id, wanted, scheme, language)
    return StageLetters(
        call_id=row.id,
        call_code=row.code,
        call_title=row.title,
        stage_id=stage_id,
        stage_title=said(scheme.stage(row.key).title, language),
        stage_state=row.state,
        is_last=is_last,
        facts=Facts(authority_id=row.authority_id, call_id=row.id),
        standing=standing(session, stage_id),
        dated_on=_dated_on(session, stage_id),
        needs_dates=not is_last and row.state == "decided" and closes_at is None,
        next_stage_id=next_id,
        next_is_interview=following is not None and holds_interviews(following),
        kinds=_kinds(scheme, row.key, language),
        lines=lines,
        total=total,
    )


def _kinds(scheme: Scheme, stage_key: str, language: str) -> tuple[Kind, ...]:
    """The letters that a stage can have; the receipt leaves with the application itself."""
    return tuple(
        Kind(each.key, said(each.title, language), tuple(one.value for one in each.outcomes))
        for each in scheme.letters.letters
        if each.stage in ("", stage_key) and Outcome.RECEIVED not in each.outcomes
    )


def printed_letters(session: Session, actor: Actor, stage_id: int) -> tuple[PrintedLetter, ...]:
    """Return the files of a stage's letters in the order of the list; none that is replaced."""
    rows = session.execute(
        select(StoredFile.sha256, StoredFile.filename)
        .join(Letter, Letter.file_id == StoredFile.id)
        .join(Call, Call.id == Letter.call_id)
        .join(Application, Application.id == Letter.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(
            Letter.stage_id == stage_id,
            Letter.state != "superseded",
            visible.staff_scope(actor, Permission.PREPARE_LETTERS),
        )
        .order_by(Lot.position, Application.reference, Letter.id)
    )
    return tuple(PrintedLetter(*row) for row in rows)


def _next_stage(session: Session, call_id: int, key: str) -> tuple[int | None, datetime | None]:
    row = session.execute(
        select(Stage.id, Stage.closes_at).where(Stage.call_id == call_id, Stage.key == key)
    ).one_or_none()
    return (None, None) if row is None else (row.id, row.closes_at)


def _dated_on(session: Session, stage_id: int) -> date | None:
    written = session.execute(
        select(func.min(Letter.context["letter"]["written_on"].astext)).where(
            Letter.stage_id == stage_id, Letter.state != "superseded"
        )
    ).scalar_one()
    return date.fromisoformat(written) if written else None


def _lines(
    session: Session, stage_id: int, wanted: LetterFilter, scheme: Scheme, language: str
) -> tuple[tuple[LetterLine, ...], int]:
    titles = {each.key: said(each.title, language) for each in scheme.letters.letters}
    rows = session.execute(
        select(
            Letter.id,
            Application.id,
            Application.reference,
            Application.title,
            Organisation.name,
            Lot.code,
            Letter.kind,
            Letter.number,
            Letter.state,
            Letter.failure,
            Letter.page_count,
            Letter.looked_at_at,
            Letter.released_at,
            Letter.opened_at,
            Letter.replaces_id,
            Letter.reissue_reason,
            func.count().over(),
        )
        .join(Application, Application.id == Letter.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(*_where(stage_id, wanted))
        .order_by(Lot.position, Application.reference, Letter.id)
        .limit(PAGE)
        .offset((max(wanted.page, 1) - 1) * PAGE)
    ).all()
    lines = tuple(_line(tuple(row), titles) for row in rows)
    return lines, int(rows[0][-1]) if rows else 0


def _where(stage_id: int, wanted: LetterFilter) -> list[ColumnElement[bool]]:
    where = [Letter.stage_id == stage_id, Letter.state != "superseded", SHOW[wanted.show]]
    if wanted.kind:
        where.append(Letter.kind == wanted.kind)
    return where + [
        Application.search_text.contains(word, autoescape=True)
        for word in search_text(wanted.words).split()
    ]


def _line(values: tuple[Any, ...], titles: Mapping[str, str]) -> LetterLine:  # Any: columns
    kind = values[6]
    line = (*values[:7], titles.get(kind, kind), *values[7:-1])
    return LetterLine(*line)


@dataclass(frozen=True, slots=True)
class StageSummary:
    call_id: int
    call_code: str
    call_title: str
    stage_id: int
    stage_title: str
    stage_state: str
    expected: int
    printed: int
    failed: int
    released: int


def stages_with_letters(session: Session, actor: Actor, language: str) -> tuple[StageSummary, ...]:
    """Return the decided and announced stages of all calls one works for, newest first."""
    counted = _counted()
    expected = (
        select(func.count()).where(StageEntry.stage_id == Stage.id, gets_letter()).scalar_subquery()
    )
    rows = session.execute(
        select(
            Call.id,
            Call.code,
            Call.title,
            Stage.id,
            Stage.key,
            Stage.state,
            expected,
            func.coalesce(counted.c.printed, 0),
            func.coalesce(counted.c.failed, 0),
            func.coalesce(counted.c.released, 0),
        )
        .join(Stage, Stage.call_id == Call.id)
        .outerjoin(counted, counted.c.stage_id == Stage.id)
        .where(
            Stage.state.in_(("decided", "announced")),
            visible.staff_scope(actor, SEE),
        )
        .order_by(Call.id.desc(), Stage.position.desc())
    ).all()
    schemes = {row[0]: scheme_of(session, row[0]) for row in rows}
    lines = (
        (*row[:4], said(schemes[row[0]].stage(row[4]).title, language), *row[5:])
        for row in map(tuple, rows)
    )
    return tuple(StageSummary(*line) for line in lines)


def _counted() -> Subquery:
    return (
        select(
            Letter.stage_id,
            func.count().filter(Letter.file_id.is_not(None)).label("printed"),
            func.count().filter(Letter.state == "failed").label("failed"),
            func.count().filter(Letter.released_at.is_not(None)).label("released"),
        )
        .where(Letter.state != "superseded")
        .group_by(Letter.stage_id)
        .subquery()
    )
