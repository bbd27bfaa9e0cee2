"""Typed numbers: what a person wrote → exact cents, or a message that says how to write it.

People here write 1.234.567,89 and 1,234,567.89 and 1 234 567,89. Each is accepted
where it can mean one thing only. `1.234` can be one thousand or one point two
(handbook 4.4), so it is refused, never guessed.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from app.rules.messages import Message

MAX_DIGITS = 15
"""Whole digits accepted: a trillion with cents to spare inside a signed 64-bit integer."""

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MINUS = "-−–"
_SHAPE = re.compile(r"[0-9.,]*[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A number taken apart: digits before and after the decimal mark."""

    whole: str
    decimals: str


def parse_amount(typed: str) -> int | Message:
    """Return the amount in cents, or the message that tells what is wrong with it."""
    value = parse_decimal(typed, places=2)
    return value if isinstance(value, Message) else int(value * 100)


def parse_decimal(typed: str, *, places: int) -> Fraction | Message:
    """Return the exact number typed with at most `places` decimals; never negative.

    Errors: `amount.missing`, `amount.negative`, `amount.not_a_number`,
    `amount.ambiguous`, `amount.too_many_decimals`, `amount.too_large`.
    """
    text = typed.strip().strip("\u00a0\u202f")
    if not text:
        return Message("amount.missing")
    if text[0] in _MINUS or (text[0] == "(" and text[-1] == ")"):
        return Message("amount.negative", {"typed": typed.strip()})
    parts = _take_apart(text)
    if isinstance(parts, Message):
        return parts
    if len(parts.decimals.rstrip("0")) > places or len(parts.decimals) > max(places, 2):
        return Message("amount.too_many_decimals", {"typed": text, "places": places})
    if len(parts.whole.lstrip("0")) > MAX_DIGITS:
        return Message("amount.too_large", {"typed": text})
    return Fraction(int(f"{parts.whole or '0'}{parts.decimals}"), 10 ** len(parts.decimals))


def parse_whole(typed: str) -> int | Message:
    """Return a whole number; spaces between thousands are allowed, a separator is not."""
    text = typed.strip()
    if not text:
        return Message("amount.missing")
    if text[0] in _MINUS:
        return Message("amount.negative", {"typed": text})
    digits = _without_spaces(text)
    if digits is None or re.fullmatch(r"[0-9]+", digits) is None:
        return Message("amount.not_whole", {"typed": text})
    if len(digits.lstrip("0")) > MAX_DIGITS:
        return Message("amount.too_large", {"typed": text})
    return int(digits)


def _without_spaces(text: str) -> str | None:
    """Drop spaces that part thousands; None where a space stands anywhere else."""
    groups = _SPACES.split(text)
    if len(groups) == 1:
        return text
    head, *middle, last = groups
    whole_of_last = re.split(r"[.,]", last, maxsplit=1)[0]
    tidy = re.fullmatch(r"[0-9]{1,3}", head) and all(
        re.fullmatch(r"[0-9]{3}", group) for group in (*middle, whole_of_last)
    )
    return "".join(groups) if tidy else None


def _take_apart(text: str) -> _Parts | Message:
    number = _without_spaces(text)
    if number is None or _SHAPE.fullmatch(number) is None:
        return Message("amount.not_a_number", {"typed": text})
    marks = [mark for mark in number if mark in ".,"]
    if not marks:
        return _Parts(number, "")
    if marks.count(marks[-1]) > 1:
        return _only_thousands(number, marks[-1], typed=text)
    whole, decimals = number.rsplit(marks[-1], 1)
    if not decimals:
        return Message("amount.not_a_number", {"typed": text})
    if len(marks) > 1:
        return _with_thousands(whole, decimals, marks[0], typed=text)
    return _one_mark(whole, decimals, marks[0], typed=text, spaced=number != text)


def _one_mark(
    whole: str, decimals: str, mark: str, *, typed: str, spaced: bool
) -> _Parts | Message:
    """`1,50` has a decimal mark; `1.234` might have one, unless spaces already part thousands."""
    could_be_thousands = re.fullmatch(r"[1-9][0-9]{0,2}", whole) is not None
    if len(decimals) == 3 and could_be_thousands and not spaced:
        return _ambiguous(typed, whole, decimals, mark)
    return _Parts(whole, decimals)


def _only_thousands(number: str, mark: str, *, typed: str) -> _Parts | Message:
    """`1.234.567`: one kind of mark, several times, can only part thousands."""
    if re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+", number) is None:
        return Message("amount.not_a_number", {"typed": typed})
    return _Parts(number.replace(mark, ""), "")


def _with_thousands(whole: str, decimals: str, mark: str, *, typed: str) -> _Parts | Message:
    """`1.234,56`: the marks before the last one must part thousands, and be of one kind."""
    if re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+", whole) is None:
        return Message("amount.not_a_number", {"typed": typed})
    return _Parts(whole.replace(mark, ""), decimals)


def _ambiguous(text: str, whole: str, decimals: str, mark: str) -> Message:
    other = "," if mark == "." else "."
    return Message(
        "amount.ambiguous",
        {
            "typed": text,
            "plain": f"{whole}{decimals}",
            "grouped": f"{whole}{mark}{decimals}{other}00",
        },
    )
