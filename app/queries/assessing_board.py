"""Who assesses what in a stage, how far it is, and who may still be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Call,
    Lot,
    Organisation,
    Stage,
    StageEntry,
)
from app.queries import assessing, scores, visible
from app.queries.assessing_people import Task, tasks_of
from app.queries.schemes import scheme_of
from app.rules import scoring
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import DiscrepancyKind
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import scoring_discrepancy, scoring_grid
from app.rules.scoring_model import Assessment as Marks
from app.rules.scoring_model import ThirdNeeded

_SHOWN = ("admitted", "assessed", "passed", "failed", "reserve")


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One application; `difference` is there where a third is needed: per cent or points."""

    entry_id: int
    application_id: int
    reference: str
    title: str
    organisation: str
    lot_id: int
    state: str
    tasks: tuple[Task, ...]
    difference: Fraction | None
    wanted: int

    @property
    def live(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.is_live)

    @property
    def needs(self) -> int:
        """How many assessors have to be found still; a third one where the two disagree."""
        wanted = self.wanted + 1 if self.difference is not None else self.wanted
        return max(0, wanted - len(self.live)) if self.state == "admitted" else 0

    @property
    def may_get_more(self) -> bool:
        return self.state == "admitted" and len(self.live) < assessing.MOST


@dataclass(frozen=True, slots=True)
class BoardLot:
    lot_id: int
    code: str
    title: str
    entries: tuple[BoardEntry, ...]

    @property
    def needs(self) -> int:
        """How many applications lack the usual assessors; a third one is chosen one by one."""
        return sum(1 for entry in self.entries if entry.needs and entry.difference is None)


@dataclass(frozen=True, slots=True)
class StageBoard:
    stage_id: int
    stage_state: str
    call_id: int
    call_code: str
    call_title: str
    facts: Facts
    scheme: Scheme
    stage: SchemeStage
    lots: tuple[BoardLot, ...]

    @property
    def entries(self) -> tuple[BoardEntry, ...]:
        return tuple(entry for lot in self.lots for entry in lot.entries)

    @property
    def is_percent(self) -> bool:
        return self.stage.discrepancy.kind is DiscrepancyKind.PCT_OF_HIGHER

    def entry(self, entry_id: int) -> BoardEntry:
        for each in self.entries:
            if each.entry_id == entry_id:
                return each
        raise NotFound

    def lot(self, lot_id: int) -> BoardLot:
        for each in self.lots:
            if each.lot_id == lot_id:
                return each
        raise NotFound


def scored_stages(session: Session, actor: Actor, call_id: int) -> tuple[tuple[int, str], ...]:
    """Return (id, state) of the stages of a call that are assessed, in their order."""
    rows = session.execute(
        select(Stage.id, Stage.key, Stage.state)
        .join(Call, Call.id == Stage.call_id)
        .where(Call.id == call_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
        .order_by(Stage.position)
    ).all()
    if not rows:
        raise NotFound
    scheme = scheme_of(session, call_id)
    return tuple((row.id, row.state) for row in rows if scheme.stage(row.key).grid)


def stage_of_entry(session: Session, entry_id: int) -> int:
    found = session.execute(
        select(StageEntry.stage_id).where(StageEntry.id == entry_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def stage_board(session: Session, actor: Actor, stage_id: int) -> StageBoard:
    """Return the board of a scored stage; seven queries, however long the list."""
    head = session.execute(
        select(Stage.key, Stage.state, Call.id, Call.code, Call.title, Call.authority_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Stage.id == stage_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()
    if head is None:
        raise NotFound
    scheme = scheme_of(session, head.id)
    stage = scheme.stage(head.key)
    if stage.grid is None:
        raise NotFound
    entries = _entries(session, actor, stage_id, head.id, stage)
    lots = session.execute(
        select(Lot.id, Lot.code, Lot.title).where(Lot.call_id == head.id).order_by(Lot.position)
    )
    return StageBoard(
        stage_id=stage_id,
        stage_state=head.state,
        call_id=head.id,
        call_code=head.code,
        call_title=head.title,
        facts=Facts(authority_id=head.authority_id, call_id=head.id),
        scheme=scheme,
        stage=stage,
        lots=tuple(
            BoardLot(lot_id, code, title, tuple(e for e in entries if e.lot_id == lot_id))
            for lot_id, code, title in lots
        ),
    )


def _entries(
    session: Session, actor: Actor, stage_id: int, call_id: int, stage: SchemeStage
) -> list[BoardEntry]:
    rows = session.execute(
        select(
            StageEntry.id,
            StageEntry.application_id,
            Application.reference,
            Application.title,
            Organisation.name,
            Application.lot_id,
            StageEntry.state,
        )
        .join(Application, Application.id == StageEntry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(StageEntry.stage_id == stage_id, StageEntry.state.in_(_SHOWN))
        .order_by(Application.reference)
    ).all()
    tasks = tasks_of(session, stage_id)
    scored = scores.of_stage(session, actor, stage_id)
    carried = scores.carried_totals(session, call_id, stage)
    found = []
    for row in rows:
        entry = scored.get(row.id)
        difference = _difference(stage, carried[row.application_id], entry) if entry else None
        theirs = _opened(tasks.get(row.id, ()), open_=bool(entry and entry.all_submitted))
        found.append(BoardEntry(*row, theirs, difference, stage.assessors))
    # Rejected by the check: never assessed, so not part of this board.
    return [each for each in found if each.state != "failed" or each.live]


def _difference(
    stage: SchemeStage, carried: Mapping[str, Fraction], entry: scores.ScoredEntry
) -> Fraction | None:
    if entry.agreed is not None or len(entry.marked) != 2 or not entry.all_submitted:
        return None
    marked = [
        Marks(each.assessor, {code: Fraction(mark) for code, mark in each.marks.items()})
        for each in entry.marked
    ]
    result = scoring.score(scoring_grid(stage, carried), marked, scoring_discrepancy(stage))
    return result.difference if isinstance(result, ThirdNeeded) else None


def _opened(tasks: tuple[Task, ...], *, open_: bool) -> tuple[Task, ...]:
    """Keep totals back until all have submitted, as `queries.scores` keeps the marks."""
    return tasks if open_ else tuple(replace(task, total=None) for task in tasks)
