"""What waits for people of finance: agreements, payments, what comes back, and ends."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, exists, func, select

from app.models import Agreement, Award, Call, EndRequest, Payment, RecoveryOrder
from app.queries import visible
from app.queries.agreement_facts import PAID
from app.queries.waiting_lines import NOW, USER_ID, Of, Task, task_line
from app.rules.deadlines import ZONE

_IN_FORCE = ("active", "suspended")


def awards(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    return (
        task_line(Task.PREPARE_AGREEMENT, Call.id, Call.title, func.count())
        .select_from(Award)
        .join(Call, Call.id == Award.call_id)
        .where(
            Award.state == "accepted",
            ~exists().where(Agreement.award_id == Award.id),
            reach.scope(),
        )
        .group_by(Call.id)
    )


def payments(task: Task, state: str, *others: ColumnElement[bool]) -> Of:
    """Count requests in a state by call; `others` leave out what the person may not do."""

    def of(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
        return (
            task_line(task, Call.id, Call.title, func.count())
            .select_from(Payment)
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .join(Call, Call.id == Agreement.call_id)
            .where(Payment.state == state, reach.scope(), *others)
            .group_by(Call.id)
        )

    return of


def overpaid(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return agreements of which more was found to come back than was ordered back."""
    found = (
        select(Payment.agreement_id)
        .where(Payment.recoverable_cents > 0, Payment.state.in_(PAID))
        .group_by(Payment.agreement_id)
        .having(func.sum(Payment.recoverable_cents) > func.max(Agreement.ordered_cents))
        .join(Agreement, Agreement.id == Payment.agreement_id)
    )
    return (
        task_line(Task.ORDER_BACK, Agreement.id, Agreement.reference)
        .select_from(Agreement)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            Agreement.id.in_(found), Agreement.paid_cents > Agreement.ordered_cents, reach.scope()
        )
    )


def orders(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return the recovery orders of others that nobody has issued yet."""
    return (
        task_line(Task.ISSUE_ORDER, RecoveryOrder.id, Agreement.reference)
        .select_from(RecoveryOrder)
        .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            RecoveryOrder.state == "prepared",
            RecoveryOrder.prepared_by != USER_ID,
            reach.scope(),
        )
    )


def end_requests(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return the agreements in force whose beneficiary asks to end them."""
    return (
        task_line(Task.ANSWER_END, Agreement.id, Agreement.reference, soonest=EndRequest.asked_at)
        .select_from(EndRequest)
        .join(Agreement, Agreement.id == EndRequest.agreement_id)
        .join(Call, Call.id == Agreement.call_id)
        .where(EndRequest.state == "asked", Agreement.state.in_(_IN_FORCE), reach.scope())
    )


def ends(reach: visible.Reach) -> Select[Any]:  # Any: see task_line
    """Return the agreements that somebody else proposed to end, from the day agreed on."""
    later = exists().where(
        EndRequest.agreement_id == Agreement.id,
        EndRequest.state == "accepted",
        EndRequest.ends_on > cast(func.timezone(ZONE.key, NOW), Date),
    )
    return (
        task_line(Task.END_AGREEMENT, Agreement.id, Agreement.reference)
        .select_from(Agreement)
        .join(Call, Call.id == Agreement.call_id)
        .where(
            Agreement.state.in_(_IN_FORCE),
            Agreement.end_proposed_at.is_not(None),
            Agreement.end_proposed_by != USER_ID,
            ~later,
            reach.scope(),
        )
    )
