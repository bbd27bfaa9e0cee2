"""Frozen dataclasses to plain JSON values and back, driven by their own annotations.

Dates and times are ISO 8601 text, tuples are lists, and a member of a union of
dataclasses carries its `kind`. Reading is strict: an unknown key, a missing key or a
value of another type is a ContextError that names the place.
"""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
KIND = "kind"


class ContextError(ValueError):
    """The JSON does not describe the document; the text names the first wrong place."""


def to_plain(value: object) -> object:
    """Return `value` as dict, list, text, number, bool or None."""
    if is_dataclass(value):
        return _dataclass_to_plain(value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _dataclass_to_plain(value: Any) -> dict[str, object]:  # Any: dataclasses share no base
    plain: dict[str, object] = {KIND: value.kind} if hasattr(value, KIND) else {}
    for item in fields(value):
        plain[item.name] = to_plain(getattr(value, item.name))
    return plain


def from_plain(kind: type[T], value: object, path: str = "") -> T:
    """Build `kind` from plain values; ContextError names the first wrong place."""
    if not isinstance(value, dict):
        raise ContextError(f"{path or 'The document'} must be an object.")
    shape: Any = kind  # Any: nothing in the type system says "a dataclass"
    hints = _hints(shape)
    given = {key: item for key, item in value.items() if key != KIND or not hasattr(kind, KIND)}
    _refuse_keys(fields(shape), given, path)
    made = {
        key: _value(hints[key], item, f"{path}.{key}".strip(".")) for key, item in given.items()
    }
    return kind(**made)


def _refuse_keys(members: tuple[Field[Any], ...], given: dict[str, object], path: str) -> None:
    names = {item.name for item in members}
    if unknown := sorted(set(given) - names):
        raise ContextError(f"{path or 'The document'} has an unknown key: {', '.join(unknown)}.")
    needed = {item.name for item in members if item.default is MISSING}
    if missing := sorted(needed - set(given)):
        raise ContextError(f"{path or 'The document'} lacks a key: {', '.join(missing)}.")


@cache
def _hints(kind: Any) -> dict[str, Any]:  # Any: a class, type expressions
    hints = typing.get_type_hints(kind)
    return {
        name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar
    }


def _value(hint: Any, value: object, path: str) -> object:  # Any: a type expression
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _items(typing.get_args(hint)[0], value, path)
    if origin in {types.UnionType, typing.Union}:
        return _member(typing.get_args(hint), value, path)
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, value, path)
    return _scalar(hint, value, path)


def _items(hint: Any, value: object, path: str) -> tuple[object, ...]:  # Any: a type expression
    if not isinstance(value, list):
        raise ContextError(f"{path} must be a list.")
    return tuple(_value(hint, item, f"{path}[{index}]") for index, item in enumerate(value))


def _member(hints: tuple[Any, ...], value: object, path: str) -> object:  # Any: type expressions
    if value is None and types.NoneType in hints:
        return None
    others = [hint for hint in hints if hint is not types.NoneType]
    if len(others) == 1:
        return _value(others[0], value, path)
    wanted = value.get(KIND) if isinstance(value, dict) else None
    for hint in others:
        if hint.kind == wanted:
            return from_plain(hint, value, path)
    raise ContextError(f"{path} has an unknown kind: {wanted}.")


_READERS: dict[type, Callable[[str], object]] = {
    date: date.fromisoformat,
    datetime: lambda text: datetime.fromisoformat(text).astimezone(UTC),
}


def _scalar(hint: type, value: object, path: str) -> object:
    if isinstance(value, str) and (reader := _READERS.get(hint)):
        return reader(value)
    if isinstance(value, str) and issubclass(hint, StrEnum):
        return hint(value)
    if type(value) is not hint:
        raise ContextError(f"{path} must be {hint.__name__}, not {value!r}.")
    return value
