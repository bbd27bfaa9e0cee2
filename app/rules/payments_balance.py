"""The end of an agreement: final grant, balance or recovery (handbook 1.12 and S7).

by rate    = accepted eligible costs x rate, floored
limited    = the lesser of by rate and the agreed grant
profit     = limited + revenue of the action - accepted costs, where above 0
deduction  = profit x rate, half up
final      = limited - deduction - reduction
balance    = final - paid; below 0 it is to be recovered
"""

from dataclasses import dataclass
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import floor_cents, half_up, percent_of
from app.rules.scheme_money import PaymentPlan


@dataclass(frozen=True, slots=True)
class Closing:
    """What the final report says of an agreement, as accepted; all sums in cents.

    `rate_percent` is the agreement's. `reduction_cents` is the cut for poor, partial or
    late work, decided by people after a hearing. `is_non_profit` is the beneficiary's.
    """

    agreed_cents: int
    rate_percent: Fraction
    accepted_cents: int
    paid_cents: int
    revenue_cents: int = 0
    reduction_cents: int = 0
    is_non_profit: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """Each step of the final amount; `due_cents` and `recover_cents` are never both above 0."""

    by_rate_cents: int
    limited_cents: int
    profit_cents: int
    deduction_cents: int
    final_cents: int
    due_cents: int
    recover_cents: int
    own_share_cents: int
    """Accepted costs that the final grant does not carry."""
    why: Message


def profit_rule_applies(closing: Closing, plan: PaymentPlan) -> bool:
    """The no-profit rule spares non-profit beneficiaries and grants up to the scheme's limit."""
    least_cents = plan.no_profit_above_cents
    large = least_cents is None or closing.agreed_cents > least_cents
    return plan.no_profit and large and not closing.is_non_profit


def balance(closing: Closing, plan: PaymentPlan) -> Balance:
    """Compute the final grant and what is still to be paid or to be paid back.

    Never above the agreed grant and never below zero. Source: handbook S7, a-e.
    """
    by_rate_cents = floor_cents(percent_of(closing.accepted_cents, closing.rate_percent))
    limited_cents = min(by_rate_cents, closing.agreed_cents)
    profit_cents = 0
    if profit_rule_applies(closing, plan):
        surplus_cents = limited_cents + closing.revenue_cents - closing.accepted_cents
        profit_cents = max(0, surplus_cents)
    deduction_cents = half_up(percent_of(profit_cents, closing.rate_percent))
    final_cents = max(0, limited_cents - deduction_cents - closing.reduction_cents)
    difference_cents = final_cents - closing.paid_cents
    values: dict[str, object] = {
        "accepted_cents": closing.accepted_cents,
        "rate_percent": closing.rate_percent,
        "agreed_cents": closing.agreed_cents,
        "deduction_cents": deduction_cents,
        "reduction_cents": closing.reduction_cents,
        "final_cents": final_cents,
        "paid_cents": closing.paid_cents,
        "difference_cents": abs(difference_cents),
    }
    code = "payments.recovery" if difference_cents < 0 else "payments.balance"
    return Balance(
        by_rate_cents=by_rate_cents,
        limited_cents=limited_cents,
        profit_cents=profit_cents,
        deduction_cents=deduction_cents,
        final_cents=final_cents,
        due_cents=max(0, difference_cents),
        recover_cents=max(0, -difference_cents),
        own_share_cents=closing.accepted_cents - final_cents,
        why=Message(code, values),
    )
