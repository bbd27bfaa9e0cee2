"""Who waits for money that becomes free, and how much of it there is."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    AllocationRun,
    Application,
    Award,
    Lot,
    Organisation,
    ReserveActivation,
    Stage,
    StageEntry,
)
from app.queries.allocation_facts import leads
from app.queries.ranking import failed_checks
from app.rules.allocation_release import FreeLot
from app.rules.allocation_reserve import Waiting
from app.rules.scheme import Scheme
from app.rules.scheme_rules import selected_stage_keys

UNDER_WAY = ("proposed", "decided")
# A partial offer that can still be raised, and one that was: declined ones are gone.
RAISABLE = ("announced", "accepted")
_PLACE = (
    "application_id",
    "entry_id",
    "reference",
    "organisation_id",
    "organisation",
    "title",
    "lot_id",
    "lot",
    "rank",
    "reserve_position",
)
COUNTS = ("announced", "accepted", "agreed", "completed")


@dataclass(frozen=True, slots=True)
class Wait:
    """One application that could get more; `award_id` is its partial offer, if it has one.

    `agreement` is the state of its agreement: once that was sent, the offer is fixed and
    cannot be raised (an agreement's grant never goes up).
    """

    application_id: int
    entry_id: int
    reference: str
    organisation_id: int
    organisation: str
    title: str
    lot_id: int
    lot: str
    rank: int
    reserve_position: int | None
    requested_cents: int
    award_id: int | None
    award_state: str | None
    awarded_cents: int
    agreement: str | None

    @property
    def is_fixed(self) -> bool:
        return self.agreement not in (None, "draft")


@dataclass(frozen=True, slots=True)
class LotMoney:
    lot_id: int
    code: str
    title: str
    available_cents: int
    awarded_cents: int

    @property
    def free_cents(self) -> int:
        return self.available_cents - self.awarded_cents


def waits(session: Session, scheme: Scheme, call_id: int, stage_id: int) -> tuple[Wait, ...]:
    """Return partial offers first, then the reserve list, by lot and rank.

    Who failed the last check is out; who declined or withdrew has another state already.
    """
    failed = failed_checks(session, call_id, selected_stage_keys(scheme))
    rows = session.execute(
        select(
            Application.id.label("application_id"), StageEntry.id.label("entry_id"),
            Application.reference, Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"), Application.title, Lot.id.label("lot_id"),
            Lot.code.label("lot"), StageEntry.rank, StageEntry.reserve_position,
            StageEntry.requested_cents.label("asked"), Award.id.label("award_id"),
            Award.state.label("award_state"), Award.awarded_cents,
            Award.requested_cents.label("award_asked"), Agreement.state.label("agreement"),
            Application.state,
        )
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .outerjoin(
            Award,
            (Award.application_id == Application.id)
            & Award.state.not_in(("revoked", "discarded")),
        )
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(
            Application.call_id == call_id,
            StageEntry.stage_id == stage_id,
            StageEntry.rank.is_not(None),
            Application.state.in_(("reserve", "awarded")),
        )
        .order_by(Lot.position, StageEntry.rank, Application.reference)
    )  # fmt: skip
    found = [_wait(row) for row in rows if row.application_id not in failed]
    listed = [each for each in found if each is not None]
    return tuple(sorted(listed, key=lambda each: each.award_id is None))


def _wait(row: Any) -> Wait | None:  # Any: the columns of `waits`
    if row.state == "reserve":
        kept: dict[str, Any] = {
            "requested_cents": row.asked or 0,
            "award_id": None,
            "award_state": None,
            "awarded_cents": 0,
            "agreement": None,
        }
    elif row.award_state in RAISABLE and row.awarded_cents < row.award_asked:
        kept = {
            "requested_cents": row.award_asked,
            "award_id": row.award_id,
            "award_state": row.award_state,
            "awarded_cents": row.awarded_cents,
            "agreement": row.agreement,
        }
    else:
        return None
    return Wait(**{name: getattr(row, name) for name in _PLACE}, **kept)


def lots_money(session: Session, call_id: int) -> tuple[LotMoney, ...]:
    rows = session.execute(
        select(
            Lot.id,
            Lot.code,
            Lot.title,
            Lot.envelope_cents + Lot.transferred_cents,
            Lot.awarded_cents,
        )
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    )
    return tuple(LotMoney(*row) for row in rows)


def free_lots(
    session: Session, scheme: Scheme, call_id: int, listed: Sequence[Wait]
) -> tuple[FreeLot, ...]:
    """Return the input of the rule; offers that are fixed take no part.

    Leads are named only where a cap counts, as in the allocation (`allocation_facts.leads`).
    """
    lead = leads(session, call_id, scheme)
    held = _held(session, call_id, lead)
    least = {lot.code: lot.min_grant_cents for lot in scheme.lots}
    waiting: dict[str, list[Waiting]] = defaultdict(list)
    for each in listed:
        if not each.is_fixed:
            waiting[each.lot].append(
                Waiting(
                    each.reference,
                    each.rank,
                    each.requested_cents,
                    each.awarded_cents,
                    least.get(each.lot, 0),
                    lead.get(each.organisation_id, ""),
                )
            )
    return tuple(
        FreeLot(lot.code, lot.free_cents, tuple(waiting[lot.code]), held.get(lot.code, {}))
        for lot in lots_money(session, call_id)
    )


def _held(session: Session, call_id: int, lead: Mapping[int, str]) -> dict[str, Counter[str]]:
    """Return how many awards each lead that has a name holds, by lot."""
    rows = session.execute(
        select(Lot.code, Application.organisation_id)
        .join(Award, Award.application_id == Application.id)
        .join(Lot, Lot.id == Award.lot_id)
        .where(Award.call_id == call_id, Award.state.in_(COUNTS))
    )
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for lot, organisation_id in rows:
        if organisation_id in lead:
            held[lot][lead[organisation_id]] += 1
    return held


def valid_until(scheme: Scheme, of_call: date | None) -> date | None:
    """The last day of the reserve list: the call's own, else that of its policy."""
    return of_call or scheme.allocation.reserve_valid_until


def run_of(session: Session, stage_id: int) -> int:
    """Return the decided run that new awards follow from."""
    return session.execute(
        select(AllocationRun.id).where(
            AllocationRun.stage_id == stage_id, AllocationRun.discarded_at.is_(None)
        )
    ).scalar_one()


def scored_stage(session: Session, call_id: int, key: str) -> int:
    query = select(Stage.id).where(Stage.call_id == call_id, Stage.key == key)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def entered(session: Session, stage_id: int) -> frozenset[int]:
    """Return the applications that have an entry at the stage."""
    query = select(StageEntry.application_id).where(StageEntry.stage_id == stage_id)
    return frozenset(session.execute(query).scalars())


def call_of_activation(session: Session, activation_id: int) -> int:
    query = select(ReserveActivation.call_id).where(ReserveActivation.id == activation_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def under_way(session: Session, call_id: int) -> int | None:
    query = select(ReserveActivation.id).where(
        ReserveActivation.call_id == call_id, ReserveActivation.state.in_(UNDER_WAY)
    )
    return session.execute(query).scalar_one_or_none()


def unchecked(session: Session, scheme: Scheme, references: Sequence[str], call_id: int) -> str:
    """Return the references that wait for the last check, joined; empty where there is none."""
    rows = session.execute(
        select(Application.reference)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            Application.call_id == call_id,
            Application.reference.in_(references),
            Stage.key.in_(selected_stage_keys(scheme)),
            StageEntry.state != "admitted",
        )
        .order_by(Application.reference)
    ).scalars()
    return ", ".join(rows)
