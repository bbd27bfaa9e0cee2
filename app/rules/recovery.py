"""Recovery orders: until when, and what interest is owed (handbook 1.12, S7 d).

due        = day of issue + the days of the order (45 by default)
interest   = what was still owed on each day after the due day x rate / 100 / 365, simple,
             summed exactly, then half up to the cent

The rate is the order's own (by the handbook the reference rate + 3.5 points); an order
without a rate bears none. What arrives pays the claim itself; interest is counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.rules.money import half_up

DEFAULT_DAYS = 45
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Received:
    """What came back of the claim on one day, without interest."""

    on: date
    amount_cents: int


def due_day(issued_on: date, days: int) -> date:
    """The last day to pay; the day of issue does not count."""
    return issued_on + timedelta(days=days)


def interest_cents(
    claim_cents: int,
    rate_percent: Fraction,
    *,
    due_on: date,
    until: date,
    received: Sequence[Received] = (),
) -> int:
    """Return the interest owed up to and including `until`; 0 up to the due day.

    Money counts as received from the start of its day, so that day bears no interest on it.
    """
    owed = Fraction(0)
    for day, left_cents in _owed_by_day(claim_cents, due_on, until, received):
        owed += Fraction(left_cents * day) * rate_percent / 100 / DAYS_OF_YEAR
    return half_up(owed)


def _owed_by_day(
    claim_cents: int, due_on: date, until: date, received: Sequence[Received]
) -> list[tuple[int, int]]:
    """Return the spans after the due day as (days, cents still owed in them)."""
    in_order = sorted(received, key=lambda one: one.on)
    left_cents = claim_cents - sum(one.amount_cents for one in in_order if one.on <= due_on)
    start, spans = due_on, []
    for one in (one for one in in_order if due_on < one.on <= until):
        # The days before the money came, from the first after `start`.
        spans.append(((one.on - start).days - 1, left_cents))
        start, left_cents = one.on - timedelta(days=1), left_cents - one.amount_cents
    if until > start:
        spans.append(((until - start).days, left_cents))
    return spans
