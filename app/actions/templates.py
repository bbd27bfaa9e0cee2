"""Scheme templates: the library that comes with the product, and files that are uploaded.

A template is TOML. What a person writes differs from the dataclasses in three places, and only
here: money is a quoted decimal string under the name without `_cents`, exact numbers may be
written whole (90) or quoted ("7.5"), and a text may be a plain string in the first language.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.rules.messages import Message
from app.rules.money import parse_cents, parse_decimal
from app.rules.scheme import Scheme
from app.rules.scheme_json import hints_of, without_none
from app.rules.scheme_letters import VisibilityProfile
from app.rules.scheme_text import Text

LIBRARY = Path(__file__).parent.parent / "library"
MAX_BYTES = 1_000_000

_SCHEME = TypeAdapter(Scheme)
_PROFILE = TypeAdapter(VisibilityProfile)
_PYDANTIC_CODES = {
    "missing": "template.missing",
    "enum": "template.not_one_of",
    "int_type": "template.whole_number",
    "string_type": "template.text",
    "bool_type": "template.true_or_false",
    "tuple_type": "template.list",
    "dataclass_type": "template.table",
    "dict_type": "template.table",
    "date_from_datetime_parsing": "template.date",
    "date_parsing": "template.date",
}


@dataclass(frozen=True, slots=True)
class TemplateEntry:
    """One template of the library, for a list to choose from."""

    key: str
    title: Text
    purpose: Text
    filename: str


@cache
def library() -> tuple[TemplateEntry, ...]:
    """Every template that comes with the product, by key."""
    return tuple(
        TemplateEntry(scheme.key, scheme.title, scheme.purpose, filename)
        for filename, scheme in sorted(_library_schemes().items(), key=lambda item: item[1].key)
    )


def library_scheme(key: str) -> Scheme:
    """The template with that key; NotFound when the library has none."""
    for scheme in _library_schemes().values():
        if scheme.key == key:
            return scheme
    raise NotFound(N_("There is no scheme template called {key}."), key=key)


def read_template(data: bytes, filename: str) -> Scheme:
    """Read a template; Invalid names every place that is wrong, with what to do.

    Places are written as in the file: `lots[0].envelope`. Whether the numbers fit each other
    is another question, answered by `rules.scheme_consistency`.
    """
    written = _toml(data, filename)
    problems: list[Message] = []
    _include_visibility(written, problems)
    language = _first_language(written)
    prepared = _Reading(language, problems).value(written, Scheme, "")
    if problems:
        raise Invalid({problem.path: problem for problem in problems})
    try:
        return _SCHEME.validate_json(json.dumps(prepared), strict=True)
    except ValidationError as wrong:
        messages = [_from_pydantic(error) for error in wrong.errors()]
        raise Invalid({message.path: message for message in messages}) from wrong


@cache
def visibility_profiles() -> tuple[VisibilityProfile, ...]:
    """Return the funder's blocks of the library, by key."""
    found = _visibility_profiles()
    problems: list[Message] = []
    read = _Reading("en", problems)
    return tuple(
        _PROFILE.validate_python(read.value(found[key], VisibilityProfile, key))
        for key in sorted(found)
    )


@cache
def _library_schemes() -> dict[str, Scheme]:
    return {path.name: read_template(path.read_bytes(), path.name) for path in _library_files()}


def _library_files() -> Iterator[Path]:
    return iter(sorted(LIBRARY.glob("*.toml")))


def _toml(data: bytes, filename: str) -> dict[str, Any]:  # Any: TOML holds anything
    if len(data) > MAX_BYTES:
        raise Invalid({"": Message("template.too_large", {"kilobytes": MAX_BYTES // 1000})})
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Invalid({"": Message("template.not_utf8", {"filename": filename})}) from wrong
    except tomllib.TOMLDecodeError as wrong:
        values: dict[str, object] = {"filename": filename, "problem": str(wrong)}
        raise Invalid({"": Message("template.not_toml", values)}) from wrong


def _first_language(written: dict[str, Any]) -> str:  # Any: TOML holds anything
    languages = written.get("languages")
    first = languages[0] if isinstance(languages, list) and languages else "en"
    return first if isinstance(first, str) else "en"


def _include_visibility(written: dict[str, Any], problems: list[Message]) -> None:  # Any: as above
    """Replace the name of a visibility profile by the profile, so that a call freezes it whole."""
    name = written.get("visibility")
    if not isinstance(name, str):
        return
    profiles = _visibility_profiles()
    if name in profiles:
        written["visibility"] = profiles[name]
    else:
        values: dict[str, object] = {"name": name, "known": ", ".join(sorted(profiles))}
        problems.append(Message("template.unknown_visibility", values, "visibility"))
        del written["visibility"]


def _visibility_profiles() -> dict[str, dict[str, Any]]:  # Any: TOML holds anything
    found = {}
    for path in sorted((LIBRARY / "visibility").glob("*.toml")):
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
        found[profile["key"]] = profile
    return found


class _Reading:
    """Turns what a person wrote into the JSON of the dataclasses, collecting what is wrong."""

    def __init__(self, language: str, problems: list[Message]) -> None:
        self._language = language
        self._problems = problems

    def value(self, value: object, hint: Any, path: str) -> object:  # Any: a type hint
        hint = without_none(hint)
        if isinstance(value, float):
            self._wrong("template.float", path, value=str(value))
            return None
        if get_origin(hint) is tuple and isinstance(value, list):
            item = get_args(hint)[0]
            return [self.value(one, item, f"{path}[{i}]") for i, one in enumerate(value)]
        if is_dataclass(hint) and isinstance(value, dict):
            return self._table(value, cast("type", hint), path)
        return self._leaf(value, hint, path)

    def _leaf(self, value: object, hint: Any, path: str) -> object:  # Any: a type hint
        if hint is Text and isinstance(value, str):
            return {self._language: value}
        if hint is Fraction:
            return self._exact(value, path)
        if isinstance(value, date):
            return value.isoformat()
        return value

    def _table(self, table: dict[str, object], kind: type, path: str) -> dict[str, object]:
        hints = hints_of(kind)
        written_names = [_written_name(name) for name in hints]
        prepared: dict[str, object] = {}
        for key, value in table.items():
            place = f"{path}.{key}" if path else key
            if key not in written_names:
                self._unknown(key, written_names, place)
            elif key in hints:
                prepared[key] = self.value(value, hints[key], place)
            else:
                prepared[f"{key}_cents"] = self._cents(value, place)
        return prepared

    def _unknown(self, key: str, known: list[str], path: str) -> None:
        close = get_close_matches(key.removesuffix("_cents"), known, n=1)
        if close:
            self._wrong("template.unknown_key_did_you_mean", path, key=key, meant=close[0])
        else:
            self._wrong("template.unknown_key", path, key=key, known=", ".join(sorted(known)))

    def _cents(self, value: object, path: str) -> int:
        try:
            return parse_cents(value if isinstance(value, str) else "")
        except ValueError:
            self._wrong("template.money", path, value=str(value))
            return 0

    def _exact(self, value: object, path: str) -> str:
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        try:
            parse_decimal(text)
        except ValueError:
            self._wrong("template.decimal", path, value=str(value))
            return "0"
        return text

    def _wrong(self, code: str, path: str, **values: object) -> None:
        self._problems.append(Message(code, values, path))


def _written_name(field: str) -> str:
    return field.removesuffix("_cents")


def _from_pydantic(error: ErrorDetails) -> Message:
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f".{_written_name(part)}" for part in error["loc"]
    ).removeprefix(".")
    code = _PYDANTIC_CODES.get(error["type"], "template.not_understood")
    values: dict[str, object] = {"value": str(error["input"])}
    if error["type"] == "enum":
        values["expected"] = re.sub(r"'", "", error.get("ctx", {}).get("expected", ""))
    if error["type"] == "missing":
        values = {"key": _written_name(str(error["loc"][-1]))}
    return Message(code, values, path)
