"""Who may begin an application to a call, and for which organisation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import Conflict, Invalid, NotFound, Problem
from app.i18n.marks import N_
from app.models import (
    Application,
    Call,
    Lot,
    Organisation,
    OrganisationIdentifier,
    Stage,
    StageEntry,
)
from app.queries.applications import is_open
from app.queries.facts import PUBLIC_STATES
from app.queries.schemes import scheme_of
from app.rules.messages import Message
from app.rules.permissions import Actor
from app.rules.scheme import Scheme
from app.rules.scheme_money import Lot as LotRules

CAP_REACHED = N_("“{name}” has {most} application(s) in this call; more are not allowed.")
ALREADY_THERE = N_(
    "“{name}” has an application in lot {lot} already. Open it under “My applications”."
)

# An application that no longer stands in the way of another one of the same organisation.
GIVEN_UP = ("withdrawn",)


@dataclass(frozen=True, slots=True)
class Organised:
    """An organisation for which the actor may apply, with its standing applications of a call."""

    organisation_id: int
    name: str
    applicant_type: str
    country: str
    region: str
    development_group: str
    applications: int
    lots: list[str]
    """Codes of the lots in which it has an application already."""
    numbers: list[str]
    """Its registry numbers, as COUNTRY:REGISTER:NUMBER."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody who wants to apply to a call has to know and to choose."""

    call_id: int
    code: str
    title: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    first_stage_id: int
    scheme: Scheme
    organisations: tuple[Organised, ...]


def beginning(session: Session, actor: Actor, call_id: int) -> Beginning:
    """Return the call and the actor's organisations; NotFound for a call that is not public."""
    call = session.execute(
        select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.opens_at,
            Call.closes_at,
            Stage.id.label("first_stage_id"),
        )
        .join(Stage, (Stage.call_id == Call.id) & (Stage.position == 1))
        .where(Call.id == call_id, Call.state.in_(sorted(PUBLIC_STATES)))
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
        first_stage_id=call.first_stage_id,
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
    query = (
        select(
            Organisation.id.label("organisation_id"),
            Organisation.name,
            Organisation.applicant_type,
            Organisation.country,
            Organisation.region,
            Organisation.development_group,
            func.count(Application.id).label("applications"),
            func.array_remove(func.array_agg(Lot.code), None).label("lots"),
            _numbers(),
        )
        .outerjoin(Application, standing)
        .outerjoin(Lot, Lot.id == Application.lot_id)
        .where(Organisation.id.in_(sorted(wanted)))
        .group_by(Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(
        Organised(**row._mapping)  # noqa: SLF001 - the public way to read a row by name
        for row in session.execute(query)
    )


def _numbers() -> ColumnElement[list[str]]:
    number = OrganisationIdentifier
    whole = func.concat(number.country, ":", number.scheme, ":", number.number)
    return (
        select(func.coalesce(func.array_agg(whole), cast([], ARRAY(Text))))
        .where(number.organisation_id == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
        .label("numbers")
    )


def refusal(call: Beginning, standing: Organised, lot_code: str, now: datetime) -> Problem | None:
    """Return why this organisation may not begin an application in this lot now."""
    if not is_open(call.state, call.opens_at, call.closes_at, now):
        dates = {"opens_at": call.opens_at, "closes_at": call.closes_at}
        return Conflict(N_("Applications are taken from {opens_at} to {closes_at}."), **dates)
    lot = next((each for each in call.scheme.lots if each.code == lot_code), None)
    if lot is None:
        return Invalid({"lot": N_("Choose one of the lots")})
    wrong = unfit(call.scheme, lot, standing)
    if wrong is not None:
        return Invalid({"lot": wrong})
    most = call.scheme.call.caps.as_lead
    if most is not None and standing.applications >= most:
        return Conflict(CAP_REACHED, name=standing.name, most=most)
    if lot_code in standing.lots:
        return Conflict(ALREADY_THERE, name=standing.name, lot=lot_code)
    return None


def unfit(scheme: Scheme, lot: LotRules, standing: Organised) -> Message | None:
    """Return why an organisation of this kind or place cannot apply in the lot."""
    direct = scheme.call.direct
    if direct is not None and not direct.names(standing.numbers):
        return Message("applications.not_named", {"name": standing.name})
    kinds = lot.applicant_types or scheme.call.applicant_types
    if kinds and standing.applicant_type not in kinds:
        return Message("applications.kind_not_admitted", {"name": standing.name})
    if scheme.call.countries and standing.country not in scheme.call.countries:
        return Message("applications.country_not_admitted", {"name": standing.name})
    if lot.regions and standing.region not in lot.regions:
        return Message("applications.region_not_admitted", {"name": standing.name})
    return None


def next_stage(session: Session, application_id: int, now: datetime) -> tuple[int | None, int]:
    """Return the entry (if somebody opened it already) and the stage to which one is invited.

    Conflict before the invitation is announced, before the stage opens and after it closed.
    """
    reached = (
        select(func.max(Stage.position))
        .join(StageEntry, StageEntry.stage_id == Stage.id)
        .where(StageEntry.application_id == application_id, StageEntry.state == "passed")
        .scalar_subquery()
    )
    before = aliased(Stage)
    mine = (StageEntry.stage_id == Stage.id) & (StageEntry.application_id == application_id)
    row = session.execute(
        select(
            StageEntry.id.label("entry_id"),
            Stage.id.label("stage_id"),
            Stage.opens_at,
            Stage.closes_at,
            Call.state,
            Application.state.label("application_state"),
            before.state.label("state_before"),
        )
        .join(Call, Call.id == Stage.call_id)
        .join(Application, Application.call_id == Call.id)
        .join(before, (before.call_id == Call.id) & (before.position == reached))
        .outerjoin(StageEntry, mine)
        .where(Application.id == application_id, Stage.position == reached + 1)
    ).one_or_none()
    if row is None or row.application_state != "invited" or row.state_before != "announced":
        raise Conflict(N_("There is no invitation to a further stage."))
    if not is_open(row.state, row.opens_at, row.closes_at, now):
        raise Conflict(
            N_("This stage takes applications from {opens_at} to {closes_at}."),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
        )
    return row.entry_id, row.stage_id
