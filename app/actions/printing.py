"""A paper that a job prints, whatever it is: laid out, kept under its hash, noted on its row.

Printed first, written last: no row is locked while the paper is laid out. A job may run
twice: the second run finds the paper and does nothing, and of two at once one is thrown away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from app.actions import paper_parts
from app.actions import printing_failures as failures
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.page_count import page_count
from app.documents.store import Store
from app.models import (
    Agreement,
    AgreementLetter,
    ApplicationPrint,
    Base,
    Clarification,
    InKindPaper,
    RecoveryOrder,
    ReportPrint,
    StoredFile,
)
from app.rules.permissions import Permission

Row = TypeVar(
    "Row",
    Agreement,
    AgreementLetter,
    ApplicationPrint,
    Clarification,
    InKindPaper,
    RecoveryOrder,
    ReportPrint,
)
Letter = TypeVar("Letter", AgreementLetter, Clarification)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be printed: the document, its kept contents, the name of the file."""

    document: str
    contents: dict[str, Any]  # Any: JSON
    filename: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that lies in the store; no row tells of it yet."""

    sha256: str
    size_bytes: int
    pdf: bytes

    @property
    def pages(self) -> int:
        return page_count(self.pdf)


def record(act: Act, row: Base, printed: Printed) -> None:
    """Write into the trail that the paper is there, and which bytes it has."""
    act.record(row, "paper_printed", sha256=printed.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Row]):
    """What differs between papers: the row, who may print it, what waits, what is written then.

    `task` is the job that prints, `argument` the name of the row's id in it. `is_current` says
    of the row, once it is locked, whether what was printed still holds.
    """

    model: type[Row]
    to: Permission
    task: str
    argument: str
    waiting: Callable[[Session, int], Waiting | None]
    note: Callable[[Act, Row, Printed], None]
    is_current: Callable[[Row, Waiting], bool] = lambda _, __: True


def render(act: Act, kind: Kind[Row], key: int, *, renderer: Renderer, store: Store) -> None:
    """Print one paper, unless its row has one or does not ask for it any more."""
    waiting = kind.waiting(act.session, key)
    if waiting is None:
        return
    printed = lay_out(waiting, renderer=renderer, store=store)
    row = act.load(kind.model, key, to=kind.to)
    if row.file_id is not None or not kind.is_current(row, waiting):
        return
    row.file_id = keep(act, printed, waiting.filename, to=kind.to, within=row)
    row.failure = ""
    kind.note(act, row, printed)


def lay_out(waiting: Waiting, *, renderer: Renderer, store: Store) -> Printed:
    """Print the contents and keep the bytes. A part: nothing is written into the database."""
    paper = c.from_json(waiting.document, waiting.contents)
    pdf = renderer.pdf(paper, files=paper_parts.pictures(paper, store))
    kept = store.keep(pdf)
    return Printed(kept.sha256, kept.size_bytes, pdf)


def keep(act: Act, printed: Printed, filename: str, *, to: Permission, within: Base) -> int:
    """Write the row of the file; return its id."""
    file = StoredFile(
        sha256=printed.sha256,
        size_bytes=printed.size_bytes,
        media_type="application/pdf",
        filename=filename,
        created_at=act.now,
    )
    return act.create(file, to=to, within=within).id


def letter(document: str, contents: dict[str, Any]) -> Waiting:  # Any: JSON
    """Return a letter that waits; its file is named by its reference."""
    return Waiting(document, contents, named("letter", str(contents["letter"]["reference"])))


def named(what: str, reference: str) -> str:
    """Return the name of a file about something with a reference, which may hold slashes."""
    return f"{what}-{reference.replace('/', '-')}.pdf"


def note_pages(act: Act, row: Letter, printed: Printed) -> None:
    """Write how long a letter is, and into the trail."""
    row.page_count = printed.pages
    record(act, row, printed)


def fail(act: Act, kind: Kind[Row], key: int, error: Exception) -> None:
    """Keep why a paper could not be printed, after the last attempt."""
    row = act.load(kind.model, key, to=kind.to)
    if row.file_id is None:
        row.failure = failures.code_of(error)
        act.record(row, "print_failed", cause=failures.cause_of(error))


def retry(act: Act, kind: Kind[Row], key: int, *, to: Permission | None = None) -> Row:
    """Have a paper that failed printed once more; one that is printed or waits is left alone."""
    row = act.load(kind.model, key, to=to or kind.to)
    if row.file_id is None and row.failure:
        ask_again(act, row, kind)
    return row


def ask_again(act: Act, row: Row, kind: Kind[Row]) -> None:
    """Ask for a paper whose row is held already. A part."""
    row.failure = ""
    act.record(row, "print_again")
    act.enqueue(kind.task, **{kind.argument: row.id})
