"""What keeps a call from being put away: offers, agreements, money and things on their way."""

from dataclasses import astuple, dataclass

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Asset,
    Award,
    InKindGrant,
    InKindPaper,
    OwnShareReturn,
    Payment,
    RecoveryOrder,
    ReserveActivation,
    RoundMove,
)

# An award that is agreed goes on as an agreement.
_WAITING = ("proposed", "decided", "announced", "accepted")
_PAID = ("planned", "reconciled", "rejected", "dropped")
_ENDED = ("closed", "given_up")


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """How many of each are not at an end.

    Of a grant in kind that was given up things, papers and own share may still be on their way.
    """

    offers: int
    agreements: int
    payments: int
    recoveries: int
    in_kind: int
    things: int
    papers: int
    returns: int
    releases: int
    moves: int

    @property
    def is_settled(self) -> bool:
        return not any(astuple(self))


def open_ends(session: Session, call_id: int) -> OpenEnds:
    """Count what of a call is not at an end; asks for no permission, as the call was found."""
    of_call, given = Agreement.call_id == call_id, InKindGrant.call_id == call_id
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
        _count(select(InKindGrant.id).where(given, InKindGrant.state.not_in(_ENDED))),
        _count(select(Asset.id).where(Asset.call_id == call_id, Asset.state == "repossessed")),
        _count(
            select(InKindPaper.id)
            .join(InKindGrant, InKindGrant.id == InKindPaper.grant_id)
            .where(given, InKindGrant.state.in_(_ENDED), InKindPaper.state == "prepared")
        ),
        _count(
            select(OwnShareReturn.id)
            .join(InKindGrant, InKindGrant.id == OwnShareReturn.grant_id)
            .where(given, OwnShareReturn.state.in_(("proposed", "approved")))
        ),
        *_on_its_way(call_id),
    )
    return OpenEnds(*(int(each) for each in session.execute(select(*counts)).one()))


def _on_its_way(call_id: int) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Count what is proposed for free money: to the reserve list, and between rounds."""
    called = select(ReserveActivation.id).where(
        ReserveActivation.call_id == call_id,
        ReserveActivation.state.in_(("proposed", "decided")),
    )
    moved = select(RoundMove.id).where(
        or_(RoundMove.giver_id == call_id, RoundMove.receiver_id == call_id),
        RoundMove.state == "proposed",
    )
    return _count(called), _count(moved)


def _count(rows: Select[int]) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
