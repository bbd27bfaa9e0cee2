"""Numbers, money, dates and times as a letter prints them, in the letter's language.

A letter uses the currency's code, not its sign, keeps both decimals in every currency,
and joins number and unit with a space that does not break.
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

LOCALES = Path(__file__).resolve().parents[1] / "locales"
DOMAIN = "messages"
NO_BREAK = "\u00a0"
# "Until 24h" is stored as the last instant of the day and printed as people say it.
_END_OF_DAY = time(23, 59, 59, 999999)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations of `language`; English sentences where there is none."""
    return gettext.translation(DOMAIN, LOCALES, [language.replace("-", "_")], fallback=True)


@cache
def _locale(language: str) -> Locale:
    """English is British here: 21 November 2026, and the week begins on Monday."""
    return Locale.parse("en-GB" if language == "en" else language, sep="-")


@dataclass(frozen=True, slots=True)
class Wording:
    """Filters for one language and one time zone."""

    language: str
    zone: str

    def filters(self) -> dict[str, Callable[..., str]]:
        named = (self.money, self.number, self.score, self.percent, self.day, self.moment)
        return {
            **{item.__name__: item for item in named},
            "instant": self.instant,
            "size": self.size,
            "iban": iban,
            "pairs": pairs,
        }

    def money(self, cents: int, currency: str) -> str:
        """Return 50556296, EUR as "EUR 505,562.96" or "505.562,96 EUR"."""
        pattern = "¤¤ #,##0.00;¤¤ -#,##0.00" if self.language == "en" else "#,##0.00 ¤¤"
        amount = format_currency(
            Decimal(cents) / 100,
            currency,
            pattern.replace(" ", NO_BREAK),
            locale=_locale(self.language),
            currency_digits=False,
        )
        return amount.replace("-", "\u2212")

    def number(self, cents: int) -> str:
        """Return cents with two decimals and no currency, for columns that name it once."""
        pattern = format_decimal(Decimal(cents) / 100, "#,##0.00", _locale(self.language))
        return pattern.replace("-", "\u2212")

    def score(self, text: str) -> str:
        """Print decimal text as it is, with the language's decimal sign."""
        return text.replace(".", get_decimal_symbol(_locale(self.language)))

    def percent(self, text: str) -> str:
        return f"{self.score(text)}{NO_BREAK}%"

    def day(self, value: date) -> str:
        return format_date(value, "long", _locale(self.language)).replace(" ", NO_BREAK)

    def moment(self, at: datetime) -> str:
        """Return a deadline with its zone; the last instant of a day reads 24:00."""
        local = self._local(at)
        clock = "24:00" if local.time() == _END_OF_DAY else f"{local:%H:%M}"
        return f"{self.day(local.date())}, {clock}{NO_BREAK}{local:%Z} ({self.zone})"

    def instant(self, at: datetime) -> str:
        """Return a time to the second, to the millisecond where it has a fraction."""
        local = self._local(at)
        if local.time() == _END_OF_DAY:
            return self.moment(at)
        clock = format_time(local, "HH:mm:ss", locale=_locale(self.language))
        if local.microsecond:
            clock += f"{get_decimal_symbol(_locale(self.language))}{local.microsecond // 1000:03}"
        return f"{self.day(local.date())}, {clock}{NO_BREAK}{local:%Z} ({self.zone})"

    def size(self, size_bytes: int) -> str:
        """Return bytes as a person reads them: 812 bytes, 48 KB, 1.3 MB."""
        if size_bytes < 1024:
            return f"{size_bytes}{NO_BREAK}B"
        if size_bytes < 1024 * 1024:
            return f"{size_bytes // 1024}{NO_BREAK}KB"
        return self.score(f"{size_bytes / 1024 / 1024:.1f}") + f"{NO_BREAK}MB"

    def _local(self, at: datetime) -> datetime:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(ZoneInfo(self.zone))


def iban(text: str) -> str:
    """Print an account number in groups of four."""
    bare = text.replace(" ", "")
    return NO_BREAK.join(bare[start : start + 4] for start in range(0, len(bare), 4))


def pairs(text: str) -> str:
    """Break a long hash into groups of eight, so that a line can end between them."""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))
