"""Criteria of eligibility that officers judged, by application."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Application, Judgement, Lot, User
from app.rules import eligibility
from app.rules.eligibility import Result


@dataclass(frozen=True, slots=True)
class Judged:
    """What an officer found, and who it was; `reason` may be empty where it is met."""

    result: str
    reason: str
    by: str
    at: datetime


def judgements_of(session: Session, application_id: int) -> dict[str, Judged]:
    rows = session.execute(
        select(
            Judgement.key,
            Judgement.result,
            Judgement.reason,
            func.coalesce(User.name, ""),
            Judgement.judged_at,
        )
        .outerjoin(User, User.id == Judgement.judged_by)
        .where(Judgement.application_id == application_id)
        .order_by(Judgement.id)
    )
    return {key: Judged(result, reason, by, at) for key, result, reason, by, at in rows}


def for_rules(given: dict[str, Judged]) -> dict[str, eligibility.Judgement]:
    """Return the judgements as `rules.eligibility` takes them."""
    return {
        key: eligibility.Judgement(Result(each.result), each.reason) for key, each in given.items()
    }


def results_of(session: Session, application_id: int) -> dict[str, str]:
    return {key: each.result for key, each in judgements_of(session, application_id).items()}


def lot_code_of(session: Session, application_id: int) -> str:
    return session.execute(
        select(Lot.code)
        .join(Application, Application.lot_id == Lot.id)
        .where(Application.id == application_id)
    ).scalar_one()
