"""Pages for everybody: what there is to apply for, by which rules, and who was awarded."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import registers
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import calls_public
from app.queries.calls import CallLine
from app.queries.calls_public import PublicCall
from app.queries.calls_results import Results, public_results
from app.queries.calls_versions import Version, VersionLine, public_version, version_lines
from app.queries.rounds_public import PublicRounds, public_rounds
from app.rules.scheme_json import canonical
from app.web import fields, pages
from app.web.deps import PublicReader
from app.web.forms import Form, read
from app.web.public_forms import StagePreview, stage_preview
from app.web.public_links import href
from app.web.public_rules import rules_view
from app.web.public_versions import ChangeLine, version_changes
from app.web.public_views import RulesView

router = APIRouter()

FILTER = (
    fields.text("words", N_("Search"), hint=N_("A word of the title, a code or an authority")),
    fields.choice(
        "phase",
        N_("Show"),
        (
            fields.Option("open", N_("Open now")),
            fields.Option("upcoming", N_("Opening soon")),
            fields.Option("closed", N_("Closed")),
        ),
    ),
)
_OVER = frozenset({"closed", "assessed", "ranked", "allocated", "decided", "announced", "archived"})
_PHASES = {"open": frozenset({"open"}), "upcoming": frozenset({"upcoming"}), "closed": _OVER}


@dataclass(frozen=True, slots=True)
class HomePage:
    open: tuple[CallLine, ...]
    upcoming: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`filters` and not `form`: a search that finds nothing is no mistake."""

    filters: Form
    groups: tuple[tuple[str, tuple[CallLine, ...]], ...]
    total: int
    is_filtered: bool


@dataclass(frozen=True, slots=True)
class PublicCallPage:
    call: PublicCall
    rules: RulesView
    apply_href: str
    results_href: str
    questions_until: datetime | None
    answers_until: datetime | None
    versions: tuple[VersionLine, ...]
    rounds: PublicRounds | None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version with what it changed; its `document` is the file that proves it."""

    call_id: int
    code: str
    title: str
    version: Version
    lines: tuple[ChangeLine, ...]

    @property
    def is_first(self) -> bool:
        return self.version.before is None


@dataclass(frozen=True, slots=True)
class FormPage:
    """`form_of` and not `form`: it is looked at, not sent."""

    call: PublicCall
    form_of: StagePreview


@dataclass(frozen=True, slots=True)
class ResultsPage:
    call: PublicCall
    results: Results
    regions: dict[str, str]
    rules: RulesView


@router.get("/")
def public_home(request: Request, reader: PublicReader) -> HTMLResponse:
    """Say what Envelope is for and show what can be applied for today."""
    lines = calls_public.public_calls(
        reader.session, reader.now, phases=frozenset({"open", "upcoming"})
    )
    page = HomePage(
        open=tuple(line for line in lines if line.phase == "open"),
        upcoming=tuple(line for line in lines if line.phase == "upcoming"),
    )
    return pages.render(request, "public/home.html", page=page)


@router.get("/calls")
def public_calls(request: Request, reader: PublicReader) -> HTMLResponse:
    filters = read(FILTER, request.query_params)
    words = str(filters.values["words"] or "")
    phase = str(filters.values["phase"] or "")
    phases = _PHASES.get(phase, frozenset())
    lines = calls_public.public_calls(reader.session, reader.now, words=words, phases=phases)
    groups = (
        (N_("Open now"), tuple(line for line in lines if line.phase == "open")),
        (N_("Opening soon"), tuple(line for line in lines if line.phase == "upcoming")),
        (N_("Suspended"), tuple(line for line in lines if line.phase == "suspended")),
        (N_("Closed"), tuple(line for line in lines if line.phase in _OVER)),
    )
    page = CallsPage(
        filters=filters,
        groups=tuple(group for group in groups if group[1]),
        total=len(lines),
        is_filtered=bool(words or phase),
    )
    return pages.render(request, "public/calls.html", page=page)


@router.get("/calls/{call_id:int}")
def public_call(request: Request, reader: PublicReader, call_id: int) -> HTMLResponse:
    call = calls_public.public_call(reader.session, call_id, reader.now)
    page = PublicCallPage(
        call=call,
        rules=rules_view(call.scheme, call.stages),
        apply_href=href(request, "applicant_begin", call_id=call_id),
        results_href=href(request, "public_call_results", call_id=call_id)
        if call.announced_at
        else "",
        questions_until=call.dates.questions_until_at if call.dates else None,
        answers_until=call.dates.answers_until_at if call.dates else None,
        versions=version_lines(reader.session, call_id),
        rounds=public_rounds(reader.session, call) if call.scheme.rounds else None,
    )
    return pages.render(request, "public/call.html", page=page)


@router.get("/calls/{call_id:int}/form/{stage_key}")
def public_call_form(
    request: Request, reader: PublicReader, call_id: int, stage_key: str
) -> HTMLResponse:
    call = calls_public.public_call(reader.session, call_id, reader.now)
    page = FormPage(call, stage_preview(call.scheme, stage_key))
    return pages.render(request, "public/form.html", page=page)


@router.get("/calls/{call_id:int}/rules.json")
def public_call_rules(reader: PublicReader, call_id: int) -> Response:
    """Give the frozen rules byte for byte: the SHA-256 of the file is the digest of the call."""
    code, digest, template = calls_public.frozen_rules(reader.session, call_id)
    return Response(
        canonical(template),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="{code}-rules.json"',
            "etag": f'"{digest}"',
        },
    )


@router.get("/calls/{call_id:int}/versions/{number:int}")
def public_call_version(
    request: Request, reader: PublicReader, call_id: int, number: int
) -> HTMLResponse:
    """Say what a version of the call changed, and why, beside what stood there before."""
    found = public_version(reader.session, call_id, number)
    page = VersionPage(
        call_id=call_id,
        code=found.document["call"],
        title=found.document["title"],
        version=found,
        lines=version_changes(found.before, found.document) if found.before else (),
    )
    return pages.render(request, "public/call_version.html", page=page)


@router.get("/calls/{call_id:int}/versions/{number:int}/version.json")
def public_call_version_file(reader: PublicReader, call_id: int, number: int) -> Response:
    """Give a version byte for byte: the SHA-256 of the file is its digest."""
    found = public_version(reader.session, call_id, number)
    name = f"{found.document['call']}-version-{number}.json"
    return Response(
        canonical(found.document),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "etag": f'"{found.digest}"',
        },
    )


@router.get("/calls/{call_id:int}/results")
def public_call_results(request: Request, reader: PublicReader, call_id: int) -> HTMLResponse:
    call = calls_public.public_call(reader.session, call_id, reader.now)
    results = public_results(reader.session, call_id)
    if results is None:
        raise NotFound(N_("The results of this call are not announced yet."))
    page = ResultsPage(call, results, _regions(results), rules_view(call.scheme))
    return pages.render(request, "public/results.html", page=page)


def _regions(results: Results) -> dict[str, str]:
    names = {region.code: region.name_en for region in registers.nuts_regions()}
    codes = {winner.region for lot in results.lots for winner in lot.winners}
    return {code: names.get(code, code) for code in codes}


@router.get("/help")
def public_help(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/help.html")


@router.get("/accessibility")
def public_accessibility(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/accessibility.html")


@router.get("/privacy")
def public_privacy(request: Request, _reader: PublicReader) -> HTMLResponse:
    return pages.render(request, "public/privacy.html")
