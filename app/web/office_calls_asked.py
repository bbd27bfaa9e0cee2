"""From a place in a scheme to a field of a form, and from what was typed back to its value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, get_args

from app.errors import Invalid
from app.i18n.marks import N_
from app.queries.scheme_words import title_of
from app.rules.scheme import Scheme
from app.rules.scheme_edit import kind_at, path_of, steps, value_at
from app.rules.scheme_text import Text, said
from app.web.fields import Field, Kind, Verbatim

_UNNAMED = str.maketrans(".", "_")


def titled(item: object) -> Verbatim:
    """Return the title of an item of a scheme as a label that is not translated."""
    return Verbatim(title_of(item))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a page and the place that its answer changes."""

    path: str
    field: Field


def name_of(scheme: Scheme, path: str) -> str:
    """Return the name of a field for a place: list items by their key, not by their number.

    So a form that was opened before somebody took an item out never changes the next one.
    """
    names: list[str] = []
    taken = steps(path)
    for place, step in enumerate(taken):
        if isinstance(step, int):
            item = value_at(scheme, path_of(taken[: place + 1]))
            key = getattr(item, "key", "") or getattr(item, "code", "") or str(step)
            names.append(str(key).translate(_UNNAMED))
        else:
            names.append(step)
    return "-".join(names)


def shown_values(scheme: Scheme, asked: Iterable[Asked]) -> dict[str, object]:
    """Return the values by field name as a form shows them."""
    return {each.field.name: _shown(scheme, each) for each in asked}


def typed_values(
    scheme: Scheme, asked: Iterable[Asked], values: Mapping[str, object]
) -> dict[str, object]:
    """Return the values of a form by path, in the types of the scheme; Invalid for a bad list."""
    return {each.path: _typed(scheme, each, values[each.field.name]) for each in asked}


def _shown(scheme: Scheme, asked: Asked) -> object:
    value = value_at(scheme, asked.path)
    if kind_at(scheme, asked.path) is Text:
        # The text in the language of the scheme: that is the one which is changed.
        return said(value, scheme.languages[0])
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple) and asked.field.kind is not Kind.SEVERAL:
        return ", ".join(map(str, value))
    return value


def _typed(scheme: Scheme, asked: Asked, value: Any) -> object:  # Any: what a field gives
    kind = kind_at(scheme, asked.path)
    if kind is Text:
        before: Text = value_at(scheme, asked.path)
        return Text({**before, scheme.languages[0]: value}) if value or before else before
    if getattr(kind, "__origin__", None) is tuple:
        items = value if isinstance(value, tuple) else _listed(value)
        chosen = tuple(_item(asked, item, get_args(kind)[0]) for item in items)
        return chosen if asked.field.kind is not Kind.SEVERAL else _in_order(scheme, asked, chosen)
    return value if value is None else _one(value, kind)


def _in_order(scheme: Scheme, asked: Asked, chosen: tuple[object, ...]) -> tuple[object, ...]:
    """Boxes have no order: what was there keeps its place, so that only a choice is a change."""
    before: tuple[object, ...] = value_at(scheme, asked.path)
    kept = tuple(item for item in before if item in chosen)
    return (*kept, *(item for item in chosen if item not in before))


def _one(value: Any, kind: Any) -> object:  # Any: what a field gives, and a type
    if kind is Fraction:
        return Fraction(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _item(asked: Asked, item: Any, kind: Any) -> object:  # Any: see `_one`
    if kind is date:
        return _day(asked, str(item))
    if kind is not int:
        return _one(item, kind)
    if not str(item).isdecimal():
        raise Invalid({asked.field.name: N_("Enter whole numbers with commas between them.")})
    return int(item)


def _day(asked: Asked, typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        told = N_("Enter days like 2027-03-31 with commas between them.")
        raise Invalid({asked.field.name: told}) from wrong


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(part for part in (item.strip() for item in typed.split(",")) if part)
