"""What is wrong with one answer, by the kind of its question (see `app.rules.forms`)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from app.rules.amounts import parse_amount, parse_decimal
from app.rules.messages import Message
from app.rules.scheme_form import Question, QuestionKind


@dataclass(slots=True)
class Problems:
    """Collects messages; `complete` and `places` as in `forms.check`."""

    complete: bool
    places: frozenset[str] | None
    messages: list[Message] = field(default_factory=list)

    def say(self, path: str, code: str, **values: object) -> None:
        self.messages.append(Message(code, values, path))


def value_problems(question: Question, value: object, path: str, found: Problems) -> None:
    """Add what is wrong with the value; an empty one is wrong only where it is required."""
    empty = value is None or value == [] or (isinstance(value, str) and not value.strip())
    if not empty:
        _BY_KIND[question.kind](question, value, path, found)
    elif found.complete and question.required:
        found.say(path, f"form.required_{question.kind}")


def _text(question: Question, value: object, path: str, found: Problems) -> None:
    if not isinstance(value, str):
        found.say(path, "form.not_text")
        return
    words, length = len(value.split()), len(value)
    if question.max_words is not None and words > question.max_words:
        over = words - question.max_words
        found.say(path, "form.too_many_words", words=words, most=question.max_words, over=over)
    if question.max_length is not None and length > question.max_length:
        over = length - question.max_length
        found.say(path, "form.too_long", length=length, most=question.max_length, over=over)
    if question.kind is QuestionKind.TEXT and "\n" in value:
        found.say(path, "form.one_line")
    if "\x00" in value:
        found.say(path, "form.control_characters")


def _number(question: Question, value: object, path: str, found: Problems) -> None:
    number = parse_decimal(value, places=2) if isinstance(value, str) else None
    if number is None:
        found.say(path, "form.not_number")
    elif isinstance(number, Message):
        found.say(path, number.code, **number.values)
    elif question.at_least is not None and number < question.at_least:
        found.say(path, "form.too_small", least=question.at_least)
    elif question.at_most is not None and number > question.at_most:
        found.say(path, "form.too_large", most=question.at_most)


def _amount(_: Question, value: object, path: str, found: Problems) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            found.say(path, "form.negative_amount")
        return
    read = parse_amount(value) if isinstance(value, str) else None
    if isinstance(read, Message):
        found.say(path, read.code, **read.values)
    else:
        found.say(path, "form.not_amount")


def _date(_: Question, value: object, path: str, found: Problems) -> None:
    try:
        well_formed = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        well_formed = False
    if not well_formed:
        found.say(path, "form.not_date", typed=str(value))


def _choice(question: Question, value: object, path: str, found: Problems) -> None:
    if value not in [choice.key for choice in question.choices]:
        found.say(path, "form.unknown_choice")


def _choices(question: Question, value: object, path: str, found: Problems) -> None:
    chosen = value if isinstance(value, list) else [value]
    known = [choice.key for choice in question.choices]
    if any(key not in known for key in chosen) or len(chosen) != len(set(map(str, chosen))):
        found.say(path, "form.unknown_choice")


def _yes_no(_: Question, value: object, path: str, found: Problems) -> None:
    if not isinstance(value, bool):
        found.say(path, "form.required_yes_no")


def _place(_: Question, value: object, path: str, found: Problems) -> None:
    if not isinstance(value, str) or (found.places is not None and value not in found.places):
        found.say(path, "form.unknown_place")


def _places(question: Question, value: object, path: str, found: Problems) -> None:
    for number, key in enumerate(value if isinstance(value, list) else [value]):
        _place(question, key, f"{path}[{number}]", found)


def _rows(question: Question, value: object, path: str, found: Problems) -> None:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        found.say(path, "form.not_rows")
        return
    if found.complete and len(value) < question.min_rows:
        found.say(path, "form.too_few_rows", least=question.min_rows)
    if question.max_rows is not None and len(value) > question.max_rows:
        found.say(path, "form.too_many_rows", most=question.max_rows)
    columns = {column.key for column in question.columns}
    for number, row in enumerate(value):
        for column in question.columns:
            where = f"{path}[{number}].{column.key}"
            value_problems(column, row.get(column.key), where, found)
        for key in sorted(row.keys() - columns):
            found.say(f"{path}[{number}].{key}", "form.unknown_question")


_BY_KIND: dict[QuestionKind, Callable[[Question, object, str, Problems], None]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.AMOUNT: _amount,
    QuestionKind.DATE: _date,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.PLACE: _place,
    QuestionKind.PLACES: _places,
    QuestionKind.ROWS: _rows,
}
