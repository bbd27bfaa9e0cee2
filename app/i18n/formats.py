"""Money, numbers, dates and times as people of a language write them; exact, never floats.

Money shows its ISO code and always two decimals (handbook 4.4: RSD would lose them).
Times are kept in UTC and shown in Belgrade with their zone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel import dates as babel_dates
from babel import lists as babel_lists
from babel import numbers as babel_numbers

from app.i18n.catalogue import PSEUDO, language

ZONE = ZoneInfo("Europe/Belgrade")
"""Also the hour of Podgorica, Sarajevo, Skopje, Tirana and Pristina (handbook 4.5)."""

REMEMBERED = 4096
"""How many days and moments are kept as they are written: a list shows the same ones again."""

_NBSP = "\u00a0"
_LAST_INSTANT = time(23, 59, 59, 999999)
_CODE_FIRST = {"en"}


@cache
def _babel(locale: str) -> Locale:
    """English is written the European way: 3 May 2027, and not May 3, 2027."""
    return Locale.parse("en_GB" if locale in {"en", PSEUDO} else locale)


def _here(locale: str | None) -> Locale:
    return _babel(locale or language())


@cache
def _signs(locale: str) -> tuple[str, str, str]:
    """Return what a language writes between thousands, before decimals, before less than 0."""
    here = _babel(locale)
    return (
        babel_numbers.get_group_symbol(here),
        babel_numbers.get_decimal_symbol(here),
        babel_numbers.get_minus_sign_symbol(here),
    )


def _written(units: int, places: int, locale: str | None, *, trim: bool = False) -> str:
    """Write a number of the smallest unit, 10 to the power of -`places`, with its decimals.

    A page shows hundreds of them, and Babel reads the shape of the number at each.
    """
    group, point, minus = _signs(locale or language())
    whole, rest = divmod(abs(units), 10**places)
    number = f"{whole:,}" if group == "," else f"{whole:,}".replace(",", group)
    decimals = f"{rest:0{places}d}" if places else ""
    if trim:
        decimals = decimals.rstrip("0")
    return f"{minus if units < 0 else ''}{number}{point if decimals else ''}{decimals}"


def format_money(cents: int, currency: str = "", locale: str | None = None) -> str:
    """Return `EUR 10,140,000.00`; without a currency the bare number with two decimals."""
    number = _written(cents, 2, locale)
    if not currency:
        return number
    in_order = (currency, number) if _here(locale).language in _CODE_FIRST else (number, currency)
    return _NBSP.join(in_order)


def format_number(value: int, locale: str | None = None) -> str:
    return _written(value, 0, locale)


def format_score(
    value: Fraction | Decimal | int,
    places: int = 2,
    locale: str | None = None,
    *,
    trim: bool = False,
) -> str:
    """Return an exact mark rounded half up to `places` decimals; `trim` drops empty decimals."""
    return _score(*value.as_integer_ratio(), places, locale or language(), trim)


@lru_cache(maxsize=REMEMBERED)
def _score(top: int, bottom: int, places: int, locale: str, trim: bool) -> str:  # noqa: FBT001 - of one place
    """Remember marks by two whole numbers: to look for a fraction takes longer than to write it."""
    sign = -1 if top < 0 else 1
    scaled = (Fraction(abs(top), bottom) * 10**places * 2 + 1) // 2
    return _written(sign * scaled, places, locale, trim=trim)


def format_date(day: date, locale: str | None = None) -> str:
    """Return `3 May 2027`; a moment is taken at its day in Belgrade."""
    shown = _local(day).date() if isinstance(day, datetime) else day
    return _long_date(shown, locale or language())


@lru_cache(maxsize=REMEMBERED)
def _long_date(day: date, locale: str) -> str:
    return str(babel_dates.format_date(day, "long", locale=_babel(locale)))


def format_datetime(moment: datetime, locale: str | None = None) -> str:
    """Return `3 May 2027, 16:00 CEST`; the last instant of a day is shown as its 24:00.

    A deadline "until 24h" is kept as 23:59:59.999999 (handbook 4.5).
    """
    return _moment(moment, locale or language())


@lru_cache(maxsize=REMEMBERED)
def _moment(moment: datetime, locale: str) -> str:
    local = _local(moment)
    hour = "24:00" if local.time() == _LAST_INSTANT else f"{local:%H:%M}"
    return f"{format_date(local.date(), locale)}, {hour}{_NBSP}{local:%Z}"


def format_time(moment: datetime) -> str:
    """Return `16:00`, where the day and the zone stand beside it already."""
    return f"{_local(moment):%H:%M}"


def format_filesize(size: int, locale: str | None = None) -> str:
    """Return `812 B`, `1.3 kB`, `20 MB` with units of 1000, as file managers show them."""
    unit, power = "B", 0
    for name, step in (("kB", 1), ("MB", 2), ("GB", 3)):
        if size >= 1000**step:
            unit, power = name, step
    number = Fraction(size, 1000**power)
    places = 0 if power == 0 or number >= 10 else 1
    return f"{format_score(number, places, locale, trim=True)}{_NBSP}{unit}"


def format_list(items: Sequence[str], locale: str | None = None) -> str:
    """Return `a, b and c`."""
    return str(babel_lists.format_list(list(items), locale=_here(locale))) if items else ""


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a zone cannot be shown; inside, times are UTC.")
    return moment.astimezone(UTC).astimezone(ZONE)
