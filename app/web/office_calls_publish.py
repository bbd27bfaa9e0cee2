"""From draft to public: look at the form and the points, publish, cancel, take the rules along."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls
from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_findings import findings_now
from app.queries.schemes import scheme_of
from app.rules.lifecycle import CALL
from app.rules.permissions import Permission
from app.rules.scheme_json import canonical, digest
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, read
from app.web.office_calls_draft import draft, must
from app.web.office_calls_findings import Told, told
from app.web.public_forms import StagePreview, stage_of, stage_preview
from app.web.public_rules import stage_view
from app.web.public_views import StageView

router = APIRouter(prefix="/calls/{call_id:int}")

CONFIRM = (
    fields.yes_no(
        "confirmed",
        N_("I have read the rules. They may be frozen and shown to everybody."),
        missing=N_("Tick the box to say that you have read the rules"),
    ),
    fields.hidden("seen"),
)
CANCEL = (
    fields.long_text(
        "reason",
        N_("Why is the call cancelled?"),
        hint=N_("Applicants will be told these words."),
        missing=N_("Enter why the call is cancelled"),
        max_words=300,
    ),
)


@dataclass(frozen=True, slots=True)
class PublishPage:
    call: CallPage
    form: Form
    digest: str
    told: tuple[Told, ...]

    @property
    def has_errors(self) -> bool:
        return any(each.is_error for each in self.told)


@dataclass(frozen=True, slots=True)
class CancelPage:
    call: CallPage
    form: Form


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """`form_of` and not `form`: it is looked at, not sent."""

    call: CallPage
    form_of: StagePreview


@dataclass(frozen=True, slots=True)
class GridPage:
    call: CallPage
    stage: StageView


@router.get("/publish")
def office_call_publish(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _show_publish(request, reader, call_id, blank(CONFIRM))


@router.post("/publish")
def office_call_publish_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(CONFIRM, posted)
    if not form.errors:
        try:
            calls.publish(act, call_id, seen=str(form.values["seen"] or ""))
        except Invalid:
            # The page lists every finding itself, each with the place that mends it.
            form = form.with_errors({"": N_("The call cannot be published yet. See below.")})
        else:
            # Without a competition the next question is who was invited, and who could not be.
            named = scheme_of(act.session, call_id).call.direct is not None
            return pages.redirect(
                request,
                "office_call_named" if named else "office_call",
                call_id=call_id,
                notice=N_("The call is published and its rules are frozen."),
            )
    return _show_publish(request, act, call_id, form, status=422)


def _show_publish(
    request: Request, reader: Read | Act, call_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    call = draft(reader, call_id, Permission.PUBLISH_CALL)
    name = digest(call.template)
    found = told(request, call, call.scheme, findings_now(reader.session, call, reader.now))
    page = PublishPage(call, form, name, found)
    return pages.render(request, "office/call_publish.html", page=page, status=status)


@router.get("/cancel")
def office_call_cancel(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.PUBLISH_CALL)
    return _show_cancel(request, call, blank(CANCEL))


@router.post("/cancel")
def office_call_cancel_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(CANCEL, posted)
    if form.errors:
        call = call_page(act.session, act.actor, call_id, act.now)
        return _show_cancel(request, call, form, status=422)
    calls.cancel(act, call_id, reason=str(form.values["reason"]))
    notice = N_("The call is cancelled.")
    return pages.redirect(request, "office_call", call_id=call_id, notice=notice)


def _show_cancel(request: Request, call: CallPage, form: Form, status: int = 200) -> HTMLResponse:
    if "cancel" not in CALL.events_from(call.state):
        raise Conflict(N_("This call can no longer be cancelled."))
    page = CancelPage(call, form)
    return pages.render(request, "office/call_cancel.html", page=page, status=status)


@router.get("/form/{stage_key}")
def office_call_form(
    request: Request, reader: Reader, call_id: int, stage_key: str
) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    page = PreviewPage(call, stage_preview(call.scheme, stage_key))
    return pages.render(request, "office/call_form.html", page=page)


@router.get("/grid/{stage_key}")
def office_call_grid(
    request: Request, reader: Reader, call_id: int, stage_key: str
) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    stage = stage_of(call.scheme, stage_key)
    number = call.scheme.stages.index(stage) + 1
    row = next((row for row in call.stages if row.key == stage_key), None)
    page = GridPage(call, stage_view(call.scheme, stage, number, row))
    return pages.render(request, "office/call_grid.html", page=page)


@router.get("/rules.json")
def office_call_rules(reader: Reader, call_id: int) -> Response:
    """Give the rules as they stand; of a published call the public has the same file."""
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    return Response(
        canonical(call.template),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{call.code}-rules.json"'},
    )
