"""Orders within Serbia: the code of what is paid for, and a reference (handbook 4.2, 5.5).

The code has three digits; the first says how money moves, and 2 is from account to account. A
reference is a model and a number: under model 97 the first two digits are checked against the
rest, letters counted as 10 to 35; model 00 has no check. Source of the check: ISO 7064, MOD
97-10, as the central bank's rule on payment orders uses it.
"""

import re
from dataclasses import dataclass

from app.rules.messages import Message

MODELS = ("97", "00")
_PURPOSE = re.compile(r"2[0-9]{2}")
_NUMBER = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """`normal` is as orders carry it, model, space, number; empty where none is asked for."""

    normal: str
    why: Message | None = None


def purpose_finding(code: str, field: str) -> Message | None:
    """Say what is wrong with a code of payment from one account to another."""
    if _PURPOSE.fullmatch(code):
        return None
    return Message("orders.purpose", {"typed": code}, field)


def check_reference(typed: str) -> Reference:
    """Read `97 45-123` or `00 12-A`; nothing is right too, since many payees ask for none."""
    text = " ".join(typed.upper().replace("/", "-").split())
    if not text:
        return Reference("")
    model, _, number = text.partition(" ")
    number = number.replace(" ", "")
    if model not in MODELS or len(number) > _MOST or not _NUMBER.fullmatch(number):
        return _wrong("orders.reference_form", typed)
    if model == "97" and not _is_checked(number.replace("-", "")):
        return _wrong("orders.reference_check", typed)
    return Reference(f"{model} {number}")


def control_digits(number: str) -> str:
    """Return the two digits that come before a number under model 97."""
    digits = "".join(str(int(each, 36)) for each in number.replace("-", ""))
    return f"{98 - int(digits) * 100 % 97:02d}"


def _is_checked(number: str) -> bool:
    control, rest = number[:2], number[2:]
    return bool(rest) and control == control_digits(rest)


def _wrong(code: str, typed: str) -> Reference:
    return Reference("", Message(code, {"typed": typed.strip()}, "reference"))
