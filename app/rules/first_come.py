"""First come, first served: the order of receipt, in words that spec/allocation.md knows.

The specification ranks by merit only, so the input says it with its own means. Who reaches the
threshold has the threshold as score, however many points there are above it; among these
equals the tie-breaker `arrival` decides, the negative time of receipt, highest first. Whoever is
below the threshold keeps the score and is out. An outsider recomputes both from `agreed_score`
and `received_at`, which stand beside them. Source: handbook 6.1 (`order`), 1.6.3, SP-6.
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from app.rules.messages import Message
from app.rules.scheme_money import AllocationPolicy, AwardOrder

ARRIVAL = "arrival"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = 1_000_000


def is_first_come(policy: AllocationPolicy) -> bool:
    return policy.order is AwardOrder.FIRST_COME


def score_that_counts(total: Decimal, threshold: Fraction | None) -> Decimal:
    """Return the score of the input: the threshold for all who reach it, else the total."""
    needed = threshold or Fraction(0)
    return min(Decimal(needed.numerator) / Decimal(needed.denominator), total)


def arrival(received_at: datetime) -> Fraction:
    """Return seconds since 1970 with a minus, exact to the microsecond: the earlier is higher."""
    since = received_at - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return -Fraction(seconds * _MICROSECONDS + since.microseconds, _MICROSECONDS)


def arrival_text(received_at: datetime) -> str:
    """Return the number of `arrival` as the decimal string that the input carries."""
    microseconds = int(-arrival(received_at) * _MICROSECONDS)
    return f"-{microseconds // _MICROSECONDS}.{microseconds % _MICROSECONDS:06d}"


def tie_breakers(policy: AllocationPolicy) -> tuple[str, ...]:
    """Return what tells equals apart, the time of receipt first where it orders the list."""
    return (ARRIVAL, *policy.tie_breakers) if is_first_come(policy) else policy.tie_breakers


def said_by_arrival(why: Message, *, total: Decimal, received_at: datetime) -> Message:
    """Return the sentence of a line in words of time, with the points that were really given.

    Sentences that speak of no rank are the same in both orders.
    """
    if "rank" not in why.values:
        return why
    code = "arrival." + why.code.removeprefix("allocation.")
    values = {**why.values, "score": Fraction(total), "received_at": received_at.isoformat()}
    return replace(why, code=code, values=values)
