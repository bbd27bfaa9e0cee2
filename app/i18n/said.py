"""The sentences of rules: a code with values → text in the reader's language."""

import pkgutil
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Protocol

from app.i18n import sentences
from app.i18n.catalogue import gettext, language, speaking
from app.i18n.formats import (
    format_date,
    format_datetime,
    format_list,
    format_money,
    format_score,
)


class Said(Protocol):
    """What a rule says (`app.rules.messages.Message` is one)."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...


@cache
def all_sentences() -> dict[str, str]:
    """Return every code with its English sentence; the same code twice is an error."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(sentences.__path__):
        theirs: dict[str, str] = import_module(f"{sentences.__name__}.{module.name}").SENTENCES
        if double := found.keys() & theirs.keys():
            raise ValueError(f"{module.name} repeats the message codes {sorted(double)}.")
        found |= theirs
    return found


def text(message: Said, locale: str | None = None) -> str:
    """Return the sentence for a finding; a code without a sentence is a bug and raises."""
    if message.code not in all_sentences():
        raise LookupError(f"Message code {message.code!r} has no sentence in app/i18n/sentences.")
    return sentence(all_sentences()[message.code], message.values, locale)


def sentence(
    marked: str, values: Mapping[str, object] | None = None, locale: str | None = None
) -> str:
    """Translate a marked text and fill in its values, printed as the language writes them."""
    with speaking(locale or language()):
        translated = gettext(marked)
        return translated.format_map(_printed(values)) if values else translated


def _printed(values: Mapping[str, object]) -> dict[str, str]:
    """`amount_cents` becomes `{amount}`, `closes_at` both `{closes_at}` and `{closes}`."""
    currency = str(values.get("currency", ""))
    printed: dict[str, str] = {}
    for name, value in values.items():
        if name.endswith("_cents") and isinstance(value, int):
            printed[name] = printed[name.removesuffix("_cents")] = format_money(value, currency)
        else:
            # Values that were kept on a row are text; a moment is told by its name.
            is_kept = name.endswith("_at") and isinstance(value, str) and bool(value)
            printed[name] = _plain(datetime.fromisoformat(str(value)) if is_kept else value)
            if name.endswith(("_at", "_on")):
                printed.setdefault(name[:-3], printed[name])
    return printed


def _plain(value: object) -> str:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case None:
            return ""
        case datetime():
            return format_datetime(value)
        case date():
            return format_date(value)
        case Fraction() | Decimal():
            return format_score(value, trim=True)
        case Enum():
            return str(value.value)
        case tuple() | list():
            return format_list([_plain(item) for item in value])
        case str() | int():
            return str(value)
        case _ if hasattr(value, "code") and hasattr(value, "values"):
            return text(value)
        case _:
            raise TypeError(f"A {type(value).__name__} cannot be put into a sentence.")
