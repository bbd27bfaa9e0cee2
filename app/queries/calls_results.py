"""Who was awarded, for everybody to read, once it is announced (handbook 5.6)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Application, Award, Call, Lot, Organisation
from app.rules.applicants import PERSONS

# Declined and revoked awards are no awards; those not yet announced are nobody's business.
PUBLISHED = ("announced", "accepted", "agreed", "completed")
_RESULTS_STATES = ("announced", "archived")


@dataclass(frozen=True, slots=True)
class Winner:
    """One award. A person, also a sole trader, is published without name and place."""

    organisation: str
    is_natural_person: bool
    place: str
    region: str
    title: str
    reference: str
    awarded_cents: int


@dataclass(frozen=True, slots=True)
class LotResults:
    code: str
    title: str
    envelope_cents: int
    winners: tuple[Winner, ...]

    @property
    def awarded_cents(self) -> int:
        return sum(winner.awarded_cents for winner in self.winners)


@dataclass(frozen=True, slots=True)
class Results:
    lots: tuple[LotResults, ...]

    @property
    def awarded_cents(self) -> int:
        return sum(lot.awarded_cents for lot in self.lots)

    @property
    def number(self) -> int:
        return sum(len(lot.winners) for lot in self.lots)


def public_results(session: Session, call_id: int) -> Results | None:
    """Return the awards by lot, the largest first; None before they are announced."""
    state = session.execute(select(Call.state).where(Call.id == call_id)).scalar_one_or_none()
    if state not in _RESULTS_STATES:
        return None
    lots = session.execute(
        select(Lot.id, Lot.code, Lot.title, Lot.envelope_cents, Lot.transferred_cents)
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    ).all()
    by_lot = _winners(session, call_id)
    return Results(
        tuple(
            LotResults(
                code=lot.code,
                title=lot.title,
                envelope_cents=lot.envelope_cents + lot.transferred_cents,
                winners=tuple(by_lot.get(lot.id, ())),
            )
            for lot in lots
        )
    )


def _winners(session: Session, call_id: int) -> dict[int, list[Winner]]:
    rows = session.execute(
        select(
            Award.lot_id,
            Organisation.name,
            Organisation.applicant_type,
            Organisation.municipality,
            Organisation.city,
            Application.region,
            Application.title,
            Application.reference,
            Award.awarded_cents,
        )
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Award.call_id == call_id, Award.state.in_(PUBLISHED))
        .order_by(Award.awarded_cents.desc(), Application.reference)
    )
    by_lot: dict[int, list[Winner]] = {}
    for row in rows:
        person = row.applicant_type in PERSONS
        winner = Winner(
            organisation="" if person else row.name,
            is_natural_person=person,
            place="" if person else row.municipality or row.city,
            region=row.region,
            title=row.title,
            reference=row.reference,
            awarded_cents=row.awarded_cents,
        )
        by_lot.setdefault(row.lot_id, []).append(winner)
    return by_lot
