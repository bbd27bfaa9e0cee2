"""A corrigendum: begin it, see what it would change and what it costs, publish it or drop it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls_correct
from app.actions.act import Act
from app.actions.calls_correct import Correction
from app.errors import Invalid
from app.i18n import Said
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_correction import Standing, correction_findings, standing
from app.queries.calls_versions import VersionLine, version_lines
from app.rules.corrigendum import effect
from app.rules.lifecycle import CALL
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field
from app.web.forms import Form, Posted, filled, read
from app.web.office_calls_draft import must
from app.web.office_calls_findings import Told, one, topic_href
from app.web.office_calls_topics import LOTS, POLICY, WHOLE_CALL, topic_for
from app.web.public_versions import ChangeLine, change_lines

router = APIRouter(prefix="/calls/{call_id:int}")
_TAKES_APPLICATIONS = ("published", "suspended")

OPENING = fields.moment(
    "opens_at",
    N_("Opens"),
    hint=N_("It may move while it lies ahead; nobody gets less time to apply by it."),
)
PUBLISH = (
    fields.moment(
        "closes_at",
        N_("Deadline"),
        hint=N_("It may move later, never earlier. It holds for everybody."),
    ),
    fields.long_text(
        "reason",
        N_("Why is the call corrected?"),
        hint=N_("Everybody reads these words: on the public page and in a mail to who has begun."),
        missing=N_("Enter why the call is corrected. Everybody will read it."),
        max_words=300,
    ),
    fields.hidden("seen"),
)


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """Without a corrigendum in work `form` is None and only the beginning is offered."""

    call: CallPage
    form: Form | None
    lines: tuple[ChangeLine, ...]
    problems: tuple[Told, ...]
    topics: tuple[tuple[str, str], ...]
    versions: tuple[VersionLine, ...]
    begun: int
    can_begin: bool


@router.get("/correction")
def office_call_correction(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _show(request, reader, call_id)


@router.post("/correction/begin")
def office_call_correction_begin(request: Request, act: InAct, call_id: int) -> Response:
    calls_correct.prepare(act, call_id)
    notice = N_("The corrigendum is begun. Change what has to be changed, then publish it.")
    return pages.redirect(request, "office_call_correction", call_id=call_id, notice=notice)


@router.post("/correction/drop")
def office_call_correction_drop(request: Request, act: InAct, call_id: int) -> Response:
    calls_correct.drop(act, call_id)
    notice = N_("The corrigendum is dropped. The call stays as it is published.")
    return pages.redirect(request, "office_call", call_id=call_id, notice=notice)


@router.post("/correction")
def office_call_correction_publish(
    request: Request, posted: Posted, act: InAct, call_id: int
) -> Response:
    form = read(_asked(call_page(act.session, act.actor, call_id, act.now)), posted)
    opens_at, closes_at = _moment(form, "opens_at"), _moment(form, "closes_at")
    if not form.errors:
        wanted = Correction(
            str(form.values["reason"]), closes_at, str(form.values["seen"]) or None, opens_at
        )
        try:
            number = calls_correct.correct(act, call_id, wanted)
        except Invalid as problem:
            form = form.with_errors(_in_form(problem))
        else:
            return pages.redirect(
                request,
                "office_call",
                call_id=call_id,
                notice=N_(
                    "Version {number} is published. Whoever has begun to apply is told by mail."
                ),
                notice_values={"number": number},
            )
    return _show(request, act, call_id, form, (closes_at, opens_at), status=422)


def _asked(call: CallPage) -> tuple[Field, ...]:
    """Only dates that lie ahead can move: what has passed is not asked for."""
    if call.phase == "upcoming":
        return (OPENING, *PUBLISH)
    if call.state in _TAKES_APPLICATIONS:
        return PUBLISH
    return tuple(field for field in PUBLISH if field.name != "closes_at")


def _moment(form: Form, name: str) -> datetime | None:
    value = form.values.get(name)
    return value if isinstance(value, datetime) else None


def _in_form(problem: Invalid) -> dict[str, str | Said]:
    """Say at the fields what belongs there; the rest is listed with its places on the page."""
    own = {"opens_at", "closes_at", "reason"}
    said = {name: words for name, words in problem.fields.items() if name in own}
    if len(said) < len(problem.fields):
        said[""] = N_("The corrigendum cannot be published yet. See below.")
    return said


def _show(
    request: Request,
    reader: Read | Act,
    call_id: int,
    form: Form | None = None,
    dates: tuple[datetime | None, datetime | None] = (None, None),
    status: int = 200,
) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.EDIT_CALL)
    found = standing(reader.session, call_id, reader.now, *dates) if call.correction else None
    page = CorrectionPage(
        call=call,
        form=form or (_blank(call, found) if found else None),
        lines=_lines(found) if found else (),
        problems=_problems(request, call, found) if found else (),
        topics=_topics(request, call, call.working) if found else (),
        versions=version_lines(reader.session, call_id),
        begun=found.situation.begun if found else 0,
        can_begin="correct" in CALL.events_from(call.state),
    )
    return pages.render(request, "office/call_correction.html", page=page, status=status)


def _blank(call: CallPage, found: Standing) -> Form:
    known = {
        "opens_at": found.situation.opens_at,
        "closes_at": found.situation.closes_at,
        "seen": found.seen,
    }
    asked = _asked(call)
    return filled(asked, {each.name: known[each.name] for each in asked if each.name in known})


def _lines(found: Standing) -> tuple[ChangeLine, ...]:
    lines = change_lines(found.before, found.after, found.changes, found.title, found.summary)
    effects = ["clarifies"] * (len(lines) - len(found.changes))
    effects += [effect(change).value for change in found.changes]
    return tuple(line.judged(each) for line, each in zip(lines, effects, strict=True))


def _problems(request: Request, call: CallPage, found: Standing) -> tuple[Told, ...]:
    return tuple(
        one(request, call, found.after, message, is_error=True)
        for message in correction_findings(found)
    )


def _topics(request: Request, call: CallPage, scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """Return the pages on which a corrigendum is written, by title; at the end only money."""
    if call.state not in _TAKES_APPLICATIONS:
        return ((topic_for(scheme, LOTS).title, topic_href(request, call.id, LOTS)),)
    place = WHOLE_CALL.index(POLICY)
    stages = (f"stages/{number}" for number in range(len(scheme.stages)))
    keys = (*WHOLE_CALL[:place], *stages, *WHOLE_CALL[place:])
    basics = pages.url(request, "office_call_basics", call_id=call.id)
    return (
        (N_("Title and summary"), basics),
        *((topic_for(scheme, key).title, topic_href(request, call.id, key)) for key in keys),
    )
