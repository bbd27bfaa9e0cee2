"""Who may get a thing that was taken back, and what was given on to whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Application,
    Asset,
    InKindGrant,
    InKindPaper,
    Lot,
    Organisation,
    Reallocation,
    StageEntry,
)

_PLACE = (
    select(func.max(StageEntry.reserve_position))
    .where(StageEntry.application_id == Application.id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Holder:
    """An application of the call; `place` is its place on the reserve list of its lot.

    Without a place it has an agreement in force.
    """

    application_id: int
    organisation_id: int
    reference: str
    organisation: str
    lot: str
    place: int | None


def holders(session: Session, grant_id: int) -> tuple[Holder, ...]:
    """Return who may get a thing of the grant, in the order in which they are asked.

    First the reserve list of the grant's lot, then those of other lots, then who has an
    agreement in force; never somebody of the organisation that had it.
    """
    own = (
        select(Application.call_id, Application.lot_id, Application.organisation_id)
        .join(InKindGrant, InKindGrant.application_id == Application.id)
        .where(InKindGrant.id == grant_id)
        .subquery()
    )
    place, waits = _PLACE, Application.state == "reserve"
    rows = session.execute(
        select(
            Application.id,
            Application.organisation_id,
            Application.reference,
            Organisation.name,
            Lot.code,
            case((waits, place), else_=None),
        )
        .join(own, own.c.call_id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .outerjoin(
            Agreement,
            (Agreement.application_id == Application.id) & (Agreement.state == "active"),
        )
        .where(
            Application.organisation_id != own.c.organisation_id,
            or_(waits & place.is_not(None), Agreement.id.is_not(None)),
        )
        .order_by(
            waits.desc(),
            (Application.lot_id == own.c.lot_id).desc(),
            Lot.position,
            place,
            Application.reference,
        )
    )
    return tuple(Holder(*row) for row in rows)


def next_in_order(session: Session, grant_id: int) -> Holder | None:
    """Return the next on the reserve list of the grant's lot; None where nobody waits."""
    lot = select(Lot.code).join(Application, Application.lot_id == Lot.id)
    code = session.execute(
        lot.join(InKindGrant, InKindGrant.application_id == Application.id).where(
            InKindGrant.id == grant_id
        )
    ).scalar_one()
    first = next(iter(holders(session, grant_id)), None)
    is_next = first is not None and first.place is not None and first.lot == code
    return first if is_next else None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A thing that somebody else had before, as its new holder sees it."""

    title: str
    serial_number: str
    value_cents: int
    given_at: datetime | None
    paper_id: int | None
    is_printed: bool
    failure: str


def taken_over(session: Session, application_id: int) -> tuple[TakenOver, ...]:
    """Return the things; whoever calls it has found the application by a query."""
    rows = session.execute(
        select(
            Asset.title,
            Asset.serial_number,
            Reallocation.value_cents,
            Reallocation.decided_at,
            Reallocation.paper_id,
            InKindPaper.file_id.is_not(None),
            func.coalesce(InKindPaper.failure, ""),
        )
        .join(Asset, Asset.id == Reallocation.asset_id)
        .outerjoin(InKindPaper, InKindPaper.id == Reallocation.paper_id)
        .where(Reallocation.application_id == application_id, Reallocation.state == "agreed")
        .order_by(Reallocation.id)
    )
    return tuple(TakenOver(*row) for row in rows)


def asset_of_reallocation(session: Session, reallocation_id: int) -> int | None:
    return session.execute(
        select(Reallocation.asset_id).where(Reallocation.id == reallocation_id)
    ).scalar_one_or_none()


def waits_for_a_second(session: Session, asset_id: int) -> bool:
    """Return whether somebody is proposed to have the thing and nobody has decided yet."""
    found = session.execute(
        select(Reallocation.id).where(
            Reallocation.asset_id == asset_id, Reallocation.state == "proposed"
        )
    )
    return found.first() is not None
