"""What leaves the award report: downloads, PDF, and the views that a person keeps."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.responses import Response

from app.actions import report_print
from app.actions import report_views as deeds
from app.actions.report_print import Contents
from app.documents import contexts as c
from app.documents import sheets
from app.errors import Conflict, Invalid, NotFound
from app.i18n.marks import N_
from app.queries import award_report, award_report_sums, report_prints
from app.queries.award_report import ReportCall
from app.queries.award_report_sums import LotTotal, Totals
from app.queries.report_prints import View
from app.web import award_sheet, fields, pages, sent_file
from app.web.deps import InAct, Read, Reader
from app.web.downloads import AGAIN, download
from app.web.fields import Field, Option
from app.web.forms import Form, Posted, filled, read
from app.web.office_reports import narrowed_text
from app.web.report_asked import FIRST_COLUMNS, Asked, asked_for

router = APIRouter(prefix="/office")

# A PDF is for reading; beyond this it is a sheet's work.
MOST_PDF_LINES = 2000


@dataclass(frozen=True, slots=True)
class ViewsPage:
    call: ReportCall
    form: Form
    views: tuple[View, ...]
    query: dict[str, str]


def view_fields() -> tuple[Field, ...]:
    columns = sheets.sheet(award_sheet.SHEET).columns
    options = tuple(Option(column.field, column.heading) for column in columns)
    hint = N_(
        "With a name, the filters are kept as well. Without one, the columns are yours from now on."
    )
    return (
        fields.several(
            "columns", N_("Columns"), options, missing=N_("Choose at least one column.")
        ),
        fields.text("name", N_("Name of the view"), hint=hint, max_length=60),
    )


@router.get("/calls/{call_id:int}/report/awards.{kind}")
def office_report_file(request: Request, reader: Reader, call_id: int, kind: str) -> Response:
    """Send the lines as XLSX, CSV or JSON, from a file on disk: memory stays the same."""
    if kind not in award_sheet.MEDIA_TYPES:
        raise NotFound
    call = award_report.report_call(reader.session, reader.actor, call_id)
    totals = award_report_sums.totals(reader.session, call_id)
    # Without any filter the download is the whole call, as the command line writes it.
    asked = asked_for(reader, totals, dict(request.query_params) or {"show": "all"})
    if asked.form.errors:
        return pages.redirect(request, "office_report", query=asked.query, call_id=call_id)
    sums = award_report_sums.line_sums(reader.session, call_id, asked.filter, totals)
    lines = award_report.lines(reader.session, call_id, asked.filter)
    rows = award_sheet.awards_rows(lines, call.currency)
    return sent_file.send(
        lambda file: award_sheet.write(
            kind, rows, file, count=sums.applications, fields=asked.saved
        ),
        name=f"awards-{call.code}.{kind}",
        media_type=award_sheet.MEDIA_TYPES[kind],
    )


@router.get("/calls/{call_id:int}/report/views")
def office_report_views(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call, asked = _asked(reader, request, call_id)
    form = filled(view_fields(), {"columns": asked.saved or FIRST_COLUMNS, "name": ""})
    return _views(request, call, asked, form)


@router.post("/calls/{call_id:int}/report/views")
def office_report_view_save(request: Request, posted: Posted, act: InAct, call_id: int) -> Response:
    """Keep the columns, and with a name the filters that stand in the address."""
    call, asked = _asked(Read(act.session, act.actor, act.now), request, call_id)
    form = read(view_fields(), posted)
    query = {name: value for name, value in asked.query.items() if name != "view"}
    name = str(form.values["name"] or "")
    if not form.errors:
        try:
            chosen = [str(each) for each in _listed(form.values["columns"])]
            key = deeds.save(act, name=name, columns=chosen, query=query if name else {})
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            shown = {"view": str(key)} if name else query
            notice = N_("The view is saved.") if name else N_("These are your columns now.")
            return pages.redirect(
                request, "office_report", query=shown, notice=notice, call_id=call_id
            )
    return _views(request, call, asked, form, status=422)


@router.post("/calls/{call_id:int}/report/views/{view_id:int}/delete")
def office_report_view_delete(request: Request, act: InAct, call_id: int, view_id: int) -> Response:
    deeds.delete(act, view_id)
    notice = N_("The view is deleted.")
    return pages.redirect(request, "office_report_views", notice=notice, call_id=call_id)


@router.post("/calls/{call_id:int}/report/print")
def office_report_print(request: Request, act: InAct, call_id: int) -> Response:
    """Ask for a PDF with the lines and filters of the page that was looked at."""
    reader = Read(act.session, act.actor, act.now)
    call, asked = _asked(reader, request, call_id)
    if asked.form.errors:
        return pages.redirect(request, "office_report", query=asked.query, call_id=call_id)
    contents = _contents(reader, call, asked)
    report_print.ask(act, call_id, contents)
    return pages.redirect(
        request,
        "office_report",
        query=asked.query,
        notice=N_("The report is being printed. Load the page again in a moment."),
        call_id=call_id,
    )


@router.get("/report-prints/{print_id:int}.pdf")
def office_report_pdf(request: Request, reader: Reader, print_id: int) -> StreamingResponse:
    found = report_prints.report_file(reader.session, reader.actor, print_id)
    name, sha256 = found.filename or "", found.sha256 or ""
    return download(request, sha256=sha256, filename=name, media_type="application/pdf")


@router.post("/report-prints/{print_id:int}/again")
def office_report_print_again(request: Request, act: InAct, print_id: int) -> Response:
    call_id = report_print.retry(act, print_id)
    return pages.redirect(request, "office_report", call_id=call_id, notice=AGAIN)


def _asked(reader: Read, request: Request, call_id: int) -> tuple[ReportCall, Asked]:
    call = award_report.report_call(reader.session, reader.actor, call_id)
    totals = award_report_sums.totals(reader.session, call_id)
    return call, asked_for(reader, totals, request.query_params)


def _views(
    request: Request, call: ReportCall, asked: Asked, form: Form, status: int = 200
) -> HTMLResponse:
    named = tuple(view for view in asked.views if view.name)
    page = ViewsPage(call, form, named, dict(asked.query))
    return pages.render(request, "office/report_views.html", page=page, status=status)


def _contents(reader: Read, call: ReportCall, asked: Asked) -> Contents:
    totals = award_report_sums.totals(reader.session, call.call_id)
    sums = award_report_sums.line_sums(reader.session, call.call_id, asked.filter, totals)
    if sums.applications > MOST_PDF_LINES:
        raise Conflict(
            N_("A PDF holds at most {most} lines, these are {count}. Narrow them or take Excel."),
            most=MOST_PDF_LINES,
            count=sums.applications,
        )
    lines = award_report.lines(reader.session, call.call_id, asked.filter)
    return Contents(
        lots=tuple(_lot(lot) for lot in totals.lots),
        regions=_regions(totals),
        rows=tuple(award_sheet.awards_rows(lines, call.currency)),
        narrowed=narrowed_text(asked, sums, totals, call),
    )


def _lot(lot: LotTotal) -> c.LotSummary:
    return c.LotSummary(
        title=lot.name,
        envelope_cents=lot.envelope_cents,
        awarded_cents=lot.awarded_cents,
        left_cents=lot.unallocated_cents,
        moved_in_cents=max(lot.transferred_cents, 0),
        moved_out_cents=max(-lot.transferred_cents, 0),
        agreed_cents=lot.agreed_cents,
        paid_cents=lot.paid_cents,
        recovered_cents=lot.recovered_cents,
        released_cents=lot.released_cents,
        awards=lot.awards,
    )


def _regions(totals: Totals) -> tuple[c.RegionSum, ...]:
    return tuple(
        c.RegionSum(
            code=each.region,
            name=award_sheet.region_label(each.region),
            awards=each.awards,
            awarded_cents=each.awarded_cents,
        )
        for each in totals.regions
        if each.awards
    )


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
