"""What waits for one person, over everything their roles let them do; for the start page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Integer,
    Select,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    AllocationRun,
    Application,
    Assessment,
    Award,
    Call,
    Clarification,
    Payment,
    RecoveryOrder,
    Stage,
    StageEntry,
)
from app.queries import visible
from app.queries.agreement_facts import PAID
from app.queries.applications import closes_at_of_stage
from app.queries.kept import kept
from app.rules.permissions import Actor, Permission, Role


class Task(StrEnum):
    QUESTION = "question"
    OFFER = "offer"
    DRAFT = "draft"
    ASSESS = "assess"
    CHECK = "check"
    AGREE = "agree"
    ALLOCATE = "allocate"
    DECIDE = "decide"
    ANNOUNCE = "announce"
    PREPARE_AGREEMENT = "prepare_agreement"
    CHECK_PAYMENT = "check_payment"
    APPROVE_PAYMENT = "approve_payment"
    PAY = "pay"
    RECONCILE = "reconcile"
    ORDER_BACK = "order_back"
    ISSUE_ORDER = "issue_order"


@dataclass(frozen=True, slots=True)
class Wait:
    """`key` is what the page of the task is found by: an award, an application, a call, a stage."""

    task: Task
    key: int
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one person may wait for: it shapes the statement, which is kept by it.

    `reaches` are the tasks of staff with the calls that the person's roles reach.
    """

    reaches: tuple[tuple[Task, visible.Reach], ...]
    is_applicant: bool
    is_assessor: bool


def waiting(session: Session, actor: Actor, now: datetime) -> tuple[Wait, ...]:
    """Return the tasks in the order of `Task`, one line per place where they are done."""
    query = _tasks(_desk(actor))
    if query is None:
        return ()
    values = {
        "user_id": actor.user_id,
        "organisation_ids": sorted(actor.organisation_ids),
        "now": now,
    }
    rows = session.execute(query, values)
    return tuple(Wait(_ORDER[place], key, title, count) for place, key, title, count, _ in rows)


_ORDER = tuple(Task)
_STAFF = {
    Task.CHECK: Permission.CHECK_APPLICATION,
    Task.AGREE: Permission.AGREE_SCORES,
    Task.ALLOCATE: Permission.ALLOCATE,
    Task.DECIDE: Permission.DECIDE,
    Task.ANNOUNCE: Permission.ANNOUNCE,
    Task.PREPARE_AGREEMENT: Permission.PREPARE_AGREEMENT,
    Task.CHECK_PAYMENT: Permission.CHECK_PAYMENT,
    Task.APPROVE_PAYMENT: Permission.APPROVE_PAYMENT,
    Task.PAY: Permission.PAY,
    Task.RECONCILE: Permission.APPROVE_PAYMENT,
    Task.ORDER_BACK: Permission.CHECK_PAYMENT,
    Task.ISSUE_ORDER: Permission.APPROVE_PAYMENT,
}


def _desk(actor: Actor) -> _Desk:
    reaches = ((task, visible.staff_reach(actor, to)) for task, to in _STAFF.items())
    return _Desk(
        reaches=tuple((task, reach) for task, reach in reaches if not reach.is_nothing),
        is_applicant=bool(actor.organisation_ids),
        is_assessor=Role.ASSESSOR in actor.roles,
    )


@kept
def _tasks(desk: _Desk) -> CompoundSelect[Any] | None:  # Any: the columns of `_line`
    """Return one statement for all that the person may wait for, None for nothing at all."""
    own = (_questions(), _offers(), _drafts()) if desk.is_applicant else ()
    files = (_assessments(),) if desk.is_assessor else ()
    staff = (_OF_STAFF[task](reach) for task, reach in desk.reaches)
    parts = (*own, *files, *staff)
    return union_all(*parts).order_by("place", "soonest", "key") if parts else None


def _line(
    task: Task, key: Any, title: Any, count: Any = None, soonest: Any = None
) -> Select[Any]:  # Any: columns of all tables
    """Begin the select of one task; `soonest` puts the lines of the task in order."""
    return select(
        literal(_ORDER.index(task), Integer).label("place"),
        key.label("key"),
        title.label("title"),
        (literal(1, Integer) if count is None else count).label("number"),
        (cast(None, _MOMENT) if soonest is None else soonest).label("soonest"),
    )


_MOMENT = DateTime(timezone=True)
_NOW = bindparam("now", type_=_MOMENT)
_USER_ID = bindparam("user_id", type_=BigInteger)


def _of_own_organisations() -> ColumnElement[bool]:
    """Applications of the person's organisations: all tasks of applicants need no more."""
    return Application.organisation_id.in_(bindparam("organisation_ids", expanding=True))


def _questions() -> Select[Any]:  # Any: see _line
    """Questions of the authority that the person's organisations may still answer."""
    line = _line(Task.QUESTION, Clarification.id, Application.title, soonest=Clarification.reply_by)
    return line.join(Application, Application.id == Clarification.application_id).where(
        Clarification.state == "asked",
        Clarification.reply_by >= _NOW,
        _of_own_organisations(),
    )


def _offers() -> Select[Any]:  # Any: see _line
    line = _line(Task.OFFER, Award.id, Application.title)
    return line.join(Application, Application.id == Award.application_id).where(
        Award.state == "announced", Award.answer_by.is_not(None), _of_own_organisations()
    )


def _drafts() -> Select[Any]:  # Any: see _line
    title = func.coalesce(func.nullif(Application.title, ""), Call.title)
    return (
        _line(Task.DRAFT, Application.id, title, soonest=closes_at_of_stage())
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            StageEntry.state == "open",
            Application.state != "withdrawn",
            closes_at_of_stage() >= _NOW,
            _of_own_organisations(),
        )
    )


def _assessments() -> Select[Any]:  # Any: see _line
    return (
        _line(Task.ASSESS, Call.id, Call.title, func.count())
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Assessment.assessor_id == _USER_ID,
            Assessment.state.in_(("assigned", "in_progress", "reopened")),
            StageEntry.state == "admitted",
        )
        .group_by(Call.id)
    )


def _checks(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    return (
        _line(Task.CHECK, Call.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            StageEntry.state == "submitted",
            Call.state != "cancelled",
            closes_at_of_stage() < _NOW,
            reach.scope(),
        )
        .group_by(Call.id)
    )


def _scores(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    """Return entries without a score whose two or three assessments are all submitted."""
    live = ("assigned", "in_progress", "submitted", "reopened")
    given = (
        select(Assessment.entry_id)
        .where(Assessment.state.in_(live))
        .group_by(Assessment.entry_id)
        .having(func.count() > 1, func.bool_and(Assessment.state == "submitted"))
    )
    return (
        _line(Task.AGREE, Stage.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(StageEntry.state == "admitted", StageEntry.id.in_(given), reach.scope())
        .group_by(Stage.id, Call.title)
    )


def _stages(task: Task, state: str) -> Callable[[visible.Reach], Select[Any]]:  # Any: see _line
    def of(reach: visible.Reach) -> Select[Any]:  # Any: see _line
        return (
            _line(task, Stage.id, Call.title)
            .select_from(Stage)
            .join(Call, Call.id == Stage.call_id)
            .where(Stage.state == state, Call.state != "cancelled", reach.scope())
        )

    return of


def _decisions(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    """Return the runs of others; whoever ran one may not decide on it."""
    return (
        _line(Task.DECIDE, Stage.id, Call.title)
        .select_from(AllocationRun)
        .join(Stage, Stage.id == AllocationRun.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            AllocationRun.decided_at.is_(None),
            AllocationRun.discarded_at.is_(None),
            AllocationRun.run_by != _USER_ID,
            reach.scope(),
        )
    )


def _awards(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    return (
        _line(Task.PREPARE_AGREEMENT, Call.id, Call.title, func.count())
        .select_from(Award)
        .join(Call, Call.id == Award.call_id)
        .where(
            Award.state == "accepted",
            ~exists().where(Agreement.award_id == Award.id),
            reach.scope(),
        )
        .group_by(Call.id)
    )


def _payments(
    task: Task, state: str, *others: ColumnElement[bool]
) -> Callable[[visible.Reach], Select[Any]]:  # Any: see _line
    """Count requests in a state by call; `others` leave out what the person may not do."""

    def of(reach: visible.Reach) -> Select[Any]:  # Any: see _line
        return (
            _line(task, Call.id, Call.title, func.count())
            .select_from(Payment)
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .join(Call, Call.id == Agreement.call_id)
            .where(Payment.state == state, reach.scope(), *others)
            .group_by(Call.id)
        )

    return of


def _overpaid(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    """Return agreements of which more was found to come back than was ordered back."""
    found = (
        select(Payment.agreement_id)
        .where(Payment.recoverable_cents > 0, Payment.state.in_(PAID))
        .group_by(Payment.agreement_id)
        .having(func.sum(Payment.recoverable_cents) > func.max(Agreement.ordered_cents))
        .join(Agreement, Agreement.id == Payment.agreement_id)
    )
    return (
        _line(Task.ORDER_BACK, Agreement.id, Agreement.reference)
        .select_from(Agreement)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            Agreement.id.in_(found), Agreement.paid_cents > Agreement.ordered_cents, reach.scope()
        )
    )


def _orders(reach: visible.Reach) -> Select[Any]:  # Any: see _line
    """Return the recovery orders of others that nobody has issued yet."""
    return (
        _line(Task.ISSUE_ORDER, RecoveryOrder.id, Agreement.reference)
        .select_from(RecoveryOrder)
        .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            RecoveryOrder.state == "prepared",
            RecoveryOrder.prepared_by != _USER_ID,
            reach.scope(),
        )
    )


_OF_STAFF: Mapping[Task, Callable[[visible.Reach], Select[Any]]] = {  # Any: see _line
    Task.CHECK: _checks,
    Task.AGREE: _scores,
    Task.ALLOCATE: _stages(Task.ALLOCATE, "ranked"),
    Task.DECIDE: _decisions,
    Task.ANNOUNCE: _stages(Task.ANNOUNCE, "decided"),
    Task.PREPARE_AGREEMENT: _awards,
    Task.CHECK_PAYMENT: _payments(Task.CHECK_PAYMENT, "requested"),
    Task.APPROVE_PAYMENT: _payments(
        Task.APPROVE_PAYMENT, "checked", Payment.checked_by.is_distinct_from(_USER_ID)
    ),
    Task.PAY: _payments(Task.PAY, "approved"),
    # Where no money went to the bank, there is nothing to find on a statement.
    Task.RECONCILE: _payments(
        Task.RECONCILE,
        "paid",
        Payment.paid_recorded_by.is_distinct_from(_USER_ID),
        Payment.due_cents > Payment.set_off_cents,
    ),
    Task.ORDER_BACK: _overpaid,
    Task.ISSUE_ORDER: _orders,
}
