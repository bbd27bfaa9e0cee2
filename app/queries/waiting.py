"""What waits for one person, over everything their roles let them do; for the start page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, union_all
from sqlalchemy.orm import Session

from app.models import Payment, ReserveActivation
from app.queries import visible
from app.queries import waiting_in_kind as things
from app.queries import waiting_lines as lines
from app.queries import waiting_money as money
from app.queries.kept import kept
from app.queries.waiting_lines import Task
from app.rules.permissions import Actor, Permission, Role

__all__ = ["Task", "Wait", "waiting"]


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
    return tuple(
        Wait(lines.ORDER[place], key, title, count) for place, key, title, count, _ in rows
    )


_STAFF = {
    Task.CHECK: Permission.CHECK_APPLICATION,
    Task.AGREE: Permission.AGREE_SCORES,
    Task.ALLOCATE: Permission.ALLOCATE,
    Task.DECIDE: Permission.DECIDE,
    Task.ANNOUNCE: Permission.ANNOUNCE,
    Task.DECIDE_RESERVE: Permission.DECIDE,
    Task.ANNOUNCE_RESERVE: Permission.ANNOUNCE,
    Task.DECIDE_MOVE: Permission.DECIDE,
    Task.PREPARE_AGREEMENT: Permission.PREPARE_AGREEMENT,
    Task.CHECK_PAYMENT: Permission.CHECK_PAYMENT,
    Task.APPROVE_PAYMENT: Permission.APPROVE_PAYMENT,
    Task.PAY: Permission.PAY,
    Task.RECONCILE: Permission.APPROVE_PAYMENT,
    Task.ORDER_BACK: Permission.CHECK_PAYMENT,
    Task.ISSUE_ORDER: Permission.APPROVE_PAYMENT,
    Task.CONFIRM_SHARE: Permission.CONFIRM_OWN_SHARE,
    Task.APPROVE_INVOICE: Permission.APPROVE_PAYMENT,
    Task.DECIDE_PRICE: Permission.APPROVE_PAYMENT,
    Task.APPROVE_RETURN: Permission.APPROVE_PAYMENT,
    Task.ANSWER_END: Permission.PREPARE_AGREEMENT,
    Task.END_AGREEMENT: Permission.SIGN_AGREEMENT,
}


def _desk(actor: Actor) -> _Desk:
    reaches = ((task, visible.staff_reach(actor, to)) for task, to in _STAFF.items())
    return _Desk(
        reaches=tuple((task, reach) for task, reach in reaches if not reach.is_nothing),
        is_applicant=bool(actor.organisation_ids),
        is_assessor=Role.ASSESSOR in actor.roles,
    )


@kept
def _tasks(desk: _Desk) -> CompoundSelect[Any] | None:  # Any: the columns of `task_line`
    """Return one statement for all that the person may wait for, None for nothing at all."""
    own = (
        (lines.questions(), lines.offers(), lines.papers(), lines.returned(), lines.drafts())
        if desk.is_applicant
        else ()
    )
    files = (lines.assessments(),) if desk.is_assessor else ()
    staff = (_OF_STAFF[task](reach) for task, reach in desk.reaches)
    parts = (*own, *files, *staff)
    return union_all(*parts).order_by("place", "soonest", "key") if parts else None


_OF_STAFF: Mapping[Task, Callable[[visible.Reach], Select[Any]]] = {  # Any: see task_line
    Task.CHECK: lines.checks,
    Task.AGREE: lines.scores,
    Task.ALLOCATE: lines.stages(Task.ALLOCATE, "ranked"),
    Task.DECIDE: lines.decisions,
    Task.ANNOUNCE: lines.stages(Task.ANNOUNCE, "decided"),
    Task.DECIDE_RESERVE: lines.released(
        Task.DECIDE_RESERVE, "proposed", ReserveActivation.proposed_by != lines.USER_ID
    ),
    Task.ANNOUNCE_RESERVE: lines.released(Task.ANNOUNCE_RESERVE, "decided"),
    Task.DECIDE_MOVE: lines.moves,
    Task.PREPARE_AGREEMENT: money.awards,
    Task.CHECK_PAYMENT: money.payments(Task.CHECK_PAYMENT, "requested"),
    Task.APPROVE_PAYMENT: money.payments(
        Task.APPROVE_PAYMENT, "checked", Payment.checked_by.is_distinct_from(lines.USER_ID)
    ),
    Task.PAY: money.payments(Task.PAY, "approved"),
    # Where no money went to the bank, there is nothing to find on a statement.
    Task.RECONCILE: money.payments(
        Task.RECONCILE,
        "paid",
        Payment.paid_recorded_by.is_distinct_from(lines.USER_ID),
        Payment.due_cents > Payment.set_off_cents,
    ),
    Task.ORDER_BACK: money.overpaid,
    Task.ISSUE_ORDER: money.orders,
    Task.CONFIRM_SHARE: things.own_shares,
    Task.APPROVE_INVOICE: things.invoices,
    Task.DECIDE_PRICE: things.prices,
    Task.APPROVE_RETURN: things.returns,
    Task.ANSWER_END: money.end_requests,
    Task.END_AGREEMENT: money.ends,
}
