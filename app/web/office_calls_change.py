"""Forms by which a fund manager changes a draft: basics and dates; later the dates of a stage."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import calls, stages
from app.actions.act import Act
from app.errors import Invalid, NotFound
from app.i18n import sentence
from app.i18n.marks import N_
from app.queries.calls import CallPage, call_page
from app.queries.calls_findings import findings_now
from app.queries.stages import StageRow
from app.rules.call_clock import days_after
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field
from app.web.forms import Form, Posted, filled, read
from app.web.office_calls_draft import (
    ChangePage,
    Difference,
    changeable,
    differences,
    draft,
    must,
    saved,
    version_of,
    with_version,
)
from app.web.office_calls_findings import told
from app.web.public_terms import words_of

router = APIRouter(prefix="/calls/{call_id:int}")

BASICS = (
    fields.text(
        "code",
        N_("Code of the call"),
        hint=N_("It stands in every reference, for example GRANTS-2027-01."),
        missing=N_("Enter a code"),
        max_length=40,
    ),
    fields.text("title", N_("Title"), missing=N_("Enter the title of the call"), max_length=200),
    fields.long_text(
        "summary",
        N_("Summary"),
        hint=N_("Two or three sentences for the list of calls and the top of its page."),
        max_words=120,
    ),
    fields.hidden("version"),
)
DATES = (
    fields.moment(
        "opens_at",
        N_("Opens"),
        hint=N_("For example 2 2 2027, 9:00. If it has passed, the call opens when published."),
        missing=N_("Enter when the call opens"),
    ),
    fields.moment(
        "closes_at",
        N_("Closes"),
        hint=N_("The last instant at which an application is in time. 24:00 is the day's end."),
        missing=N_("Enter when the call closes"),
    ),
    fields.date_of(
        "reserve_valid_until",
        N_("Reserve list valid until"),
        hint=N_("After this day no application of the reserve list can be awarded."),
    ),
    fields.hidden("version"),
)
STAGE_DATES = (
    fields.moment("opens_at", N_("Opens"), missing=N_("Enter when the stage opens")),
    fields.moment("closes_at", N_("Closes"), missing=N_("Enter when the stage closes")),
)


@dataclass(frozen=True, slots=True)
class Dates:
    opens_at: datetime
    closes_at: datetime
    reserve_valid_until: date | None
    version: str


@dataclass(frozen=True, slots=True)
class StageDates:
    opens_at: datetime
    closes_at: datetime


@router.get("/basics")
def office_call_basics(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = changeable(reader, call_id)
    return _show_basics(request, ChangePage(call, _basics(call)))


@router.post("/basics")
def office_call_basics_save(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    call = changeable(act, call_id)
    form = read(_basics_fields(call), posted)
    theirs: tuple[Difference, ...] = ()
    if not form.errors:
        try:
            calls.change_basics(
                act,
                call_id,
                code=str(form.values.get("code", call.code)),
                title=str(form.values["title"]),
                summary=str(form.values["summary"]),
                version=version_of(str(form.values["version"])),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
            theirs = _theirs(problem, form, _basics(call))
        else:
            return saved(request, call)
    return _show_basics(request, ChangePage(call, with_version(form, call), theirs=theirs), 422)


def _show_basics(request: Request, page: ChangePage, status: int = 200) -> HTMLResponse:
    return pages.render(request, "office/call_basics.html", page=page, status=status)


def _basics(call: CallPage) -> Form:
    told = call.correction or {"title": call.title, "summary": call.summary}
    values = {**told, "code": call.code, "version": str(call.version)}
    asked = _basics_fields(call)
    return filled(asked, {field.name: values[field.name] for field in asked})


def _basics_fields(call: CallPage) -> tuple[Field, ...]:
    """The code of a published call stands in references that people hold."""
    return tuple(field for field in BASICS if call.is_draft or field.name != "code")


def _theirs(problem: Invalid, form: Form, saved_now: Form) -> tuple[Difference, ...]:
    changed = calls.CHANGED in problem.fields.values()
    return differences(form, saved_now) if changed else ()


@router.get("/dates")
def office_call_dates(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = draft(reader, call_id)
    return _show_dates(request, reader, call, _dates(call))


@router.post("/dates")
def office_call_dates_save(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    form = read(DATES, posted)
    call = draft(act, call_id)
    theirs: tuple[Difference, ...] = ()
    if not form.errors:
        wanted = form.into(Dates)
        try:
            calls.change_dates(
                act,
                call_id,
                opens_at=wanted.opens_at,
                closes_at=wanted.closes_at,
                reserve_valid_until=wanted.reserve_valid_until,
                version=version_of(wanted.version),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
            theirs = _theirs(problem, form, _dates(call))
        else:
            return saved(request, call)
    return _show_dates(request, act, call, with_version(form, call), theirs, status=422)


def _dates(call: CallPage) -> Form:
    return filled(
        DATES,
        {
            "opens_at": call.opens_at,
            "closes_at": call.closes_at,
            "reserve_valid_until": call.reserve_valid_until,
            "version": str(call.version),
        },
    )


def _show_dates(
    request: Request,
    reader: Read | Act,
    call: CallPage,
    form: Form,
    theirs: tuple[Difference, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    days = call.scheme.call.min_days
    hint = ""
    if days:
        values = {"days": days, "earliest_on": days_after(reader.now, days).date()}
        hint = sentence(
            N_(
                "The template asks for at least {days} days from publication: published today, "
                "the call can close on {earliest_on} at the earliest."
            ),
            values,
        )
    found = told(request, call, call.scheme, findings_now(reader.session, call, reader.now))
    mine = tuple(each for each in found if each.href.endswith("/dates"))
    page = ChangePage(call, form, mine, hint, theirs)
    return pages.render(request, "office/call_dates.html", page=page, status=status)


@router.get("/stages/{stage_id:int}/dates")
def office_stage_dates(
    request: Request, reader: Reader, call_id: int, stage_id: int
) -> HTMLResponse:
    call = call_page(reader.session, reader.actor, call_id, reader.now)
    must(reader, call, Permission.EDIT_CALL)
    row = _stage_row(call, stage_id)
    values = {"opens_at": row.opens_at, "closes_at": row.closes_at}
    return _show_stage(request, call, row, filled(STAGE_DATES, values))


@router.post("/stages/{stage_id:int}/dates")
def office_stage_dates_save(
    request: Request, posted: Posted, act: InAct, call_id: int, stage_id: int
) -> Response:
    call = call_page(act.session, act.actor, call_id, act.now)
    form = read(STAGE_DATES, posted)
    if not form.errors:
        wanted = form.into(StageDates)
        try:
            stages.set_dates(act, stage_id, opens_at=wanted.opens_at, closes_at=wanted.closes_at)
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return saved(request, call)
    return _show_stage(request, call, _stage_row(call, stage_id), form, status=422)


def _show_stage(
    request: Request, call: CallPage, row: StageRow, form: Form, status: int = 200
) -> HTMLResponse:
    rules = call.scheme.stage(row.key)
    page = ChangePage(call, form, stage_title=words_of(rules.title))
    days = rules.deadline_days or 0
    return pages.render(
        request, "office/stage_dates.html", page=page, status=status, promised_days=days
    )


def _stage_row(call: CallPage, stage_id: int) -> StageRow:
    found = next((row for row in call.stages if row.id == stage_id), None)
    if found is None:
        raise NotFound
    return found
