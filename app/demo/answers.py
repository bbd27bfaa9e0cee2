"""A complete, believable application: answers to every question, a budget, files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.actions.applications import NewLine, NewSource
from app.demo.world import world
from app.rules.money import floor_cents, format_cents
from app.rules.scheme import Scheme
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_grid import Stage
from app.rules.scheme_money import BudgetHeading, HeadingKind, SourceKind
from app.rules.scheme_text import said

RATE = Fraction(4, 5)
CENT = Fraction(1)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who applies for what: the values that the texts are filled with.

    `costs_cents` are the total costs where they are not five quarters of the request.
    """

    place_key: str
    place: str
    title: str
    requested_cents: int
    day: date
    costs_cents: int = 0
    months: int = 15

    @property
    def total_cents(self) -> int:
        """Total costs of which the request is at most four fifths."""
        return self.costs_cents or -floor_cents(-Fraction(self.requested_cents) / RATE)


def answers_of(stage: Stage, subject: Subject) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each section's key with the answers to its required questions."""
    for section in stage.form:
        given = {
            question.key: _answer(question, subject)
            for question in section.questions
            if question.required or question.kind is QuestionKind.CHOICES
        }
        yield section.key, given


def _answer(question: Question, subject: Subject) -> Any:  # Any: answers of every kind
    facts: Mapping[str, object] = {
        "action_title": subject.title,
        "requested": subject.requested_cents,
        "total_costs": subject.total_cents,
        "duration_months": str(subject.months),
    }
    if question.fact in facts:
        return facts[question.fact]
    made = _BY_KIND.get(question.kind)
    return made(question, subject) if made else _text(question, subject)


def _text(question: Question, subject: Subject) -> str:
    told = world().answers.get(question.key, "{title}.")
    partner = world().rows["partner"].format(place=subject.place)
    text = told.format(place=subject.place, title=subject.title, partner=partner)
    return text[: question.max_length] if question.max_length else text


def _number(question: Question, subject: Subject) -> str:
    del subject
    least = question.at_least if question.at_least is not None else Fraction(12)
    return str(int(least))


def _rows(question: Question, subject: Subject) -> list[dict[str, Any]]:
    count = max(question.min_rows, 2)
    return [_row(question, subject, number) for number in range(count)]


def _row(question: Question, subject: Subject, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in question.columns:
        if column.kind is QuestionKind.CHOICE:
            row[column.key] = column.choices[min(number, len(column.choices) - 1)].key
        elif column.kind is QuestionKind.NUMBER:
            row[column.key] = _bounded(column, number)
        elif column.kind is QuestionKind.AMOUNT:
            row[column.key] = subject.total_cents // 10
        else:
            row[column.key] = _cell(column, subject, number)
    return row


def _bounded(column: Question, number: int) -> str:
    least = int(column.at_least) if column.at_least is not None else 10 * (number + 1)
    most = int(column.at_most) if column.at_most is not None else least + number * 3
    return str(min(least + number * 3, most))


def _cell(column: Question, subject: Subject, number: int) -> str:
    partners = (world().rows["partner"], world().rows["second_partner"])
    told = {
        "name": partners[number % 2].format(place=subject.place),
        "number": ("100000104", "100000112")[number % 2],
        "role": ("Trains those who use the place", "Looks after it later")[number % 2],
        "contact": "partner@towns.example",
        "result": f"{subject.title}: step {number + 1}",
        "indicator": "Weekly visitors, counted",
        "activity": f"Step {number + 1} of the action plan",
        "responsible": subject.place,
        "risk": ("Prices rise", "Works take longer", "Staff changes")[number % 3],
        "measure": ("Reserve and separate lots", "Two phases", "Two people for each task")[
            number % 3
        ],
    }.get(column.key, f"{said(column.label, 'en')}: see the design")
    return told[: column.max_length] if column.max_length else told


_BY_KIND = {
    QuestionKind.NUMBER: _number,
    QuestionKind.AMOUNT: lambda _, subject: subject.total_cents,
    QuestionKind.DATE: lambda _, subject: subject.day.isoformat(),
    QuestionKind.CHOICE: lambda question, _: question.choices[0].key,
    QuestionKind.CHOICES: lambda question, _: [each.key for each in question.choices],
    QuestionKind.YES_NO: lambda _, __: False,
    QuestionKind.PLACE: lambda _, subject: subject.place_key,
    QuestionKind.PLACES: lambda _, subject: [subject.place_key],
    QuestionKind.ROWS: _rows,
}


def budget_of(scheme: Scheme, subject: Subject) -> tuple[list[NewLine], list[NewSource]]:
    """Return a budget whose total is exactly the subject's, within every cap of the scheme.

    Direct costs go to the direct headings in falling shares; the last one takes what
    rounding left, so that sources equal uses to the cent.
    """
    rules = scheme.budget
    if rules is None:
        return [], []
    direct = [each for each in rules.headings if each.kind is HeadingKind.DIRECT]
    indirect = [each for each in rules.headings if each.kind is HeadingKind.INDIRECT]
    indirect_cents = floor_cents(Fraction(subject.total_cents) / 20) if indirect else 0
    lines = [_line(heading, indirect_cents) for heading in indirect]
    left_cents = subject.total_cents - indirect_cents
    for place, heading in enumerate(direct):
        is_last = place == len(direct) - 1
        cents = left_cents if is_last else floor_cents(Fraction(left_cents, 5))
        lines.append(_line(heading, cents))
        left_cents -= cents
    own_cents = subject.total_cents - subject.requested_cents
    amounts = {SourceKind.GRANT: subject.requested_cents, SourceKind.OWN: own_cents}
    sources = [
        NewSource(kind=each.code, name="", amount_cents=amounts[each.kind])
        for each in rules.sources
        if each.kind in amounts
    ]
    return lines, sources


def _line(heading: BudgetHeading, cents: int) -> NewLine:
    code = heading.items[0].code if heading.items else heading.code
    title = said(heading.items[0].title if heading.items else heading.title, "en")
    return NewLine(
        heading=code, description=title, units=Decimal(1), unit_value_cents=cents, unit="lump sum"
    )


def paper(title: str, subject: Subject) -> str:
    """Return the page of a paper that is attached: enough to see what it stands for."""
    return (
        f'<html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>{subject.place}: {subject.title}</p>"
        f"<p>Request: {format_cents(subject.requested_cents)}</p>"
        "<p>This paper belongs to the demo world and stands for the real one.</p></body></html>"
    )
