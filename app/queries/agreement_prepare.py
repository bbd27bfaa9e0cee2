"""Accepted awards that wait for an agreement, and what the form for one starts from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Agreement, Application, Award, Call, Organisation, Stage, StageEntry
from app.queries import visible
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import first_of_next_month, last_day
from app.rules.forms import facts as form_facts
from app.rules.permissions import Actor, Permission
from app.rules.scheme import Scheme

DEFAULT_MONTHS = 12


@dataclass(frozen=True, slots=True)
class WaitingAward:
    """An accepted award without an agreement."""

    award_id: int
    reference: str
    title: str
    organisation: str
    call_code: str
    currency: str
    awarded_cents: int
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """What the form for a new agreement starts from; the dates are a proposal."""

    award_id: int
    reference: str
    title: str
    organisation: str
    call_code: str
    call_title: str
    currency: str
    state: str
    awarded_cents: int
    requested_cents: int
    has_agreement: bool
    starts_on: date
    ends_on: date
    gives_things: bool


def waiting_awards(
    session: Session, actor: Actor, call_id: int | None = None
) -> tuple[WaitingAward, ...]:
    """Return accepted awards that have no agreement, those who wait longest first."""
    query = (
        select(
            Award.id, Application.reference, Application.title, Organisation.name,
            Call.code, Call.currency, Award.awarded_cents, Award.answered_at,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Award.call_id)
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(
            visible.staff_scope(actor, Permission.SEE_AGREEMENTS),
            Award.state == "accepted",
            Agreement.id.is_(None),
        )
        .order_by(Award.answered_at.asc().nulls_first(), Award.id)
    )  # fmt: skip
    if call_id is not None:
        query = query.where(Call.id == call_id)
    return tuple(WaitingAward(*row) for row in session.execute(query))


def to_prepare(session: Session, actor: Actor, award_id: int, today: date) -> ToPrepare:
    """Return an award that waits for its agreement; the proposed length is what was applied for."""
    row = session.execute(
        select(
            Award.id, Application.reference, Application.title, Organisation.name, Call.code,
            Call.title, Call.currency, Award.state, Award.awarded_cents, Award.requested_cents,
            Agreement.id.is_not(None), Call.id, Application.id,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Award.call_id)
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(Award.id == award_id, visible.staff_scope(actor, Permission.PREPARE_AGREEMENT))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    values: list[Any] = list(row)  # Any: the columns of ToPrepare
    application_id, call_id = values.pop(), values.pop()
    scheme = scheme_of(session, call_id)
    months = _months(session, scheme, application_id)
    starts_on = first_of_next_month(today)
    values += [starts_on, last_day(starts_on, months), scheme.in_kind is not None]
    return ToPrepare(*values)


def _months(session: Session, scheme: Scheme, application_id: int) -> int:
    """Return the length of the action as the last stage that asks for it says."""
    rows = session.execute(
        select(Stage.key, StageEntry.answers)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(StageEntry.application_id == application_id)
        .order_by(Stage.position)
    )
    months: object = None
    for key, answers in rows:
        months = form_facts(scheme.stage(key).form, answers).get("duration_months", months)
    try:
        return max(1, int(str(months)))
    except ValueError:
        return DEFAULT_MONTHS
