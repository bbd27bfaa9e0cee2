"""The lines of the award report as cells; each figure leads to the page that it comes from.

A page has six hundred cells, so what is the same for a whole column is found once: where its
value stands, what kind of cell it is, and the address around the number of each line.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from fastapi import Request

from app import i18n
from app.documents.sheets import Column, Kind
from app.queries.award_report import ReportCall, ReportLine
from app.queries.award_report_sums import LineSums
from app.rules.permissions import Actor, Permission, may
from app.web import addresses, award_sheet
from app.web.cells import cell, link, status_tag
from app.web.markup import shown as escaped

_FIGURES = {Kind.INT, Kind.SCORE}
_NOTHING = "–"
_AGREEMENT = ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS)

# Which page a figure comes from, what its address takes, and who may open it.
_SOURCES = {
    "reference": ("office_application", "application_id", Permission.SEE_APPLICATIONS),
    "requested_cents": ("office_application", "application_id", Permission.SEE_APPLICATIONS),
    "score": ("office_scores", "entry_id", Permission.SEE_ASSESSMENTS),
    "rank": ("office_ranking", "stage_id", Permission.SEE_ASSESSMENTS),
    "awarded_cents": ("office_ranking", "stage_id", Permission.SEE_ASSESSMENTS),
    "agreed_cents": _AGREEMENT,
    "paid_cents": _AGREEMENT,
    "ordered_cents": _AGREEMENT,
    "recovered_cents": _AGREEMENT,
    "net_paid_cents": _AGREEMENT,
    "released_cents": _AGREEMENT,
    "left_cents": _AGREEMENT,
}

Href = Callable[[ReportLine], str]
Written = Callable[[ReportLine], str]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """The cells of one line as HTML, every text in it escaped."""

    html: str

    def __html__(self) -> str:
        return self.html


def on_page(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns of the page: who applied stands under the reference, with room for it.

    A column of names between ten of figures had one word a line.
    """
    return tuple(column for column in columns if column.field != "applicant")


def shown(
    request: Request,
    actor: Actor,
    call: ReportCall,
    columns: tuple[Column, ...],
    lines: Iterable[ReportLine],
) -> tuple[ShownLine, ...]:
    hrefs = _hrefs(request, actor, call)
    fields = {column.field for column in columns}
    writers = [
        _writer(column, fields, hrefs.get(column.field, _no_href), call.currency)
        for column in on_page(columns)
    ]
    return tuple(ShownLine("".join([write(line) for write in writers])) for line in lines)


def foot(columns: tuple[Column, ...], sums: LineSums, currency: str) -> tuple[str | None, ...]:
    """Return the sum under each column of money, None under the others."""
    del currency
    return tuple(
        i18n.format_money(getattr(sums, column.field)) if column.total else None
        for column in columns
    )


def _hrefs(request: Request, actor: Actor, call: ReportCall) -> Mapping[str, Href]:
    """Return by column where its figures lead; several columns lead to the same page."""
    made: dict[tuple[str, str, Permission], Href] = {
        source: _href(request, *source[:2])
        for source in set(_SOURCES.values())
        if may(actor, source[2], call.facts) is None
    }
    return {field: made[source] for field, source in _SOURCES.items() if source in made}


def _href(request: Request, route: str, name: str) -> Href:
    before, after = addresses.around(request.app, route, name)

    def href(line: ReportLine) -> str:
        number = getattr(line, name)
        return "" if number is None else f"{before}{number}{after}"

    return href


def _no_href(line: ReportLine) -> str:
    del line
    return ""


def _writer(column: Column, fields: set[str], href: Href, currency: str) -> Written:
    """Return what writes the cells of one column, chosen once for all lines."""
    of_field: dict[str, Written] = {
        "status": lambda line: _state(line, _why(line, fields)),
        "reference": lambda line: _who(line, fields, href(line)),
        "lot": lambda line: _text(line.lot_code),
        "currency": lambda _: _text(currency),
    }
    if column.field in of_field:
        return of_field[column.field]
    value_of = award_sheet.value_of(column.field)
    if column.format is Kind.MONEY:
        # An amount that stands in a column again and again is put in words once.
        written = cache(i18n.format_money)
        return lambda line: _amount(value_of(line), written, href(line))
    if column.format in _FIGURES:
        return lambda line: _figure(value_of(line), href(line))
    return lambda line: _text(str(value_of(line) or _NOTHING))


# Put together by the components, so that their HTML stands in one place: address, then text.
_TEXT = str(cell("%s"))
_BARE = str(cell("%s", numeric=True))
_LINKED = str(cell(link("%s", "%s"), numeric=True))
_LINK = str(link("%s", "%s"))
_HEADER = str(cell("%s", header=True, classes="row-head"))
_UNDER = '%s<br><span class="%s">%s</span>'


def _amount(cents: object, written: Callable[[int], str], href: str) -> str:
    """Digits and signs have nothing to escape; no amount and nothing at all lead nowhere."""
    if not isinstance(cents, int):
        return _BARE % _NOTHING
    return _LINKED % (href, written(cents)) if cents and href else _BARE % written(cents)


def _figure(value: object, href: str) -> str:
    """Return a rank or a score, which are digits and nothing to escape either."""
    if value in (None, ""):
        return _BARE % _NOTHING
    return _LINKED % (href, value) if href else _BARE % value


def _text(text: str) -> str:
    return _TEXT % escaped(text)


def _state(line: ReportLine, why: str) -> str:
    kind, state = line.state
    return _TEXT % _under(status_tag(state, kind=kind), "quiet", why)


def _who(line: ReportLine, fields: set[str], href: str) -> str:
    """Return whose line it is, and of what: name, title and place, where no column has them."""
    is_named = "applicant" in fields
    title = "" if "action_title" in fields else line.title
    quiet = " · ".join(part for part in (title, _place(line, fields) if is_named else "") if part)
    reference = escaped(line.reference)
    shown = _LINK % (href, reference) if href else reference
    named = _under(shown, "regular", line.applicant if is_named else "")
    return _HEADER % _under(named, "quiet", quiet)


def _under(shown: str, look: str, text: str) -> str:
    """Put a text under what is escaped already, if there is one."""
    return _UNDER % (shown, look, escaped(text)) if text else shown


def _place(line: ReportLine, fields: set[str]) -> str:
    region = "" if "region_name" in fields else award_sheet.region_name(line.region) or line.region
    municipality = "" if "municipality" in fields else line.municipality
    return " · ".join(part for part in (municipality, region) if part)


def _why(line: ReportLine, fields: set[str]) -> str:
    """Why it is less than was asked for, unless a column of its own says it."""
    is_less = line.awarded_cents < line.requested_cents
    return award_sheet.reason_text(line) if is_less and "reason" not in fields else ""
