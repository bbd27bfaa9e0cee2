"""Who assesses what in a stage, how far it is, and who may still be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    AgreedScore,
    Application,
    Call,
    Lot,
    Organisation,
    Stage,
    StageEntry,
)
from app.queries import assessing, scores, visible
from app.queries.assessing_people import Task, marked_tasks
from app.queries.schemes import scheme_named, scheme_of
from app.rules import scoring
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_grid import DiscrepancyKind
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_rules import scoring_discrepancy, scoring_grid
from app.rules.scoring_model import Assessment as Marks
from app.rules.scoring_model import ThirdNeeded

# Somebody's file with its marks, which nobody sees before all have submitted.
_Held = tuple[Task, Mapping[str, str]]
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
    """`scored` are (id, key) of all stages of the call that are assessed, in their order."""

    stage_id: int
    stage_state: str
    call_id: int
    call_code: str
    call_title: str
    facts: Facts
    scheme: Scheme
    stage: SchemeStage
    scored: tuple[tuple[int, str], ...]
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
    """Return the board of a scored stage; four queries, however long the list."""
    this = aliased(Stage)
    rows = session.execute(
        select(
            Stage.id, Stage.key, Stage.state,
            Call.id.label("call_id"), Call.code, Call.title, Call.authority_id, Call.digest,
        )
        .join(Call, Call.id == Stage.call_id)
        .join(this, this.call_id == Call.id)
        .where(this.id == stage_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
        .order_by(Stage.position)
    ).all()  # fmt: skip
    head = next((row for row in rows if row.id == stage_id), None)
    if head is None:
        raise NotFound
    scheme = scheme_named(session, head.call_id, head.digest)
    stage = scheme.stage(head.key)
    if stage.grid is None:
        raise NotFound
    return StageBoard(
        stage_id=stage_id,
        stage_state=head.state,
        call_id=head.call_id,
        call_code=head.code,
        call_title=head.title,
        facts=Facts(authority_id=head.authority_id, call_id=head.call_id),
        scheme=scheme,
        stage=stage,
        scored=tuple((row.id, row.key) for row in rows if scheme.stage(row.key).grid),
        lots=_lots(session, stage_id, head.call_id, stage),
    )


def _lots(
    session: Session, stage_id: int, call_id: int, stage: SchemeStage
) -> tuple[BoardLot, ...]:
    agreed = exists().where(AgreedScore.entry_id == StageEntry.id)
    mine = and_(
        StageEntry.application_id == Application.id,
        StageEntry.stage_id == stage_id,
        StageEntry.state.in_(_SHOWN),
    )
    rows = session.execute(
        select(
            StageEntry.id, Application.id.label("application_id"), Application.reference,
            Application.title, Organisation.name, Lot.id.label("lot_id"), StageEntry.state,
            agreed.label("is_agreed"), Lot.code, Lot.title.label("lot_title"),
        )
        .select_from(Lot)
        .outerjoin(Application, Application.lot_id == Lot.id)
        .outerjoin(StageEntry, mine)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(Lot.call_id == call_id)
        .order_by(Lot.position, Application.reference)
    ).all()  # fmt: skip
    tasks = marked_tasks(session, stage_id)
    carried = scores.carried_totals(session, call_id, stage)
    found: dict[int, list[BoardEntry]] = {row.lot_id: [] for row in rows}
    for row in rows:
        theirs = tasks.get(row.id, ())
        # Rejected by the check: never assessed, so not part of this board.
        if row.id is None or (row.state == "failed" and not any(t.is_live for t, _ in theirs)):
            continue
        found[row.lot_id].append(_entry(stage, carried[row.application_id], row, theirs))
    titles = {row.lot_id: (row.code, row.lot_title) for row in rows}
    return tuple(BoardLot(key, *titles[key], tuple(each)) for key, each in found.items())


def _entry(
    stage: SchemeStage,
    carried: Mapping[str, Fraction],
    row: Any,  # Any: see _lots
    theirs: Sequence[_Held],
) -> BoardEntry:
    marked = [(task, marks) for task, marks in theirs if task.state not in GONE]
    done = bool(marked) and all(task.state == "submitted" for task, _ in marked)
    return BoardEntry(
        row.id,
        row.application_id,
        row.reference,
        row.title,
        row.name,
        row.lot_id,
        row.state,
        _opened(tuple(task for task, _ in theirs), open_=done),
        _difference(stage, carried, marked) if done and not row.is_agreed else None,
        stage.assessors,
    )


def _difference(
    stage: SchemeStage,
    carried: Mapping[str, Fraction],
    marked: Sequence[_Held],
) -> Fraction | None:
    """Return how far two assessors are apart where a third has to mark."""
    if len(marked) != 2:
        return None
    given = [
        Marks(task.assessor, {code: Fraction(mark) for code, mark in marks.items()})
        for task, marks in marked
    ]
    result = scoring.score(scoring_grid(stage, carried), given, scoring_discrepancy(stage))
    return result.difference if isinstance(result, ThirdNeeded) else None


def _opened(tasks: tuple[Task, ...], *, open_: bool) -> tuple[Task, ...]:
    """Keep totals back until all have submitted, as `queries.scores` keeps the marks."""
    return tasks if open_ else tuple(replace(task, total=None) for task in tasks)
