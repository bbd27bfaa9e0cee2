"""Read JSON strictly: nothing unknown, nothing doubled, nothing guessed.

The commands for auditors and every other reader of a published JSON form use this.
A place is a tuple of keys and indexes; it becomes text only when something is wrong,
so that reading 100,000 applications does not build 700,000 unused paths.
"""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NoReturn, TypeVar

from app.rules.messages import Message
from app.rules.money import parse_cents, parse_decimal, parse_whole

Place = tuple[str | int, ...]
Choice = TypeVar("Choice", bound=StrEnum)


class InvalidInput(Exception):  # noqa: N818 - named after the published error code
    """The first thing that is wrong, with its place."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.code} at {message.path or 'the whole'}")
        self.message = message


class _Doubled(dict[str, object]):
    """An object in which a key stood twice; refused only where somebody looks at it."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs)
        self.key = next(key for key, count in counts.items() if count > 1)


def where(place: Place) -> str:
    """Write a place like `applications[3].requested`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


def refuse(code: str, place: Place, **values: object) -> NoReturn:
    """Raise InvalidInput with the sentence `input.<code>`."""
    raise InvalidInput(Message(f"input.{code}", values, where(place)))


def parse(document: bytes) -> object:
    """Read one JSON document in UTF-8; InvalidInput for anything else.

    A byte order mark is skipped. NaN and Infinity are no JSON.
    """
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("not_utf8", ())
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        refuse("not_json", (), line=error.lineno, column=error.colno)
    except RecursionError:
        refuse("too_deep", ())


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _Doubled(pairs)


def _constant(name: str) -> NoReturn:
    refuse("not_a_json_number", (), number=name)


def _whole(digits: str) -> int:
    return parse_whole(digits)


def read_fields(
    value: object, place: Place, known: frozenset[str] | None = None
) -> dict[str, object]:
    """Read an object without its nulls; with `known`, any other key is refused."""
    if not isinstance(value, dict):
        refuse("not_an_object", place)
    if isinstance(value, _Doubled):
        refuse("key_twice", (*place, value.key), key=value.key)
    if known is not None and not known.issuperset(value):
        key = next(key for key in value if key not in known)
        refuse("unknown_key", (*place, key), key=key)
    return {key: field for key, field in value.items() if field is not None}


def required(fields: Mapping[str, object], key: str, place: Place) -> object:
    """Return a field that has to be there; null counts as left out."""
    if key not in fields:
        refuse("missing", (*place, key), key=key)
    return fields[key]


def read_list(value: object, place: Place) -> list[object]:
    if not isinstance(value, list):
        refuse("not_a_list", place)
    return value


def read_text(value: object, place: Place) -> str:
    """Read a text that is not empty and can be written again."""
    if not isinstance(value, str):
        refuse("not_text", place)
    if not value:
        refuse("empty_text", place)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        refuse("broken_text", place)
    return value


def read_decimal(value: object, place: Place) -> Decimal:
    """Read a decimal string with any number of decimals."""
    if isinstance(value, str):
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    refuse("not_a_decimal", place)


def read_cents(value: object, place: Place) -> int:
    """Read an amount: a decimal string, at most two decimals, not negative."""
    number = read_decimal(value, place)
    if number < 0:
        refuse("negative_amount", place)
    try:
        return parse_cents(str(value))
    except ValueError:
        refuse("too_many_decimals", place)


def read_whole(value: object, place: Place) -> int:
    """Read a JSON whole number; true and 1.0 are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse("not_a_whole_number", place)
    return value


def read_flag(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        refuse("not_true_or_false", place)
    return value


def read_choice(value: object, choices: type[Choice], place: Place) -> Choice:
    """Read one of the published words."""
    if isinstance(value, str) and value in choices._value2member_map_:
        return choices(value)
    refuse("not_one_of", place, choices=", ".join(choices))
