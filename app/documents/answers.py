"""Answers and budgets as a reader sees them, on a page or on paper: words, sums by heading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app import i18n, registers
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_money import BudgetRules
from app.rules.scheme_text import said


@dataclass(frozen=True, slots=True)
class CostRow:
    """A line of costs, or with `is_sum` the sum of a heading or of headings."""

    code: str
    title: str
    units: str
    unit_value_cents: int | None
    total_cents: int
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class ReadBudget:
    rows: tuple[CostRow, ...]
    total_cents: int
    sources: tuple[tuple[str, int], ...]


def shown_answer(  # noqa: PLR0911 - one line for each kind of question
    question: Question, answer: object, language: str, currency: str = ""
) -> str:
    """Return an answer as text for a page that only shows it; tables have their own way."""
    if answer is None or answer == "":
        return ""
    match question.kind:
        case QuestionKind.AMOUNT if isinstance(answer, int):
            return i18n.format_money(answer, currency)
        case QuestionKind.YES_NO if isinstance(answer, bool):
            return i18n.gettext("Yes") if answer else i18n.gettext("No")
        case QuestionKind.DATE:
            return _shown_date(str(answer))
        case QuestionKind.CHOICE:
            return _choice_text(question, str(answer), language)
        case QuestionKind.PLACE:
            return place_name(str(answer))
        case QuestionKind.CHOICES | QuestionKind.PLACES if isinstance(answer, list):
            return i18n.format_list([_one_of(question, str(key), language) for key in answer])
        case QuestionKind.NUMBER:
            return f"{answer} {said(question.unit, language)}".strip()
        case _:
            return str(answer)


def place_name(key: str) -> str:
    place = registers.local_government(key)
    return place.name(i18n.language()) if place else key


def read_budget(
    rules: BudgetRules | None,
    lines: Iterable[Mapping[str, Any]],  # Any: JSON of a snapshot
    sources: Iterable[tuple[str, int]],
) -> ReadBudget | None:
    """Return the budget under its headings with their sums; None where there is none."""
    listed = list(lines)
    if rules is None or not listed:
        return None
    language = i18n.language()
    rows: list[CostRow] = []
    sums: dict[str, int] = {}
    for heading in rules.headings:
        codes = {heading.code: "", **{i.code: said(i.title, language) for i in heading.items}}
        theirs = [line for line in listed if line["heading"] in codes]
        sums[heading.code] = sum(line["total_cents"] for line in theirs)
        if theirs:
            title = said(heading.title, language)
            rows.append(CostRow(heading.code, title, "", None, sums[heading.code], is_sum=True))
            if not heading.flat_rate:
                rows += [_cost(line, codes[line["heading"]]) for line in theirs]
    for total in rules.totals:
        sums[total.code] = sum(sums.get(code, 0) for code in total.adds)
        title = said(total.title, language)
        rows.append(CostRow(total.code, title, "", None, sums[total.code], is_sum=True))
    names = {each.code: said(each.title, language) for each in rules.sources}
    return ReadBudget(
        rows=tuple(rows),
        total_cents=sums[rules.total],
        sources=tuple((names.get(code, code), cents) for code, cents in sources if cents),
    )


def _cost(line: Mapping[str, Any], item: str) -> CostRow:  # Any: JSON of a snapshot
    units = f"{Decimal(str(line['units'])).normalize():f} {line['unit']}".strip()
    title = ": ".join(filter(None, (item, str(line["description"]))))
    code = str(line["heading"]) if item else ""
    return CostRow(code, title, units, line["unit_value_cents"], line["total_cents"])


def _shown_date(written: str) -> str:
    try:
        return i18n.format_date(date.fromisoformat(written))
    except ValueError:
        return written


def _one_of(question: Question, key: str, language: str) -> str:
    if question.kind is QuestionKind.PLACES:
        return place_name(key)
    return _choice_text(question, key, language)


def _choice_text(question: Question, key: str, language: str) -> str:
    found = next((choice for choice in question.choices if choice.key == key), None)
    return said(found.label, language) if found else key
