"""Registration, tax and account numbers: what is wrong with one, and what to do about it.

Numbers are text, never integers: leading zeros count. What does not have the form blocks. A
check digit that does not fit blocks only where its rule is published and was verified (PIB of
Serbia and of Montenegro, EDB, IBAN); elsewhere it warns, because a wrong rule of ours must not
keep an applicant out. Source: handbook 4.1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import lei
from stdnum.me import pib as montenegrin_pib
from stdnum.mk import edb
from stdnum.rs import pib as serbian_pib

from app.rules.messages import Message, Messages

_SEPARATORS = re.compile(r"[\s.\-/\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class IdentifierCheck:
    """`normal` is how the number is stored. With a blocking message it may not be."""

    normal: str
    blocking: Messages
    warnings: Messages


@dataclass(frozen=True, slots=True)
class IdentifierScheme:
    """One kind of number: its form, and its check digit where there is a rule.

    The sentence `identifier.form_SCHEME` of a country says how such a number looks.
    """

    country: str
    name: str
    form: re.Pattern[str]
    check_digit_fits: Callable[[str], bool] | None = None
    check_blocks: bool = False
    prefixes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.country}_{self.name}"


def registry_number_fits(number: str) -> bool:
    """Serbia's matični broj: weights 2, 7, 6, 5, 4, 3, 2 on the first seven digits.

    The rule was inferred and held for eight of eight known numbers, so it only warns.
    """
    weighted = sum(int(d) * w for d, w in zip(number, (2, 7, 6, 5, 4, 3, 2), strict=False))
    return -weighted % 11 % 10 == int(number[7])


def _digits(count: str) -> re.Pattern[str]:
    # Not \d: that takes the digits of every script.
    return re.compile(f"[0-9]{{{count}}}")


SCHEMES: tuple[IdentifierScheme, ...] = (
    IdentifierScheme("RS", "PIB", _digits("9"), serbian_pib.is_valid, True, ("RS",)),
    IdentifierScheme("RS", "MB", _digits("8"), registry_number_fits),
    IdentifierScheme("RS", "JBKJS", _digits("5")),
    IdentifierScheme("RS", "BPG", _digits("12")),
    IdentifierScheme("ME", "PIB", _digits("8"), montenegrin_pib.is_valid, True),
    IdentifierScheme("MK", "EDB", _digits("13"), edb.is_valid, True, ("MK", "МК")),
    IdentifierScheme("MK", "EMBS", _digits("7")),
    IdentifierScheme("BA", "JIB", re.compile("4[0-9]{12}")),
    IdentifierScheme("AL", "NIPT", re.compile("[A-M][0-9]{8}[A-Z]")),
    IdentifierScheme("XK", "NUI", _digits("9")),
    IdentifierScheme("BY", "UNP", re.compile("[A-Z0-9]{9}")),
    IdentifierScheme("", "LEI", re.compile("[A-Z0-9]{18}[0-9]{2}"), lei.is_valid),
    IdentifierScheme("", "PIC", _digits("9")),
    IdentifierScheme("", "VAT", re.compile("[A-Z]{2}[A-Z0-9+*]{2,13}")),
)


def schemes_for(country: str) -> tuple[str, ...]:
    """The kinds of numbers used in a country, the one that identifies an organisation first."""
    own = [scheme.name for scheme in SCHEMES if scheme.country == country]
    everywhere = [scheme.name for scheme in SCHEMES if not scheme.country]
    return tuple(own or everywhere)


def owner_of(country: str, scheme: str) -> str:
    """Return the country whose register it is, "" where a number is the same in all countries.

    KeyError for a kind of number that the country does not have.
    """
    return _scheme(country, scheme).country


def check_identifier(country: str, scheme: str, typed: str) -> IdentifierCheck:
    """Look at a number as it was typed: spaces, dots, dashes and a country prefix are dropped.

    KeyError for a kind of number that the country does not have.
    """
    rule = _scheme(country, scheme)
    normal = _SEPARATORS.sub("", typed).upper()
    for prefix in rule.prefixes:
        normal = normal.removeprefix(prefix)
    if not normal:
        return IdentifierCheck(normal, _said("identifier.missing"), Messages())
    if rule.form.fullmatch(normal) is None:
        code = f"identifier.form_{rule.key.removeprefix('_')}"
        return IdentifierCheck(normal, _said(code, typed=typed.strip()), Messages())
    if rule.check_digit_fits is None or rule.check_digit_fits(normal):
        return IdentifierCheck(normal, Messages(), Messages())
    if rule.check_blocks:
        blocking = _said("identifier.check_digit", number=normal, scheme=rule.name)
        return IdentifierCheck(normal, blocking, Messages())
    warned = _said("identifier.check_digit_unsure", number=normal, scheme=rule.name)
    return IdentifierCheck(normal, Messages(), warned)


def _scheme(country: str, name: str) -> IdentifierScheme:
    by_key = {(scheme.country, scheme.name): scheme for scheme in SCHEMES}
    return by_key.get((country, name)) or by_key["", name]


def _said(code: str, **values: object) -> Messages:
    return Messages((Message(code, values),))
