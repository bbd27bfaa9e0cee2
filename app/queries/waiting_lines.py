"""The parts of what waits for one person: a select for each task, all of the same shape."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
)

from app.models import (
    Agreement,
    AllocationRun,
    Application,
    Assessment,
    Award,
    Call,
    Clarification,
    Payment,
    ReserveActivation,
    RoundMove,
    Stage,
    StageEntry,
)
from app.queries import visible
from app.queries.applications import closes_at_of_stage


class Task(StrEnum):
    QUESTION = "question"
    OFFER = "offer"
    SIGN = "sign"
    CORRECT = "correct"
    DRAFT = "draft"
    ASSESS = "assess"
    CHECK = "check"
    AGREE = "agree"
    ALLOCATE = "allocate"
    DECIDE = "decide"
    ANNOUNCE = "announce"
    DECIDE_RESERVE = "decide_reserve"
    ANNOUNCE_RESERVE = "announce_reserve"
    DECIDE_MOVE = "decide_move"
    PREPARE_AGREEMENT = "prepare_agreement"
    CHECK_PAYMENT = "check_payment"
    APPROVE_PAYMENT = "approve_payment"
    PAY = "pay"
    RECONCILE = "reconcile"
    ORDER_BACK = "order_back"
    ISSUE_ORDER = "issue_order"
    CONFIRM_SHARE = "confirm_share"
    APPROVE_INVOICE = "approve_invoice"
    DECIDE_PRICE = "decide_price"
    APPROVE_RETURN = "approve_return"
    ANSWER_END = "answer_end"
    END_AGREEMENT = "end_agreement"


ORDER = tuple(Task)
Of = Callable[[visible.Reach], Select[Any]]  # Any: see task_line


def task_line(
    task: Task, key: Any, title: Any, count: Any = None, soonest: Any = None
) -> Select[Any]:  # Any: columns of all tables
    """Begin the select of one task; `soonest` puts the lines of the task in order."""
    return select(
        literal(ORDER.index(task), Integer).label("place"),
        key.label("key"),
        title.label("title"),
        (literal(1, Integer) if count is None else count).label("number"),
        (cast(None, _MOMENT) if soonest is None else soonest).label("soonest"),
    )


_MOMENT = DateTime(timezone=True)
NOW = bindparam("now", type_=_MOMENT)
USER_ID = bindparam("user_id", type_=BigInteger)


def _of_own_organisations() -> ColumnElement[bool]:
    """Applications of the person's organisations: all tasks of applicants need no more."""
    return Application.organisation_id.in_(bindparam("organisation_ids", expanding=True))


def questions() -> Select[Any]:  # Any: see task_line
    """Questions of the authority that the person's organisations may still answer."""
    line = task_line(
        Task.QUESTION, Clarification.id, Application.title, soonest=Clarification.reply_by
    )
    return line.join(Application, Application.id == Clarification.application_id).where(
        Clarification.state == "asked",
        Clarification.reply_by >= NOW,
        _of_own_organisations(),
    )


def offers() -> Select[Any]:  # Any: see task_line
    line = task_line(Task.OFFER, Award.id, Application.title)
    return line.join(Application, Application.id == Award.application_id).where(
        Award.state == "announced", Award.answer_by.is_not(None), _of_own_organisations()
    )


def papers() -> Select[Any]:  # Any: see task_line
    line = task_line(Task.SIGN, Agreement.id, Application.title)
    return line.join(Application, Application.id == Agreement.application_id).where(
        Agreement.state == "sent", _of_own_organisations()
    )


def returned() -> Select[Any]:  # Any: see task_line
    """Requests for payment that the authority gave back, with what is to be corrected."""
    return (
        task_line(Task.CORRECT, Payment.id, Application.title)
        .select_from(Payment)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .where(Payment.state == "returned", Agreement.state == "active", _of_own_organisations())
    )


def drafts() -> Select[Any]:  # Any: see task_line
    title = func.coalesce(func.nullif(Application.title, ""), Call.title)
    return (
        task_line(Task.DRAFT, Application.id, title, soonest=closes_at_of_stage())
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            StageEntry.state == "open",
            Application.state != "withdrawn",
            closes_at_of_stage() >= NOW,
            _of_own_organisations(),
        )
    )


def assessments() -> Select[Any]:  # Any: see task_line
    return (
        task_line(Task.ASSESS, Call.id, Call.title, func.count())
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Assessment.assessor_id == USER_ID,
            Assessment.state.in_(("assigned", "in_progress", "reopened")),
            StageEntry.state == "admitted",
        )
        .group_by(Call.id)
    )


def checks(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    return (
        task_line(Task.CHECK, Call.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            StageEntry.state == "submitted",
            Call.state != "cancelled",
            closes_at_of_stage() < NOW,
            reach.scope(),
        )
        .group_by(Call.id)
    )


def scores(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return entries without a score whose two or three assessments are all submitted."""
    live = ("assigned", "in_progress", "submitted", "reopened")
    given = (
        select(Assessment.entry_id)
        .where(Assessment.state.in_(live))
        .group_by(Assessment.entry_id)
        .having(func.count() > 1, func.bool_and(Assessment.state == "submitted"))
    )
    return (
        task_line(Task.AGREE, Stage.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(StageEntry.state == "admitted", StageEntry.id.in_(given), reach.scope())
        .group_by(Stage.id, Call.title)
    )


def stages(task: Task, state: str) -> Of:
    """Stages in a state; where a run waits for its decision, that is what waits."""
    runs = exists().where(
        AllocationRun.stage_id == Stage.id,
        AllocationRun.decided_at.is_(None),
        AllocationRun.discarded_at.is_(None),
    )

    def of(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
        return (
            task_line(task, Stage.id, Call.title)
            .select_from(Stage)
            .join(Call, Call.id == Stage.call_id)
            .where(Stage.state == state, Call.state != "cancelled", ~runs, reach.scope())
        )

    return of


def decisions(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return the runs of others; whoever ran one may not decide on it."""
    return (
        task_line(Task.DECIDE, Stage.id, Call.title)
        .select_from(AllocationRun)
        .join(Stage, Stage.id == AllocationRun.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            AllocationRun.decided_at.is_(None),
            AllocationRun.discarded_at.is_(None),
            AllocationRun.run_by != USER_ID,
            reach.scope(),
        )
    )


def released(task: Task, state: str, *others: ColumnElement[bool]) -> Of:
    """Money that became free and is given out again; `others` leave out what is not theirs."""

    def of(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
        return (
            task_line(task, Call.id, Call.title)
            .select_from(ReserveActivation)
            .join(Call, Call.id == ReserveActivation.call_id)
            .where(ReserveActivation.state == state, reach.scope(), *others)
        )

    return of


def moves(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return the rounds whose money somebody else proposed to move to a later one."""
    return (
        task_line(Task.DECIDE_MOVE, Call.id, Call.title)
        .select_from(RoundMove)
        .join(Call, Call.id == RoundMove.giver_id)
        .where(RoundMove.state == "proposed", RoundMove.proposed_by != USER_ID, reach.scope())
    )
