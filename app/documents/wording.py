"""Numbers, money, dates and times as a letter prints them, in the language spoken just now.

What pages need too is in `app.i18n`; here is what only paper needs: times in the letter's
own zone to the second, numbers of a column that names its currency once, minus signs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.i18n import format_date, format_filesize, format_money, format_score

NO_BREAK = "\u00a0"
MINUS = "\u2212"
# "Until 24h" is stored as the last instant of the day and printed as people say it.
_END_OF_DAY = time(23, 59, 59, 999999)


def money(cents: int, currency: str = "") -> str:
    """Return EUR 505,562.96, with a real minus sign; without a currency the number alone."""
    return format_money(cents, currency).replace("-", MINUS)


def score(text: str) -> str:
    """Print decimal text as it is, with the language's decimal sign; no text is a dash."""
    if not text:
        return "–"
    return format_score(Decimal(text), len(text.partition(".")[2]))


def percent(text: str) -> str:
    return f"{score(text)}{NO_BREAK}%"


def day(value: date) -> str:
    return format_date(value).replace(" ", NO_BREAK)


def iban(text: str) -> str:
    """Print an account number in groups of four."""
    bare = text.replace(" ", "")
    return NO_BREAK.join(bare[start : start + 4] for start in range(0, len(bare), 4))


def pairs(text: str) -> str:
    """Break a long hash into groups of eight, so that a line can end between them."""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


@dataclass(frozen=True, slots=True)
class Clock:
    """Prints times in one zone, which the letter names beside them."""

    zone: str

    def moment(self, at: datetime) -> str:
        """Return a deadline with its zone; the last instant of a day reads 24:00."""
        local = self._local(at)
        clock = "24:00" if local.time() == _END_OF_DAY else f"{local:%H:%M}"
        return self._with_zone(local, clock)

    def instant(self, at: datetime) -> str:
        """Return a time to the second, to the millisecond where it has a fraction."""
        local = self._local(at)
        if local.time() == _END_OF_DAY:
            return self.moment(at)
        clock = f"{local:%H:%M:%S}"
        if local.microsecond:
            clock += score(f"0.{local.microsecond // 1000:03}").removeprefix("0")
        return self._with_zone(local, clock)

    def _with_zone(self, local: datetime, clock: str) -> str:
        return f"{day(local.date())}, {clock}{NO_BREAK}{local:%Z} ({self.zone})"

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("A time without its zone cannot be printed.")
        return at.astimezone(ZoneInfo(self.zone))


def filters(zone: str) -> dict[str, Callable[..., str]]:
    clock = Clock(zone)
    return {
        "money": money,
        "number": money,
        "score": score,
        "percent": percent,
        "day": day,
        "moment": clock.moment,
        "instant": clock.instant,
        "size": format_filesize,
        "iban": iban,
        "pairs": pairs,
    }
