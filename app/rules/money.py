"""Money in integer cents, exact shares and splits that never lose a cent.

Amounts come in and go out as decimal strings; percentages and scores are exact.
Nothing here knows a currency: a cent is the smallest unit that is paid.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LONG = 10**4000
_CENTS = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")


def parse_decimal(text: str) -> Decimal:
    """Read digits 0-9 with an optional minus and an optional point and digits; keep all of them.

    ValueError for anything else: a plus, an exponent, spaces, a comma, digits of other
    scripts, a point without digits on both sides.
    """
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("not a decimal string")
    return Decimal(text)


def parse_cents(text: str) -> int:
    """Read a decimal string with at most two decimals as cents; ValueError for anything else."""
    if _CENTS.fullmatch(text) is None:
        raise ValueError("not a decimal string with at most two decimals")
    whole, _, decimals = text.partition(".")
    return parse_whole(whole + decimals.ljust(2, "0"))


def parse_whole(digits: str) -> int:
    """Read a whole number of any length.

    Python refuses to turn more than 4300 digits into an int; Decimal does not.
    """
    return int(digits) if len(digits) < 4000 else int(Decimal(digits))


def format_cents(cents: int) -> str:
    """Write cents with a point and two decimals: -3041371 is "-30413.71"."""
    whole, rest = divmod(abs(cents), 100)
    digits = str(whole) if whole < _LONG else f"{Decimal(whole):f}"
    return f"{'-' if cents < 0 else ''}{digits}.{rest:02d}"


def format_exact(value: Fraction, places: int = 2) -> str:
    """Write a number with a fixed number of decimals, rounded half up (away from zero)."""
    scaled = half_up(value * 10**places)
    sign, digits = "-" if scaled < 0 else "", f"{Decimal(abs(scaled)):f}".rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def floor_cents(value: Fraction) -> int:
    """Round towards less money: grants are never rounded up (6.1, `correction_rounding`)."""
    return value.numerator // value.denominator


def half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves away from zero."""
    doubled = 2 * abs(value.numerator) + value.denominator
    rounded = doubled // (2 * value.denominator)
    return -rounded if value < 0 else rounded


def percent_of(cents: int, percent: Fraction | int) -> Fraction:
    """Return the exact share in cents; the caller says how it is rounded."""
    return Fraction(cents) * percent / 100


def share_percent(part_cents: int, whole_cents: int) -> Fraction:
    """Return `part` in per cent of `whole`, exact; nothing of nothing is 0."""
    return Fraction(part_cents * 100, whole_cents) if whole_cents else Fraction(0)


def split_cents(total_cents: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount by weights, floored, left-over cents to the largest remainders.

    Equal remainders are served in the order given. The parts always add up to the total.
    ValueError when the weights are negative or add up to nothing.
    Source: handbook A6.
    """
    weight_sum = sum(weights)
    if weight_sum <= 0 or min(weights) < 0:
        raise ValueError("the weights must not be negative and must add up to more than 0")
    parts = [divmod(total_cents * weight, weight_sum) for weight in weights]
    left = total_cents - sum(floor for floor, _ in parts)
    largest_first = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    lucky = set(largest_first[:left])
    return tuple(floor + (place in lucky) for place, (floor, _) in enumerate(parts))
