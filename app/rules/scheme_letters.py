"""What a scheme says and reports: letters, visibility, reports, indicators, state aid, as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.rules.scheme_text import Text, no_text


class Outcome(StrEnum):
    """What a letter tells. The allocation and scoring codes are those of spec/."""

    RECEIVED = "RECEIVED"
    CLARIFICATION = "CLARIFICATION"
    CHECK_FAILED = "CHECK_FAILED"
    SECTION_BELOW_MINIMUM = "SECTION_BELOW_MINIMUM"
    SUB_SCORE_FLOOR = "SUB_SCORE_FLOOR"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    PRESELECTED = "PRESELECTED"
    NOT_PRESELECTED = "NOT_PRESELECTED"
    PROVISIONALLY_SELECTED = "PROVISIONALLY_SELECTED"
    INELIGIBLE = "INELIGIBLE"
    AWARDED_FULL = "AWARDED_FULL"
    AWARDED_PARTIAL = "AWARDED_PARTIAL"
    AWARDED_FLOOR = "AWARDED_FLOOR"
    AWARDED_PRO_RATA = "AWARDED_PRO_RATA"
    RESERVE = "RESERVE"
    RESERVE_ACTIVATED = "RESERVE_ACTIVATED"
    CAP_REACHED = "CAP_REACHED"
    CALL_CANCELLED = "CALL_CANCELLED"


@dataclass(frozen=True, slots=True)
class Letter:
    """One text for one or more outcomes, at `stage` only, or at every stage when that is empty.

    Paragraphs may name values in braces (`{requested}`); `LETTER_VALUES` lists them.
    """

    key: str
    title: Text
    outcomes: tuple[Outcome, ...]
    paragraphs: tuple[Text, ...]
    stage: str = ""
    shows_scores: bool = False
    asks_reply: bool = False


# What the writer of a letter may put between braces; each is printed in the letter's language.
LETTER_VALUES = frozenset(
    {
        "awarded",
        "call",
        "cut_off",
        "failed_item",
        "failed_section",
        "lead",
        "lot",
        "lot_title",
        "minimum",
        "next_deadline",
        "question",
        "rank",
        "rate",
        "reference",
        "reply_by",
        "requested",
        "reserve_position",
        "reserve_valid_until",
        "score",
        "share",
        "submitted",
        "threshold",
        "title",
    }
)


@dataclass(frozen=True, slots=True)
class LetterSet:
    """The letters of a scheme with what stands in all of them.

    Windows are calendar days: to complain counted from the letter, to accept an offer from
    its announcement, to answer a clarification from its request.
    """

    letters: tuple[Letter, ...]
    complaint_paragraph: Text
    data_protection: Text = field(default_factory=no_text)
    complaint_window_days: int = 30
    offer_reply_days: int = 15
    clarification_reply_days: int = 5


@dataclass(frozen=True, slots=True)
class VisibilityProfile:
    """The funder's block on letters and public pages.

    `emblem_svg` is the whole drawing, frozen with the call; it is printed at least
    `emblem_min_height_mm` high and never altered. `statement_font` is a typeface the funder allows.
    """

    key: str
    statement: Text = field(default_factory=no_text)
    disclaimer: Text = field(default_factory=no_text)
    emblem_svg: str = ""
    emblem_alt: Text = field(default_factory=no_text)
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
