"""Suspend a call and let it go on; copy a call as a new draft."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls_edit, calls_stop
from app.actions.act import Act
from app.actions.calls_stop import Deadline, Resumption
from app.actions.once import first_answer, once, remember
from app.errors import Conflict, Invalid
from app.i18n import format_datetime, ngettext, sentence
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_correction import current_deadline
from app.rules.lifecycle import CALL
from app.rules.permissions import Permission
from app.rules.suspension import days_lost, made_up
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, new_key, read
from app.web.office_calls_draft import must

router = APIRouter(prefix="/calls/{call_id:int}")

SUSPEND = (
    fields.long_text(
        "reason",
        N_("Why is the call suspended?"),
        hint=N_("These words stand on the public page and in a mail to everybody who has begun."),
        missing=N_("Enter why the call is suspended. Everybody will read it."),
        max_words=300,
    ),
)
CLONE = (
    fields.text(
        "code",
        N_("Code of the new call"),
        hint=N_("It stands in every reference, for example GRANTS-2027-01."),
        missing=N_("Enter a code"),
        max_length=40,
    ),
    fields.text("title", N_("Title"), missing=N_("Enter the title of the call"), max_length=200),
)


@dataclass(frozen=True, slots=True)
class StopPage:
    call: CallPage
    form: Form


@dataclass(frozen=True, slots=True)
class ResumePage:
    call: CallPage
    form: Form
    lost: str


@dataclass(frozen=True, slots=True)
class ClonePage:
    call: CallPage
    form: Form
    form_key: str


@router.get("/suspend")
def office_call_suspend(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _show_suspend(request, reader, call_id, blank(SUSPEND))


@router.post("/suspend")
def office_call_suspend_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(SUSPEND, posted)
    if form.errors:
        return _show_suspend(request, act, call_id, form, status=422)
    calls_stop.suspend(act, call_id, reason=str(form.values["reason"]))
    notice = N_("The call is suspended. Everybody who began was told why.")
    return pages.redirect(request, "office_call", call_id=call_id, notice=notice)


def _show_suspend(
    request: Request, reader: Read | Act, call_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    call = _call(reader, call_id, Permission.PUBLISH_CALL)
    if "suspend" not in CALL.events_from(call.state):
        raise Conflict(N_("Only a call that is published and takes applications can be suspended."))
    return pages.render(
        request, "office/call_suspend.html", page=StopPage(call, form), status=status
    )


@router.get("/resume")
def office_call_resume(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = _suspended(reader, call_id)
    form = filled(_resume_fields(call, reader.now), {"deadline": Deadline.MAKE_UP.value})
    return _show_resume(request, reader, call, form)


@router.post("/resume")
def office_call_resume_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    call = _suspended(act, call_id)
    form = read(_resume_fields(call, act.now), posted)
    if not form.errors:
        closes_at = form.values["closes_at"]
        wanted = Resumption(
            deadline=Deadline(str(form.values["deadline"])),
            reason=str(form.values["reason"]),
            closes_at=closes_at if isinstance(closes_at, datetime) else None,
        )
        try:
            calls_stop.resume(act, call_id, wanted)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            notice = N_("The call goes on. Everybody who began was told until when.")
            return pages.redirect(request, "office_call", call_id=call_id, notice=notice)
    return _show_resume(request, act, call, form, status=422)


def _show_resume(
    request: Request, reader: Read | Act, call: CallPage, form: Form, status: int = 200
) -> HTMLResponse:
    days = days_lost(call.stopped_at, reader.now) if call.stopped_at else 0
    lost = ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
    page = ResumePage(call, form, lost)
    return pages.render(request, "office/call_resume.html", page=page, status=status)


def _resume_fields(call: CallPage, now: datetime) -> tuple[Field, ...]:
    """Show each deadline as it would be, so that nobody has to compute it."""
    deadline = current_deadline(call.stages)
    options = []
    if deadline and call.stopped_at:
        moved = made_up(deadline, call.stopped_at, now)
        options.append(_option(Deadline.MAKE_UP, N_("Move it by the time lost: {when}"), moved))
        if deadline > now:
            options.append(_option(Deadline.KEEP, N_("Leave it as it was: {when}"), deadline))
        options.append(Option(Deadline.CHOOSE.value, N_("Choose another one, below")))
    else:
        options.append(Option(Deadline.KEEP.value, N_("No stage takes applications now")))
    return (
        fields.one_of("deadline", N_("Deadline"), options, missing=N_("Choose a deadline")),
        fields.moment("closes_at", N_("Another deadline")),
        fields.long_text(
            "reason",
            N_("What should people know?"),
            hint=N_("For example what was mended. The words stand in a mail to everybody."),
            missing=N_("Enter what people should know. Everybody will read it."),
            max_words=300,
        ),
    )


def _option(value: Deadline, marked: str, when: datetime) -> Option:
    return Option(value.value, Verbatim(sentence(marked, {"when": format_datetime(when)})))


@router.get("/clone")
def office_call_clone(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = _call(reader, call_id, Permission.EDIT_CALL)
    form = filled(CLONE, {"title": call.title})
    return _show_clone(request, ClonePage(call, form, new_key()))


@router.post("/clone")
def office_call_clone_do(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(CLONE, posted)
    key = str(posted.get("form_key") or "")
    if not form.errors:
        try:
            new_id = _cloned(act, call_id, form, key)
        except Invalid as problem:
            form, key = form.with_errors(problem.fields), new_key()
        else:
            notice = N_("The copy is a draft. Set its dates and look at its money next.")
            return pages.redirect(request, "office_call", call_id=new_id, notice=notice)
    call = _call(act, call_id, Permission.EDIT_CALL)
    return _show_clone(request, ClonePage(call, form, key or new_key()), status=422)


def _cloned(act: InAct, call_id: int, form: Form, key: str) -> int:
    """Copy the call, once for a form that is sent twice."""
    if key and not once(act, key) and (answer := first_answer(act, key)):
        return int(answer)
    code, title = str(form.values["code"]), str(form.values["title"])
    new_id = calls_edit.clone(act, call_id, code=code, title=title)
    if key:
        remember(act, key, str(new_id))
    return new_id


def _show_clone(request: Request, page: ClonePage, status: int = 200) -> HTMLResponse:
    return pages.render(request, "office/call_clone.html", page=page, status=status)


def _call(reader: Read | Act, call_id: int, to: Permission) -> CallPage:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, to)
    return call


def _suspended(reader: Read | Act, call_id: int) -> CallPage:
    call = _call(reader, call_id, Permission.PUBLISH_CALL)
    if call.state != "suspended":
        raise Conflict(N_("This call is not suspended. Somebody may have let it go on already."))
    return call
