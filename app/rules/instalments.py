"""What one request for payment makes due, by its kind (handbook 1.12, S6, S7).

The agreement's rate is applied to costs, never to instalments, so that roundings cannot
add up to more than the grant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import floor_cents, percent_of
from app.rules.payments import further_prefinancing, prefinancing_cap_cents
from app.rules.payments_balance import Closing, balance
from app.rules.scheme_money import InstalmentKind, PaymentModel, PaymentPlan

# These pay for what was spent and accepted, and nothing in advance.
_REFUNDS = frozenset({PaymentModel.CASH_PRAG_OPT_3, PaymentModel.REIMBURSEMENT})


@dataclass(frozen=True, slots=True)
class Claim:
    """A request as checked; all sums in cents.

    `accepted_cents` are all costs accepted so far, this request included; `paid_cents` the
    instalments before it, in order; `forecast_cents` the costs of the next period.
    """

    kind: InstalmentKind
    grant_cents: int
    rate: Fraction
    planned_cents: int
    paid_cents: Sequence[int]
    accepted_cents: int = 0
    revenue_cents: int = 0
    forecast_cents: int | None = None
    is_non_profit: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid, or to be recovered, and why."""

    amount_cents: int
    recover_cents: int
    why: Message


def needs_costs(kind: InstalmentKind, position: int) -> bool:
    """Only the first pre-financing is asked for without a report and a list of costs."""
    return kind is not InstalmentKind.PREFINANCING or position > 1


def due(claim: Claim, plan: PaymentPlan) -> Due:
    """Return what the request makes due; never above the grant together with what was paid."""
    if claim.kind is InstalmentKind.BALANCE:
        return _balance(claim, plan)
    if claim.kind is InstalmentKind.INTERIM and (plan.model in _REFUNDS or not claim.paid_cents):
        return _refund(claim, plan)
    if not claim.paid_cents:
        values: dict[str, object] = {"planned_cents": claim.planned_cents}
        return Due(claim.planned_cents, 0, Message("payments.planned", values))
    percent = claim.rate * 100
    forecast_cents = claim.forecast_cents
    if forecast_cents is None:
        # Without a forecast the plan's own amount stands for it, as costs at the agreed rate.
        forecast_cents = -int(-claim.planned_cents // claim.rate)
    further = further_prefinancing(
        claim.grant_cents,
        plan,
        rate_percent=percent,
        instalments_paid_cents=claim.paid_cents,
        accepted_cents=claim.accepted_cents,
        forecast_cents=forecast_cents,
    )
    return Due(further.amount_cents, 0, further.why)


def _refund(claim: Claim, plan: PaymentPlan) -> Due:
    """Pay the grant's part of all accepted costs, less what was paid, up to the cap."""
    rate_percent = claim.rate * 100
    part_cents = floor_cents(percent_of(claim.accepted_cents, rate_percent))
    paid_cents = sum(claim.paid_cents)
    room_cents = max(0, prefinancing_cap_cents(claim.grant_cents, plan) - paid_cents)
    amount_cents = min(max(0, part_cents - paid_cents), room_cents)
    values: dict[str, object] = {
        "rate_percent": rate_percent,
        "accepted_cents": claim.accepted_cents,
        "part_cents": part_cents,
        "paid_cents": paid_cents,
        "room_cents": room_cents,
        "amount_cents": amount_cents,
    }
    return Due(amount_cents, 0, Message("payments.refund", values))


def _balance(claim: Claim, plan: PaymentPlan) -> Due:
    closing = Closing(
        agreed_cents=claim.grant_cents,
        rate_percent=claim.rate * 100,
        accepted_cents=claim.accepted_cents,
        paid_cents=sum(claim.paid_cents),
        revenue_cents=claim.revenue_cents,
        is_non_profit=claim.is_non_profit,
    )
    result = balance(closing, plan)
    return Due(result.due_cents, result.recover_cents, result.why)
