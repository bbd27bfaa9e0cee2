"""Who may get a thing that was taken back, and the aid of theirs that is known here."""

from dataclasses import dataclass
from datetime import date, datetime

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
from app.queries.schemes import scheme_of
from app.rules.scheme_letters import AidRegime

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
class AidKnown:
    """De minimis aid in one currency, in cents; `others` are the currencies of other such aid."""

    cents: int
    others: tuple[str, ...]


def aid_known(
    session: Session, organisation_id: int, currency: str, since: date, since_at: datetime
) -> AidKnown:
    """Return the de minimis aid that an organisation got here since a day.

    Only aid in `currency` is added up: no rate of exchange is known here. Of a grant in kind the
    price less the own share (handbook 2.1.3), of an ended agreement what was paid and not
    recovered; and things that others had before.
    """
    given = case(
        (Agreement.state == "terminated", Agreement.paid_cents - Agreement.recovered_cents),
        (InKindGrant.price_cents > 0, InKindGrant.support_cents),
        else_=Agreement.grant_cents,
    )
    agreed = session.execute(
        select(Agreement.call_id, given)
        .join(Application, Application.id == Agreement.application_id)
        .outerjoin(InKindGrant, InKindGrant.agreement_id == Agreement.id)
        .where(
            Application.organisation_id == organisation_id,
            Agreement.signed_by_authority_on >= since,
        )
    ).all()
    taken_over = session.execute(
        select(Application.call_id, Reallocation.value_cents)
        .join(Application, Application.id == Reallocation.application_id)
        .where(
            Application.organisation_id == organisation_id,
            Reallocation.state == "agreed",
            Reallocation.decided_at >= since_at,
        )
    ).all()
    aid = [
        (scheme.currency, cents)
        for scheme, cents in (
            (scheme_of(session, call_id), cents) for call_id, cents in (*agreed, *taken_over)
        )
        if scheme.state_aid.regime is AidRegime.DE_MINIMIS
    ]
    return AidKnown(
        cents=sum(cents for its_currency, cents in aid if its_currency == currency),
        others=tuple(sorted({each for each, cents in aid if each != currency and cents})),
    )


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A thing that somebody else had before, as its new holder sees it."""

    title: str
    serial_number: str
    value_cents: int
    given_at: datetime | None
    paper_id: int | None
    is_printed: bool


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
