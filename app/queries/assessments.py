"""An assessor's own work: lots to declare for, files to assess, one assessment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    Assessment,
    Call,
    Declaration,
    Lot,
    Stage,
    StageEntry,
)
from app.queries import blind, scores, visible
from app.queries.facts import remember
from app.queries.kept import Statement, kept
from app.queries.office_applications import stage_of_scheme, stage_title
from app.queries.schemes import scheme_named
from app.rules.permissions import Actor, Facts, Permission, Role
from app.rules.scheme import Scheme
from app.rules.scheme_grid import Stage as SchemeStage
from app.rules.scheme_text import Text

OPEN = ("assigned", "in_progress", "reopened")
_COUNTED = ("assigned", "in_progress", "submitted", "reopened")


@dataclass(frozen=True, slots=True)
class MyLot:
    """A lot in one stage; `declared` is empty, impartial or conflict."""

    stage_id: int
    lot_id: int
    call_title: str
    lot_code: str
    lot_title: str
    stage_title: Text
    declared: str
    declared_at: datetime | None
    count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class MyAssessment:
    assessment_id: int
    blind_code: str
    call_title: str
    lot_code: str
    stage_title: Text
    state: str
    total: Decimal | None
    assigned_at: datetime
    saved_at: datetime | None
    submitted_at: datetime | None
    assess_by: datetime | None
    # The most points that are given in this stage, without what is carried over.
    maximum: Fraction


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """One's own marks, in whatever state; `carried` are agreed totals of an earlier stage."""

    assessment_id: int
    entry_id: int
    stage_id: int
    lot_id: int
    blind_code: str
    call_title: str
    lot_code: str
    state: str
    entry_state: str
    is_declared: bool
    marks: Mapping[str, str]
    comments: Mapping[str, str]
    total: Decimal | None
    saved_at: datetime | None
    submitted_at: datetime | None
    scheme: Scheme
    stage: SchemeStage
    carried: Mapping[str, Fraction]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def my_lots(session: Session, actor: Actor) -> tuple[MyLot, ...]:
    """Return the lots in which the actor has files, or is named assessor of the call itself."""
    named = sorted(
        grant.call_id
        for grant in actor.grants
        if grant.role is Role.ASSESSOR and grant.call_id is not None
    )
    reach = visible.staff_reach(actor, Permission.ASSESS)
    rows = session.execute(_lots(reach), {"user_id": actor.user_id, "named": named})
    return tuple(
        MyLot(*row[:6], declared_word(row[6]), *row[7:])  # type: ignore[call-arg] # the columns, in order
        for row in rows
    )


@kept
def _lots(reach: visible.Reach) -> Statement:
    files = _own_files()
    named = bindparam("named", type_=BigInteger(), expanding=True)
    return (
        select(
            Stage.id, Lot.id, Call.title, Lot.code, Lot.title, stage_title(),
            Declaration.has_conflict, Declaration.declared_at,
            func.coalesce(files.c.mine, 0), func.coalesce(files.c.open, 0),
        )
        .select_from(Stage)
        .join(Call, Call.id == Stage.call_id)
        .join(Lot, Lot.call_id == Stage.call_id)
        .outerjoin(files, and_(files.c.stage_id == Stage.id, files.c.lot_id == Lot.id))
        .outerjoin(Declaration, own_declaration(blind.USER_ID))
        .where(
            reach.scope(),
            func.jsonb_typeof(stage_of_scheme()["grid"]) == "object",
            or_(
                files.c.mine.is_not(None),
                and_(or_(Declaration.id.is_not(None), Call.id.in_(named)), _has_admitted()),
            ),
        )
        .order_by(Call.closes_at.desc(), Call.id, Stage.position, Lot.position)
    )  # fmt: skip


def _own_files() -> Subquery:
    """Count one's own files by stage and lot: from the few to their lots, not the other way."""
    return (
        select(
            StageEntry.stage_id,
            Application.lot_id,
            func.count().label("mine"),
            func.count().filter(Assessment.state.in_(OPEN)).label("open"),
        )
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Application, Application.id == StageEntry.application_id)
        .where(
            Assessment.assessor_id == blind.USER_ID,
            Assessment.state.in_(_COUNTED),
            StageEntry.state.in_(("admitted", "assessed", "passed", "failed", "reserve")),
        )
        .group_by(StageEntry.stage_id, Application.lot_id)
        .subquery()
    )


def _has_admitted() -> ColumnElement[bool]:
    return exists().where(
        StageEntry.stage_id == Stage.id,
        StageEntry.state == "admitted",
        Application.id == StageEntry.application_id,
        Application.lot_id == Lot.id,
    )


def my_assessments(session: Session, actor: Actor) -> tuple[MyAssessment, ...]:
    """Return the actor's files in lots they declared for: what is open first, then the rest."""
    reach = visible.staff_reach(actor, Permission.ASSESS)
    rows = session.execute(_my_files(reach), {"user_id": actor.user_id})
    graded: dict[tuple[int, str], tuple[Text, Fraction]] = {}
    return tuple(_my_assessment(session, row, graded) for row in rows.all())


@kept
def _my_files(reach: visible.Reach) -> Statement:
    return (
        select(
            Assessment.id, Application.blind_code, Call.title, Lot.code, Stage.key,
            Assessment.state, Assessment.total, Assessment.assigned_at, Assessment.saved_at,
            Assessment.submitted_at, Stage.assess_by, Call.id, Call.digest,
        )
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Call, Call.id == Application.call_id)
        .where(*blind.mine_within(reach), blind.declared())
        .order_by(
            Assessment.state.in_(OPEN).desc(), Stage.position.desc(), Lot.code,
            Application.blind_code,
        )
    )  # fmt: skip


def _my_assessment(
    session: Session, row: Any, graded: dict[tuple[int, str], tuple[Text, Fraction]]
) -> MyAssessment:  # Any: a row of many columns
    """Take the title from the rules that are kept: in the table each line would unpack them.

    `graded` holds title and most points of each stage that came before.
    """
    *values, call_id, digest = row
    at = (call_id, row.key)
    if at not in graded:
        stage = scheme_named(session, call_id, digest).stage(row.key)
        sections = stage.grid.sections if stage.grid else ()
        own = (each.maximum for each in sections if each.carry_over is None)
        graded[at] = (stage.title, sum(own, Fraction(0)))
    title, maximum = graded[at]
    return MyAssessment(*values[:4], title, *values[5:], maximum)  # type: ignore[call-arg] # the columns, in order


def own_assessment(session: Session, actor: Actor, assessment_id: int) -> OwnAssessment:
    """Return one's own assessment; NotFound for anybody else's, and after a conflict."""
    reach = visible.staff_reach(actor, Permission.ASSESS)
    given = {"assessment_id": assessment_id, "user_id": actor.user_id}
    row = session.execute(_own(reach), given).one_or_none()
    if row is None:
        raise NotFound
    values = dict(row._mapping)  # noqa: SLF001 - the public way to read a row by name
    call_id, application_id = values.pop("call_id"), values.pop("application_id")
    facts = Facts(values.pop("authority_id"), call_id, values.pop("organisation_id"))
    remember(session, StageEntry, row.entry_id, facts)
    scheme = scheme_named(session, call_id, values.pop("digest"))
    stage = scheme.stage(values.pop("key"))
    return OwnAssessment(
        assessment_id=assessment_id,
        scheme=scheme,
        stage=stage,
        carried=scores.carried_totals(session, call_id, stage, only=application_id)[application_id],
        **values,
    )


@kept
def _own(reach: visible.Reach) -> Statement:
    return (
        select(
            Assessment.entry_id, StageEntry.stage_id, Application.lot_id, Application.blind_code,
            Call.title.label("call_title"), Lot.code.label("lot_code"), Assessment.state,
            StageEntry.state.label("entry_state"), blind.declared().label("is_declared"),
            Assessment.marks, Assessment.comments, Assessment.total, Assessment.saved_at,
            Assessment.submitted_at, Stage.key, Application.call_id,
            Application.id.label("application_id"), Application.organisation_id,
            Call.authority_id, Call.digest,
        )
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Call, Call.id == Application.call_id)
        .where(Assessment.id == bindparam("assessment_id"), *blind.mine_within(reach))
    )  # fmt: skip


def own_declaration(user_id: Any) -> Any:  # Any: a person's id or a place for one; a condition
    return and_(
        Declaration.user_id == user_id,
        Declaration.lot_id == Lot.id,
        Declaration.stage_id == Stage.id,
    )


def declared_word(has_conflict: bool | None) -> str:  # noqa: FBT001 - a column
    return {None: "", False: "impartial", True: "conflict"}[has_conflict]
