"""Who of a shortlist comes when: a day's hours at once, one hour, and the list of each day."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import interview_hours
from app.actions.interview_hours import DayPlan, NewHour
from app.errors import Conflict, Invalid, NotFound
from app.i18n import language
from app.i18n.marks import N_
from app.queries.allowed import refuse_unless
from app.queries.interviews import Guest, StageInterviews, stage_interviews, stage_of_entry
from app.rules.permissions import Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, filled, read
from app.web.interview_days import Day, by_day
from app.web.step_forms import tried

router = APIRouter(prefix="/office")

TO = Permission.ASSIGN_ASSESSORS
LIST = "/stages/{stage_id:int}/interviews"
ONE = "/entries/{entry_id:int}/interview"
DAY_MINUTES = 24 * 60

_MINUTES = fields.number(
    "minutes",
    N_("Length in minutes"),
    minimum=5,
    maximum=DAY_MINUTES,
    missing=N_("Enter how long an interview takes"),
)
_PLACE = fields.text(
    "place",
    N_("Place or link"),
    hint=N_("A room with its address, or the address of a video call. The applicant gets it."),
    missing=N_("Enter the place or the link"),
)
PLAN = (
    fields.moment(
        "starts_at", N_("The first interview begins"), missing=N_("Enter when the first begins")
    ),
    _MINUTES,
    fields.number(
        "pause",
        N_("Pause between two, in minutes"),
        maximum=DAY_MINUTES,
        missing=N_("Enter the length of the pause, 0 for none"),
    ),
    fields.number(
        "at_most",
        N_("How many at most"),
        minimum=1,
        hint=N_("For example as many as fit into one day. Leave it empty to give hours to all."),
    ),
    _PLACE,
)
HOUR = (
    fields.moment("starts_at", N_("It begins"), missing=N_("Enter when it begins")),
    _MINUTES,
    _PLACE,
)
CHANGE = (
    *HOUR,
    fields.long_text(
        "reason",
        N_("Why does it change?"),
        hint=N_("The applicant reads it in the mail that tells the new hour."),
        missing=N_("Write why the hour changes. The applicant reads it."),
        max_words=100,
    ),
)


@dataclass(frozen=True, slots=True)
class InterviewsPage:
    """`form` is there for whoever may give hours while somebody has none."""

    stage: StageInterviews
    stage_title: str
    days: tuple[Day[Guest], ...]
    may_give: bool
    form: Form | None


@dataclass(frozen=True, slots=True)
class InterviewPage:
    stage: StageInterviews
    stage_title: str
    guest: Guest
    form: Form


@router.get(LIST)
def office_interviews(request: Request, reader: Reader, stage_id: int) -> HTMLResponse:
    return _show(request, reader, stage_id)


@router.post(LIST)
def office_interviews_plan(request: Request, posted: Posted, act: InAct, stage_id: int) -> Response:
    form = read(PLAN, posted)
    if not form.errors:
        try:
            done = interview_hours.plan(act, stage_id, form.into(DayPlan))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return pages.redirect(
                request,
                "office_interviews",
                stage_id=stage_id,
                notice=N_("Hours given and told by mail: {given}. Still without an hour: {left}."),
                notice_values={"given": done.given, "left": done.left},
            )
    return _show(request, act, stage_id, form, status=422)


@router.get(ONE)
def office_interview(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    stage, guest = _guest(reader, entry_id)
    refuse_unless(reader.actor, TO, stage.facts)
    if not stage.is_under_way or not guest.is_awaited:
        raise Conflict(N_("Nobody is awaited for this application any more."))
    return _show_one(request, stage, guest, filled(_fields(guest), _values(guest)))


@router.post(ONE)
def office_interview_change(
    request: Request, posted: Posted, act: InAct, entry_id: int
) -> Response:
    stage, guest = _guest(act, entry_id)
    form = read(_fields(guest), posted)
    wrong = tried(form, lambda: interview_hours.change(act, entry_id, _wanted(form)))
    if wrong is None:
        return pages.redirect(
            request,
            "office_interviews",
            stage_id=stage.stage_id,
            notice=N_("The hour is kept. The applicant and the panel are told by mail."),
        )
    return _show_one(request, stage, guest, wrong, status=422)


def _wanted(form: Form) -> NewHour:
    starts_at, minutes = form.values["starts_at"], form.values["minutes"]
    assert isinstance(starts_at, datetime)
    assert isinstance(minutes, int)
    reason = str(form.values.get("reason") or "")
    return NewHour(starts_at, minutes, str(form.values["place"]), reason)


def _guest(reader: Reader | InAct, entry_id: int) -> tuple[StageInterviews, Guest]:
    stage_id = stage_of_entry(reader.session, entry_id)
    stage = stage_interviews(reader.session, reader.actor, stage_id)
    guest = next((each for each in stage.guests if each.entry_id == entry_id), None)
    if guest is None:
        raise NotFound
    return stage, guest


def _fields(guest: Guest) -> tuple[fields.Field, ...]:
    return CHANGE if guest.hour else HOUR


def _values(guest: Guest) -> dict[str, object]:
    if guest.hour is None:
        return {}
    lasts = guest.hour.ends_at - guest.hour.starts_at
    return {
        "starts_at": guest.hour.starts_at,
        "minutes": int(lasts.total_seconds()) // 60,
        "place": guest.hour.place,
    }


def _show(
    request: Request,
    reader: Reader | InAct,
    stage_id: int,
    form: Form | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    stage = stage_interviews(reader.session, reader.actor, stage_id)
    may_give = stage.is_under_way and may(reader.actor, TO, stage.facts) is None
    if form is None and may_give and stage.without:
        # The first day is known; where the next ones go on, only the person knows.
        first = {} if stage.given else {"starts_at": stage.opens_at}
        form = filled(PLAN, {**first, "minutes": 30, "pause": 10})
    page = InterviewsPage(
        stage,
        said(stage.stage_title, language()),
        by_day(stage.given, lambda each: each.hour),
        may_give,
        form if may_give else None,
    )
    return pages.render(request, "office/interviews.html", page=page, status=status)


def _show_one(
    request: Request, stage: StageInterviews, guest: Guest, form: Form, *, status: int = 200
) -> HTMLResponse:
    page = InterviewPage(stage, said(stage.stage_title, language()), guest, form)
    return pages.render(request, "office/interview.html", page=page, status=status)
