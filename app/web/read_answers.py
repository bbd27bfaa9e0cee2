"""Answers and budgets as officers and assessors read them: texts, tables, sums by heading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app import i18n
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_money import BudgetRules
from app.rules.scheme_text import said
from app.web.applicant_answers import shown_answer
from app.web.parts import Column


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One question with its answer as text, or as a table where it has rows."""

    label: str
    text: str
    is_long: bool = False
    heads: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSection:
    title: str
    answers: tuple[ReadAnswer, ...]


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


def read_answer(question: Question, answer: object) -> ReadAnswer:
    language = i18n.language()
    label = said(question.label, language)
    if question.kind is QuestionKind.ROWS and isinstance(answer, list):
        heads = tuple(Column(said(column.label, language)) for column in question.columns)
        rows = tuple(
            tuple(
                shown_answer(column, row.get(column.key), language) for column in question.columns
            )
            for row in answer
            if isinstance(row, Mapping)
        )
        return ReadAnswer(label, "", heads=heads, rows=rows)
    text = shown_answer(question, answer, language)
    return ReadAnswer(label, text, is_long=question.kind is QuestionKind.LONG_TEXT)


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
