"""Payments: the plan of an agreement, pre-financing, and what may be paid now.

    instalment      = grant x per cents so far, floored, less the instalments before it
    pre-financing   = forecast costs x rate, less what too slow spending takes off, up to the cap
    payable now     = what is due, never above the agreement less what was paid or is under way

Sources: handbook 1.12 and S6. The balance is in `payments_balance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import floor_cents, percent_of, share_percent
from app.rules.scheme_money import (
    Instalment,
    InstalmentKind,
    PaymentModel,
    PaymentPlan,
    Underconsumption,
)

SHORT_MONTHS = 12
SMALL_GRANT_CENTS = 100_000_00
OPTION_1_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Planned:
    """One instalment of an agreement with its expected amount."""

    key: str
    kind: InstalmentKind
    amount_cents: int


def plan_instalments(instalments: Sequence[Instalment], grant_cents: int) -> tuple[Planned, ...]:
    """Divide the grant by the plan; the amounts add up to the grant to the cent.

    Each amount is the floor of the per cents so far less what came before, and the last
    takes what is left, so that no cent is lost. ValueError when the per cents are
    negative or do not add up to 100.
    """
    if sum(one.percent for one in instalments) != 100 or any(
        one.percent < 0 for one in instalments
    ):
        raise ValueError("the instalments must add up to 100 per cent")
    planned: list[Planned] = []
    percent, before_cents = Fraction(0), 0
    for one in instalments:
        percent += one.percent
        so_far_cents = floor_cents(percent_of(grant_cents, percent))
        planned.append(Planned(one.key, one.kind, so_far_cents - before_cents))
        before_cents = so_far_cents
    return tuple(planned)


def payment_option(months: int, grant_cents: int) -> PaymentModel:
    """Option 1 for up to 12 months or up to 100,000.00, option 2 for longer and larger."""
    small = months <= SHORT_MONTHS or grant_cents <= SMALL_GRANT_CENTS
    return PaymentModel.CASH_PRAG_OPT_1 if small else PaymentModel.CASH_PRAG_OPT_2


def prefinancing_cap_cents(grant_cents: int, plan: PaymentPlan) -> int:
    """Return the most that all payments before the balance may add up to."""
    return floor_cents(percent_of(grant_cents, plan.prefinancing_cap_percent))


def first_prefinancing_cents(
    grant_cents: int,
    plan: PaymentPlan,
    *,
    forecast_cents: int,
    rate_percent: Fraction,
    contingency_cents: int = 0,
) -> int:
    """Return the first pre-financing, floored and never above the cap.

    Option 1 is 80 % of the grant without the grant's part of the contingency, option 2 the
    grant's part of the first year's forecast costs; the other models pay nothing in advance.
    """
    amount = Fraction(0)
    if plan.model is PaymentModel.CASH_PRAG_OPT_1:
        without = grant_cents - percent_of(contingency_cents, rate_percent)
        amount = without * OPTION_1_PERCENT / 100
    elif plan.model is PaymentModel.CASH_PRAG_OPT_2:
        amount = percent_of(forecast_cents, rate_percent)
    return min(floor_cents(amount), prefinancing_cap_cents(grant_cents, plan))


@dataclass(frozen=True, slots=True)
class FurtherPrefinancing:
    """A later pre-financing and how it came about; all sums in cents.

    `consumed_percent` is the grant's part of the accepted costs in per cent of the previous
    instalment; `reduction_cents` is what too little consumption takes off.
    """

    forecast_part_cents: int
    consumed_cents: int
    consumed_percent: Fraction
    minimum_percent: Fraction
    reduction_cents: int
    room_cents: int
    amount_cents: int

    @property
    def why(self) -> Message:
        enough = self.consumed_percent >= self.minimum_percent
        values: dict[str, object] = {
            "forecast_part_cents": self.forecast_part_cents,
            "consumed_percent": self.consumed_percent,
            "minimum_percent": self.minimum_percent,
            "reduction_cents": self.reduction_cents,
            "room_cents": self.room_cents,
            "amount_cents": self.amount_cents,
        }
        return Message(f"payments.prefinancing{'' if enough else '_reduced'}", values)


def further_prefinancing(
    grant_cents: int,
    plan: PaymentPlan,
    *,
    rate_percent: Fraction,
    instalments_paid_cents: Sequence[int],
    accepted_cents: int,
    forecast_cents: int,
) -> FurtherPrefinancing:
    """Compute a second or later pre-financing.

    `accepted_cents` are all costs accepted so far. They first use up the earlier
    instalments in full, the rest counts for the previous one. Exactly the minimum is
    enough. ValueError when nothing was paid before. Source: handbook S6.
    """
    if not instalments_paid_cents:
        raise ValueError("a further pre-financing needs an earlier one")
    *earlier_cents, previous_cents = instalments_paid_cents
    grant_part_cents = floor_cents(percent_of(accepted_cents, rate_percent))
    consumed_cents = max(0, grant_part_cents - sum(earlier_cents))
    enough = consumed_cents * 100 >= previous_cents * plan.consumption_min_percent
    reduction_cents = 0 if enough else _reduction_cents(previous_cents, consumed_cents, plan)
    forecast_part_cents = floor_cents(percent_of(forecast_cents, rate_percent))
    cap_cents = prefinancing_cap_cents(grant_cents, plan)
    room_cents = max(0, cap_cents - sum(instalments_paid_cents))
    amount_cents = min(max(0, forecast_part_cents - reduction_cents), room_cents)
    return FurtherPrefinancing(
        forecast_part_cents,
        consumed_cents,
        share_percent(consumed_cents, previous_cents),
        plan.consumption_min_percent,
        reduction_cents,
        room_cents,
        amount_cents,
    )


def _reduction_cents(previous_cents: int, consumed_cents: int, plan: PaymentPlan) -> int:
    """The unused amount, or the shortfall to the minimum (rounded up: against paying more)."""
    if plan.underconsumption is Underconsumption.UNUSED_AMOUNT:
        return previous_cents - consumed_cents
    needed = percent_of(previous_cents, plan.consumption_min_percent)
    return -floor_cents(consumed_cents - needed)


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be paid of a request now; `why` says what has cut it, if anything."""

    amount_cents: int
    why: Message | None


def payable_now(
    due_cents: int, *, agreed_cents: int, paid_cents: int, under_way_cents: int = 0
) -> Payable:
    """Return what may be paid: never above the agreement, never below zero.

    `under_way_cents` are payments approved or sent, but not yet reported paid; they count
    as paid, so that two approvals cannot together go above the agreement.
    """
    room_cents = max(0, agreed_cents - paid_cents - under_way_cents)
    amount_cents = min(max(0, due_cents), room_cents)
    if amount_cents == due_cents:
        return Payable(amount_cents, None)
    values: dict[str, object] = {
        "due_cents": due_cents,
        "agreed_cents": agreed_cents,
        "paid_cents": paid_cents + under_way_cents,
        "room_cents": room_cents,
    }
    return Payable(amount_cents, Message("payments.above_agreement", values))
