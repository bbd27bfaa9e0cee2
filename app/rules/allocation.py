"""Divide an envelope over ranked applications: the whole of spec/allocation.md.

The rule is pure and takes checked input: `allocation_checks.findings` says in words
what is wrong with a policy, its lots or its applications, `allocation_input` reads JSON.

    who is ranked, in what order   allocation_order
    caps, floors, walk, pro rata   allocation_walk
    lots that share money          allocation_lots
    ties that matter               allocation_ties
    why                            allocation_explain
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.rules.allocation_explain import Grounds, Rule
from app.rules.allocation_lots import SpentPot, spend_lots
from app.rules.allocation_model import (
    Allocation,
    Application,
    Decision,
    Line,
    Lot,
    LotResult,
    Policy,
    Reason,
    Status,
    UnresolvedTie,
)
from app.rules.allocation_ties import first_unresolved_tie

# One decision for all of whom it is the same: it says nothing of the single application.
_NOT_RANKED = {
    Status.INELIGIBLE: Decision(Reason.INELIGIBLE, 0, None, None, Grounds(Rule.INELIGIBLE)),
    Status.WITHDRAWN: Decision(Reason.WITHDRAWN, 0, None, None, Grounds(Rule.WITHDRAWN)),
}


def allocate(
    applications: Sequence[Application], lots: Sequence[Lot], policy: Policy
) -> Allocation | UnresolvedTie:
    """Return a line for each application, or the tie that the committee has to settle first.

    Awarded + unallocated = envelope, per lot after transfers and in total. The order of
    `applications` changes nothing but the order of the lines.
    Source: spec/allocation.md; handbook 6.3, A1-A4, A6, A7.
    """
    pots = spend_lots(lots, applications, policy)
    tie = first_unresolved_tie(pots, policy)
    if tie is not None:
        return tie
    lines = {line.application.id: line for pot in pots for line in _ranked_lines(pot)}
    below = {lot.code: _below_threshold(lot) for lot in lots}
    return Allocation(
        lines=tuple(
            lines.get(application.id) or _unranked_line(application, below[application.lot])
            for application in applications
        ),
        lots=tuple(_lot_result(pot.pot.lot, pot) for pot in pots if pot.pot.lot is not None),
        envelope_cents=sum(lot.envelope_cents for lot in lots),
        awarded_cents=sum(pot.spent.awarded_cents for pot in pots),
    )


def _ranked_lines(pot: SpentPot) -> Iterator[Line]:
    reserve = 0
    ranked = zip(pot.pot.ranked, pot.pot.ranks, pot.pot.shared, pot.spent.decisions, strict=True)
    for application, rank, shares_rank, decision in ranked:
        if decision.reason is Reason.RESERVE:
            reserve += 1
            yield Line(application, rank, shares_rank, reserve, decision)
        else:
            yield Line(application, rank, shares_rank, None, decision)


def _unranked_line(application: Application, below: Decision) -> Line:
    """Step 1: the status is looked at first, then the threshold."""
    return Line(application, None, False, None, _NOT_RANKED.get(application.status, below))


def _below_threshold(lot: Lot) -> Decision:
    grounds = Grounds(Rule.BELOW_THRESHOLD, {"threshold": Fraction(lot.threshold)})
    return Decision(Reason.BELOW_THRESHOLD, 0, None, None, grounds)


def _lot_result(code: str, pot: SpentPot) -> LotResult:
    return LotResult(
        code=code,
        envelope_cents=pot.pot.envelope_cents,
        transferred_cents=pot.money_cents - pot.pot.envelope_cents,
        awarded_cents=pot.spent.awarded_cents,
        unallocated_cents=pot.left_cents,
    )
