"""What a scheme says and reports: letters, visibility, reports, indicators, state aid, as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.rules.scheme_text import Text, no_text


class Outcome(StrEnum):
    """What a letter tells. The allocation and scoring codes are those of spec/."""

    RECEIVED = "RECEIVED"
    CHECK_FAILED = "CHECK_FAILED"
    SECTION_BELOW_MINIMUM = "SECTION_BELOW_MINIMUM"
    SUB_SCORE_FLOOR = "SUB_SCORE_FLOOR"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    PRESELECTED = "PRESELECTED"
    NOT_PRESELECTED = "NOT_PRESELECTED"
    INELIGIBLE = "INELIGIBLE"
    AWARDED_FULL = "AWARDED_FULL"
    AWARDED_PARTIAL = "AWARDED_PARTIAL"
    AWARDED_FLOOR = "AWARDED_FLOOR"
    AWARDED_PRO_RATA = "AWARDED_PRO_RATA"
    RESERVE = "RESERVE"
    RESERVE_ACTIVATED = "RESERVE_ACTIVATED"
    CAP_REACHED = "CAP_REACHED"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter for one or more outcomes, at `stage` only, or at every stage when that is empty.

    `document` is the paper that prints it; `paragraphs` are what this scheme adds to it.
    """

    key: str
    title: Text
    outcomes: tuple[Outcome, ...]
    document: str
    paragraphs: tuple[Text, ...] = ()
    stage: str = ""
    asks_reply: bool = False


@dataclass(frozen=True, slots=True)
class LetterSet:
    """The letters of a scheme with what stands in all of them.

    Windows are calendar days: to complain counted from the letter, to accept an offer from
    its announcement. A clarification is answered within working days from its request
    (handbook 1.11, L2). `complaint_paragraph` names the further instances in whole sentences.
    """

    letters: tuple[Letter, ...]
    complaint_paragraph: Text
    data_protection: Text = field(default_factory=no_text)
    complaint_window_days: int = 30
    complaint_reply_days: int = 45
    offer_reply_days: int = 15
    clarification_reply_days: int = 5


@dataclass(frozen=True, slots=True)
class VisibilityProfile:
    """The funder's block on letters and public pages.

    `emblem` names a drawing of the product ("eu", "none"); it is printed at least
    `emblem_min_height_mm` high and never altered. `statement_font` is a typeface the funder allows.
    """

    key: str
    statement: Text
    disclaimer: Text = field(default_factory=no_text)
    emblem: str = "none"
    emblem_min_height_mm: int = 10
    statement_font: str = ""


class ReportKind(StrEnum):
    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class ReportRule:
    """`every_months` while the action runs, or `due_months` after its end for the final report."""

    key: str
    title: Text
    kind: ReportKind
    every_months: int | None = None
    due_months: int | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    title: Text
    unit: Text
    disaggregated_by: tuple[str, ...] = ()
    help: Text = field(default_factory=no_text)


class AidRegime(StrEnum):
    NONE = "NONE"
    NONE_UNLESS_ECONOMIC = "NONE_UNLESS_ECONOMIC"
    DE_MINIMIS = "DE_MINIMIS"
    NOTIFIED = "NOTIFIED"


@dataclass(frozen=True, slots=True)
class StateAid:
    """`ceiling_cents` over `ceiling_years` per undertaking, where the regime has one."""

    regime: AidRegime = AidRegime.NONE
    indirect_recipients: bool = False
    ceiling_cents: int | None = None
    ceiling_years: int | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """Years to keep files: of rejected applications after closure, of grants after the balance."""

    rejected_years: int = 3
    granted_years: int = 5
    small_grant_years: int = 3
    small_grant_up_to_cents: int | None = None
