"""Public holidays: from how a law names a day to the days on which nobody works in a year.

Handbook 4.5: holidays differ by country, some follow the moon of the Julian calendar, and where
one falls on a Sunday several laws give the next working day instead. The laws themselves are
data (`app/registers/public_holidays.csv`); here they are only computed.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class DayRule:
    """How a law names one day off.

    `day` is `MM-DD`, one `YYYY-MM-DD`, or `orthodox_easter` or `western_easter` with days added
    or taken (`orthodox_easter-2` is its Good Friday). `moves` is empty, or `sunday` or `weekend`:
    on such a day the next working day is free instead. The years are both included.
    """

    day: str
    moves: str = ""
    first_year: int = 1900
    last_year: int = 2099


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an authority says of one day, whatever the laws say: nobody works, or people do."""

    day: date
    is_free: bool


def days_off(
    rules: Iterable[DayRule], years: Iterable[int], rulings: Iterable[Ruling] = ()
) -> frozenset[date]:
    """Return the public holidays of the years, weekends among them where a law names them.

    A day that is struck is not moved either. One that is free by a ruling alone stays where it
    is, and the last word on a moved day is the ruling's.
    """
    listed = tuple(rules)
    ruled = {each.day: each.is_free for each in rulings}
    added = {day for day, is_free in ruled.items() if is_free}
    found: set[date] = set()
    for year in sorted(years):
        held = sorted(
            (day, rule.moves)
            for rule in listed
            for day in named_days(rule, year)
            if ruled.get(day, True)
        )
        found |= {day for day in added if day.year == year}
        found |= {day for day, _ in held}
        # In the order of the calendar: a day that was moved may push the next one on.
        for day, moves in held:
            if _has_to_move(day, moves):
                found.add(_first_free(day, found))
    return frozenset(day for day in found if ruled.get(day, True))


def named_days(rule: DayRule, year: int) -> tuple[date, ...]:
    """Return the day of a rule as the law names it in that year, before it is moved."""
    return _days_of(rule.day, year) if rule.first_year <= year <= rule.last_year else ()


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian calendar as a Gregorian date, right for 1900 to 2099.

    Source: Meeus, Astronomical Algorithms; 2026 is 12 April.
    """
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def western_easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar. Source: Butcher's rule; 2026 is 5 April."""
    century, golden = year // 100, year % 19
    shift = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    moon = shift % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


_EASTERS = {"orthodox_easter": orthodox_easter, "western_easter": western_easter}


def _days_of(day: str, year: int) -> tuple[date, ...]:
    """Return the day in that year; none where it is named for another year."""
    for name, easter in _EASTERS.items():
        if day.startswith(name):
            return (easter(year) + timedelta(days=int(day.removeprefix(name) or 0)),)
    numbers = [int(part) for part in day.split("-")]
    if len(numbers) == 2:
        return (date(year, *numbers),)
    named = date(*numbers)
    return (named,) if named.year == year else ()


def _has_to_move(day: date, moves: str) -> bool:
    if moves == "weekend":
        return day.weekday() >= _SATURDAY
    return moves == "sunday" and day.weekday() == _SUNDAY


def _first_free(day: date, taken: AbstractSet[date]) -> date:
    while day.weekday() >= _SATURDAY or day in taken:
        day += _DAY
    return day
