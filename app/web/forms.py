"""Forms as data: what was typed → values and errors, so that a page can show itself again.

A page declares a tuple of `Field`s (`app.web.fields` has one short function per
kind), reads a post with `read` and shows the same `Form` again when it has errors.
Nothing typed is lost: what a person wrote is kept beside what we understood.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Annotated, TypeVar

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from app.i18n import Said, sentence, text
from app.rules.messages import Message
from app.web.fields import Field, Kind, Option, shown
from app.web.kinds import Posting, Wrong, parse, parts_of, typed_from, unparse

T = TypeVar("T")

MAX_ROWS = 200
MAX_DIGITS = 6


async def _posted(request: Request) -> FormData:
    """Return the form that `app.web.security.protect` has read and checked."""
    posted = request.scope.get("envelope.form")
    return posted if isinstance(posted, FormData) else FormData()


Posted = Annotated[FormData, Depends(_posted)]


def new_key() -> str:
    """Return a one-time key for a form: the action that stores it refuses it a second time."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Bound:
    """One field of a form as a macro shows it: texts translated, typed text, error."""

    field: Field
    prefix: str
    typed: Mapping[str, tuple[str, ...]]
    error: str
    rows: tuple["Form", ...] = ()

    @property
    def name(self) -> str:
        return self.prefix + self.field.name

    @property
    def id(self) -> str:
        return self.name.replace("_", "-")

    @property
    def kind(self) -> str:
        return self.field.kind

    @property
    def label(self) -> str:
        return shown(self.field.label)

    @property
    def hint(self) -> str:
        return shown(self.field.hint)

    @property
    def optional(self) -> bool:
        return not self.field.missing

    @property
    def value(self) -> str:
        """The text as it was typed; for fields of one part."""
        return self.part("")

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.typed.get("", ())

    @property
    def options(self) -> tuple[Option, ...]:
        return self.field.options

    @property
    def column_labels(self) -> tuple[str, ...]:
        """The headings of repeated rows."""
        return tuple(shown(column.label) for column in self.field.columns)

    @property
    def focus_id(self) -> str:
        """The element that a link of the error summary goes to."""
        if self.field.kind in {Kind.DATE, Kind.MOMENT}:
            return f"{self.id}-day"
        if self.field.kind is Kind.ROWS:
            return f"{self.id}-0-{self.field.columns[0].name.replace('_', '-')}"
        return self.id

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for `aria-describedby`."""
        hint = [f"{self.id}-hint"] if self.field.hint else []
        return " ".join((*hint, *([f"{self.id}-error"] if self.error else [])))

    def part(self, suffix: str) -> str:
        return next(iter(self.typed.get(suffix, ())), "")


@dataclass(frozen=True, slots=True)
class Form:
    """Fields with what was typed, what it means and what is wrong with it.

    `typed` holds the raw texts by full name (`closes_at.day`); `errors` maps a
    field's name, or "" for the form as a whole, to a translated sentence.
    """

    fields: tuple[Field, ...]
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    rows: Mapping[str, tuple["Form", ...]] = field(default_factory=dict)
    rows_changed: bool = False

    def __getitem__(self, name: str) -> Bound:
        return self._bound(next(item for item in self.fields if item.name == name))

    def __iter__(self) -> Iterator[Bound]:
        return map(self._bound, self.fields)

    def _bound(self, item: Field) -> Bound:
        start = f"{self.prefix}{item.name}"
        ends = parts_of(item.kind)
        parts = {end: self.typed[start + end] for end in ends if start + end in self.typed}
        errors, rows = self.errors.get(item.name, ""), self.rows.get(item.name, ())
        return Bound(item, self.prefix, parts, errors, rows)

    @property
    def has_files(self) -> bool:
        return any(item.kind is Kind.UPLOAD for item in self.fields)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Return (sentence, id to go to) for each error, in the order of the page."""
        whole = [(self.errors[""], "")] if "" in self.errors else []
        return (*whole, *self._field_errors())

    def _field_errors(self) -> Iterator[tuple[str, str]]:
        known = {item.name for item in self.fields}
        for bound in self:
            if bound.error:
                yield bound.error, bound.focus_id
            for row in bound.rows:
                yield from row.summary
        for name, said in self.errors.items():
            if name and name not in known:
                yield said, ""

    def with_errors(self, errors: Mapping[str, str | Said], /, **values: object) -> "Form":
        """Return the form with what an action found wrong (`Invalid.fields`, `.values`)."""
        told = {
            place: sentence(said, values) if isinstance(said, str) else text(said)
            for place, said in errors.items()
        }
        return replace(self, errors={**self.errors, **told})

    def into(self, kind: type[T]) -> T:
        """Return the values as a dataclass that has the same names; only without errors."""
        if self.errors or not is_dataclass(kind):
            raise ValueError("Only a form without errors becomes a dataclass.")
        return kind(**{item.name: self.values[item.name] for item in fields(kind)})


def blank(form_fields: Sequence[Field]) -> Form:
    return filled(form_fields, {})


def filled(form_fields: Sequence[Field], values: Mapping[str, object]) -> Form:
    """Return a form that shows stored values as a person would have typed them."""
    return _filled(tuple(form_fields), values, "")


def _filled(form_fields: tuple[Field, ...], values: Mapping[str, object], prefix: str) -> Form:
    typed: dict[str, tuple[str, ...]] = {}
    row_forms: dict[str, tuple[Form, ...]] = {}
    for item in form_fields:
        start = prefix + item.name
        if item.kind is Kind.ROWS:
            given = values.get(item.name) or ()
            assert isinstance(given, Sequence)
            lines = [*given, *({} for _ in range(max(item.minimum or 1, 1) - len(given)))]
            row_forms[item.name] = tuple(
                _filled(item.columns, line, f"{start}-{place}-") for place, line in enumerate(lines)
            )
        elif item.name in values:
            typed |= {start + end: texts for end, texts in unparse(item, values[item.name]).items()}
    return Form(form_fields, typed, dict(values), {}, prefix, row_forms)


def with_room(form: Form) -> Form:
    """Offer an empty row wherever there is none, as a form does that nobody has filled in yet."""
    empty = _filled(form.fields, {}, form.prefix).rows
    return replace(form, rows={name: lines or empty[name] for name, lines in form.rows.items()})


def read(form_fields: Sequence[Field], posted: Posting) -> Form:
    """Return what was posted, understood field by field; look at `errors` before `values`."""
    return _read(tuple(form_fields), posted, "", judged=True)


def read_unjudged(form_fields: Sequence[Field], posted: Posting) -> Form:
    """Return what was posted as it was typed, without values and errors.

    For a page whose action understands what was typed and says itself what is wrong with it.
    """
    return _read(tuple(form_fields), posted, "", judged=False)


def _read(form_fields: tuple[Field, ...], posted: Posting, prefix: str, *, judged: bool) -> Form:
    typed: dict[str, tuple[str, ...]] = {}
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    row_forms: dict[str, tuple[Form, ...]] = {}
    changed = False
    for item in form_fields:
        start = prefix + item.name
        if item.kind is Kind.ROWS:
            row_forms[item.name], touched = _read_rows(item, posted, start, judged=judged)
            changed = changed or touched
            if not judged:
                continue
            answered = filter(_has_text, row_forms[item.name])
            values[item.name] = tuple(dict(row.values) for row in answered)
            if wrong := _wrong_rows(item, row_forms[item.name]):
                errors[item.name] = wrong[0]
            continue
        parts = typed_from(item, posted, start)
        if item.kind is not Kind.PASSWORD:
            typed.update((start + end, texts) for end, texts in parts.items())
        if not judged:
            continue
        value = parse(item, parts, _file(posted, start))
        if isinstance(value, Wrong):
            values[item.name] = None
            errors[item.name] = value.sentence
        else:
            values[item.name] = value
    if changed:
        # A row was added or taken away: what is still empty is no mistake yet.
        errors, row_forms = {}, {name: _calm(lines) for name, lines in row_forms.items()}
    return Form(form_fields, typed, values, errors, prefix, row_forms, changed)


def _wrong_rows(item: Field, lines: tuple[Form, ...]) -> list[str]:
    """Return what is wrong with the rows: the number of them, or "" for an error inside one."""
    if item.missing and not any(_has_text(line) for line in lines):
        return [sentence(item.missing)]
    if item.maximum is not None and len(lines) > item.maximum:
        return [text(Message("typed.too_many_rows", {"maximum": int(item.maximum)}))]
    return [""] if any(line.errors for line in lines) else []


def _calm(lines: tuple[Form, ...]) -> tuple[Form, ...]:
    return tuple(replace(line, errors={}) for line in lines)


def _file(posted: Posting, name: str) -> UploadFile | None:
    value = posted.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None


def _read_rows(
    item: Field, posted: Posting, start: str, *, judged: bool
) -> tuple[tuple[Form, ...], bool]:
    """Read `lines-0-…`, `lines-1-…` and obey the buttons `lines-add` and `lines-remove`."""
    places = sorted(
        {
            int(number)
            for key in posted
            if key.startswith(f"{start}-")
            and (number := key[len(start) + 1 :].split("-")[0]).isdecimal()
            and len(number) <= MAX_DIGITS
        }
    )[:MAX_ROWS]
    lines = [_read(item.columns, posted, f"{start}-{place}-", judged=judged) for place in places]
    removed = posted.get(f"{start}-remove")
    added = posted.get(f"{start}-add") is not None
    if removed is not None:
        lines = [line for line in lines if line.prefix != f"{start}-{removed}-"]
    kept = lines if removed is not None or added else [line for line in lines if _has_text(line)]
    while len(kept) < (item.minimum or 0) or (added and len(kept) == len(lines)):
        kept = [*kept, _read(item.columns, {}, f"{start}-new-", judged=judged)]
    renumbered = tuple(_at_place(line, start, place) for place, line in enumerate(kept))
    return renumbered, added or removed is not None


def _has_text(line: Form) -> bool:
    return any(text.strip() for texts in line.typed.values() for text in texts)


def _at_place(line: Form, start: str, place: int) -> Form:
    """Renumber a row; one that is still empty is an offer to write, not a mistake."""
    prefix = f"{start}-{place}-"
    line = line if _has_text(line) else replace(line, errors={})
    typed = {prefix + key.removeprefix(line.prefix): texts for key, texts in line.typed.items()}
    return replace(line, prefix=prefix, typed=typed)
