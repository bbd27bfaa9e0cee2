"""Questions to applicants in the office: ask, remind, take back, read; and the refusal later."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import clarifications, clarifications_paper, judgements
from app.actions.judgements import Refusal
from app.errors import Conflict, Forbidden, Invalid
from app.i18n import language, text
from app.i18n.marks import N_
from app.queries import clarifications as reading
from app.queries.checks import EntryCheck, entry_check
from app.queries.days_off import days_off
from app.rules.clarifying import earliest_reply_on
from app.rules.deadlines import ZONE
from app.rules.eligibility import Result
from app.rules.permissions import Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.downloads import download
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, read
from app.web.ranking_deeds import REASON

router = APIRouter(prefix="/office")

ASK = "/entries/{entry_id:int}/clarifications/new"
BACK = "/clarifications/{clarification_id:int}/take-back"
LATER = "/entries/{entry_id:int}/ineligible"


@dataclass(frozen=True, slots=True)
class AskPage:
    """Without a form nothing can be asked now; `not_yet` says why."""

    check: EntryCheck
    stage_title: str
    form: Form | None
    days: int
    not_yet: str = ""


@dataclass(frozen=True, slots=True)
class BackPage:
    check: EntryCheck
    question: reading.Question
    form: Form


@dataclass(frozen=True, slots=True)
class LaterPage:
    check: EntryCheck
    form: Form


@router.get(ASK)
def office_clarification_new(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    check = _allowed(reader, entry_id)
    not_yet = check.not_yet(request.state.received_at)
    if not_yet is not None:
        return _show_ask(request, check, None, status=409, not_yet=text(not_yet))
    days = check.entry.scheme.letters.clarification_reply_days
    today = request.state.received_at.astimezone(ZONE).date()
    unclear = [each for each in check.items if each.result == Result.TO_CLARIFY.value]
    stored = {
        "items": tuple(each.item.key for each in unclear),
        "question": "\n\n".join(dict.fromkeys(each.reason for each in unclear)),
        "reply_on": earliest_reply_on(
            today, days, days_off(reader.session, check.entry.call_id, today)
        ),
    }
    return _show_ask(request, check, filled(_ask_fields(check), stored))


@router.post(ASK)
def office_clarification_ask(
    request: Request, act: InAct, entry_id: int, posted: Posted
) -> Response:
    check = _allowed(act, entry_id)
    form = read(_ask_fields(check), posted)
    if not form.errors:
        try:
            clarifications.ask(act, entry_id, form.into(clarifications.Question))
            notice = N_("The question is asked. The applicant has a mail; the letter is printed.")
            return pages.redirect(request, "office_check", entry_id=entry_id, notice=notice)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    return _show_ask(request, check, form, status=422)


@router.post("/clarifications/{clarification_id:int}/remind")
def office_clarification_remind(request: Request, act: InAct, clarification_id: int) -> Response:
    entry_id = reading.entry_of(act.session, clarification_id)
    _allowed(act, entry_id)
    clarifications.remind(act, clarification_id)
    notice = N_("The applicant is reminded by mail.")
    return pages.redirect(request, "office_check", entry_id=entry_id, notice=notice)


@router.get(BACK)
def office_clarification_back(
    request: Request, reader: Reader, clarification_id: int
) -> HTMLResponse:
    page = _back_page(reader, clarification_id, blank((REASON,)))
    return pages.render(request, "office/clarification_back.html", page=page)


@router.post(BACK)
def office_clarification_take_back(
    request: Request, act: InAct, clarification_id: int, posted: Posted
) -> Response:
    form = read((REASON,), posted)
    page = _back_page(act, clarification_id, form)
    if form.errors:
        return pages.render(request, "office/clarification_back.html", page=page, status=422)
    clarifications.take_back(act, clarification_id, reason=str(form.values["reason"]))
    notice = N_("The question is taken back, and the applicant told.")
    return pages.redirect(
        request, "office_check", entry_id=page.check.entry.entry_id, notice=notice
    )


@router.post("/clarifications/{clarification_id:int}/retry")
def office_clarification_retry(request: Request, act: InAct, clarification_id: int) -> Response:
    _allowed(act, reading.entry_of(act.session, clarification_id))
    entry_id = clarifications_paper.retry(act, clarification_id)
    notice = N_("The letter is printed again.")
    return pages.redirect(request, "office_check", entry_id=entry_id, notice=notice)


@router.get("/clarifications/{clarification_id:int}.pdf")
def office_clarification_pdf(
    request: Request, reader: Reader, clarification_id: int
) -> StreamingResponse:
    found = reading.letter(reader.session, reader.actor, clarification_id, own=False)
    return download(
        request, sha256=found.sha256, filename=found.filename, media_type=found.media_type
    )


@router.get("/clarification-files/{key:int}")
def office_clarification_file(request: Request, reader: Reader, key: int) -> StreamingResponse:
    found = reading.answer_file(reader.session, reader.actor, key, own=False)
    return download(
        request, sha256=found.sha256, filename=found.filename, media_type=found.media_type
    )


@router.get(LATER)
def office_ineligible(request: Request, reader: Reader, entry_id: int) -> HTMLResponse:
    check = _admitted(reader, entry_id)
    return _show_later(request, check, blank(_later_fields(check)))


@router.post(LATER)
def office_ineligible_do(request: Request, act: InAct, entry_id: int, posted: Posted) -> Response:
    check = _admitted(act, entry_id)
    form = read(_later_fields(check), posted)
    if not form.errors:
        try:
            judgements.find_ineligible_later(act, entry_id, form.into(Refusal))
            notice = N_("The application is found ineligible. Its letter leaves with the others.")
            return pages.redirect(request, "office_check", entry_id=entry_id, notice=notice)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    return _show_later(request, check, form, status=422)


def _allowed(reader: Reader | InAct, entry_id: int) -> EntryCheck:
    check = entry_check(reader.session, reader.actor, entry_id)
    if may(reader.actor, Permission.CHECK_APPLICATION, check.facts) is not None:
        raise Forbidden(N_("Your role does not allow you to check applications."))
    return check


def _admitted(reader: Reader | InAct, entry_id: int) -> EntryCheck:
    check = _allowed(reader, entry_id)
    if check.entry.state != "admitted":
        raise Conflict(N_("Only an admitted application without an agreed score is refused here."))
    return check


def _back_page(reader: Reader | InAct, clarification_id: int, form: Form) -> BackPage:
    check = _allowed(reader, reading.entry_of(reader.session, clarification_id))
    question = next(each for each in check.questions if each.id == clarification_id)
    return BackPage(check, question, form)


def _show_ask(
    request: Request,
    check: EntryCheck,
    form: Form | None,
    *,
    status: int = 200,
    not_yet: str = "",
) -> HTMLResponse:
    days = check.entry.scheme.letters.clarification_reply_days
    page = AskPage(check, said(check.stage.title, language()), form, days, not_yet)
    return pages.render(request, "office/clarification_new.html", page=page, status=status)


def _show_later(
    request: Request, check: EntryCheck, form: Form, *, status: int = 200
) -> HTMLResponse:
    page = LaterPage(check, form)
    return pages.render(request, "office/ineligible.html", page=page, status=status)


def _ask_fields(check: EntryCheck) -> tuple[Field, ...]:
    options = [
        Option(each.item.key, Verbatim(said(each.item.question, language())))
        for each in check.items
        if each.item.clarifiable
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
            N_("Question, as the applicant will read it"),
            hint=N_("Ask exactly what is unclear. Do not ask for anything that improves it."),
            missing=N_("Write the question as the applicant will read it."),
            max_length=4000,
        ),
        fields.date_of("reply_on", N_("Last day for the answer"), missing=N_("Enter the last day")),
    )


def _later_fields(check: EntryCheck) -> tuple[Field, ...]:
    scheme, words = check.entry.scheme, language()
    conditions = {each.key: said(each.question, words) for each in scheme.eligibility}
    for stage in scheme.stages:
        conditions |= {item.key: said(item.question, words) for item in stage.checklist}
    options = [Option("", N_("Choose")), *(Option(k, Verbatim(t)) for k, t in conditions.items())]
    return (
        fields.choice(
            "key", N_("Condition that is not met"), options, missing=N_("Choose the condition")
        ),
        fields.text(
            "document",
            N_("Document that shows it"),
            hint=N_("For example: certificate of the tax administration of 12 August 2026"),
            missing=N_("Name the document that shows it."),
            max_length=300,
        ),
        fields.long_text(
            "finding",
            N_("What was found, as the applicant will read it"),
            missing=N_("Write what was found, as the applicant will read it."),
            max_length=2000,
        ),
        fields.long_text("reason", N_("About the whole, if there is more to say"), max_length=2000),
        fields.date_of(
            "heard_by",
            N_("Last day to be heard"),
            hint=N_("Only where exclusion is meant: until then the applicant may answer to it."),
        ),
    )
