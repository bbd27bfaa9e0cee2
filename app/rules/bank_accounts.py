"""IBAN, BIC and Serbian account numbers: what is wrong with one, and the IBAN it stands for.

In five countries of the region the domestic number carries its own modulo 97 check, so the two
check digits of an IBAN are always the same; other ones show a typing error that modulo 97
alone would let pass. Source: handbook 4.2, ISO 13616.
"""

import re
from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

from app.rules.messages import Message, Messages

CONSTANT_CHECK_DIGITS = {"RS": "35", "ME": "25", "BA": "39", "MK": "07", "XK": "05"}
_CODES: dict[type[Exception], str] = {
    InvalidCountryCode: "iban.country",
    InvalidLength: "iban.length",
    InvalidChecksumDigits: "iban.check_digits",
}
_SEPARATORS = re.compile(r"[\s.\-/\u00a0\u202f]+")
_SERBIAN = re.compile(r"([0-9]{3})-([0-9]{1,13})-([0-9]{2})")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """`normal` is the IBAN or BIC without spaces; empty where none can be made."""

    normal: str
    blocking: Messages


def check_account(typed: str) -> AccountCheck:
    """Accept an IBAN, or a Serbian number like 840-1234567-81, and give the IBAN of both."""
    text = re.sub(r"\s+", "", typed)
    domestic = _SERBIAN.fullmatch(text)
    return _serbian(domestic, typed) if domestic else check_iban(typed)


def check_iban(typed: str) -> AccountCheck:
    """Check country, length, form and check digits; two swapped digits are always found."""
    normal = _SEPARATORS.sub("", typed).upper()
    if not normal:
        return _blocked("iban.missing")
    if _IBAN.fullmatch(normal) is None:
        return _blocked("iban.form", typed=typed.strip())
    try:
        IBAN(normal)
    except SchwiftyException as wrong:
        code = _CODES.get(type(wrong), "iban.form")
        return _blocked(code, typed=typed.strip(), country=normal[:2], length=len(normal))
    if normal[2:4] != CONSTANT_CHECK_DIGITS.get(normal[:2], normal[2:4]):
        return _blocked("iban.check_digits")
    return AccountCheck(normal, Messages())


def check_bic(typed: str) -> AccountCheck:
    """Check the form of a BIC of 8 or 11 characters and its country."""
    normal = _SEPARATORS.sub("", typed).upper()
    if _BIC.fullmatch(normal) is None:
        return _blocked("bic.form", typed=typed.strip())
    try:
        BIC(normal)
    except SchwiftyException:
        # ISO 3166 has no code for Kosovo; banks there use XK all the same.
        if normal[4:6] != "XK":
            return _blocked("bic.country", country=normal[4:6])
    return AccountCheck(normal, Messages())


def serbian_account(iban: str) -> str:
    """Write a Serbian IBAN as the domestic number 3-13-2; ValueError for another country's."""
    normal = check_iban(iban).normal
    if not normal.startswith("RS"):
        raise ValueError("not the IBAN of an account in Serbia")
    return f"{normal[4:7]}-{normal[7:20]}-{normal[20:]}"


def printed_iban(iban: str) -> str:
    """In groups of four, as on paper."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))


def _serbian(domestic: re.Match[str], typed: str) -> AccountCheck:
    bank, account, check = domestic.groups()
    bban = f"{bank}{account.zfill(13)}{check}"
    if int(check) != 98 - int(bban[:16]) * 100 % 97:
        return _blocked("iban.domestic_check_digits", typed=typed.strip())
    return check_iban(f"RS{CONSTANT_CHECK_DIGITS['RS']}{bban}")


def _blocked(code: str, **values: object) -> AccountCheck:
    return AccountCheck("", Messages((Message(code, values),)))
