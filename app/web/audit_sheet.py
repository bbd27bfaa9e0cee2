"""The audit trail as rows of a sheet, in the reader's language: for the two downloads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.documents import sheets
from app.i18n import language, sentence
from app.i18n.marks import N_
from app.queries.audit import AuditLine
from app.queries.audit_objects import audit_objects
from app.queries.audit_words import words_of
from app.web import trail_words
from app.web.deps import Read
from app.web.trail_words import Told

SHEET = "audit"
# A sheet of XLSX ends at row 1,048,576.
MOST_XLSX_ROWS = 1_048_000
CHANGED = N_("{name}: {was} → {value}")
SAID = N_("{name}: {value}")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """`at` is exact, in UTC as it is kept, so that sheets of two offices sort alike."""

    entry: int
    at: str
    who: str
    kind: str
    object: str
    number: int
    event: str
    before: str
    after: str
    details: str


def rows(reader: Read, batches: Iterable[tuple[AuditLine, ...]]) -> Iterator[AuditRow]:
    """Yield the rows; each batch asks once for the names of all its objects."""
    for batch in batches:
        objects = audit_objects(reader.session, trail_words.keys_of(batch))
        words = words_of(reader.session, batch, language())
        for each in trail_words.entries(batch, objects, words):
            yield AuditRow(
                entry=each.line.id,
                at=each.line.at.isoformat(timespec="seconds"),
                who=each.line.actor_name,
                kind=each.kind,
                object=each.label,
                number=each.line.object_id,
                event=each.event,
                before=each.before,
                after=each.after,
                details="; ".join(told_text(told) for told in each.details),
            )


def told_text(told: Told) -> str:
    values = {"name": told.name, "value": told.value, "was": told.was}
    return sentence(SAID if told.was is None else CHANGED, values)


def write(kind: str, listed: Iterable[AuditRow], file: BinaryIO, *, count: int) -> None:
    sheet = sheets.sheet(SHEET)
    if kind == "xlsx":
        sheets.write_xlsx(sheet, listed, file, count=count)
    else:
        sheets.write_csv(sheet, listed, file, bom=True)
