"""Answers × form definition → messages, and what a browser sends → answers.

An answer is kept in the form its kind asks for (values are JSON):

    text, long_text   text                       choice      key of a choice
    number            "12.5", two decimals       choices     list of keys
    amount            cents, a whole number      yes_no      true or false
    date              "2026-03-19"               place       key of the register
    rows              list of column → answer    places      list of keys

What a person typed and nobody could understand is kept as the text that was typed, so that
nothing is lost; `check` then says what is wrong with it. Drafts may be incomplete.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from app.rules.amounts import parse_amount, parse_decimal
from app.rules.forms_values import Problems, value_problems
from app.rules.messages import Message, Messages
from app.rules.scheme_form import FormSection, Question, QuestionKind
from app.rules.scheme_json import decimal_text

Answers = Mapping[str, object]
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
# All of Unicode's category Cc but line feed and tab; `_clean` has turned carriage returns already.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LISTS = {QuestionKind.CHOICES, QuestionKind.PLACES}


def check(
    sections: Iterable[FormSection],
    answers: Answers,
    *,
    complete: bool,
    places: frozenset[str] | None = None,
) -> Messages:
    """Say what is wrong with the answers, in the order of the form.

    With `complete` every required answer has to be there; without it only what is there is
    looked at. `places` are the keys of the register; None means that places are not compared.
    The path of a message is the key of the question, in a table `key[0].column`.
    """
    found = Problems(complete=complete, places=places)
    known = set()
    for section in sections:
        for question in section.questions:
            known.add(question.key)
            value_problems(question, answers.get(question.key), question.key, found)
    for key in sorted(answers.keys() - known):
        found.say(key, "form.unknown_question")
    return Messages(tuple(found.messages))


def missing(sections: Iterable[FormSection], answers: Answers) -> dict[str, tuple[str, ...]]:
    """For each section the keys of required questions without an answer, for a task list."""
    return {
        section.key: tuple(
            question.key
            for question in section.questions
            if question.required and not is_answered(answers.get(question.key))
        )
        for section in sections
    }


def facts(sections: Iterable[FormSection], answers: Answers) -> dict[str, object]:
    """The answers that are known outside the form, by the name of the fact.

    A table counts as the number of its rows. What was not understood is no fact.
    """
    return {
        question.fact: _fact(question, answers[question.key])
        for section in sections
        for question in section.questions
        if question.fact and _is_fact(question, answers.get(question.key))
    }


def is_answered(value: object) -> bool:
    """A choice of "no" and a 0 are answers; blanks and empty lists are none."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})


def typed(question: Question, raw: str | Sequence[str] | Sequence[Mapping[str, str]]) -> object:
    """Turn what a browser sends into an answer; None for nothing.

    A date may come as one text or as day, month and year; a table as one mapping a row,
    of which empty rows are dropped.
    """
    if question.kind is QuestionKind.ROWS:
        return _typed_rows(question, [row for row in raw if isinstance(row, Mapping)])
    texts = [raw] if isinstance(raw, str) else [text for text in raw if isinstance(text, str)]
    cleaned = [_clean(text) for text in texts]
    if question.kind in _LISTS:
        return list(dict.fromkeys(text for text in cleaned if text)) or None
    if question.kind is QuestionKind.DATE:
        return _typed_date(cleaned)
    return _typed_one(question.kind, cleaned[0]) if cleaned and cleaned[0] else None


def _typed_one(kind: QuestionKind, text: str) -> object:
    if kind is QuestionKind.AMOUNT:
        cents = parse_amount(text)
        return text if isinstance(cents, Message) else cents
    if kind is QuestionKind.NUMBER:
        number = parse_decimal(text, places=2)
        return text if isinstance(number, Message) else decimal_text(number)
    if kind is QuestionKind.YES_NO:
        return _YES_NO.get(text.lower(), text)
    return text


def _typed_rows(question: Question, rows: Iterable[Mapping[str, str]]) -> object:
    answered = [
        {
            column.key: value
            for column in question.columns
            if (value := typed(column, row.get(column.key, ""))) is not None
        }
        for row in rows
    ]
    return [row for row in answered if row] or None


def _typed_date(texts: Sequence[str]) -> object:
    """Read 2026-03-19, 19.3.2026., 19/03/2026 or three fields; else keep what was typed."""
    written = ".".join(texts)
    if not written.strip("."):
        return None
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        parts = written.replace("/", ".").replace(" ", "").strip(".").split(".")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day).isoformat() if year >= 1000 else written
    except ValueError:
        return written


def _clean(text: str) -> str:
    """One form for what looks the same; no control characters, which a database refuses."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip()


def _is_fact(question: Question, value: object) -> bool:
    if not is_answered(value):
        return False
    found = Problems(complete=False, places=None)
    value_problems(question, value, question.key, found)
    return not found.messages


def _fact(question: Question, value: object) -> object:
    if question.kind is QuestionKind.NUMBER:
        return Fraction(str(value))
    if question.kind is QuestionKind.ROWS and isinstance(value, list):
        return len(value)
    return value
