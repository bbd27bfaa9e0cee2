"""The lines of the award report in words: for the page, the downloads and `envelope export`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import BinaryIO

from app import registers
from app.documents import sheets
from app.documents.contexts import AwardRow
from app.i18n import gettext, language, text
from app.i18n.said import all_sentences
from app.queries.award_report import ReportLine
from app.rules.messages import Message
from app.web.states import STATES, shown_state

SHEET = "awards"
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def awards_rows(lines: Iterable[ReportLine], currency: str) -> Iterator[AwardRow]:
    """Yield the rows of the sheet `awards`, in the reader's language."""
    for line in lines:
        yield AwardRow(
            lot=f"{line.lot_code}: {line.lot_title}",
            rank=line.rank,
            reference=line.reference,
            applicant=line.applicant,
            region_code=line.region,
            region_name=region_name(line.region),
            municipality=line.municipality,
            action_title=line.title,
            score=score_text(line),
            currency=currency,
            requested_cents=line.requested_cents,
            awarded_cents=line.awarded_cents,
            agreed_cents=line.agreed_cents,
            paid_cents=line.paid_cents,
            ordered_cents=line.ordered_cents,
            recovered_cents=line.recovered_cents,
            net_paid_cents=line.net_paid_cents,
            released_cents=line.released_cents,
            left_cents=line.left_cents,
            status=status_text(line),
            reason=reason_text(line),
        )


def value_of(field: str) -> Callable[[ReportLine], object]:
    """Return what reads one column of a line; the currency stands in the call."""
    return _TOLD.get(field) or attrgetter(field)


def write(
    kind: str,
    rows: Iterable[AwardRow],
    file: BinaryIO,
    *,
    count: int | None = None,
    fields: Collection[str] = (),
) -> None:
    """Write one of the three formats; CSV begins with a mark that spreadsheets need.

    `fields` are the columns that somebody chose, all of them for none.
    """
    sheet = sheets.sheet(SHEET).only(fields)
    writers: dict[str, Callable[[], None]] = {
        "xlsx": lambda: sheets.write_xlsx(sheet, rows, file, count=count),
        "csv": lambda: sheets.write_csv(sheet, rows, file, bom=True),
        "json": lambda: sheets.write_json(sheet, rows, file),
    }
    writers[kind]()


def score_text(line: ReportLine) -> str:
    """Return the score with two decimals or as many more as it has."""
    if line.score is None:
        return ""
    whole, _, decimals = f"{line.score:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def status_text(line: ReportLine) -> str:
    kind, state = line.state
    return gettext(shown_state(state, kind)[0])


def reason_text(line: ReportLine) -> str:
    """Return the sentence that a rule or an officer gave, else the name of the outcome."""
    code = str(line.detail.get("code", ""))
    if code in all_sentences():
        return text(Message(code, dict(line.detail.get("values", {}))))
    if written := str(line.detail.get("reason", "")):
        return written
    return gettext(STATES[line.outcome][0]) if line.outcome in STATES else ""


# Columns that are not called as the line calls them, or that are put in words.
_TOLD: Mapping[str, Callable[[ReportLine], object]] = {
    "region_code": attrgetter("region"),
    "region_name": lambda line: region_name(line.region),
    "action_title": attrgetter("title"),
    "score": score_text,
    "status": status_text,
    "reason": reason_text,
}


def region_name(code: str) -> str:
    """Return the region's name in the reader's language, empty for an unknown code."""
    found = _regions().get(code)
    if found is None:
        return ""
    return found.name_latn if language().startswith("sr") else found.name_en


def region_label(code: str) -> str:
    """Return how a region is called in lists and charts, also where nobody knows it."""
    return region_name(code) or code or gettext("Unknown")


@cache
def _regions() -> dict[str, registers.Region]:
    return {region.code: region for region in registers.nuts_regions()}
