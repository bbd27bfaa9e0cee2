"""Beside the things of a grant in kind: its papers, changed prices, own share that goes back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import (
    Application,
    Asset,
    InKindPaper,
    Organisation,
    OwnShareReturn,
    PriceChange,
    Reallocation,
    StoredFile,
    User,
)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A protocol or a transfer of title; hashes are empty until it is printed, or scanned."""

    paper_id: int
    kind: str
    number: int
    state: str
    signed_on: date | None
    signed_for_authority: str
    signed_for_beneficiary: str
    retained_until: date | None
    file_sha256: str
    failure: str
    scan_sha256: str
    scanned_name: str
    things: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceChangeLine:
    """A price that waits for a second person."""

    change_id: int
    price_cents: int
    reason: str
    proposed_by: int | None
    proposed_name: str


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Who is to get a thing that was taken back, or got it (`state` is `agreed`)."""

    reallocation_id: int
    state: str
    application_id: int
    reference: str
    organisation: str
    value_cents: int
    reason: str
    out_of_order: str
    proposed_by: int | None
    proposed_name: str


@dataclass(frozen=True, slots=True)
class ReturnLine:
    return_id: int
    state: str
    amount_cents: int
    account: str
    reason: str
    proposed_by: int | None
    proposed_name: str
    paid_on: date | None
    bank_reference: str


def papers_of(session: Session, grant_id: int) -> tuple[PaperLine, ...]:
    """Return the papers with their things; whoever calls it has found the grant by a query."""
    scan = aliased(StoredFile)
    things = (
        select(func.array_agg(Asset.title))
        .where((Asset.handover_id == InKindPaper.id) | (Asset.title_id == InKindPaper.id))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            InKindPaper.id, InKindPaper.kind, InKindPaper.number, InKindPaper.state,
            InKindPaper.signed_on, InKindPaper.signed_for_authority,
            InKindPaper.signed_for_beneficiary, InKindPaper.retained_until,
            func.coalesce(StoredFile.sha256, ""), InKindPaper.failure,
            func.coalesce(scan.sha256, ""), func.coalesce(User.name, ""), things,
        )
        .outerjoin(StoredFile, StoredFile.id == InKindPaper.file_id)
        .outerjoin(scan, scan.id == InKindPaper.scan_id)
        .outerjoin(User, User.id == InKindPaper.scanned_by)
        .where(InKindPaper.grant_id == grant_id)
        .order_by(InKindPaper.kind, InKindPaper.number)
    )  # fmt: skip
    # Any: the columns of PaperLine
    lines: list[list[Any]] = [list(row) for row in rows]
    return tuple(PaperLine(*[*line[:-1], tuple(line[-1] or ())]) for line in lines)


def price_changes_of(session: Session, grant_id: int) -> dict[int, PriceChangeLine]:
    """Return the prices that wait for a second person, by asset."""
    rows = session.execute(
        select(
            PriceChange.asset_id, PriceChange.id, PriceChange.price_cents, PriceChange.reason,
            PriceChange.proposed_by, func.coalesce(User.name, ""),
        )
        .join(Asset, Asset.id == PriceChange.asset_id)
        .outerjoin(User, User.id == PriceChange.proposed_by)
        .where(Asset.grant_id == grant_id, PriceChange.state == "proposed")
    )  # fmt: skip
    return {row[0]: PriceChangeLine(*row[1:]) for row in rows}


def holders_of(session: Session, grant_id: int) -> dict[int, HolderLine]:
    """Return who is to get what was taken back, by asset."""
    rows = session.execute(
        select(
            Reallocation.asset_id, Reallocation.id, Reallocation.state, Application.id,
            Application.reference, Organisation.name, Reallocation.value_cents,
            Reallocation.reason, Reallocation.out_of_order, Reallocation.proposed_by,
            func.coalesce(User.name, ""),
        )
        .join(Asset, Asset.id == Reallocation.asset_id)
        .join(Application, Application.id == Reallocation.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(User, User.id == Reallocation.proposed_by)
        .where(Asset.grant_id == grant_id, Reallocation.state != "dropped")
    )  # fmt: skip
    return {row[0]: HolderLine(*row[1:]) for row in rows}


def returns_of(session: Session, grant_id: int) -> tuple[ReturnLine, ...]:
    """Return what was or is to be paid back of the own share."""
    rows = session.execute(
        select(
            OwnShareReturn.id, OwnShareReturn.state, OwnShareReturn.amount_cents,
            OwnShareReturn.account, OwnShareReturn.reason, OwnShareReturn.proposed_by,
            func.coalesce(User.name, ""), OwnShareReturn.paid_on, OwnShareReturn.bank_reference,
        )
        .outerjoin(User, User.id == OwnShareReturn.proposed_by)
        .where(OwnShareReturn.grant_id == grant_id)
        .order_by(OwnShareReturn.id)
    )  # fmt: skip
    return tuple(ReturnLine(*row) for row in rows)
