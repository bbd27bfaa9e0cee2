"""A scheme as JSON and back, with the digest by which a published call proves its rules.

Fractions are decimal text, dates ISO 8601, enumerations their value, cents whole numbers.
The digest is taken over the JSON as it was stored, not over a new rendering of it: a later
version of the product may know further keys, and the call must still prove to be unchanged.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from app.rules.canonical import canonical, digest
from app.rules.money import parse_decimal
from app.rules.scheme import Scheme
from app.rules.scheme_text import Text

__all__ = [
    "JsonObject",
    "canonical",
    "decimal_text",
    "digest",
    "from_json",
    "hints_of",
    "to_json",
    "without_none",
]

JsonObject = dict[str, Any]  # JSON read from outside may hold anything until `from_json` looked


def to_json(scheme: Scheme) -> JsonObject:
    """Write every field, also those at their default: defaults of the product may change."""
    return cast("JsonObject", _written(scheme))


def from_json(value: Mapping[str, Any]) -> Scheme:  # Any: see JsonObject
    """Read what `to_json` wrote; ValueError names the place of what does not fit."""
    return cast("Scheme", _read(value, Scheme, ""))


def decimal_text(value: Fraction) -> str:
    """Write an exact decimal ("0.75", "30"); ValueError where the decimals never end."""
    places, denominator = 0, value.denominator
    while denominator % 2 == 0 or denominator % 5 == 0:
        denominator //= 10 if denominator % 10 == 0 else 2 if denominator % 2 == 0 else 5
        places += 1
    if denominator != 1:
        raise ValueError(f"{value} has no end as a decimal number")
    scaled = abs(value.numerator) * 10**places // value.denominator
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


@cache
def hints_of(kind: type) -> dict[str, Any]:  # Any: a type hint has no common type
    """The resolved type of every field of a dataclass."""
    return get_type_hints(kind)


def without_none(hint: Any) -> Any:  # Any: a type hint has no common type
    """The type that is meant where None is allowed as well."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _written(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _written(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Fraction():
            return decimal_text(value)
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_written(item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def _read(value: object, hint: Any, path: str) -> object:  # Any: a type hint has no common type
    if value is None and without_none(hint) is not hint:
        return None
    plain = without_none(hint)
    try:
        return _read_plain(value, plain, path)
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"{path or 'scheme'}: {wrong}") from wrong


def _read_plain(value: object, hint: Any, path: str) -> object:  # Any: see `_read`
    if get_origin(hint) is tuple:
        items = _expect(value, list, path)
        return tuple(
            _read(item, get_args(hint)[0], f"{path}[{place}]") for place, item in enumerate(items)
        )
    if hint is Text:
        return Text({str(tag): str(words) for tag, words in _expect(value, dict, path).items()})
    if is_dataclass(hint):
        return _read_object(_expect(value, dict, path), cast("type", hint), path)
    return _read_leaf(value, hint, path)


def _read_leaf(value: object, kind: type, path: str) -> object:
    if kind is Fraction:
        return Fraction(parse_decimal(_expect(value, str, path)))
    if kind is date:
        return date.fromisoformat(_expect(value, str, path))
    if issubclass(kind, StrEnum):
        return kind(_expect(value, str, path))
    return _expect(value, kind, path)


def _read_object(value: JsonObject, kind: type, path: str) -> object:
    hints = hints_of(kind)
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        raise ValueError(f"{path or 'scheme'}: unknown key {unknown[0]}")
    return kind(
        **{
            name: _read(item, hints[name], f"{path}.{name}" if path else name)
            for name, item in value.items()
        }
    )


def _expect(value: Any, kind: type, path: str) -> Any:  # Any: checked here
    # A bool is an int to Python; true is no amount.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{path or 'scheme'}: {kind.__name__} expected")
    return value
