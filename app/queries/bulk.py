"""Many applications with what deeds for all of them ask for, in three queries."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session

from app.models import (
    Application,
    Assessment,
    Call,
    CheckItem,
    Clarification,
    Judgement,
    Lot,
    Stage,
    StageEntry,
)
from app.queries import assessing, visible
from app.queries.schemes import scheme_of
from app.rules.assigning import GONE
from app.rules.bulk import Row
from app.rules.call_clock import Window, check_finding
from app.rules.eligibility import officer_criteria
from app.rules.permissions import Actor, Permission
from app.rules.scheme import Scheme
from app.rules.scheme_rules import is_last_check

MOST = 200
_OVER = ("decided", "announced", "archived", "cancelled")


def rows_of(
    session: Session,
    actor: Actor,
    call_id: int,
    entry_ids: Collection[int],
    to: Permission,
    *,
    at: datetime,
) -> tuple[Row, ...]:
    """Return the entries of one call that the person may do this to, by reference."""
    found = session.execute(
        select(
            StageEntry.id, Application.reference, StageEntry.version,
            StageEntry.state, Application.state.label("application_state"), Stage.key,
            _met().label("met"), _against().label("against"), _question().label("question"),
            _assessors().label("assessors"), Call.state.in_(_OVER).label("is_over"),
            Call.state.label("call_state"), Stage.state.label("stage_state"),
            Stage.opens_at, Stage.closes_at, Lot.code.label("lot"), _judged().label("judged"),
        )
        .join(Application, Application.id == StageEntry.application_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .where(
            Call.id == call_id,
            StageEntry.id.in_(sorted(entry_ids)),
            StageEntry.received_at.is_not(None),
            StageEntry.state != "open",
            visible.staff_scope(actor, to),
        )
        .order_by(Application.reference)
        .limit(MOST)
    ).all()  # fmt: skip
    scheme = scheme_of(session, call_id)
    return tuple(_row(row, scheme, at) for row in found)


def _met() -> ScalarSelect[int]:
    """How many items of the list are met."""
    query = select(func.count(CheckItem.id)).where(
        CheckItem.entry_id == StageEntry.id, CheckItem.result == "met"
    )
    return query.correlate(StageEntry).scalar_subquery()


def _against() -> ColumnElement[bool]:
    """True where an officer judged a criterion otherwise than met."""
    return exists().where(Judgement.application_id == Application.id, Judgement.result != "met")


def _judged() -> ScalarSelect[int]:
    """How many criteria an officer has judged."""
    query = select(func.count(Judgement.id)).where(Judgement.application_id == Application.id)
    return query.correlate(Application).scalar_subquery()


def _question() -> ScalarSelect[int]:
    """The question that waits for its answer, none without one."""
    query = select(func.max(Clarification.id)).where(
        Clarification.entry_id == StageEntry.id, Clarification.state == "asked"
    )
    return query.correlate(StageEntry).scalar_subquery()


def _assessors() -> ScalarSelect[int]:
    """How many people have it now."""
    query = select(func.count(Assessment.id)).where(
        and_(Assessment.entry_id == StageEntry.id, Assessment.state.not_in(GONE))
    )
    return query.correlate(StageEntry).scalar_subquery()


def applications_of(session: Session, entry_ids: Collection[int]) -> list[int]:
    """Return the applications of entries in the order in which they are locked."""
    rows = session.execute(
        select(StageEntry.application_id)
        .where(StageEntry.id.in_(sorted(entry_ids)))
        .order_by(StageEntry.application_id)
    ).scalars()
    return list(rows)


def barred_from(session: Session, entry_id: int) -> frozenset[int]:
    """Return who may not get an application: who has or had it, a conflict, their own people."""
    place = assessing.place_of(session, entry_id)
    held = session.execute(
        select(Assessment.assessor_id).where(Assessment.entry_id == entry_id)
    ).scalars()
    return (
        frozenset(held)
        | assessing.conflicted(session, place.lot_id)
        | assessing.insiders(session, place.application_id)
    )


def _row(row: Any, scheme: Scheme, at: datetime) -> Row:  # Any: see rows_of
    stage = scheme.stage(row.key)
    criteria = len(officer_criteria(scheme.eligibility, row.lot))
    window = Window(row.call_state, row.stage_state, row.opens_at, row.closes_at)
    return Row(
        entry_id=row.id,
        reference=row.reference,
        stage_key=row.key,
        version=row.version,
        state=row.state,
        application_state=row.application_state,
        unmet=len(stage.checklist) - row.met,
        judged_against=row.against,
        unjudged=criteria - row.judged if is_last_check(scheme, stage) else 0,
        not_yet=check_finding(stage, window, at),
        open_question=row.question,
        has_checklist=bool(stage.checklist),
        has_grid=stage.grid is not None,
        assessors=row.assessors,
        wanted=stage.assessors,
        check_is_over=row.is_over,
    )
