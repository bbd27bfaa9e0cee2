"""A whole application on paper: for those who wrote it, and blind for those who assess it.

Blind by type (decision 7): `BlindApplicationForm` has no field for a name, a number of the
organisation or the name of a file, so nothing of that kind can be printed by mistake.
"""

from dataclasses import dataclass
from datetime import datetime

from app.documents.contexts_papers import Party
from app.documents.contexts_parts import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAnswer:
    """One question with its answer as text, or as a table where it has rows."""

    label: str
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSection:
    title: str
    answers: tuple[PrintedAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCost:
    """A line of costs, or with `is_sum` the sum of a heading; units are text with their unit."""

    title: str
    total_cents: int
    units: str = ""
    unit_value_cents: int | None = None
    is_sum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSource:
    title: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFile:
    """A document by what was asked for; its own name and hash are for those who sent it in."""

    title: str
    size_bytes: int
    name: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationBody:
    """What both versions print: answers, budget, list of documents. `lot` may be empty."""

    stage: str
    currency: str
    sections: tuple[PrintedSection, ...]
    lot: str = ""
    costs: tuple[PrintedCost, ...] = ()
    sources: tuple[PrintedSource, ...] = ()
    files: tuple[PrintedFile, ...] = ()
    requested_cents: int | None = None
    total_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForm:
    """An application of one's own: a draft as it was saved, or what was received.

    A draft has no `received_at` and says on every sheet that it is one. `number` counts how
    often it was sent in; one that no longer `stands` says so. `answers_sha256` is the digest
    of what was received.
    """

    paper: Paper
    application_reference: str
    action_title: str
    applicant: Party
    body: ApplicationBody
    saved_at: datetime | None = None
    received_at: datetime | None = None
    submitted_by: str = ""
    answers_sha256: str = ""
    number: int = 1
    stands: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindApplicationForm:
    """An application as assessors read it: a code in the place of a reference."""

    paper: Paper
    blind_code: str
    body: ApplicationBody
