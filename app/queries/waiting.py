"""What waits for one person, over everything their roles let them do; for the start page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, exists, func, literal, select
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
    Stage,
    StageEntry,
)
from app.queries import visible
from app.queries.applications import closes_at_of_stage
from app.rules.permissions import Actor, Permission


class Task(StrEnum):
    QUESTION = "question"
    OFFER = "offer"
    DRAFT = "draft"
    ASSESS = "assess"
    CHECK = "check"
    AGREE = "agree"
    DECIDE = "decide"
    PREPARE_AGREEMENT = "prepare_agreement"
    CHECK_PAYMENT = "check_payment"
    APPROVE_PAYMENT = "approve_payment"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Wait:
    """`key` is what the page of the task is found by: an award, an application, a call, a stage."""

    task: Task
    key: int
    title: str
    count: int


def waiting(session: Session, actor: Actor, now: datetime) -> tuple[Wait, ...]:
    """Return the tasks in the order of `Task`, one line per place where they are done."""
    asked = {
        Task.QUESTION: _questions(actor, now),
        Task.OFFER: _offers(actor),
        Task.DRAFT: _drafts(actor, now),
        Task.ASSESS: _assessments(actor),
        Task.CHECK: _checks(actor, now),
        Task.AGREE: _scores(actor),
        Task.DECIDE: _decisions(actor),
        Task.PREPARE_AGREEMENT: _awards(actor),
        Task.CHECK_PAYMENT: _payments(actor, "requested", Permission.CHECK_PAYMENT),
        Task.APPROVE_PAYMENT: _payments(actor, "checked", Permission.APPROVE_PAYMENT),
        Task.PAY: _payments(actor, "approved", Permission.PAY),
    }
    return tuple(
        Wait(task, *row) for task, query in asked.items() for row in session.execute(query)
    )


def _questions(actor: Actor, now: datetime) -> Select[int, str, int]:
    """Questions of the authority that the person's organisations may still answer."""
    return (
        select(Clarification.id, Application.title, literal(1))
        .join(Application, Application.id == Clarification.application_id)
        .where(
            Clarification.state == "asked",
            Clarification.reply_by >= now,
            visible.own_organisation(actor, Permission.APPLY),
        )
        .order_by(Clarification.reply_by, Clarification.id)
    )


def _offers(actor: Actor) -> Select[int, str, int]:
    return (
        select(Award.id, Application.title, literal(1))
        .join(Application, Application.id == Award.application_id)
        .where(
            Award.state == "announced",
            Award.answer_by.is_not(None),
            visible.own_organisation(actor, Permission.ANSWER_OFFER),
        )
        .order_by(Award.id)
    )


def _drafts(actor: Actor, now: datetime) -> Select[int, str, int]:
    return (
        select(
            Application.id,
            func.coalesce(func.nullif(Application.title, ""), Call.title),
            literal(1),
        )
        .join(Call, Call.id == Application.call_id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            StageEntry.state == "open",
            Application.state != "withdrawn",
            closes_at_of_stage() >= now,
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
        .order_by(closes_at_of_stage(), Application.id)
    )


def _assessments(actor: Actor) -> Select[int, str, int]:
    count = func.count()
    return (
        select(Call.id, Call.title, count)
        .select_from(Assessment)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            Assessment.assessor_id == actor.user_id,
            Assessment.state.in_(("assigned", "in_progress", "reopened")),
            StageEntry.state == "admitted",
        )
        .group_by(Call.id)
        .order_by(Call.id)
    )


def _checks(actor: Actor, now: datetime) -> Select[int, str, int]:
    return (
        select(Call.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            StageEntry.state == "submitted",
            closes_at_of_stage() < now,
            visible.staff_scope(actor, Permission.CHECK_APPLICATION),
        )
        .group_by(Call.id)
        .order_by(Call.id)
    )


def _scores(actor: Actor) -> Select[int, str, int]:
    """Return entries without a score whose two or three assessments are all submitted."""
    live = ("assigned", "in_progress", "submitted", "reopened")
    given = (
        select(Assessment.entry_id)
        .where(Assessment.state.in_(live))
        .group_by(Assessment.entry_id)
        .having(func.count() > 1, func.bool_and(Assessment.state == "submitted"))
    )
    return (
        select(Stage.id, Call.title, func.count())
        .select_from(StageEntry)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            StageEntry.state == "admitted",
            StageEntry.id.in_(given),
            visible.staff_scope(actor, Permission.AGREE_SCORES),
        )
        .group_by(Stage.id, Call.title)
        .order_by(Stage.id)
    )


def _decisions(actor: Actor) -> Select[int, str, int]:
    """Return the runs of others; whoever ran one may not decide on it."""
    return (
        select(Stage.id, Call.title, literal(1))
        .select_from(AllocationRun)
        .join(Stage, Stage.id == AllocationRun.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(
            AllocationRun.decided_at.is_(None),
            AllocationRun.discarded_at.is_(None),
            AllocationRun.run_by != actor.user_id,
            visible.staff_scope(actor, Permission.DECIDE),
        )
        .order_by(Stage.id)
    )


def _awards(actor: Actor) -> Select[int, str, int]:
    return (
        select(Call.id, Call.title, func.count())
        .select_from(Award)
        .join(Call, Call.id == Award.call_id)
        .where(
            Award.state == "accepted",
            ~exists().where(Agreement.award_id == Award.id),
            visible.staff_scope(actor, Permission.PREPARE_AGREEMENT),
        )
        .group_by(Call.id)
        .order_by(Call.id)
    )


def _payments(actor: Actor, state: str, permission: Permission) -> Select[int, str, int]:
    return (
        select(Call.id, Call.title, func.count())
        .select_from(Payment)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Award, Award.id == Agreement.award_id)
        .join(Call, Call.id == Award.call_id)
        .where(Payment.state == state, visible.staff_scope(actor, permission))
        .group_by(Call.id)
        .order_by(Call.id)
    )
