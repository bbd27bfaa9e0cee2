"""Two people changed the same answer of a draft: both texts side by side, and a choice of each.

Nothing is written before the choice, and everything typed travels along in the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from app import i18n
from app.actions.applications_draft import EditedMeanwhile
from app.i18n.marks import N_
from app.queries.applications import Entry
from app.queries.applications_case import budget_mark_of
from app.rules import merging
from app.rules.scheme_form import FormSection, Question, QuestionKind
from app.rules.scheme_text import said
from app.web import pages
from app.web.applicant_answers import shown_answer
from app.web.parts import Column

THEIRS, MINE, BOTH = "theirs", "mine", "both"
PICK, READ = "pick_", "read_"
_TEXTS = {QuestionKind.TEXT, QuestionKind.LONG_TEXT}
# What the page writes anew, so that it is not carried along as well.
_OWN = ("csrf_token", PICK, READ)


@dataclass(frozen=True, slots=True)
class Version:
    """One person's answer as text, or as a table where it has rows."""

    text: str = ""
    heads: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """One answer that both changed; `read` is the mark of theirs, as it is shown here."""

    key: str
    label: str
    theirs: Version
    mine: Version
    read: str
    may_join: bool = False


@dataclass(frozen=True, slots=True)
class ClashPage:
    """`carried` is everything that was typed, by name, in its order."""

    entry: Entry
    clashes: tuple[Clash, ...]
    carried: tuple[tuple[str, str], ...]
    problem: str
    asked_again: bool


def read_marks(posted: FormData) -> dict[str, str]:
    """Return the marks of what the person read; a choice was made of what it showed."""
    seen = merging.read_marks(str(posted.get("seen", "")))
    chosen = {
        name.removeprefix(PICK): str(posted.get(READ + name.removeprefix(PICK), ""))
        for name in posted
        if name.startswith(PICK)
    }
    return {**seen, **chosen}


def was_asked(posted: FormData) -> bool:
    """True for a post of this page."""
    return any(name.startswith(READ) for name in posted)


def read_budget(posted: FormData) -> str:
    """Return the mark of the budget that the person read, or chose from."""
    mark = posted.get(READ + "budget" if pick_of(posted, "budget") else "seen", "")
    return str(mark)


def pick_of(posted: FormData, key: str) -> str:
    return str(posted.get(PICK + key, ""))


def chosen(
    section: FormSection, stands: Mapping[str, Any], typed: Mapping[str, Any], posted: FormData
) -> dict[str, Any]:  # Any: answers of every kind
    """Return what is to be written after a choice: theirs is left as it stands."""
    kinds = {question.key: question.kind for question in section.questions}
    answers: dict[str, Any] = {}  # Any: answers of every kind
    for key, answer in typed.items():
        pick = pick_of(posted, key)
        if pick == BOTH and kinds[key] in _TEXTS:
            answers[key] = f"{stands.get(key) or ''}\n\n{answer or ''}".strip()
        elif pick != THEIRS:
            answers[key] = answer
    return answers


def of_section(
    entry: Entry, section: FormSection, problem: EditedMeanwhile, typed: Mapping[str, Any]
) -> tuple[Clash, ...]:  # Any: answers of every kind
    questions = {question.key: question for question in section.questions}
    language = i18n.language()
    return tuple(
        Clash(
            key=key,
            label=said(questions[key].label, language),
            theirs=_version(entry, questions[key], problem.answers.get(key)),
            mine=_version(entry, questions[key], typed.get(key)),
            read=merging.mark(problem.answers.get(key)),
            may_join=questions[key].kind in _TEXTS,
        )
        for key in problem.keys
    )


def of_budget(entry: Entry, problem: EditedMeanwhile, mine: Entry) -> tuple[Clash, ...]:
    theirs: Entry = problem.answers["budget"]
    clash = Clash(
        key="budget",
        label=i18n.gettext("Budget"),
        theirs=_budget(theirs, entry.currency),
        mine=_budget(mine, entry.currency),
        read=budget_mark_of(theirs),
    )
    return (clash,)


def show(
    request: Request,
    entry: Entry,
    clashes: tuple[Clash, ...],
    posted: FormData,
    problem: EditedMeanwhile,
) -> HTMLResponse:
    page = ClashPage(
        entry=entry,
        clashes=clashes,
        carried=tuple(
            (name, value)
            for name, value in posted.multi_items()
            if isinstance(value, str) and not name.startswith(_OWN)
        ),
        problem=i18n.sentence(problem.message, problem.values),
        asked_again=was_asked(posted),
    )
    return pages.render(request, "applicant/clash.html", page=page, status=409)


def _version(entry: Entry, question: Question, answer: object) -> Version:
    language = i18n.language()
    if question.kind is QuestionKind.ROWS and isinstance(answer, list):
        heads = tuple(Column(said(column.label, language)) for column in question.columns)
        rows = tuple(
            tuple(shown_answer(each, row.get(each.key), language) for each in question.columns)
            for row in answer
        )
        return Version(heads=heads, rows=rows)
    return Version(shown_answer(question, answer, language, entry.currency))


def _budget(entry: Entry, currency: str) -> Version:
    heads = (N_("Heading"), N_("What it is"), N_("Number"), N_("Price of one"), N_("Total"))
    lines = tuple(
        (
            line.heading,
            line.description,
            f"{line.units.normalize():f} {line.unit}".strip(),
            i18n.format_money(line.unit_value_cents, currency),
            i18n.format_money(line.total_cents, currency),
        )
        for line in entry.lines
    )
    paid = tuple(
        ("", source.name or source.kind, "", "", i18n.format_money(source.amount_cents, currency))
        for source in entry.sources
    )
    return Version(heads=tuple(Column(i18n.gettext(head)) for head in heads), rows=lines + paid)
