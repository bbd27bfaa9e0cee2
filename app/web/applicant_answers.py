"""Between the questions of a scheme and the fields of a page: how each is asked, read and shown.

The rules understand what was typed (`rules.forms.typed`) and say what is wrong with it; a
page only carries the texts, so nothing that a person wrote is lost or judged twice.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from app import i18n, registers
from app.documents.answers import place_name, shown_answer
from app.i18n.marks import N_
from app.rules import forms
from app.rules.messages import Message
from app.rules.scheme_form import FormSection, Question, QuestionKind
from app.rules.scheme_text import said
from app.rules.search_text import sort_key
from app.web import fields
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form
from app.web.same import MOST, Same

PLACE = "place"
FEW = 6
# A field is "optional" for a page when it has no sentence for an empty answer.
REQUIRED = N_("Answer this question")
YES_NO = (Option("yes", N_("Yes")), Option("no", N_("No")))
_PATH = re.compile(r"(?P<key>[^\[]+)(\[(?P<row>\d+)\](\.(?P<column>.+))?)?")
_PARTS = (".day", ".month", ".year")


def section_fields(section: FormSection, language: str) -> tuple[Field, ...]:
    return _section_fields(Same(section), language, i18n.language())


@lru_cache(maxsize=MOST)
def _section_fields(
    section: Same[FormSection], language: str, _places_in: str
) -> tuple[Field, ...]:
    return tuple(_field(question, language) for question in section.one.questions)


def answers_from(section: FormSection, form: Form) -> dict[str, Any]:  # Any: answers of every kind
    """Return what was typed as answers; None for a question left empty."""
    return {
        question.key: forms.typed(question, _raw(question, form)) for question in section.questions
    }


def form_of(section: FormSection, answers: Mapping[str, Any], language: str) -> Form:
    """Return the page's form with stored answers as a person would type them."""
    asked = section_fields(section, language)
    typed: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[Form, ...]] = {}
    for question, field in zip(section.questions, asked, strict=True):
        answer = answers.get(question.key)
        if field.kind is fields.Kind.ROWS:
            rows[field.name] = _row_forms(question, field, answer)
        else:
            typed |= _typed(question, answer, field.name)
    return Form(asked, typed=typed, rows=rows)


def with_messages(form: Form, messages: Iterable[Message]) -> Form:
    """Put what the rules found beside the fields it speaks of; the first sentence of each wins."""
    errors = dict(form.errors)
    rows = {name: list(lines) for name, lines in form.rows.items()}
    for message in messages:
        found = _PATH.fullmatch(message.path)
        key, row, column = (found["key"], found["row"], found["column"]) if found else ("", "", "")
        sentence = i18n.text(message)
        lines = rows.get(key, [])
        if row and column and int(row) < len(lines):
            line = lines[int(row)]
            lines[int(row)] = replace(line, errors={column: sentence, **line.errors})
            errors.setdefault(key, "")
        elif not errors.get(key):
            errors[key] = sentence
    return replace(form, errors=errors, rows={name: tuple(lines) for name, lines in rows.items()})


@cache
def _places(language: str) -> tuple[Option, ...]:
    listed = registers.local_governments()
    named = [Option(place.key, Verbatim(place.name(language))) for place in listed]
    return tuple(sorted(named, key=lambda option: sort_key(option.label)))


def _field(  # noqa: PLR0911 - one line for each kind of question
    question: Question, language: str, *, in_row: bool = False
) -> Field:
    label = Verbatim(said(question.label, language))
    more: dict[str, Any] = {  # Any: keywords of Field
        "hint": Verbatim(said(question.help, language)),
        "missing": REQUIRED if question.required else "",
    }
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return fields.long_text(question.key, label, max_words=question.max_words, **more)
        case QuestionKind.NUMBER:
            return fields.score(question.key, label, **more)
        case QuestionKind.AMOUNT:
            return fields.amount(question.key, label, **more)
        case QuestionKind.DATE:
            return fields.date_of(question.key, label, **more)
        case QuestionKind.CHOICE | QuestionKind.CHOICES | QuestionKind.YES_NO:
            return _chosen(question, label, more, language, few=0 if in_row else FEW)
        case QuestionKind.PLACE:
            return fields.choice(question.key, label, _places(i18n.language()), **more)
        case QuestionKind.PLACES:
            listed = _places(i18n.language())
            place = fields.choice(PLACE, N_("City or municipality"), listed, missing=REQUIRED)
            return fields.rows(question.key, label, (place,), **more)
        case QuestionKind.ROWS:
            columns = tuple(_field(one, language, in_row=True) for one in question.columns)
            return fields.rows(
                question.key, label, columns, minimum=max(1, question.min_rows), **more
            )
        case _:
            return fields.text(question.key, label, max_length=question.max_length or 300, **more)


def _chosen(
    question: Question, label: str, more: Mapping[str, Any], language: str, *, few: int
) -> Field:
    options = tuple(
        Option(choice.key, Verbatim(said(choice.label, language))) for choice in question.choices
    )
    if question.kind is QuestionKind.CHOICES:
        return fields.several(question.key, label, options, **more)
    options = YES_NO if question.kind is QuestionKind.YES_NO else options
    if len(options) <= few:
        return fields.one_of(question.key, label, options, **more)
    return fields.choice(question.key, label, options, **more)


def _raw(question: Question, form: Form) -> Any:  # Any: what `rules.forms.typed` takes
    if question.kind is QuestionKind.ROWS:
        return [
            {column.key: _text(column, line) for column in question.columns}
            for line in form.rows.get(question.key, ())
        ]
    if question.kind is QuestionKind.PLACES:
        return [line[PLACE].value for line in form.rows.get(question.key, ())]
    bound = form[question.key]
    if question.kind is QuestionKind.CHOICES:
        return list(bound.chosen)
    return _text(question, form)


def _text(question: Question, form: Form) -> str:
    """Return one text for one question; the three boxes of a date as 19.3.2026."""
    bound = form[question.key]
    if question.kind is not QuestionKind.DATE:
        return bound.value
    parts = [bound.part(part).strip() for part in _PARTS]
    return ".".join(parts) if any(parts) else ""


def _row_forms(question: Question, field: Field, answer: object) -> tuple[Form, ...]:
    given = answer if isinstance(answer, Sequence) and not isinstance(answer, str) else []
    lines = [*given, *[{}] * (max(1, field.minimum or 0) - len(given))]
    return tuple(
        _row_form(question, field, line, f"{field.name}-{place}-")
        for place, line in enumerate(lines)
    )


def _row_form(question: Question, field: Field, line: object, prefix: str) -> Form:
    typed: dict[str, tuple[str, ...]] = {}
    if question.kind is QuestionKind.PLACES:
        typed[f"{prefix}{PLACE}"] = (line if isinstance(line, str) else "",)
    elif isinstance(line, Mapping):
        for column in question.columns:
            typed |= _typed(column, line.get(column.key), f"{prefix}{column.key}")
    return Form(field.columns, typed=typed, prefix=prefix)


def _typed(question: Question, answer: object, name: str) -> dict[str, tuple[str, ...]]:
    """Return an answer as it would be typed; what was not understood comes back as it was."""
    if answer is None:
        return {}
    if question.kind is QuestionKind.DATE:
        boxes = zip(_PARTS, _date_parts(answer), strict=True)
        return {f"{name}{part}": (text,) for part, text in boxes}
    if isinstance(answer, bool):
        return {name: ("yes" if answer else "no",)}
    if question.kind is QuestionKind.AMOUNT and isinstance(answer, int):
        return {name: (i18n.format_money(answer),)}
    if isinstance(answer, list):
        return {name: tuple(map(str, answer))}
    return {name: (str(answer),)}


def _date_parts(answer: object) -> tuple[str, str, str]:
    written = str(answer)
    year, month, day = (*written.split("-"), "", "")[:3]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        return day.lstrip("0"), month.lstrip("0"), year
    day, month, year = (*written.split(".", 2), "", "")[:3]
    return day, month, year


__all__ = [
    "answers_from",
    "form_of",
    "place_name",
    "section_fields",
    "shown_answer",
    "with_messages",
]
