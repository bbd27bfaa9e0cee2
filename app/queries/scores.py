"""Assessments and agreed scores of a stage: for the committee, after submission only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.models import AgreedScore, Application, Assessment, Call, Stage, StageEntry, User
from app.queries import visible
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Permission
from app.rules.scheme_grid import Stage as SchemeStage


@dataclass(frozen=True, slots=True)
class Marked:
    """One assessor's work. Marks and comments are empty until every assessor has submitted."""

    assessor_id: int
    assessor: str
    position: int
    state: str
    marks: Mapping[str, str]
    comments: Mapping[str, str]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The newest agreed score of an entry; sums with six decimals."""

    number: int
    used: tuple[str, ...]
    marks: Mapping[str, str]
    sections: Mapping[str, str]
    total: Decimal
    outcome: str
    failed_section: str | None
    flags: tuple[str, ...]
    reason: str
    comments: Mapping[str, str]
    """By section code, as the applicant reads them; empty for scores agreed before they were."""


@dataclass(frozen=True, slots=True)
class ScoredEntry:
    entry_id: int
    application_id: int
    lot_id: int
    state: str
    marked: tuple[Marked, ...]
    agreed: Agreed | None

    @property
    def all_submitted(self) -> bool:
        return bool(self.marked) and all(each.state == "submitted" for each in self.marked)


def of_stage(session: Session, actor: Actor, stage_id: int) -> dict[int, ScoredEntry]:
    """Return every entry that is or was in assessment, by id, in the order of references."""
    entries = session.execute(
        select(StageEntry.id, StageEntry.application_id, Application.lot_id, StageEntry.state)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.state.in_(("admitted", "assessed", "passed", "failed", "reserve")),
            visible.staff_scope(actor, Permission.SEE_ASSESSMENTS),
        )
        .order_by(Application.reference)
    ).all()
    marked = opinions_of(session, stage_id)
    agreed = newest_agreed(session, stage_id)
    return {
        row.id: ScoredEntry(
            entry_id=row.id,
            application_id=row.application_id,
            lot_id=row.lot_id,
            state=row.state,
            marked=marked.get(row.id, ()),
            agreed=agreed.get(row.id),
        )
        for row in entries
    }


def newest_agreed(session: Session, stage_id: int) -> dict[int, Agreed]:
    """Return the newest version of each entry's agreed score."""
    rows = session.execute(
        select(
            AgreedScore.entry_id,
            AgreedScore.number,
            AgreedScore.used,
            AgreedScore.marks,
            AgreedScore.sections,
            AgreedScore.total,
            AgreedScore.outcome,
            AgreedScore.failed_section,
            AgreedScore.flags,
            AgreedScore.reason,
            AgreedScore.comments,
        )
        .join(StageEntry, StageEntry.id == AgreedScore.entry_id)
        .where(StageEntry.stage_id == stage_id)
        .ext(distinct_on(AgreedScore.entry_id))
        .order_by(AgreedScore.entry_id, AgreedScore.number.desc())
    )
    return {
        row.entry_id: Agreed(
            number=row.number,
            used=tuple(row.used),
            marks=row.marks,
            sections=row.sections,
            total=row.total,
            outcome=row.outcome,
            failed_section=row.failed_section,
            flags=tuple(row.flags),
            reason=row.reason,
            comments=row.comments,
        )
        for row in rows
    }


def carried_totals(
    session: Session, call_id: int, stage: SchemeStage, *, only: int | None = None
) -> dict[int, dict[str, Fraction]]:
    """Return, by application, the totals that this stage's sections take from earlier stages.

    `only` names one application, where the others are not needed.
    Keys of the inner mapping are this stage's section codes. Source: handbook 1.6.2.
    """
    sections = stage.grid.sections if stage.grid else ()
    wanted = {each.code: each.carry_over for each in sections if each.carry_over is not None}
    if not wanted:
        return defaultdict(dict)
    query = (
        select(StageEntry.application_id, Stage.key, StageEntry.sections)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Stage.call_id == call_id, Stage.key.in_({each.stage for each in wanted.values()}))
        .order_by(StageEntry.application_id)
    )
    rows = session.execute(
        query if only is None else query.where(StageEntry.application_id == only)
    )
    totals: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for application_id, key, given in rows:
        for code, source in wanted.items():
            if source.stage == key and source.section in given:
                totals[application_id][code] = Fraction(given[source.section])
    return totals


def next_numbers(session: Session, entry_ids: Sequence[int]) -> dict[int, int]:
    """Return the number that each entry's next agreed score gets."""
    rows = session.execute(
        select(AgreedScore.entry_id, func.max(AgreedScore.number))
        .where(AgreedScore.entry_id.in_(entry_ids))
        .group_by(AgreedScore.entry_id)
    )
    highest: dict[int, int] = dict(rows.all())
    return {entry_id: highest.get(entry_id, 0) + 1 for entry_id in entry_ids}


def applications_of(entry_ids: Sequence[int]) -> Select[int]:
    """Return the applications of entries as a subquery."""
    return select(StageEntry.application_id).where(StageEntry.id.in_(entry_ids))


def opinions_of(session: Session, stage_id: int) -> dict[int, tuple[Marked, ...]]:
    """Return the assessors' work by entry, for a stage that was found by a query that asked."""
    rows: Any = session.execute(
        select(
            Assessment.entry_id,
            Assessment.assessor_id,
            User.name,
            Assessment.position,
            Assessment.state,
            Assessment.marks,
            Assessment.comments,
            Assessment.total,
        )
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(User, User.id == Assessment.assessor_id)
        .where(StageEntry.stage_id == stage_id, Assessment.state.not_in(GONE))
        .order_by(Assessment.entry_id, Assessment.position)
    )
    found: dict[int, list[Marked]] = defaultdict(list)
    for entry_id, assessor_id, name, position, state, marks, comments, total in rows:
        found[entry_id].append(Marked(assessor_id, name, position, state, marks, comments, total))
    return {entry_id: _opened(tuple(each)) for entry_id, each in found.items()}


def _opened(marked: tuple[Marked, ...]) -> tuple[Marked, ...]:
    """Hide every mark until all have submitted, so that nobody can be swayed by the first."""
    if all(each.state == "submitted" for each in marked):
        return marked
    return tuple(
        Marked(each.assessor_id, each.assessor, each.position, each.state, {}, {}, None)
        for each in marked
    )
