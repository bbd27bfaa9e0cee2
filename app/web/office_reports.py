"""The award report of a call: chart, sums that equal the envelope, lines with filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app import i18n
from app.documents.sheets import Column
from app.i18n.marks import N_
from app.queries import award_report, award_report_sums, report_prints
from app.queries.award_report import ReportCall
from app.queries.award_report_sums import LineSums, LotTotal, Totals, quick_sums
from app.queries.report_prints import Printed, View
from app.queries.rounds import Move, moves_of
from app.web import award_sheet, pages, report_lines
from app.web.deps import Reader
from app.web.forms import Form
from app.web.parts import Bar, Paging, paging
from app.web.report_asked import ADD_ALL, Asked, asked_for
from app.web.report_lines import ShownLine

router = APIRouter(prefix="/office")

MOVED_IN = N_("{envelope} + {moved} moved in = {available}")
MOVED_OUT = N_("{envelope} − {moved} moved out = {available}")
SUM_LINE = N_("{awarded} awarded + {unallocated} unallocated = {available}")
RELEASED_LINE = N_(
    "{awarded} awarded − {released} free again + {unallocated} unallocated = {available}"
)
NARROWED = N_(
    "{shown} of {all} applications. They have {awarded} of the {total} awarded; the other "
    "{rest} stand in the lines that are left out."
)


@dataclass(frozen=True, slots=True)
class ReportsPage:
    calls: tuple[ReportCall, ...]


@dataclass(frozen=True, slots=True)
class LotSums:
    """A lot's money as two sums that a reader can add up again."""

    total: LotTotal
    envelope: str
    result: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`query` repeats filters and view in other addresses; `narrowed` says what is left out."""

    call: ReportCall
    form: Form
    totals: Totals
    lots: tuple[LotSums, ...]
    result: str
    by_lot: tuple[Bar, ...]
    by_region: tuple[Bar, ...]
    columns: tuple[Column, ...]
    lines: tuple[ShownLine, ...]
    foot: tuple[str | None, ...]
    narrowed: str
    paging: Paging
    awards_only: bool
    query: Mapping[str, str]
    views: tuple[View, ...]
    view_id: int | None
    prints: tuple[Printed, ...]
    moves: tuple[Move, ...]


@router.get("/reports")
def office_reports(request: Request, reader: Reader) -> HTMLResponse:
    page = ReportsPage(award_report.report_calls(reader.session, reader.actor))
    return pages.render(request, "office/reports.html", page=page)


@router.get("/calls/{call_id:int}/report")
def office_report(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = award_report.report_call(reader.session, reader.actor, call_id)
    totals = award_report_sums.totals(reader.session, call_id)
    asked = asked_for(reader, totals, request.query_params)
    add = award_report_sums.line_sums if ADD_ALL in request.query_params else quick_sums
    sums = add(reader.session, call_id, asked.filter, totals)
    number = award_report_sums.MOST if sums is None else sums.applications
    add_href = "" if sums else f"?{request.url.include_query_params(**{ADD_ALL: 1}).query}"
    there = paging(number, _number(request), award_report.SIZE, add_href)
    listed = award_report.lines_of_page(
        reader.session, call_id, asked.filter, totals, number=there.number
    )
    page = ReportPage(
        call=call,
        form=asked.form,
        totals=totals,
        lots=tuple(_lot_sums(each, call.currency) for each in totals.lots),
        result=_whole(totals, call),
        by_lot=tuple(_bar(each.name, each.awarded_cents, call) for each in totals.lots),
        by_region=_by_region(totals, call),
        columns=report_lines.on_page(asked.columns),
        lines=report_lines.shown(request, reader.actor, call, asked.columns, listed),
        foot=report_lines.foot(report_lines.on_page(asked.columns), sums, call.currency)
        if sums
        else (),
        narrowed=narrowed_text(asked, sums, totals, call) if sums else "",
        paging=there,
        awards_only=asked.filter.awards_only,
        query=asked.query,
        views=tuple(view for view in asked.views if view.name),
        view_id=asked.view_id,
        prints=report_prints.printed(reader.session, reader.actor, call_id),
        moves=moves_of(reader.session, call_id, agreed=True) if call.has_moved else (),
    )
    status = 422 if asked.form.errors else 200
    return pages.render(request, "office/report.html", page=page, status=status)


def _number(request: Request) -> int:
    typed = request.query_params.get("page", "1")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 1


def narrowed_text(asked: Asked, sums: LineSums, totals: Totals, call: ReportCall) -> str:
    """Say what the filters leave out, so that nobody takes the rest for the whole; else nothing."""
    if not asked.filter.narrows:
        return ""
    total = totals.sum_of("awarded_cents")
    values: dict[str, object] = {
        "currency": call.currency,
        "shown": sums.applications,
        "all": totals.sum_of("applications"),
        "awarded_cents": sums.awarded_cents,
        "total_cents": total,
        "rest_cents": total - sums.awarded_cents,
    }
    return i18n.sentence(NARROWED, values)


def _bar(name: str, cents: int, call: ReportCall) -> Bar:
    return Bar(name, cents, i18n.format_money(cents, call.currency))


def _by_region(totals: Totals, call: ReportCall) -> tuple[Bar, ...]:
    return tuple(
        _bar(award_sheet.region_label(each.region), each.awarded_cents, call)
        for each in totals.regions
        if each.awards
    )


def _lot_sums(lot: LotTotal, currency: str) -> LotSums:
    values: dict[str, object] = {
        "currency": currency,
        "envelope_cents": lot.envelope_cents,
        "moved_cents": abs(lot.transferred_cents),
        "available_cents": lot.available_cents,
        "awarded_cents": lot.awarded_cents,
        "unallocated_cents": lot.unallocated_cents,
        "released_cents": lot.released_cents,
    }
    envelope = i18n.format_money(lot.envelope_cents, currency)
    if lot.transferred_cents:
        moved = MOVED_IN if lot.transferred_cents > 0 else MOVED_OUT
        envelope = i18n.sentence(moved, values)
    return LotSums(lot, envelope, _sum_line(values))


def _whole(totals: Totals, call: ReportCall) -> str:
    """Say the sum line of the whole call; it equals the envelope or the data are wrong."""
    values: dict[str, object] = {
        "currency": call.currency,
        "awarded_cents": totals.sum_of("awarded_cents"),
        "unallocated_cents": totals.sum_of("unallocated_cents"),
        "released_cents": totals.sum_of("released_cents"),
        "available_cents": totals.sum_of("available_cents"),
    }
    return _sum_line(values)


def _sum_line(values: Mapping[str, object]) -> str:
    """What an agreement left is part of what was awarded and is free again all the same."""
    return i18n.sentence(RELEASED_LINE if values["released_cents"] else SUM_LINE, dict(values))
