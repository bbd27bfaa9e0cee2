"""Days off of an authority: the public holidays of a year, confirmed, struck or added."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import registers
from app.actions import days_off
from app.actions.act import Act
from app.actions.days_off import NewRuling
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.queries.days_off import HolidayLine, HolidaysPage, holidays_page
from app.rules.call_clock import day_of
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Option
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/admin/authorities/{authority_id:int}/days-off")

# What is over is settled by its letters; later years are not announced yet.
YEARS_BACK, YEARS_AHEAD = 1, 2

REASON = fields.long_text(
    "reason",
    N_("Where does it stand?"),
    hint=N_("The law, the decree, or who announced it."),
    missing=days_off.NO_REASON,
    max_words=200,
)
RULING = (
    fields.one_of(
        "is_free",
        N_("What holds for this day?"),
        (
            Option("yes", N_("Nobody works")),
            Option("no", N_("People work as on any other day")),
        ),
        missing=N_("Choose what holds for this day"),
    ),
    REASON,
)
ADDED = (
    fields.date_of("day", N_("Day"), missing=N_("Enter the day")),
    fields.text("name", N_("What day is it?"), missing=days_off.NO_NAME, max_length=100),
    REASON,
)


@dataclass(frozen=True, slots=True)
class DaysOffPage:
    form: Form
    found: HolidaysPage
    country: str
    to_confirm: int
    years: range


@dataclass(frozen=True, slots=True)
class DayOffPage:
    form: Form
    found: HolidaysPage
    line: HolidayLine


@router.get("")
def admin_days_off(request: Request, reader: Reader, authority_id: int) -> Response:
    """Lead to the year in which we are."""
    year = day_of(reader.now).year
    holidays_page(reader.session, reader.actor, authority_id, year)
    return pages.redirect(request, "admin_days_off_of_year", authority_id=authority_id, year=year)


@router.get("/{year:int}")
def admin_days_off_of_year(
    request: Request, reader: Reader, authority_id: int, year: int
) -> HTMLResponse:
    found = holidays_page(reader.session, reader.actor, authority_id, _known(reader, year))
    return _show(request, reader, found, blank(ADDED))


@router.post("/{year:int}")
def admin_day_off_add(
    request: Request, posted: Posted, act: InAct, authority_id: int, year: int
) -> Response:
    found = holidays_page(act.session, act.actor, authority_id, _known(act, year))
    form = read(ADDED, posted)
    day = form.values.get("day")
    if not form.errors and isinstance(day, date):
        if day.year != year:
            form = form.with_errors({"day": N_("This page is for another year.")})
        elif found.line(day) is not None:
            form = form.with_errors({"day": N_("This day is in the list. Change it there.")})
    if form.errors or not isinstance(day, date):
        return _show(request, act, found, form, status=422)
    name, reason = str(form.values["name"]), str(form.values["reason"])
    days_off.rule(act, authority_id, NewRuling(day, is_free=True, name=name, reason=reason))
    return _back(request, authority_id, day.year)


@router.get("/{year:int}/{month:int}/{number:int}")
def admin_day_off(
    request: Request, reader: Reader, authority_id: int, year: int, month: int, number: int
) -> HTMLResponse:
    found = holidays_page(reader.session, reader.actor, authority_id, _known(reader, year))
    page = DayOffPage(blank(RULING), found, _line(found, year, month, number))
    return pages.render(request, "admin/day_off.html", page=page)


@router.post("/{year:int}/{month:int}/{number:int}")
def admin_day_off_rule(
    request: Request,
    posted: Posted,
    act: InAct,
    authority_id: int,
    year: int,
    month: int,
    number: int,
) -> Response:
    found = holidays_page(act.session, act.actor, authority_id, _known(act, year))
    line = _line(found, year, month, number)
    form = read(RULING, posted)
    if not form.errors:
        is_free = form.values["is_free"] == "yes"
        new = NewRuling(
            line.day, is_free=is_free, name=line.name, reason=str(form.values["reason"])
        )
        try:
            days_off.rule(act, authority_id, new)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            return _back(request, authority_id, year)
    page = DayOffPage(form, found, line)
    return pages.render(request, "admin/day_off.html", page=page, status=422)


def _show(
    request: Request, reader: Read | Act, found: HolidaysPage, form: Form, *, status: int = 200
) -> HTMLResponse:
    country = registers.country(found.country)
    open_ones = sum(line.state == "to_confirm" for line in found.lines)
    name = country.name_en if country else found.country
    page = DaysOffPage(form, found, name, open_ones, _years(reader))
    return pages.render(request, "admin/days_off.html", page=page, status=status)


def _back(request: Request, authority_id: int, year: int) -> Response:
    notice = N_("Saved. Working days are counted with it from now on.")
    return pages.redirect(
        request, "admin_days_off_of_year", authority_id=authority_id, year=year, notice=notice
    )


def _years(reader: Read | Act) -> range:
    this_year = day_of(reader.now).year
    return range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)


def _known(reader: Read | Act, year: int) -> int:
    if year not in _years(reader):
        raise NotFound
    return year


def _line(found: HolidaysPage, year: int, month: int, number: int) -> HolidayLine:
    """Return a day of the list; other days are added there."""
    try:
        line = found.line(date(year, month, number))
    except (ValueError, OverflowError) as none:
        raise NotFound from none
    if line is None:
        raise NotFound
    return line
