"""The lines of the award report as cells; each figure leads to the page that it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from app import i18n
from app.documents.sheets import Column, Kind
from app.queries.award_report import ReportCall, ReportLine
from app.queries.award_report_sums import LineSums
from app.rules.permissions import Actor, Permission, may
from app.web import award_sheet, pages
from app.web.cells import cell, link, status_tag

_FIGURES = {Kind.INT, Kind.MONEY, Kind.SCORE}
_NOTHING = "–"

# Which page a figure comes from, what its address takes, and who may open it.
_SOURCES = {
    "reference": ("office_application", "application_id", Permission.SEE_APPLICATIONS),
    "requested_cents": ("office_application", "application_id", Permission.SEE_APPLICATIONS),
    "score": ("office_scores", "entry_id", Permission.SEE_ASSESSMENTS),
    "rank": ("office_ranking", "stage_id", Permission.SEE_ASSESSMENTS),
    "awarded_cents": ("office_ranking", "stage_id", Permission.SEE_ASSESSMENTS),
    "agreed_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "paid_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "ordered_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "recovered_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "net_paid_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "released_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
    "left_cents": ("finance_agreement", "agreement_id", Permission.SEE_AGREEMENTS),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell. `under` and `quiet` stand below it, one small; `state` is shown as a tag."""

    text: str
    href: str = ""
    under: str = ""
    quiet: str = ""
    is_figure: bool = False
    is_header: bool = False
    state: tuple[str, str] | None = None

    def __html__(self) -> str:
        """Return its HTML; a page has six hundred of them."""
        text = link(self.text, self.href) if self.href else self.text
        if not self.is_header and self.state is None and not self.quiet:
            return cell(text, numeric=self.is_figure)
        shown = text if self.state is None else status_tag(self.state[1], kind=self.state[0])
        if self.under:
            shown = _BELOW.format(shown, self.under)
        if self.quiet:
            shown = _UNDER.format(shown, self.quiet)
        return cell(shown, header=self.is_header, classes="row-head" if self.is_header else "")


_BELOW = Markup('{}<br><span class="regular">{}</span>')
_UNDER = Markup('{}<br><span class="quiet">{}</span>')


@dataclass(frozen=True, slots=True)
class ShownLine:
    cells: tuple[Shown, ...]

    def __html__(self) -> str:
        return "".join(each.__html__() for each in self.cells)


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
    open_to = {
        field: (route, name)
        for field, (route, name, permission) in _SOURCES.items()
        if may(actor, permission, call.facts) is None
    }
    fields = {column.field for column in columns}
    there = on_page(columns)
    return tuple(
        _line(there, row, line, fields, _hrefs(request, open_to, line))
        for line in lines
        for row in award_sheet.awards_rows((line,), "")
    )


def _line(
    columns: tuple[Column, ...],
    row: object,
    line: ReportLine,
    fields: set[str],
    hrefs: dict[str, str],
) -> ShownLine:
    return ShownLine(
        tuple(_cell(column, row, line, fields, hrefs.get(column.field, "")) for column in columns)
    )


def foot(columns: tuple[Column, ...], sums: LineSums, currency: str) -> tuple[str | None, ...]:
    """Return the sum under each column of money, None under the others."""
    del currency
    return tuple(
        i18n.format_money(getattr(sums, column.field)) if column.total else None
        for column in columns
    )


def _hrefs(
    request: Request, open_to: dict[str, tuple[str, str]], line: ReportLine
) -> dict[str, str]:
    """Return the page that each figure comes from; several figures come from the same."""
    pages_of_line = {source: _href(request, source, line) for source in set(open_to.values())}
    return {field: pages_of_line[source] for field, source in open_to.items()}


def _href(request: Request, source: tuple[str, str], line: ReportLine) -> str:
    route, name = source
    number = getattr(line, name)
    return "" if number is None else pages.url(request, route, None, **{name: number})


def _cell(column: Column, row: object, line: ReportLine, fields: set[str], href: str) -> Shown:
    value = getattr(row, column.field)
    if column.field == "status":
        return Shown("", state=line.state, quiet=_why(line, fields))
    if column.format is Kind.MONEY and isinstance(value, int):
        return Shown(i18n.format_money(value), href if value else "", is_figure=True)
    if column.format in _FIGURES:
        text = _NOTHING if value in (None, "") else str(value)
        return Shown(text, href if text != _NOTHING else "", is_figure=True)
    if column.field == "lot":
        return Shown(line.lot_code)
    if column.field == "reference":
        return _who(line, fields, str(value), href)
    return Shown(str(value or _NOTHING), href)


def _who(line: ReportLine, fields: set[str], reference: str, href: str) -> Shown:
    """Return whose line it is, and of what: name, title and place, where no column has them."""
    named = "applicant" in fields
    title = "" if "action_title" in fields else line.title
    quiet = " · ".join(part for part in (title, _place(line, fields) if named else "") if part)
    under = line.applicant if named else ""
    return Shown(reference, href, under, quiet, is_header=True)


def _place(line: ReportLine, fields: set[str]) -> str:
    region = "" if "region_name" in fields else award_sheet.region_name(line.region) or line.region
    municipality = "" if "municipality" in fields else line.municipality
    return " · ".join(part for part in (municipality, region) if part)


def _why(line: ReportLine, fields: set[str]) -> str:
    """Why it is less than was asked for, unless a column of its own says it."""
    is_less = line.awarded_cents < line.requested_cents
    return award_sheet.reason_text(line) if is_less and "reason" not in fields else ""
