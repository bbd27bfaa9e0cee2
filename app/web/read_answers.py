"""Answers and budgets as officers and assessors read them: texts, tables, sums by heading."""

from collections.abc import Mapping
from dataclasses import dataclass

from app import i18n
from app.documents.answers import CostRow, ReadBudget, read_budget, shown_answer
from app.rules.scheme_form import Question, QuestionKind
from app.rules.scheme_text import said
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


__all__ = ["CostRow", "ReadAnswer", "ReadBudget", "ReadSection", "read_answer", "read_budget"]
