"""What keeps a call from being put away: offers, agreements, money and things on their way."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Award,
    InKindGrant,
    Payment,
    RecoveryOrder,
    ReserveActivation,
)

# An award that is agreed goes on as an agreement.
_WAITING = ("proposed", "decided", "announced", "accepted")
_PAID = ("planned", "reconciled", "rejected", "dropped")


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """How many of each are not at an end."""

    offers: int
    agreements: int
    payments: int
    recoveries: int
    in_kind: int
    releases: int

    @property
    def is_settled(self) -> bool:
        return not any(
            (
                self.offers,
                self.agreements,
                self.payments,
                self.recoveries,
                self.in_kind,
                self.releases,
            )
        )


def open_ends(session: Session, call_id: int) -> OpenEnds:
    """Count what of a call is not at an end; asks for no permission, as the call was found."""
    of_call = Agreement.call_id == call_id
    counts: tuple[ScalarSelect[int], ...] = (
        _count(select(Award.id).where(Award.call_id == call_id, Award.state.in_(_WAITING))),
        _count(
            select(Agreement.id).where(of_call, Agreement.state.not_in(("closed", "terminated")))
        ),
        _count(
            select(Payment.id)
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .where(of_call, Payment.state.not_in(_PAID))
        ),
        _count(
            select(RecoveryOrder.id)
            .join(Agreement, Agreement.id == RecoveryOrder.agreement_id)
            .where(of_call, RecoveryOrder.state.in_(("prepared", "issued")))
        ),
        _count(
            select(InKindGrant.id)
            .join(Agreement, Agreement.id == InKindGrant.agreement_id)
            .where(of_call, InKindGrant.state.not_in(("closed", "given_up")))
        ),
        _count(
            select(ReserveActivation.id).where(
                ReserveActivation.call_id == call_id,
                ReserveActivation.state.in_(("proposed", "decided")),
            )
        ),
    )
    return OpenEnds(*(int(each) for each in session.execute(select(*counts)).one()))


def _count(rows: Select[int]) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
