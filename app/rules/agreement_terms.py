"""Numbers that an agreement states: its length in months and its rate in words and figures."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from app.rules.money import floor_cents, format_exact
from app.rules.scheme_letters import Retention

RATE_PLACES = 6


def months_of(starts_on: date, ends_on: date) -> int:
    """Return the months that an action takes, its last day included; a begun month counts."""
    after = ends_on + timedelta(days=1)
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return months + (after.day > starts_on.day)


def last_day(starts_on: date, months: int) -> date:
    """Return the last day of an action that takes so many months: `months_of` turned round."""
    return same_day(starts_on, months) - timedelta(days=1)


def first_of_next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def same_day(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def rate_text(rate: Fraction) -> str:
    """Return a rate as per cents in decimal text, six decimals at most: 3/4 is "75"."""
    text = format_exact(rate * 100, RATE_PLACES)
    return text.rstrip("0").rstrip(".")


def total_at_rate(grant_cents: int, rate: str) -> int:
    """Return the least eligible costs that carry a grant at a rate `3/4`, rounded up to the cent.

    Where an offer was cut the total follows it, so that the rate never goes up (1.12).
    """
    return -floor_cents(-grant_cents / Fraction(rate))


def is_exact(rate: Fraction) -> bool:
    """True when `rate_text` is the rate itself and no rounding of it."""
    return Fraction(rate_text(rate)) == rate * 100


def record_years(rule: Retention, grant_cents: int) -> int:
    """Return for how many years after the balance the records of a grant are kept (1.12)."""
    small_cents = rule.small_grant_up_to_cents
    if small_cents is not None and grant_cents <= small_cents:
        return rule.small_grant_years
    return rule.granted_years
