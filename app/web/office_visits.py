"""Visits to an applicant: what was seen, a new record, and a refusal after one."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import site_visits
from app.actions.site_visits import NewVisit
from app.i18n.marks import N_
from app.queries import site_visits as visits
from app.queries.allowed import refuse_unless
from app.queries.site_visits import VisitsPage
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.step_forms import tried

router = APIRouter(prefix="/office")

VISIT = (
    fields.date_of("visited_on", N_("Day of the visit"), missing=N_("Enter the day")),
    fields.text(
        "visitors",
        N_("Who was there"),
        hint=N_("From the authority and from the applicant"),
        missing=N_("Enter who was there."),
        max_length=300,
    ),
    fields.long_text(
        "findings", N_("What was seen"), missing=N_("Write what was seen."), max_words=500
    ),
    fields.one_of(
        "result",
        N_("Does it confirm what the application says?"),
        (
            Option("confirmed", N_("Yes, it confirms it")),
            Option("not_confirmed", N_("No, something is not as the application says")),
        ),
        missing=N_("Choose whether the visit confirms the application."),
    ),
)


@dataclass(frozen=True, slots=True)
class VisitFormPage:
    form: Form
    visits: VisitsPage


@router.get("/applications/{application_id:int}/visits")
def office_visits(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    page = visits.visits_page(reader.session, reader.actor, application_id)
    return pages.render(request, "office/visits.html", page=page)


@router.get("/applications/{application_id:int}/visits/new")
def office_visit_new(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    found = visits.visits_page(reader.session, reader.actor, application_id)
    refuse_unless(reader.actor, Permission.RECORD_VISIT, found.facts)
    return _show(request, "office/visit_new.html", found, blank(VISIT))


@router.post("/applications/{application_id:int}/visits/new")
def office_visit_record(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    form = read(VISIT, posted)
    wrong = tried(form, lambda: site_visits.record(act, application_id, form.into(NewVisit)))
    if wrong is None:
        return _back(request, application_id, N_("The visit is recorded."))
    found = visits.visits_page(act.session, act.actor, application_id)
    return _show(request, "office/visit_new.html", found, wrong, status=422)


@router.get("/applications/{application_id:int}/visits/refuse")
def office_visit_refuse(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    found = visits.visits_page(reader.session, reader.actor, application_id)
    refuse_unless(reader.actor, Permission.CHECK_APPLICATION, found.facts)
    return _show(request, "office/visit_refuse.html", found, blank(_refusal(found)))


@router.post("/applications/{application_id:int}/visits/refuse")
def office_visit_refused(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    page = visits.visits_page(act.session, act.actor, application_id)
    form = read(_refusal(page), posted)
    key, reason = str(form.values["key"] or ""), str(form.values["reason"] or "")
    wrong = tried(form, lambda: site_visits.refuse(act, application_id, key=key, reason=reason))
    if wrong is None:
        notice = N_("Found ineligible. The letter quotes the condition and the reason.")
        return _back(request, application_id, notice)
    return _show(request, "office/visit_refuse.html", page, wrong, status=422)


def _refusal(page: VisitsPage) -> tuple[Field, ...]:
    options = tuple(Option(key, Verbatim(words)) for key, words in page.conditions)
    return (
        fields.one_of(
            "key",
            N_("Which condition is not met?"),
            options,
            missing=N_("Choose the condition that is not met."),
        ),
        fields.long_text(
            "reason",
            N_("Reason"),
            hint=N_("As the applicant will read it in the letter."),
            missing=N_("Write the reason as the applicant will read it."),
            max_words=200,
        ),
    )


def _show(
    request: Request, template: str, found: VisitsPage, form: Form, *, status: int = 200
) -> HTMLResponse:
    return pages.render(request, template, page=VisitFormPage(form, found), status=status)


def _back(request: Request, application_id: int, notice: str) -> Response:
    return pages.redirect(request, "office_visits", application_id=application_id, notice=notice)
