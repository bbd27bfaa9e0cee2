"""The asset register of a call: every thing bought, for monitors and auditors."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Asset,
    Call,
    InKindGrant,
    InKindPaper,
    Lot,
    Organisation,
    Reallocation,
)
from app.queries import visible
from app.rules.permissions import Actor, Facts, Permission

# What was never bought is no asset.
NOT_BOUGHT = ("planned", "dropped")


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One asset; money in cents, `own_cents` the owner's share of the value."""

    asset_id: int
    grant_id: int
    lot: str
    reference: str
    holder: str
    title: str
    quantity: str
    serial_number: str
    location: str
    supplier: str
    invoice_number: str
    currency: str
    value_cents: int
    support_cents: int
    own_cents: int
    received_on: date | None
    handed_over_on: date | None
    retained_until: date | None
    state: str
    ended_on: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Register:
    call_id: int
    call_code: str
    call_title: str
    currency: str
    authority_id: int
    lines: tuple[RegisterLine, ...]

    @property
    def facts(self) -> Facts:
        return Facts(authority_id=self.authority_id, call_id=self.call_id)

    @property
    def totals_cents(self) -> tuple[int, int, int]:
        """Return value, grant's part and owners' part over all lines."""
        return (
            sum(line.value_cents for line in self.lines),
            sum(line.support_cents for line in self.lines),
            sum(line.own_cents for line in self.lines),
        )


def register(session: Session, actor: Actor, call_id: int) -> Register:
    """Return the register by agreement and item; NotFound where the person may not see it."""
    call: Any = session.execute(  # Any: five columns
        select(Call.id, Call.code, Call.title, Call.currency, Call.authority_id).where(
            Call.id == call_id, visible.staff_scope(actor, Permission.SEE_ASSETS)
        )
    ).one_or_none()
    if call is None:
        raise NotFound
    # Who got a thing after it was taken back holds it.
    given, after = aliased(Application), aliased(Organisation)
    value, support = func.coalesce(Asset.price_cents, 0), func.coalesce(Asset.support_cents, 0)
    rows = session.execute(
        select(
            Asset.id, InKindGrant.id, Lot.code, Agreement.reference,
            func.coalesce(after.name, Organisation.name),
            Asset.title, Asset.quantity, Asset.serial_number, Asset.location, Asset.supplier,
            Asset.invoice_number, Call.currency, value, support, value - support,
            Asset.received_on, InKindPaper.signed_on, InKindPaper.retained_until,
            Asset.state, Asset.ended_on, Asset.end_reason,
        )
        .join(InKindGrant, InKindGrant.id == Asset.grant_id)
        .outerjoin(InKindPaper, InKindPaper.id == Asset.handover_id)
        .join(Agreement, Agreement.id == Asset.agreement_id)
        .join(Application, Application.id == InKindGrant.application_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Asset.call_id)
        .outerjoin(
            Reallocation, (Reallocation.asset_id == Asset.id) & (Reallocation.state == "agreed")
        )
        .outerjoin(given, given.id == Reallocation.application_id)
        .outerjoin(after, after.id == given.organisation_id)
        .where(Asset.call_id == call_id, Asset.state.not_in(NOT_BOUGHT))
        .order_by(Agreement.reference, Asset.position)
    )  # fmt: skip
    lines: list[list[Any]] = [list(row) for row in rows]  # Any: the columns of RegisterLine
    return Register(*[*call, tuple(RegisterLine(*line) for line in lines)])
