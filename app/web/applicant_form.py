"""The form of an application: one page a section; a draft is always kept, whatever is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import applications as deeds
from app.actions.applications_draft import EditedMeanwhile
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries.applications import Entry, entry_of
from app.queries.calls_news import CallNews, call_news
from app.rules import merging
from app.rules.scheme_form import FormSection, QuestionKind
from app.rules.scheme_text import said
from app.web import applicant_clash, pages
from app.web.applicant_answers import (
    answers_from,
    form_of,
    section_fields,
    with_messages,
)
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, read_unjudged

router = APIRouter(prefix="/applications/{application_id:int}/{stage_key}")

AUTOSAVE = "x-autosave"
# Tells the page what it has saved, so that its own saving is no clash with itself.
SEEN_HEADER = "x-seen"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in the form: the names of what comes before and after."""

    number: int
    count: int
    next_route: str
    next_key: str
    next_title: str


@dataclass(frozen=True, slots=True)
class SectionPage:
    form: Form
    application_id: int
    stage_key: str
    stage_title: str
    reference: str
    title: str
    help: str
    currency: str
    closes_at: datetime | None
    hidden_from_assessors: bool
    units: Mapping[str, str]
    places: frozenset[str]
    place: Place
    next_href: str
    earlier_stage: str
    seen: str
    saved: bool = False
    news: CallNews | None = None


@router.get("/form/{section_key}")
def applicant_section(
    request: Request, reader: Reader, application_id: int, stage_key: str, section_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key, whole=False)
    section = _section(entry, section_key)
    if not entry.is_draft:
        return pages.redirect(
            request, "applicant_answers", application_id=application_id, stage_key=stage_key
        )
    form = form_of(section, entry.answers, i18n.language())
    news = call_news(reader.session, entry.call_id)
    return _show(request, entry, section, form, seen=_marks(section, entry.answers), news=news)


@router.post("/form/{section_key}")
def applicant_section_save(
    request: Request,
    act: InAct,
    posted: Posted,
    application_id: int,
    stage_key: str,
    section_key: str,
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    section = _section(entry, section_key)
    form = read_unjudged(section_fields(section, i18n.language()), posted)
    answers = applicant_clash.chosen(section, entry.answers, answers_from(section, form), posted)
    read_marks = applicant_clash.read_marks(posted)
    try:
        messages = deeds.save_section(
            act, entry.entry_id, section_key, answers, read=read_marks, seen=entry
        )
        act.keep()
    except EditedMeanwhile as problem:
        asked = applicant_clash.of_section(entry, section, problem, answers)
        return applicant_clash.show(request, entry, asked, posted, problem)
    stands = {**entry.answers, **merging.merge(read_marks, entry.answers, answers).written}
    seen = merging.marks_after(read_marks, stands, answers)
    if AUTOSAVE in request.headers:
        return Response(status_code=204, headers={SEEN_HEADER: seen})
    if applicant_clash.was_asked(posted):
        # What was typed is not all that stands now: show what does.
        form = form_of(section, stands, i18n.language())
        seen = _marks(section, stands)
    if not form.rows_changed and not messages:
        return _go_on(request, entry, section, back=posted.get("action") == "return")
    saved = not form.rows_changed
    form = with_messages(form, messages) if saved else form
    return _show(request, entry, section, form, seen=seen, saved=saved)


SAVED = N_("Your answers are saved.")


def _marks(section: FormSection, answers: Mapping[str, Any]) -> str:  # Any: answers of every kind
    return merging.marks((each.key for each in section.questions), answers)


def _section(entry: Entry, key: str) -> FormSection:
    found = next((section for section in entry.stage.form if section.key == key), None)
    if found is None:
        raise NotFound
    return found


def _show(
    request: Request,
    entry: Entry,
    section: FormSection,
    form: Form,
    *,
    seen: str,
    saved: bool = False,
    news: CallNews | None = None,
) -> HTMLResponse:
    language = i18n.language()
    page = SectionPage(
        form=form,
        application_id=entry.application_id,
        stage_key=entry.stage_key,
        stage_title=said(entry.stage.title, language),
        reference=entry.reference,
        title=said(section.title, language),
        help=said(section.help, language),
        currency=entry.currency,
        closes_at=entry.closes_at,
        hidden_from_assessors=section.reveals_identity and entry.stage.blind,
        units={each.key: said(each.unit, language) for each in section.questions},
        places=frozenset(q.key for q in section.questions if q.kind is QuestionKind.PLACES),
        place=place_of(entry, section),
        next_href=next_url(request, entry, section),
        earlier_stage=entry.earlier.stage_key if entry.earlier else "",
        seen=seen,
        saved=saved,
        news=news,
    )
    return pages.render(
        request, "applicant/section.html", page=page, status=422 if form.errors else 200
    )


def place_of(entry: Entry, section: FormSection) -> Place:
    """Return what follows a section: the next one, the budget, the documents, or the check."""
    sections = entry.stage.form
    number = sections.index(section) + 1
    count = len(sections)
    if number < count:
        following = sections[number]
        title = said(following.title, i18n.language())
        return Place(number, count, "applicant_section", following.key, title)
    if entry.stage.with_budget and entry.scheme.budget:
        return Place(number, count, "applicant_budget", "", N_("Budget"))
    if entry.stage.documents:
        return Place(number, count, "applicant_documents", "", N_("Documents"))
    return Place(number, count, "applicant_check", "", N_("Check your answers"))


def next_url(request: Request, entry: Entry, section: FormSection) -> str:
    place, more = _next(entry, section)
    return pages.url(request, place.next_route, **more)


def _go_on(request: Request, entry: Entry, section: FormSection, *, back: bool) -> Response:
    if back:
        return pages.redirect(
            request,
            "applicant_application",
            application_id=entry.application_id,
            notice=SAVED,
        )
    place, more = _next(entry, section)
    return pages.redirect(request, place.next_route, notice=SAVED, **more)


def _next(entry: Entry, section: FormSection) -> tuple[Place, dict[str, Any]]:  # Any: a path
    place = place_of(entry, section)
    more = {"application_id": entry.application_id, "stage_key": entry.stage_key}
    return place, more | ({"section_key": place.next_key} if place.next_key else {})
