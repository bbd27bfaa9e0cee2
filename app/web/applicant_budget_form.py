"""The fields of a budget, made from the headings of the scheme, and the way to lines and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from app import i18n
from app.actions.applications import NewLine, NewSource
from app.i18n.marks import N_
from app.queries.applications_parts import Line, Source
from app.rules.messages import Message
from app.rules.scheme_money import BudgetHeading, BudgetRules, SourceKind
from app.rules.scheme_text import said
from app.web import fields
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, filled, read
from app.web.same import MOST, Same

MAX_LINES = 100
_UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading on the page: a table of lines, or one sum; `field` is the name of its field."""

    code: str
    title: str
    help: str
    field: str
    flat: bool


def headings(rules: BudgetRules, language: str) -> tuple[Heading, ...]:
    return tuple(
        Heading(
            code=heading.code,
            title=said(heading.title, language),
            help=said(heading.help, language),
            field=_name(place, heading),
            flat=heading.flat_rate,
        )
        for place, heading in enumerate(rules.headings)
    )


def budget_fields(rules: BudgetRules, language: str) -> tuple[Field, ...]:
    return _budget_fields(Same(rules), language)


@lru_cache(maxsize=MOST)
def _budget_fields(same: Same[BudgetRules], language: str) -> tuple[Field, ...]:
    rules = same.one
    costs = [
        _heading_field(_name(place, heading), heading, language)
        for place, heading in enumerate(rules.headings)
    ]
    return (*costs, *_source_fields(rules, language))


def lines_from(rules: BudgetRules, form: Form) -> tuple[NewLine, ...]:
    """Return the lines of a form without errors, in the order of the headings."""
    return tuple(
        line
        for place, heading in enumerate(rules.headings)
        for line in _lines(heading, form.values[_name(place, heading)])
    )


def sources_from(rules: BudgetRules, form: Form) -> tuple[NewSource, ...]:
    """Return the sources that give something."""
    found = []
    for place, source in enumerate(rules.sources):
        cents = form.values[f"source{place}"]
        name = form.values.get(f"source{place}_name", "")
        if isinstance(cents, int) and (cents or name):
            found.append(NewSource(source.code, cents, str(name or "")))
    return tuple(found)


def stored_form(
    rules: BudgetRules, lines: Sequence[Line], sources: Sequence[Source], language: str
) -> Form:
    """Return the form as it was last saved; its values can be added up like those of a post."""
    values: dict[str, Any] = {}  # Any: values of every kind of field
    for place, heading in enumerate(rules.headings):
        codes = {item.code for item in heading.items} or {heading.code}
        theirs = [line for line in lines if line.heading in codes]
        if heading.flat_rate:
            values[_name(place, heading)] = sum(line.total_cents for line in theirs) or None
        else:
            values[_name(place, heading)] = tuple(_row(line) for line in theirs)
    for place, source in enumerate(rules.sources):
        given = [each for each in sources if each.kind == source.code]
        values[f"source{place}"] = sum(each.amount_cents for each in given) if given else None
        values[f"source{place}_name"] = given[0].name if given else ""
    return filled(budget_fields(rules, language), values)


def unread_form(rules: BudgetRules, typed: Mapping[str, Sequence[str]], language: str) -> Form:
    """Return the form as it was typed when something in it was not understood."""
    posted = {name: next(iter(texts), "") for name, texts in typed.items()}
    return read(budget_fields(rules, language), posted)


def typed_texts(form: Form) -> dict[str, tuple[str, ...]]:
    """Return all that was typed, rows included, by the full names of the fields."""
    rows = (line.typed for lines in form.rows.values() for line in lines)
    merged = dict(form.typed)
    for typed in rows:
        merged |= typed
    return merged


def with_findings(rules: BudgetRules, form: Form, findings: Iterable[Message]) -> Form:
    """Put what the rules say about the budget beside the heading or source that it is about."""
    places = {
        f"headings[{heading.code}]": _name(place, heading)
        for place, heading in enumerate(rules.headings)
    }
    sources = {f"sources[{each.code}]": f"source{i}" for i, each in enumerate(rules.sources)}
    kinds = [source.kind for source in rules.sources]
    grant = f"source{kinds.index(SourceKind.GRANT)}"
    known = {**places, **sources, "grant": grant, "sources": grant}
    errors = dict(form.errors)
    for message in findings:
        errors.setdefault(known.get(message.path, ""), i18n.text(message))
    return replace(form, errors=errors)


def _name(place: int, heading: BudgetHeading) -> str:
    return f"flat{place}" if heading.flat_rate else f"lines{place}"


def _heading_field(name: str, heading: BudgetHeading, language: str) -> Field:
    title = Verbatim(f"{heading.code}. {said(heading.title, language)}")
    hint = Verbatim(said(heading.help, language))
    if heading.flat_rate:
        return fields.amount(name, title, hint=hint)
    return fields.rows(
        name, title, tuple(_columns(heading, language)), minimum=0, maximum=MAX_LINES, hint=hint
    )


def _columns(heading: BudgetHeading, language: str) -> Iterator[Field]:
    if heading.items:
        items = [
            Option(item.code, Verbatim(f"{item.code} {said(item.title, language)}"))
            for item in heading.items
        ]
        yield fields.choice(
            "item", N_("Kind of cost"), items, missing=N_("Choose the kind of cost")
        )
    yield fields.text(
        "description", N_("What it is"), missing=N_("Describe the cost"), max_length=200
    )
    yield fields.text(_UNIT, N_("Unit"), max_length=30)
    yield fields.score("units", N_("Number"), missing=N_("Enter the number of units"))
    yield fields.amount("value", N_("Price of one"), missing=N_("Enter the price of one unit"))


def _source_fields(rules: BudgetRules, language: str) -> Iterator[Field]:
    for place, source in enumerate(rules.sources):
        # The grant is what the application is about; every other source may be nothing.
        needed = N_("Enter the grant that you ask for") if source.kind is SourceKind.GRANT else ""
        title = Verbatim(said(source.title, language))
        yield fields.amount(f"source{place}", title, missing=needed)
        if source.kind is SourceKind.OTHER:
            yield fields.text(
                f"source{place}_name", N_("Who gives the money from other sources?"), max_length=200
            )


def _lines(heading: BudgetHeading, value: object) -> Iterator[NewLine]:
    if heading.flat_rate:
        if isinstance(value, int) and value:
            title = said(heading.title, i18n.language())
            yield NewLine(heading.code, title, Decimal(1), value)
        return
    assert isinstance(value, tuple)
    for row in value:
        units = Fraction(row["units"])
        yield NewLine(
            heading=str(row.get("item") or heading.code),
            description=str(row["description"]),
            units=Decimal(units.numerator) / Decimal(units.denominator),
            unit_value_cents=int(row["value"]),
            unit=str(row["unit"] or ""),
        )


def _row(line: Line) -> dict[str, object]:
    """Return a stored line as values of its row; a number without marks that could be misread."""
    units = line.units.normalize()
    return {
        "item": line.heading,
        "description": line.description,
        _UNIT: line.unit,
        "units": f"{units:f}",
        "value": line.unit_value_cents,
    }
