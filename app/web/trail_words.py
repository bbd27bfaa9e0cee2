"""Entries of the audit trail in words: what happened, to what, and which values changed how.

Nothing is hidden: a name without words (of an entry that an older program wrote) is shown as
it is on file. The same words stand on the page, in the sheets and in the evidence bundle.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache

from app.i18n import (
    format_date,
    format_datetime,
    format_list,
    format_money,
    format_score,
    gettext,
    text,
)
from app.i18n.said import all_sentences
from app.queries.audit import AuditLine
from app.queries.audit_objects import AuditObject, Key
from app.queries.audit_words import Words
from app.rules.messages import Message
from app.web.states import STATES

Objects = Mapping[Key, AuditObject]
Leaf = tuple[tuple[str, ...], object]
"""The way to a value of a detail, and the value."""

# How a deed names what was and what is now.
_PAIRS = (("was", "now"), ("before", "after"))
_DETAIL = "audit.detail."
_WHY = {"reason", "why", "note", "cause"}
# Details that hold the number of a row: by its kind, so that it is shown by its name.
_ROWS = {"assessors": "user_account", "person": "user_account", "for_call": "call"}
# What the program gives as a reason by itself.
_GIVEN = {
    "deadline": "audit.value.deadline",
    "withdrawn": "audit.value.withdrawn",
    "no answer in time": "audit.value.no_answer",
    "agreement ended": "audit.value.agreement_ended",
    "agreement closed": "audit.value.agreement_closed",
    "money came back": "audit.value.money_came_back",
    "first to register": "audit.value.first",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_FRACTION = re.compile(r"(\d+)(?:/(\d+))?")
_DECIMAL = re.compile(r"\d+(\.\d+)?(/\d+)?")
_CHECKED = re.compile(r"(met|not_met|to_clarify): ?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """One detail. With `was` it is a change: from `was` to `value`."""

    name: str
    value: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in words."""

    line: AuditLine
    kind: str
    label: str
    event: str
    before: str
    after: str
    details: tuple[Told, ...]


def entries(lines: Iterable[AuditLine], objects: Objects, words: Words) -> Iterator[Entry]:
    for line in lines:
        found = objects.get((line.object_type, line.object_id))
        yield Entry(
            line=line,
            kind=kind_name(line.object_type),
            label=found.label if found and found.label else str(line.object_id),
            event=event_name(line.object_type, line.event),
            before=state_name(line.before, line.object_type),
            after=state_name(line.after, line.object_type),
            details=tuple(_Teller(line, objects, words).details()),
        )


def keys_of(lines: Iterable[AuditLine]) -> set[Key]:
    """Return the objects that the entries speak of, those in their details as well."""
    keys = set()
    for line in lines:
        keys.add((line.object_type, line.object_id))
        for name, kind in _ROWS.items():
            given = line.detail.get(name)
            keys |= {
                (kind, each)
                for each in (given if isinstance(given, list) else [given])
                if isinstance(each, int)
            }
    return keys


def kind_name(kind: str) -> str:
    return _said(f"audit.object.{kind}") or _spaced(kind)


def event_name(kind: str, event: str) -> str:
    special, plain = f"audit.event.{kind}_{event}", f"audit.event.{event}"
    return _said(special) or _said(plain) or _spaced(event)


def state_name(state: str | None, kind: str) -> str:
    if not state:
        return ""
    shown = STATES.get(f"{kind}:{state}") or STATES.get(state)
    return gettext(shown[0]) if shown else _spaced(state)


def detail_name(name: str) -> str:
    return _said(f"audit.detail.{name}") or _spaced(name)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the details of one entry."""

    line: AuditLine
    objects: Objects
    words: Words

    def details(self) -> Iterator[Told]:
        rest = dict(self.line.detail)
        for earlier, later in _PAIRS:
            if earlier in rest or later in rest:
                yield from self._changes(rest.pop(earlier, None), rest.pop(later, None))
        for path, value in self._ordered(_flat(rest)):
            if shown := self._shown(path, value):
                yield Told(self._name(path), shown)

    def _changes(self, was: object, now: object) -> Iterator[Told]:
        """Compare what was with what is, field by field; only what differs is told."""
        # Some deeds, and earlier entries of others, know one side only.
        one_sided = {was is None, now is None} == {True, False}
        if one_sided and isinstance(now if was is None else was, Mapping):
            for path, value in self._ordered(_flat(now if was is None else was)):
                if shown := self._shown(path, value):
                    yield Told(self._name(path), shown)
            return
        old, new = dict(_flat(was)), dict(_flat(now))
        for path, _ in self._ordered({**new, **old}.items()):
            if old.get(path) != new.get(path):
                before, after = (
                    self._shown(path, each.get(path)) or _value("nothing") for each in (old, new)
                )
                yield Told(self._name(path), after, was=before)

    def _ordered(self, leaves: Iterable[Leaf]) -> list[Leaf]:
        """Put details into the order of their forms: the database sorts names by their length.

        Words of ours stand in the order of their sentences, codes in that of the scheme; why
        something was done comes last.
        """
        listed = list(leaves)
        if len(listed) < 2:
            return listed
        codes = {code: place for place, (_, code) in enumerate(self.words)}
        ours = _places()

        def place(leaf: Leaf) -> tuple[bool, list[int]]:
            path, _ = leaf
            known = [ours.get(part, codes.get(part, len(ours) + len(codes))) for part in path]
            return bool(path) and path[0] in _WHY, known

        return sorted(listed, key=place)

    def _name(self, path: tuple[str, ...]) -> str:
        """Name the way to a value: words of ours, titles of the scheme, else its codes."""
        named = [
            detail_name(part) if _is_ours(part) else self._title(part) for part in path if part
        ]
        return " ".join(named) or _said("audit.detail.value")

    def _title(self, code: str) -> str:
        return self.words.get((self.line.call_id or 0, code), code)

    def _shown(self, path: tuple[str, ...], value: object) -> str:
        """Print a value by what it is; nothing for what is empty."""
        name = path[-1] if path else ""
        match value:
            case None | "" | []:
                shown = ""
            case bool():
                shown = _value("yes" if value else "no")
            case int() if name.endswith("_cents"):
                shown = format_money(value, self.line.currency)
            case int() | list() if name in _ROWS:
                listed = value if isinstance(value, list) else [value]
                shown = format_list([self._row(_ROWS[name], each) for each in listed])
            case list():
                shown = format_list([self._one(each) for each in value])
            case str():
                shown = self._text(path, value)
            case _:
                shown = str(value)
        return shown

    def _row(self, kind: str, number: object) -> str:
        found = self.objects.get((kind, number)) if isinstance(number, int) else None
        return found.label if found else str(number)

    def _one(self, value: object) -> str:
        """Print one of a list; pairs such as a register and its number stand side by side."""
        if isinstance(value, list):
            return " ".join(str(each) for each in value)
        return self._title(value) if isinstance(value, str) else str(value)

    def _text(self, path: tuple[str, ...], value: str) -> str:
        name = path[-1] if path else ""
        if path[:1] == ("answers",) and (checked := _CHECKED.fullmatch(value)):
            answer, reason = state_name(checked[1], ""), checked[2]
            return f"{answer}: {reason}" if reason else answer
        if name == "role":
            return _said(f"role.{value}") or value
        return _typed(name, value) or _said(_GIVEN.get(value, "")) or self._title(value)


def _flat(value: object, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield the leaves of nested values with the way to them."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(each, (*path, str(name)))
    else:
        yield path, value


@cache
def _places() -> dict[str, int]:
    """Return the place of each detail that has words."""
    names = (code for code in all_sentences() if code.startswith(_DETAIL))
    return {code.removeprefix(_DETAIL): place for place, code in enumerate(names)}


def _is_ours(part: str) -> bool:
    return f"audit.detail.{part}" in all_sentences()


def _typed(name: str, value: str) -> str:
    """Print what JSON holds as text though it is a day, a moment, a rate or a score."""
    if _DAY.fullmatch(value):
        return format_date(date.fromisoformat(value))
    if _MOMENT.fullmatch(value):
        return format_datetime(datetime.fromisoformat(value))
    if name == "rate" and _FRACTION.fullmatch(value):
        return f"{format_score(Fraction(value) * 100, trim=True)} %"
    if name in {"score", "total"} and _DECIMAL.fullmatch(value):
        return format_score(Fraction(value), 6, trim=True)
    return ""


def _said(code: str) -> str:
    return text(Message(code)) if code in all_sentences() else ""


def _value(code: str) -> str:
    return _said(f"audit.value.{code}")


def _spaced(code: str) -> str:
    return code.replace("_", " ")
