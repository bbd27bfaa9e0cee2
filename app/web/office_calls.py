"""Calls for the people of the authority: list, start from a template, read, and what comes next."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls, stages
from app.actions.once import first_answer, once, remember
from app.actions.templates import library
from app.errors import Forbidden, Invalid
from app.i18n.marks import N_
from app.queries import calls as call_queries
from app.queries.calls import CallPage, OfficeLine
from app.queries.calls_findings import findings_now
from app.queries.calls_versions import VersionLine, version_lines
from app.rules.permissions import GRANTED, Permission
from app.web import (
    fields,
    office_calls_archive,
    office_calls_change,
    office_calls_correct,
    office_calls_letter,
    office_calls_publish,
    office_calls_rules,
    office_calls_stop,
    office_rounds,
    pages,
)
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, filled, new_key, read
from app.web.office_calls_findings import Told, told
from app.web.office_calls_steps import (
    NextStep,
    edit_links,
    lifecycle_steps,
    next_steps,
    set_again,
)
from app.web.parts import Step, Task
from app.web.public_rules import rules_view
from app.web.public_terms import words_of
from app.web.public_views import RulesView

router = APIRouter(prefix="/office")
router.include_router(office_calls_change.router)
router.include_router(office_calls_rules.router)
router.include_router(office_calls_letter.router)
router.include_router(office_calls_correct.router)
router.include_router(office_calls_stop.router)
router.include_router(office_calls_archive.router)
router.include_router(office_calls_publish.router)
router.include_router(office_rounds.router)

FILTER = (
    fields.text("words", N_("Search"), hint=N_("A word of the title or the code")),
    fields.choice(
        "state",
        N_("State"),
        (
            Option("draft", N_("Draft")),
            Option("upcoming", N_("Opens soon")),
            Option("open", N_("Open")),
            Option("suspended", N_("Suspended")),
            Option("closed", N_("Closed")),
            Option("announced", N_("Announced")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class CallsPage:
    filters: Form
    lines: tuple[OfficeLine, ...]
    may_start: bool
    is_filtered: bool


@dataclass(frozen=True, slots=True)
class NewCallPage:
    form: Form
    form_key: str


@dataclass(frozen=True, slots=True)
class NewCall:
    authority_id: str
    template_key: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class OfficeCallPage:
    """`told` is empty once the call is published: nothing can be mended any more."""

    call: CallPage
    rules: RulesView
    told: tuple[Told, ...]
    steps: tuple[Step, ...]
    next_steps: tuple[NextStep, ...]
    edits: dict[str, str]
    again: tuple[Task, ...]
    versions: tuple[VersionLine, ...]


@router.get("/calls")
def office_calls(request: Request, reader: Reader) -> HTMLResponse:
    filters = read(FILTER, request.query_params)
    words = str(filters.values["words"] or "")
    state = str(filters.values["state"] or "")
    lines = call_queries.call_list(
        reader.session, reader.actor, reader.now, words=words, state=state
    )
    page = CallsPage(filters, lines, _may_start(reader), bool(words or state))
    return pages.render(request, "office/calls.html", page=page)


@router.get("/calls/new")
def office_call_new(request: Request, reader: Reader) -> HTMLResponse:
    asked = _start_fields(call_queries.authorities(reader.session, reader.actor))
    # What leaves no choice is chosen already.
    only = {field.name: field.options[0].value for field in asked if len(field.options) == 1}
    page = NewCallPage(filled(asked, only), new_key())
    return pages.render(request, "office/call_new.html", page=page)


@router.post("/calls/new")
def office_call_create(request: Request, posted: Posted, act: InAct) -> Response:
    form = read(_start_fields(call_queries.authorities(act.session, act.actor)), posted)
    key = str(posted.get("form_key") or "")
    if not form.errors:
        try:
            call_id = _start(act, form.into(NewCall), key)
        except Invalid as problem:
            # The key is free again: what is sent next is another attempt, not a repetition.
            form, key = form.with_errors(problem.fields), new_key()
        else:
            notice = N_("The call is saved as a draft. Set its dates and its money next.")
            return pages.redirect(request, "office_call", call_id=call_id, notice=notice)
    return pages.render(request, "office/call_new.html", page=NewCallPage(form, key), status=422)


def _start(act: InAct, wanted: NewCall, key: str) -> int:
    """Start the call, once for a form that is sent twice."""
    # An empty answer is of a form that was refused; sent again, it is tried again.
    if not once(act, key) and (answer := first_answer(act, key)):
        return int(answer)
    call_id = calls.start(
        act,
        authority_id=int(wanted.authority_id),
        template_key=wanted.template_key,
        code=wanted.code,
        title=wanted.title,
    )
    remember(act, key, str(call_id))
    return call_id


@router.get("/calls/{call_id:int}")
def office_call(request: Request, act: InAct, call_id: int) -> HTMLResponse:
    """Show the call as one page. What the clock wanted to move since is moved first."""
    call = call_queries.call_page(act.session, act.actor, call_id, act.now)
    if stages.by_clock(act, call_id):
        call = call_queries.call_page(act.session, act.actor, call_id, act.now)
    found = findings_now(act.session, call, act.now) if call.is_draft else ()
    page = OfficeCallPage(
        call=call,
        rules=rules_view(call.scheme, call.stages),
        told=told(request, call, call.scheme, found),
        steps=lifecycle_steps(call),
        next_steps=next_steps(request, call, act.actor),
        edits=edit_links(request, call) if call.is_draft else {},
        again=set_again(request, call),
        versions=() if call.is_draft else version_lines(act.session, call_id),
    )
    return pages.render(request, "office/call.html", page=page)


def _may_start(reader: Reader) -> bool:
    return any(
        Permission.EDIT_CALL in GRANTED[grant.role]
        for grant in reader.actor.grants
        if grant.call_id is None
    )


def _start_fields(authorities: tuple[tuple[int, str], ...]) -> tuple[Field, ...]:
    if not authorities:
        raise Forbidden(N_("Only a fund manager can start a call."))
    named = tuple(Option(str(key), Verbatim(name)) for key, name in authorities)
    templates = tuple(
        Option(entry.key, Verbatim(words_of(entry.title)), Verbatim(words_of(entry.purpose)))
        for entry in library()
    )
    return (
        fields.one_of(
            "template_key",
            N_("Scheme template"),
            templates,
            hint=N_("Lots, forms, points and rules come from it. Dates and money are set next."),
            missing=N_("Choose a scheme template"),
        ),
        fields.choice(
            "authority_id",
            N_("Authority"),
            named,
            missing=N_("Choose the authority that publishes the call"),
        ),
        fields.text(
            "code",
            N_("Code of the call"),
            hint=N_("It stands in every reference, for example GRANTS-2027-01."),
            missing=N_("Enter a code"),
            max_length=40,
        ),
        fields.text(
            "title", N_("Title"), missing=N_("Enter the title of the call"), max_length=200
        ),
    )
