"""The office's list of applications, one application with all that was sent in, its files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import StreamingResponse

from app import registers
from app.actions.bulk import PERMISSIONS
from app.i18n import gettext, language
from app.i18n.marks import N_
from app.queries import office_applications as listing
from app.queries import office_applications_one as one
from app.queries import office_files
from app.queries.office_applications import ListFilter
from app.queries.office_applications_choices import Choices, choices
from app.queries.office_applications_one import OfficeApplication, SentStage
from app.rules.applicants import ApplicantType, type_name
from app.rules.bulk import Deed
from app.rules.eligibility import EligibilityFinding, findings
from app.rules.eligibility_facts import eligibility_facts
from app.rules.lifecycle import APPLICATION
from app.rules.messages import Message
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_form import JudgedBy
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import Reader
from app.web.downloads import download
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, read
from app.web.office_bulk import WORDS
from app.web.office_trail import trail_items
from app.web.parts import Column, Crumb, Event, Paging, StoredFile, paging
from app.web.public_links import href
from app.web.read_answers import ReadBudget, ReadSection, read_answer, read_budget
from app.web.report_asked import ADD_ALL
from app.web.states import shown_state

router = APIRouter(prefix="/office")

_NEVER_LISTED = frozenset({"draft"})


@dataclass(frozen=True, slots=True)
class ListPage:
    """`filters` and not `form`: a search that finds nothing is no mistake."""

    call: listing.CallHead | None
    filters: Form
    found: listing.ApplicationList
    paging: Paging
    heads: tuple[Column, ...]
    crumbs: tuple[Crumb, ...]
    stage_titles: Mapping[str, str]
    deeds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage as it was received, ready to be read."""

    sent: SentStage
    title: str
    has_grid: bool
    has_checklist: bool
    sections: tuple[ReadSection, ...]
    budget: ReadBudget | None
    rate_percent: Fraction | None
    files: tuple[tuple[str, tuple[StoredFile, ...]], ...]
    why: Message | None


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    application: OfficeApplication
    applicant_type: Message | str
    region: str
    stages: tuple[StageView, ...]
    eligibility: tuple[tuple[str, EligibilityFinding], ...]
    trail: tuple[Event, ...]
    links: tuple[tuple[str, str], ...]


@router.get("/applications")
def office_applications(request: Request, reader: Reader) -> HTMLResponse:
    return _list(request, reader, None)


@router.get("/calls/{call_id:int}/applications")
def office_call_applications(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _list(request, reader, listing.call_head(reader.session, reader.actor, call_id))


@router.get("/applications/{application_id:int}")
def office_application(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    found = one.office_application(reader.session, reader.actor, application_id)
    card = found.organisation
    known = card.applicant_type in ApplicantType.__members__
    page = ApplicationPage(
        application=found,
        applicant_type=type_name(card.applicant_type) if known else card.applicant_type,
        region=_regions().get(found.region, found.region),
        stages=tuple(_stage(request, found, sent) for sent in found.stages),
        eligibility=_eligibility(found),
        trail=trail_items(found),
        links=tuple(_links(request, found, reader.actor)),
    )
    return pages.render(request, "office/application.html", page=page)


@router.get("/files/{attachment_id:int}")
def office_file(request: Request, reader: Reader, attachment_id: int) -> StreamingResponse:
    """Send a file of an application that was sent in to staff who may see it."""
    file = office_files.office_file(reader.session, reader.actor, attachment_id)
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


@router.get("/receipts/{submission_id:int}")
def office_receipt(request: Request, reader: Reader, submission_id: int) -> StreamingResponse:
    file = office_files.office_receipt(reader.session, reader.actor, submission_id)
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


def _list(request: Request, reader: Reader, call: listing.CallHead | None) -> HTMLResponse:
    offered = choices(reader.session, reader.actor, call.id if call else None)
    titles = {key: said(title, language()) for key, title in offered.stages}
    filters = read(_fields(offered, titles), request.query_params)
    wanted = _wanted(filters, request, call)
    found = listing.application_list(reader.session, reader.actor, wanted)
    page = ListPage(
        call=call,
        filters=filters,
        found=found,
        paging=paging(found.total, wanted.page, listing.SIZE, _add_href(request, found)),
        heads=tuple(_heads(request, wanted.sort)),
        crumbs=_crumbs(request, call),
        stage_titles=titles,
        deeds=_deeds(call, reader.actor),
    )
    return pages.render(request, "office/applications.html", page=page)


def _add_href(request: Request, found: listing.ApplicationList) -> str:
    query = request.url.include_query_params(**{ADD_ALL: 1}).query
    return f"?{query}" if found.is_more else ""


def _deeds(call: listing.CallHead | None, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return what may be done to many applications of one call at once, with its words."""
    if call is None:
        return ()
    return tuple(
        (deed.value, gettext(WORDS[deed][0]))
        for deed in Deed
        if may(actor, PERMISSIONS[deed], call.facts) is None
    )


def _wanted(filters: Form, request: Request, call: listing.CallHead | None) -> ListFilter:
    texts = {name: str(filters.values.get(name) or "") for name in _NAMES}
    number = request.query_params.get("page", "1")
    sort = request.query_params.get("sort", "")
    return ListFilter(
        words=texts["words"],
        call_id=call.id if call else None,
        lot=texts["lot"],
        stage=texts["stage"],
        state=texts["state"],
        check=texts["check"],
        region=texts["region"],
        assessor=int(texts["assessor"]) if texts["assessor"] else None,
        sort=sort if sort in listing.SORTS else "reference",
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
        add_all=ADD_ALL in request.query_params,
    )


_NAMES = ("words", "lot", "stage", "state", "check", "region", "assessor")


def _fields(offered: Choices, titles: Mapping[str, str]) -> tuple[Field, ...]:
    states = [state for state in APPLICATION.states() if state not in _NEVER_LISTED]
    regions = _regions()
    return (
        fields.text("words", N_("Search"), hint=N_("Reference, title or applicant, in any script")),
        _choice("lot", N_("Lot"), [(code, f"{code} {title}") for code, title in offered.lots]),
        _choice("stage", N_("Stage"), list(titles.items())),
        _shown("state", N_("State"), states),
        _shown("check", N_("Check"), listing.CHECKS),
        _choice("region", N_("Region"), [(c, regions.get(c, c)) for c in offered.regions]),
        _choice("assessor", N_("Assessor"), [(str(key), n) for key, n in offered.assessors]),
    )


def _choice(name: str, label: str, pairs: list[tuple[str, str]]) -> Field:
    options = (Option("", N_("All")), *(Option(key, Verbatim(text)) for key, text in pairs))
    return fields.choice(name, label, options)


def _shown(name: str, label: str, states: list[str] | tuple[str, ...]) -> Field:
    options = (Option(state, shown_state(state)[0]) for state in states)
    return fields.choice(name, label, (Option("", N_("All")), *options))


def _heads(request: Request, sort: str) -> Iterator[Column]:
    def sorted_by(key: str, text: str, *, numeric: bool = False, down: bool = False) -> Column:
        query = request.url.include_query_params(sort=key).remove_query_params("page").query
        direction = "descending" if down else "ascending"
        return Column(
            gettext(text),
            numeric=numeric,
            sort_href=f"?{query}",
            sorted=direction if sort == key else "",
        )

    yield sorted_by("reference", N_("Application"))
    yield sorted_by("organisation", N_("Applicant"))
    yield Column(gettext(N_("Stage")))
    yield sorted_by("received", N_("First received"), down=True)
    yield sorted_by("requested", N_("Requested"), numeric=True, down=True)
    yield Column(gettext(N_("Check")))
    yield Column(gettext(N_("State")))


def _crumbs(request: Request, call: listing.CallHead | None) -> tuple[Crumb, ...]:
    if call is None:
        return ()
    return (
        Crumb(gettext(N_("Calls")), pages.url(request, "office_calls")),
        Crumb(call.code, pages.url(request, "office_call", call_id=call.id)),
        Crumb(gettext(N_("Applications"))),
    )


def _stage(request: Request, found: OfficeApplication, sent: SentStage) -> StageView:
    rules = found.scheme.stage(sent.stage_key)
    answers: Mapping[str, Any] = sent.snapshot.get("answers", {})  # Any: answers of every kind
    sources = [(each["kind"], each["amount_cents"]) for each in sent.snapshot.get("sources", ())]
    asked, total = sent.requested_cents, sent.total_cents
    detail = sent.outcome_detail
    is_message = {"code", "values"} <= detail.keys()
    return StageView(
        sent=sent,
        title=said(rules.title, language()),
        has_grid=rules.grid is not None,
        has_checklist=bool(rules.checklist),
        sections=tuple(
            ReadSection(
                said(section.title, language()),
                tuple(read_answer(each, answers.get(each.key)) for each in section.questions),
            )
            for section in (rules.form if sent.snapshot else ())
        ),
        budget=read_budget(found.scheme.budget, sent.snapshot.get("lines", ()), sources),
        rate_percent=Fraction(asked * 100, total) if asked and total else None,
        files=tuple(_files(request, found, sent)),
        why=Message(detail["code"], detail["values"]) if is_message else None,
    )


def _files(
    request: Request, found: OfficeApplication, sent: SentStage
) -> Iterator[tuple[str, tuple[StoredFile, ...]]]:
    for document in found.scheme.stage(sent.stage_key).documents:
        theirs = tuple(
            StoredFile(
                file.filename,
                pages.url(request, "office_file", attachment_id=file.attachment_id),
                file.size_bytes,
                file.sha256,
                file.added_at,
            )
            for file in sent.files
            if file.requirement == document.key
        )
        if theirs or document.required:
            yield said(document.title, language()), theirs


def _eligibility(found: OfficeApplication) -> tuple[tuple[str, EligibilityFinding], ...]:
    """Judge by what was sent in last, earlier stages where it says nothing."""
    card = found.organisation
    lead = {
        "applicant_type": card.applicant_type,
        "country": card.country,
        "region": found.region or card.region,
    }
    facts: dict[str, object] = {}
    for sent in reversed(found.stages):
        form = found.scheme.stage(sent.stage_key).form
        facts |= eligibility_facts(form, sent.snapshot.get("answers", {}), lead)
    questions = {each.key: said(each.question, language()) for each in found.scheme.eligibility}
    by_rule = [each for each in found.scheme.eligibility if each.judged_by is JudgedBy.RULE]
    judged = findings(by_rule, facts, lot=found.lot_code)
    return tuple((questions[each.key], each) for each in judged)


def _links(request: Request, found: OfficeApplication, actor: Actor) -> Iterator[tuple[str, str]]:
    """Other parts of the program, where they exist and the person may go."""
    call_letters = href(request, "office_call_letters", "office_letters", call_id=found.call_id)
    if found.has_letters and call_letters:
        yield gettext(N_("Letters")), call_letters
    if found.agreement_id and may(actor, Permission.SEE_AGREEMENTS, found.facts) is None:
        agreement = href(request, "finance_agreement", agreement_id=found.agreement_id)
        if agreement:
            yield gettext(N_("Agreement")), agreement
    if any(found.scheme.stage(each.stage_key).site_visit for each in found.stages):
        visits = href(request, "office_visits", application_id=found.application_id)
        yield gettext(N_("Visits")), visits


def _regions() -> dict[str, str]:
    return {region.code: region.name_en for region in registers.nuts_regions()}
