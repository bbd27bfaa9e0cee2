"""Who may begin an application to a call, and for which organisation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Application, Call, Organisation
from app.queries.facts import PUBLIC_STATES
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor
from app.rules.scheme import Scheme

# An application that no longer stands in the way of another one of the same organisation.
GIVEN_UP = ("withdrawn",)


@dataclass(frozen=True, slots=True)
class Organised:
    """An organisation for which the actor may apply, with its standing applications of a call."""

    organisation_id: int
    name: str
    applicant_type: str
    region: str
    development_group: str
    applications: int
    draft_id: int | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody who wants to apply to a call has to know and to choose."""

    call_id: int
    code: str
    title: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    scheme: Scheme
    organisations: tuple[Organised, ...]


def beginning(session: Session, actor: Actor, call_id: int) -> Beginning:
    """Return the call and the actor's organisations; NotFound for a call that is not public."""
    call = session.execute(
        select(Call.id, Call.code, Call.title, Call.state, Call.opens_at, Call.closes_at).where(
            Call.id == call_id, Call.state.in_(sorted(PUBLIC_STATES))
        )
    ).one_or_none()
    if call is None:
        raise NotFound
    return Beginning(
        call_id=call.id,
        code=call.code,
        title=call.title,
        state=call.state,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        scheme=scheme_of(session, call_id),
        organisations=organised(session, actor, call_id),
    )


def organised(
    session: Session, actor: Actor, call_id: int, organisation_id: int | None = None
) -> tuple[Organised, ...]:
    """Return the actor's organisations (or one of them) with what they have in the call."""
    wanted = actor.organisation_ids
    if organisation_id is not None:
        wanted = frozenset({organisation_id}) & wanted
        if actor.is_system:
            wanted = frozenset({organisation_id})
    standing = (
        (Application.organisation_id == Organisation.id)
        & (Application.call_id == call_id)
        & Application.state.not_in(GIVEN_UP)
    )
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.applicant_type,
            Organisation.region,
            Organisation.development_group,
            func.count(Application.id),
            func.min(case((Application.state == "draft", Application.id))),
        )
        .outerjoin(Application, standing)
        .where(Organisation.id.in_(sorted(wanted)))
        .group_by(Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(Organised(*row) for row in rows)
