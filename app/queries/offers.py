"""Offers: what an applicant was offered, and which offers nobody answered in time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Award, Call
from app.queries import visible
from app.rules.permissions import Actor, Permission

# An award that the applicant may know of: announced, whatever became of it since.
KNOWN = ("announced", "accepted", "declined", "agreed", "completed")


@dataclass(frozen=True, slots=True)
class Offer:
    award_id: int
    application_id: int
    organisation_id: int
    reference: str
    title: str
    call_title: str
    currency: str
    requested_cents: int
    awarded_cents: int
    state: str
    answer_by: date | None
    answered_at: datetime | None
    answer_reason: str

    @property
    def is_partial(self) -> bool:
        return self.awarded_cents < self.requested_cents


def offer(session: Session, actor: Actor, award_id: int) -> Offer:
    """Return an announced offer of one's own organisation; NotFound before and for others."""
    row = session.execute(_offers(actor).where(Award.id == award_id)).one_or_none()
    if row is None:
        raise NotFound
    return Offer(*row)


def offer_of(session: Session, actor: Actor, application_id: int) -> Offer | None:
    row = session.execute(_offers(actor).where(Application.id == application_id)).one_or_none()
    return None if row is None else Offer(*row)


def _offers(actor: Actor) -> Select[*tuple[Any, ...]]:  # Any: the columns of Offer
    return (
        select(
            Award.id,
            Application.id,
            Application.organisation_id,
            Application.reference,
            Application.title,
            Call.title,
            Call.currency,
            Award.requested_cents,
            Award.awarded_cents,
            Award.state,
            Award.answer_by,
            Award.answered_at,
            Award.answer_reason,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Call, Call.id == Award.call_id)
        .where(
            Award.state.in_(KNOWN),
            visible.own_organisation(actor, Permission.SEE_OWN_APPLICATION),
        )
    )


def application_of(session: Session, award_id: int) -> int:
    query = select(Award.application_id).where(Award.id == award_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def call_of(session: Session, award_id: int) -> int:
    found = session.execute(select(Award.call_id).where(Award.id == award_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def call_of_application(session: Session, application_id: int) -> int:
    query = select(Application.call_id).where(Application.id == application_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def applications_of(award_ids: Sequence[int]) -> Select[int]:
    return select(Award.application_id).where(Award.id.in_(award_ids))


def due(session: Session, today: date) -> Mapping[int, list[int]]:
    """Return the announced awards whose last day to answer is over, by call."""
    rows = session.execute(
        select(Award.call_id, Award.id)
        .where(Award.state == "announced", Award.answer_by < today)
        .order_by(Award.call_id, Award.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for call_id, award_id in rows:
        found[call_id].append(award_id)
    return found
