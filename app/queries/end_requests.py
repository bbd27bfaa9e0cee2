"""Requests of beneficiaries to end their agreement, with what was answered."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import EndRequest, User


@dataclass(frozen=True, slots=True)
class EndLine:
    """One request; `ends_on` is the day that the beneficiary asks for."""

    request_id: int
    state: str
    reason: str
    ends_on: date
    asked_at: datetime
    asked_by: str
    answered_at: datetime | None
    answered_by: str
    answer_reason: str


def requests_of(session: Session, agreement_id: int) -> tuple[EndLine, ...]:
    """Return the requests, newest first; the agreement was found by a query that asked."""
    asker, answerer = aliased(User), aliased(User)
    rows = session.execute(
        select(
            EndRequest.id, EndRequest.state, EndRequest.reason, EndRequest.ends_on,
            EndRequest.asked_at, func.coalesce(asker.name, ""), EndRequest.answered_at,
            func.coalesce(answerer.name, ""), EndRequest.answer_reason,
        )
        .outerjoin(asker, asker.id == EndRequest.asked_by)
        .outerjoin(answerer, answerer.id == EndRequest.answered_by)
        .where(EndRequest.agreement_id == agreement_id)
        .order_by(EndRequest.number.desc())
    )  # fmt: skip
    return tuple(EndLine(*row) for row in rows)


def agreement_of(session: Session, request_id: int) -> int:
    found = session.execute(
        select(EndRequest.agreement_id).where(EndRequest.id == request_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
