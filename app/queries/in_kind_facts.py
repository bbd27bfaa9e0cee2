"""Look-ups that deeds of grants in kind need before they lock anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Asset,
    BudgetLine,
    InKindGrant,
    InKindPaper,
    OwnShare,
    OwnShareReturn,
    PriceChange,
    Quote,
    SiteVisit,
    Stage,
    StageEntry,
)

BEFORE_AWARD, AFTER_HANDOVER = "before_award", "after_handover"
CONFIRMED, NOT_CONFIRMED = "confirmed", "not_confirmed"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One line of the budget that the applicant sent in."""

    title: str
    quantity: str
    estimate_cents: int


def planned_items(session: Session, application_id: int) -> tuple[PlannedItem, ...]:
    """Return the lines of the last budget that was sent in, in its order."""
    entry_id = session.execute(
        select(StageEntry.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(BudgetLine, BudgetLine.entry_id == StageEntry.id)
        .where(StageEntry.application_id == application_id)
        .order_by(Stage.position.desc())
        .limit(1)
    ).scalar_one_or_none()
    rows = session.execute(
        select(BudgetLine.description, BudgetLine.units, BudgetLine.unit, BudgetLine.total_cents)
        .where(BudgetLine.entry_id == entry_id)
        .order_by(BudgetLine.position)
    )
    return tuple(
        PlannedItem(description, f"{units.normalize():f} {unit}".strip(), cents)
        for description, units, unit, cents in rows
    )


def agreement_of(session: Session, grant_id: int) -> int:
    return _one(session.execute(
        select(InKindGrant.agreement_id).where(InKindGrant.id == grant_id)
    ).scalar_one_or_none())  # fmt: skip


def grant_of_asset(session: Session, asset_id: int) -> int:
    return _one(
        session.execute(select(Asset.grant_id).where(Asset.id == asset_id)).scalar_one_or_none()
    )


def asset_of_quote(session: Session, quote_id: int) -> int:
    return _one(
        session.execute(select(Quote.asset_id).where(Quote.id == quote_id)).scalar_one_or_none()
    )


def grant_of_own_share(session: Session, own_share_id: int) -> int:
    return _one(session.execute(
        select(OwnShare.grant_id).where(OwnShare.id == own_share_id)
    ).scalar_one_or_none())  # fmt: skip


def open_price_change(session: Session, asset_id: int) -> int | None:
    """Return the change of a price that waits for a second person, if there is one."""
    return session.execute(
        select(PriceChange.id).where(
            PriceChange.asset_id == asset_id, PriceChange.state == "proposed"
        )
    ).scalar_one_or_none()


def asset_of_price_change(session: Session, change_id: int) -> int:
    return _one(session.execute(
        select(PriceChange.asset_id).where(PriceChange.id == change_id)
    ).scalar_one_or_none())  # fmt: skip


def grant_of_return(session: Session, return_id: int) -> int:
    return _one(session.execute(
        select(OwnShareReturn.grant_id).where(OwnShareReturn.id == return_id)
    ).scalar_one_or_none())  # fmt: skip


def grant_of_paper(session: Session, paper_id: int) -> int:
    return _one(session.execute(
        select(InKindPaper.grant_id).where(InKindPaper.id == paper_id)
    ).scalar_one_or_none())  # fmt: skip


def next_paper(session: Session, grant_id: int, kind: str) -> int:
    """Return the number of the next paper of a kind; the grant must be locked."""
    last = session.execute(
        select(func.coalesce(func.max(InKindPaper.number), 0)).where(
            InKindPaper.grant_id == grant_id, InKindPaper.kind == kind
        )
    ).scalar_one()
    return last + 1


def award_of(session: Session, grant_id: int) -> int:
    return _one(session.execute(
        select(Agreement.award_id)
        .join(InKindGrant, InKindGrant.agreement_id == Agreement.id)
        .where(InKindGrant.id == grant_id)
    ).scalar_one_or_none())  # fmt: skip


def grant_of_agreement(session: Session, agreement_id: int) -> int | None:
    return session.execute(
        select(InKindGrant.id).where(InKindGrant.agreement_id == agreement_id)
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A paper that is not printed yet: what it says, and what its file is called."""

    kind: str
    number: int
    contents: dict[str, object]


def waiting_paper(session: Session, paper_id: int) -> WaitingPaper | None:
    row = session.execute(
        select(InKindPaper.kind, InKindPaper.number, InKindPaper.contents).where(
            InKindPaper.id == paper_id,
            InKindPaper.file_id.is_(None),
            InKindPaper.state != "dropped",
        )
    ).one_or_none()
    return None if row is None else WaitingPaper(*row)


def reference_of(session: Session, grant_id: int) -> str:
    return session.execute(
        select(Agreement.reference)
        .join(InKindGrant, InKindGrant.agreement_id == Agreement.id)
        .where(InKindGrant.id == grant_id)
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class NewestVisit:
    """The last visit to an application before the award: it counts, the earlier ones explain."""

    application_id: int
    visited_on: date
    result: str


def newest_visits(session: Session, application_ids: Sequence[int]) -> dict[int, NewestVisit]:
    """Return the visit that counts of each application that had one before its award."""
    rows = session.execute(
        select(SiteVisit.application_id, SiteVisit.visited_on, SiteVisit.result)
        .where(SiteVisit.application_id.in_(application_ids), SiteVisit.purpose == BEFORE_AWARD)
        .order_by(SiteVisit.application_id, SiteVisit.id)
    )
    return {row.application_id: NewestVisit(*row) for row in rows}


def entry_at_stage(session: Session, application_id: int, stage_key: str) -> int:
    return _one(session.execute(
        select(StageEntry.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(StageEntry.application_id == application_id, Stage.key == stage_key)
    ).scalar_one_or_none())  # fmt: skip


def call_of_application(session: Session, application_id: int) -> int:
    return _one(session.execute(
        select(Application.call_id).where(Application.id == application_id)
    ).scalar_one_or_none())  # fmt: skip


def _one(found: int | None) -> int:
    if found is None:
        raise NotFound
    return found
