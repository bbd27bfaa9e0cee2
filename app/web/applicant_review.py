"""All answers of one stage on one page: to check before sending in, to read afterwards."""

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import i18n
from app.queries import applications_case
from app.queries.applications import Entry, entry_of
from app.queries.calls_news import CallNews, call_news
from app.rules.readiness import Part, PartKind, readiness
from app.rules.scheme import questions_of
from app.rules.scheme_form import FormSection, Question, QuestionKind
from app.rules.scheme_text import said
from app.web import pages
from app.web.applicant import part_place, time_left
from app.web.applicant_answers import shown_answer
from app.web.deps import Reader
from app.web.parts import Column

router = APIRouter(prefix="/applications/{application_id:int}/{stage_key}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer as text, or as a table where it has rows."""

    label: str
    text: str
    missing: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def heads(self) -> list[Column]:
        return [Column(column) for column in self.columns]


@dataclass(frozen=True, slots=True)
class AnswerSection:
    key: str
    title: str
    answers: tuple[Answer, ...]
    is_ready: bool


@dataclass(frozen=True, slots=True)
class CostLine:
    heading: str
    description: str
    units: str
    unit_value_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class FileLine:
    title: str
    filename: str
    href: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the form that is not complete; `lines` are texts with the address of their place.

    Without lines nobody has begun it.
    """

    title: str
    href: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """Everything of one entry, to be read; what is missing where it is still a draft."""

    entry: Entry
    stage_title: str
    with_budget: bool
    sections: tuple[AnswerSection, ...]
    lines: tuple[CostLine, ...]
    sources: tuple[tuple[str, int], ...]
    total_cents: int
    requested_cents: int | None
    files: tuple[FileLine, ...]
    budget_missing: tuple[str, ...]
    documents_missing: tuple[str, ...]
    is_ready: bool
    is_open: bool
    time_left: str
    missing: tuple[Gap, ...] = ()
    news: CallNews | None = None


@router.get("/check")
def applicant_check(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key)
    if not entry.is_draft:
        return pages.redirect(
            request, "applicant_answers", application_id=application_id, stage_key=stage_key
        )
    page = replace(
        answers_page(request, entry, reader.now),
        missing=missing_of(request, entry),
        news=call_news(reader.session, entry.call_id),
    )
    return pages.render(request, "applicant/check.html", page=page)


@router.get("/answers")
def applicant_answers(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key)
    if entry.is_draft:
        return pages.redirect(
            request, "applicant_check", application_id=application_id, stage_key=stage_key
        )
    page = answers_page(request, entry, reader.now)
    return pages.render(request, "applicant/answers.html", page=page)


def answers_page(request: Request, entry: Entry, now: datetime) -> AnswersPage:
    case = applications_case.case_of(entry)
    parts = readiness(case) if entry.is_draft else ()
    sections = {part.key: part for part in parts if part.kind is PartKind.SECTION}
    missing = {part.kind: _said(part) for part in parts}
    language = i18n.language()
    rules = entry.scheme.budget
    names = {each.code: said(each.title, language) for each in rules.sources} if rules else {}
    return AnswersPage(
        entry=entry,
        stage_title=said(entry.stage.title, language),
        with_budget=case.has_budget,
        sections=tuple(
            _section(section, entry, sections.get(section.key), language)
            for section in entry.stage.form
        ),
        lines=_cost_lines(entry, language),
        sources=tuple(
            (names.get(each.kind, each.kind), each.amount_cents) for each in entry.sources
        ),
        total_cents=sum(line.total_cents for line in entry.lines),
        requested_cents=case.money.requested_cents,
        files=_files(request, entry, language),
        budget_missing=missing.get(PartKind.BUDGET, ()),
        documents_missing=missing.get(PartKind.DOCUMENTS, ()),
        is_ready=not any(part.messages for part in parts),
        is_open=entry.takes_applications(now),
        time_left=time_left(entry.closes_at, now) if entry.closes_at else "",
    )


def missing_of(request: Request, entry: Entry) -> tuple[Gap, ...]:
    """Return what keeps a draft from being sent in, by part, with the address of each place."""
    parts = readiness(applications_case.case_of(entry))
    return tuple(_gap(request, entry, part) for part in parts if part.messages)


def _gap(request: Request, entry: Entry, part: Part) -> Gap:
    title, href = part_place(request, entry, part)
    if not part.begun:
        return Gap(title, href, ())
    questions = {each.key: each for each in questions_of(entry.stage)}
    lines: dict[tuple[str, str], None] = {}
    for message in part.messages:
        key = message.path.partition("[")[0]
        asked = questions.get(key) if part.kind is PartKind.SECTION else None
        if asked is None:
            lines[i18n.text(message), href] = None
            continue
        # Of a question without any answer its words are enough.
        label = said(asked.label, i18n.language())
        told = f"{label}: {i18n.text(message)}" if entry.answers.get(key) else label
        lines[told, f"{href}#{key.replace('_', '-')}"] = None
    return Gap(title, href, tuple(lines))


def _section(section: FormSection, entry: Entry, part: Part | None, language: str) -> AnswerSection:
    """Return a section with what is missing said at each question."""
    said_at: dict[str, str] = {}
    for message in part.messages if part else ():
        said_at.setdefault(message.path.partition("[")[0], i18n.text(message))
    return AnswerSection(
        key=section.key,
        title=said(section.title, language),
        answers=tuple(
            _answer(each, entry, language, said_at.get(each.key, "")) for each in section.questions
        ),
        is_ready=not said_at,
    )


def _said(part: Part) -> tuple[str, ...]:
    """Say each thing that is missing once, however many questions it is true of."""
    return tuple(dict.fromkeys(i18n.text(message) for message in part.messages))


def _answer(question: Question, entry: Entry, language: str, missing: str) -> Answer:
    label, answer = said(question.label, language), entry.answers.get(question.key)
    if question.kind is QuestionKind.ROWS and isinstance(answer, list):
        return Answer(
            label=label,
            text="",
            missing=missing,
            columns=tuple(said(column.label, language) for column in question.columns),
            rows=tuple(
                tuple(
                    shown_answer(column, row.get(column.key), language)
                    for column in question.columns
                )
                for row in answer
            ),
        )
    return Answer(label, shown_answer(question, answer, language, entry.currency), missing)


def _cost_lines(entry: Entry, language: str) -> tuple[CostLine, ...]:
    rules = entry.scheme.budget
    if rules is None:
        return ()
    titles = {each.code: said(each.title, language) for each in rules.headings}
    titles |= {item.code: said(item.title, language) for h in rules.headings for item in h.items}
    return tuple(
        CostLine(
            heading=f"{line.heading} {titles.get(line.heading, '')}".strip(),
            description=line.description,
            units=f"{line.units.normalize():f} {line.unit}".strip(),
            unit_value_cents=line.unit_value_cents,
            total_cents=line.total_cents,
        )
        for line in entry.lines
    )


def _files(request: Request, entry: Entry, language: str) -> tuple[FileLine, ...]:
    titles = {each.key: said(each.title, language) for each in entry.stage.documents}
    return tuple(
        FileLine(
            title=titles.get(file.requirement, file.requirement),
            filename=file.filename,
            href=pages.url(request, "applicant_file", attachment_id=file.attachment_id),
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )
        for file in entry.files
    )
