"""Own applications: the list, beginning one, what is missing, what was sent in, taking back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import applications as deeds
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import (
    applications_begin,
    applications_case,
    applications_list,
    applications_receipts,
    interviews,
)
from app.queries.applications import Entry, entry_of, is_open
from app.queries.applications_begin import Beginning
from app.queries.applications_list import OwnApplication, OwnLine, StageLine
from app.queries.applications_receipts import SentIn
from app.rules import lifecycle
from app.rules.interviews import Hour
from app.rules.readiness import Part, PartKind, PartState, readiness
from app.rules.scheme_money import Lot
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, filled, read
from app.web.parts import Task

router = APIRouter(prefix="/applications")

REASON = (
    fields.long_text(
        "reason", N_("Why do you withdraw it?"), hint=N_("For your own file."), max_words=100
    ),
)
FROM_TO = N_("Grant: {least} to {most}, {least_percent} % to {most_percent} % of the costs.")
UP_TO = N_("Grant: {least} or more, {least_percent} % to {most_percent} % of the costs.")
TASK_STATES = {
    PartState.COMPLETE: "done",
    PartState.INCOMPLETE: "incomplete",
    PartState.NOT_STARTED: "not_started",
}


@dataclass(frozen=True, slots=True)
class ListPage:
    """Each line with the title of its stage and what is left of the time."""

    lines: tuple[tuple[OwnLine, str, str], ...]
    has_organisation: bool


@dataclass(frozen=True, slots=True)
class BeginPage:
    form: Form
    call: Beginning
    lots: tuple[Lot, ...]
    language: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Either a draft with its tasks, or what has been sent in so far."""

    own: OwnApplication
    stages: tuple[tuple[StageLine, str], ...]
    entry: Entry | None
    tasks: tuple[Task, ...]
    done: int
    ready: bool
    is_open: bool
    time_left: str
    may_begin_next: bool
    may_withdraw: bool
    next_title: str
    sent: tuple[SentIn, ...]
    may_take_back: bool
    hour: Hour | None


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    form: Form
    own: OwnApplication


@router.get("")
def applicant_start(request: Request, reader: Reader) -> HTMLResponse:
    lines = applications_list.own_applications(reader.session, reader.actor, reader.now)
    told = tuple(
        (
            line,
            said(line.stage_title, i18n.language()),
            time_left(line.closes_at, reader.now) if line.closes_at else "",
        )
        for line in lines
    )
    page = ListPage(told, bool(reader.actor.organisation_ids))
    return pages.render(request, "applicant/applications.html", page=page)


@router.get("/new/{call_id:int}")
def applicant_begin(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = applications_begin.beginning(reader.session, reader.actor, call_id)
    given: dict[str, object] = {}
    if len(call.organisations) == 1:
        given["organisation"] = str(call.organisations[0].organisation_id)
    if len(call.scheme.lots) == 1:
        given["lot"] = call.scheme.lots[0].code
    return _begin_page(request, call, filled(begin_fields(call), given), reader.now)


@router.post("/new/{call_id:int}")
def applicant_begin_now(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    call = applications_begin.beginning(act.session, act.actor, call_id)
    form = read(begin_fields(call), posted)
    if not form.errors:
        try:
            key = deeds.begin(
                act,
                call_id=call_id,
                lot_code=str(form.values["lot"]),
                organisation_id=int(str(form.values["organisation"])),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return pages.redirect(
                request,
                "applicant_application",
                application_id=key,
                notice=N_("Your application is begun. Nobody but your organisation sees it yet."),
            )
    return _begin_page(request, call, form, act.now)


def begin_fields(call: Beginning) -> tuple[Field, ...]:
    language = i18n.language()
    lots = [
        Option(
            lot.code,
            Verbatim(f"{lot.code}: {said(lot.title, language)}"),
            _about(lot, call.scheme.currency),
        )
        for lot in call.scheme.lots
    ]
    own = [Option(str(each.organisation_id), Verbatim(each.name)) for each in call.organisations]
    return (
        fields.one_of(
            "organisation",
            N_("Which organisation applies?"),
            own,
            missing=N_("Choose the organisation that applies"),
        ),
        fields.one_of("lot", N_("Which lot?"), lots, missing=N_("Choose one of the lots")),
    )


def _about(lot: Lot, currency: str) -> Verbatim:
    """Say what the lot is for and what may be asked for in it."""
    values: dict[str, object] = {
        "least_cents": lot.min_grant_cents,
        "most_cents": lot.max_grant_cents,
        "currency": currency,
        "least_percent": lot.min_rate_percent,
        "most_percent": lot.max_rate_percent,
    }
    limits = UP_TO if lot.max_grant_cents is None else FROM_TO
    about = said(lot.description, i18n.language())
    return Verbatim(f"{about} {i18n.sentence(limits, values)}".strip())


def _begin_page(request: Request, call: Beginning, form: Form, now: datetime) -> HTMLResponse:
    page = BeginPage(
        form=form,
        call=call,
        lots=call.scheme.lots,
        language=i18n.language(),
        is_open=is_open(call.state, call.opens_at, call.closes_at, now),
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/begin.html", page=page, status=status)


@router.get("/{application_id:int}")
def applicant_application(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    own = applications_list.own_application(reader.session, reader.actor, application_id)
    entry = None
    last = own.stages[-1]
    if last.entry_state == "open":
        entry = entry_of(
            reader.session, reader.actor, application_id, last.stage_key, scheme=own.scheme
        )
    sent: tuple[SentIn, ...] = ()
    if any(stage.received_at for stage in own.stages):
        sent = applications_receipts.sent_in(reader.session, reader.actor, application_id)
    hour = None
    if own.interview is not None:
        key = own.interview.stage_key
        hour = interviews.hour_of(reader.session, reader.actor, application_id, key)
    page = _application_page(request, own, entry, sent, reader.now, hour)
    return pages.render(request, "applicant/application.html", page=page)


def _application_page(
    request: Request,
    own: OwnApplication,
    entry: Entry | None,
    sent: tuple[SentIn, ...],
    now: datetime,
    hour: Hour | None,
) -> ApplicationPage:
    parts = readiness(applications_case.case_of(entry)) if entry else ()
    done = sum(part.state is PartState.COMPLETE for part in parts)
    language = i18n.language()
    titles = {stage.key: said(stage.title, language) for stage in own.scheme.stages}
    return ApplicationPage(
        own=own,
        stages=tuple((stage, titles[stage.stage_key]) for stage in own.stages),
        entry=entry,
        tasks=tuple(_task(request, entry, part) for part in parts) if entry else (),
        done=done,
        ready=done == len(parts),
        is_open=entry is not None and entry.takes_applications(now),
        time_left=time_left(entry.closes_at, now) if entry and entry.closes_at else "",
        may_begin_next=own.may_begin_next(now),
        may_withdraw="withdraw" in lifecycle.APPLICATION.events_from(own.state),
        next_title=titles.get(own.next_stage.stage_key, "") if own.next_stage else "",
        sent=sent,
        may_take_back=own.may_take_back(now),
        hour=hour,
    )


def _task(request: Request, entry: Entry, part: Part) -> Task:
    title, href = part_place(request, entry, part)
    return Task(title, href, TASK_STATES[part.state], _missing(part))


def part_place(request: Request, entry: Entry, part: Part) -> tuple[str, str]:
    """Return the title of a part of the form, and the address where it is filled in."""
    routes = {
        PartKind.SECTION: ("applicant_section", said(part.title, i18n.language())),
        PartKind.BUDGET: ("applicant_budget", i18n.gettext("Budget")),
        PartKind.DOCUMENTS: ("applicant_documents", i18n.gettext("Documents")),
    }
    route, title = routes[part.kind]
    more: dict[str, Any] = {"section_key": part.key} if part.key else {}  # Any: parts of a path
    return title, pages.url(
        request, route, application_id=entry.application_id, stage_key=entry.stage_key, **more
    )


def _missing(part: Part) -> str:
    """Say what is missing: the one thing in words, several by their number."""
    if not part.begun or not part.messages:
        return ""
    if part.kind is not PartKind.SECTION:
        return i18n.text(part.messages[0])
    number = len(part.messages)
    return i18n.ngettext("%(num)s answer is missing", "%(num)s answers are missing", number) % {
        "num": number
    }


def time_left(closes_at: datetime, now: datetime) -> str:
    """Say how long a draft can still be sent in: days, then hours, then minutes."""
    left = closes_at - now
    if left < timedelta(0):
        return ""
    for unit, one, many in (
        (timedelta(days=1), N_("%(num)s day left"), N_("%(num)s days left")),
        (timedelta(hours=1), N_("%(num)s hour left"), N_("%(num)s hours left")),
        (timedelta(minutes=1), N_("%(num)s minute left"), N_("%(num)s minutes left")),
    ):
        if left >= unit * 2 or unit == timedelta(minutes=1):
            number = left // unit
            return i18n.ngettext(one, many, number) % {"num": number}
    raise AssertionError("minutes end the list")


@router.post("/{application_id:int}/next")
def applicant_begin_next(request: Request, act: InAct, application_id: int) -> Response:
    deeds.begin_next_stage(act, application_id)
    return pages.redirect(request, "applicant_application", application_id=application_id)


@router.get("/{application_id:int}/withdraw")
def applicant_withdraw(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    own = applications_list.own_application(reader.session, reader.actor, application_id)
    page = WithdrawPage(filled(REASON, {}), own)
    return pages.render(request, "applicant/withdraw.html", page=page)


@router.post("/{application_id:int}/withdraw")
def applicant_withdraw_now(
    request: Request, posted: Posted, act: InAct, application_id: int
) -> Response:
    form = read(REASON, posted)
    own = applications_list.own_application(act.session, act.actor, application_id)
    if form.errors:
        page = WithdrawPage(form, own)
        return pages.render(request, "applicant/withdraw.html", page=page, status=422)
    deeds.withdraw(act, application_id, reason=str(form.values["reason"]))
    return pages.redirect(
        request, "applicant_start", notice=N_("{reference} is withdrawn."),
        notice_values={"reference": own.reference},
    )  # fmt: skip
