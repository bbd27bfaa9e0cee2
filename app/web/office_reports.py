"""The award report of a call: chart, sums that equal the envelope, lines, and three downloads."""

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from app import i18n
from app.documents.contexts import AwardRow
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import award_report
from app.queries.award_report import LotTotal, ReportCall, ReportLine, Totals
from app.web import award_sheet, fields, pages
from app.web.deps import Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, read
from app.web.parts import Bar

router = APIRouter(prefix="/office")

CHUNK_BYTES = 64 * 1024
# A page shows so many lines; the downloads have all of them.
MOST_LINES = 500
MOVED_IN = N_("{envelope} + {moved} moved in = {available}")
MOVED_OUT = N_("{envelope} − {moved} moved out = {available}")
SUM_LINE = N_("{awarded} awarded + {unallocated} unallocated = {available}")


@dataclass(frozen=True, slots=True)
class ReportsPage:
    calls: tuple[ReportCall, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its words: what it is called, and why."""

    line: ReportLine
    score: str
    region: str
    status_kind: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class LotSums:
    """A lot's money as two sums that a reader can add up again."""

    total: LotTotal
    envelope: str
    result: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    call: ReportCall
    filters: Form
    totals: Totals
    lots: tuple[LotSums, ...]
    result: str
    by_lot: tuple[Bar, ...]
    by_region: tuple[Bar, ...]
    lines: tuple[ShownLine, ...]
    is_cut: bool
    awards_only: bool


@router.get("/reports")
def office_reports(request: Request, reader: Reader) -> HTMLResponse:
    page = ReportsPage(award_report.report_calls(reader.session, reader.actor))
    return pages.render(request, "office/reports.html", page=page)


@router.get("/calls/{call_id:int}/report")
def office_report(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = award_report.report_call(reader.session, reader.actor, call_id)
    totals = award_report.totals(reader.session, call_id)
    filters = read(_filters(totals), request.query_params)
    awards_only = filters.values["show"] != "all"
    lot = str(filters.values["lot"] or "")
    lines = award_report.lines(reader.session, call_id, awards_only=awards_only, lot=lot)
    shown = []
    for line in lines:
        shown.append(_shown(line))
        if len(shown) > MOST_LINES:
            break
    page = ReportPage(
        call=call,
        filters=filters,
        totals=totals,
        lots=tuple(_lot_sums(each, call.currency) for each in totals.lots),
        result=_whole(totals, call),
        by_lot=tuple(Bar(_name(each), each.awarded_cents,
                         i18n.format_money(each.awarded_cents, call.currency))
                     for each in totals.lots),
        by_region=tuple(
            Bar(
                award_sheet.region_name(each.region) or each.region or i18n.gettext("Unknown"),
                each.awarded_cents,
                i18n.format_money(each.awarded_cents, call.currency),
            )
            for each in totals.regions
        ),
        lines=tuple(shown[:MOST_LINES]),
        is_cut=len(shown) > MOST_LINES,
        awards_only=awards_only,
    )  # fmt: skip
    return pages.render(request, "office/report.html", page=page)


def _filters(totals: Totals) -> tuple[Field, ...]:
    lots = [Option(lot.code, Verbatim(_name(lot))) for lot in totals.lots]
    return (
        fields.choice("lot", N_("Lot"), (Option("", N_("All")), *lots)),
        fields.choice(
            "show",
            N_("Applications"),
            (Option("", N_("With an award")), Option("all", N_("All that were sent in"))),
        ),
    )


def _name(lot: LotTotal) -> str:
    return f"{lot.code}: {lot.title}" if lot.title else lot.code


def _shown(line: ReportLine) -> ShownLine:
    kind, state = line.state
    return ShownLine(
        line=line,
        score=award_sheet.score_text(line),
        region=award_sheet.region_name(line.region) or line.region,
        status_kind=kind,
        status=state,
        reason=award_sheet.reason_text(line),
    )


def _lot_sums(lot: LotTotal, currency: str) -> LotSums:
    values: dict[str, object] = {
        "currency": currency,
        "envelope_cents": lot.envelope_cents,
        "moved_cents": abs(lot.transferred_cents),
        "available_cents": lot.available_cents,
        "awarded_cents": lot.awarded_cents,
        "unallocated_cents": lot.unallocated_cents,
    }
    envelope = i18n.format_money(lot.envelope_cents, currency)
    if lot.transferred_cents:
        moved = MOVED_IN if lot.transferred_cents > 0 else MOVED_OUT
        envelope = i18n.sentence(moved, values)
    return LotSums(lot, envelope, i18n.sentence(SUM_LINE, values))


def _whole(totals: Totals, call: ReportCall) -> str:
    """Say the sum line of the whole call; it equals the envelope or the data are wrong."""
    values: dict[str, object] = {
        "currency": call.currency,
        "awarded_cents": totals.sum_of("awarded_cents"),
        "unallocated_cents": totals.sum_of("unallocated_cents"),
        "available_cents": totals.sum_of("available_cents"),
    }
    return i18n.sentence(SUM_LINE, values)


@router.get("/calls/{call_id:int}/report/awards.{kind}")
def office_report_file(reader: Reader, call_id: int, kind: str) -> StreamingResponse:
    """Send all lines as XLSX, CSV or JSON, from a file on disk: memory stays the same."""
    if kind not in award_sheet.MEDIA_TYPES:
        raise NotFound
    call = award_report.report_call(reader.session, reader.actor, call_id)
    totals = award_report.totals(reader.session, call_id)
    rows = award_sheet.awards_rows(award_report.lines(reader.session, call_id), call.currency)
    count = totals.sum_of("applications")
    file = _written(kind, rows, count)
    name = quote(f"awards-{call.code}.{kind}".replace("/", "-"))
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type=award_sheet.MEDIA_TYPES[kind],
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "content-length": str(size),
        },
    )


def _written(kind: str, rows: Iterator[AwardRow], count: int) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - closed when the last chunk was sent
    try:
        award_sheet.write(kind, rows, file, count=count)
    except BaseException:
        file.close()
        raise
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
