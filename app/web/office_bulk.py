"""One deed for many applications: first a page that says which it touches, then the deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from app.actions import bulk
from app.actions.clarifications import Question
from app.errors import Forbidden, Invalid
from app.i18n import language
from app.i18n.marks import N_
from app.queries import assessing_people
from app.queries import bulk as reading
from app.queries.days_off import days_off
from app.queries.office_applications import CallHead, call_head
from app.queries.schemes import scheme_of
from app.rules.bulk import Deed, Plan, Row, plan
from app.rules.clarifying import earliest_reply_on
from app.rules.deadlines import ZONE
from app.rules.messages import Message
from app.rules.permissions import may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/office")

WORDS = {
    Deed.ADMIT: (N_("Admit"), N_("Admit these applications")),
    Deed.ASK: (N_("Ask all the same question"), N_("Ask these applicants")),
    Deed.REMIND: (N_("Remind of open questions"), N_("Remind these applicants")),
    Deed.ASSIGN: (N_("Assign assessors"), N_("Assign, turn by turn")),
}


@dataclass(frozen=True, slots=True)
class BulkPage:
    """`seen` are the rows that were shown as touched, with their version."""

    call: CallHead
    deed: str
    title: str
    button: str
    touched: tuple[Row, ...]
    left: tuple[tuple[Row, Message], ...]
    form: Form

    @property
    def seen(self) -> tuple[str, ...]:
        return tuple(f"{row.entry_id}:{row.version}" for row in self.touched)


@router.post("/calls/{call_id:int}/applications/bulk")
def office_bulk(request: Request, act: InAct, call_id: int, posted: Posted) -> Response:
    """Show what would be done; do it when that was seen."""
    call = call_head(act.session, act.actor, call_id)
    named = str(posted.get("deed") or "")
    if named not in set(Deed):
        return _back(request, call_id, N_("Choose what to do with the applications."))
    deed = Deed(named)
    if may(act.actor, bulk.PERMISSIONS[deed], call.facts) is not None:
        raise Forbidden(N_("Your role does not allow you to do this with applications."))
    if posted.get("action") == "do":
        return _do(request, act, call, deed, posted)
    keys = [int(key) for key in posted.getlist("entry") if isinstance(key, str) and key.isdecimal()]
    if not keys:
        return _back(request, call_id, N_("Tick the applications first, then choose what to do."))
    made = _plan(act, call, deed, keys)
    return _show(request, call, deed, made, _filled(request, act, call, deed, made))


def _do(request: Request, act: InAct, call: CallHead, deed: Deed, posted: FormData) -> Response:
    seen = _seen(posted)
    form = read(_fields(act, call, deed, _plan(act, call, deed, list(seen))), posted)
    if not form.errors:
        try:
            return _done(request, call, _deed(act, call, deed, seen, form))
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    made = _plan(act, call, deed, list(seen))
    return _show(request, call, deed, made, form, status=422)


def _deed(act: InAct, call: CallHead, deed: Deed, seen: Mapping[int, int], form: Form) -> Plan:
    if deed is Deed.ADMIT:
        return bulk.admit(act, call.id, seen)
    if deed is Deed.REMIND:
        return bulk.remind(act, call.id, seen)
    if deed is Deed.ASK:
        return bulk.ask(act, call.id, seen, form.into(Question))
    chosen = form.values["assessors"]
    people = [int(each) for each in chosen] if isinstance(chosen, tuple) else []
    return bulk.assign(act, call.id, seen, people)


def _done(request: Request, call: CallHead, made: Plan) -> Response:
    """Say how many were done, and by name which were left alone after all."""
    names = ", ".join(row.reference for row, _ in made.left)
    if not names:
        notice = N_("Done for applications: {done}.")
    else:
        notice = N_("Done for applications: {done}. Changed meanwhile and left alone: {names}.")
    return pages.redirect(
        request,
        "office_call_applications",
        call_id=call.id,
        notice=notice,
        notice_values={"done": len(made.touched), "names": names},
    )


def _plan(act: InAct, call: CallHead, deed: Deed, keys: Sequence[int]) -> Plan:
    to = bulk.PERMISSIONS[deed]
    return plan(deed, reading.rows_of(act.session, act.actor, call.id, keys, to, at=act.now))


def _seen(posted: FormData) -> dict[int, int]:
    found: dict[int, int] = {}
    for text in posted.getlist("seen"):
        key, _, version = str(text).partition(":")
        if key.isdecimal() and version.isdecimal():
            found[int(key)] = int(version)
    return found


def _filled(request: Request, act: InAct, call: CallHead, deed: Deed, made: Plan) -> Form:
    asked = _fields(act, call, deed, made)
    if deed is not Deed.ASK:
        return blank(asked)
    days = scheme_of(act.session, call.id).letters.clarification_reply_days
    today = request.state.received_at.astimezone(ZONE).date()
    holidays = days_off(act.session, call.id, today)
    return filled(asked, {"reply_on": earliest_reply_on(today, days, holidays)})


def _fields(act: InAct, call: CallHead, deed: Deed, made: Plan) -> tuple[Field, ...]:
    if deed is Deed.ASK:
        return _ask_fields(act, call, made)
    if deed is not Deed.ASSIGN:
        return ()
    people = assessing_people.assessors_of(act.session, call.id)
    options = [Option(str(each.user_id), Verbatim(each.name)) for each in people]
    missing = N_("Choose at least one assessor")
    return (fields.several("assessors", N_("Assessors"), options, missing=missing),)


def _ask_fields(act: InAct, call: CallHead, made: Plan) -> tuple[Field, ...]:
    """Items that every chosen application has on its list: those of the stages they are in."""
    scheme = scheme_of(act.session, call.id)
    stages = {row.stage_key for row in made.touched}
    shown = [stage for stage in scheme.stages if stage.key in stages]
    options = [
        Option(item.key, Verbatim(said(item.question, language())))
        for item in (shown[0].checklist if shown else ())
        if item.clarifiable and all(item.key in {i.key for i in s.checklist} for s in shown)
    ]
    return (
        fields.several(
            "items",
            N_("What is the question about?"),
            options,
            missing=N_("Choose the items that the question is about."),
        ),
        fields.long_text(
            "question",
            N_("Question, as the applicants will read it"),
            hint=N_("Ask exactly what is unclear. Do not ask for anything that improves it."),
            missing=N_("Write the question as the applicant will read it."),
            max_length=4000,
        ),
        fields.date_of("reply_on", N_("Last day for the answer"), missing=N_("Enter the last day")),
    )


def _show(
    request: Request, call: CallHead, deed: Deed, made: Plan, form: Form, *, status: int = 200
) -> HTMLResponse:
    title, button = WORDS[deed]
    page = BulkPage(call, deed.value, title, button, made.touched, made.left, form)
    return pages.render(request, "office/bulk.html", page=page, status=status)


def _back(request: Request, call_id: int, notice: str) -> Response:
    return pages.redirect(request, "office_call_applications", call_id=call_id, notice=notice)
