"""Stages of a call and the grids by which they are scored, as data."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.rules.scheme_form import ChecklistItem, DocumentRequirement, FormSection
from app.rules.scheme_in_kind import SiteVisit
from app.rules.scheme_text import Text, no_text


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a grid. A mark goes from `min` to `max` in `step`s; it counts × `multiplier`.

    A mark in `comment_at` needs a comment. `top_mark_only_if` is shown beside the marks:
    the condition under which the highest may be given.
    """

    code: str
    text: Text
    help: Text = field(default_factory=no_text)
    min: Fraction = Fraction(1)
    max: Fraction = Fraction(5)
    step: Fraction = Fraction(1)
    multiplier: Fraction = Fraction(1)
    comment_at: tuple[Fraction, ...] = ()
    top_mark_only_if: Text = field(default_factory=no_text)


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The agreed total of section `section` of stage `stage` is copied unchanged."""

    stage: str
    section: str


@dataclass(frozen=True, slots=True)
class GridSection:
    """`maximum` repeats the sum of the criteria; `consistency` compares the two.

    A carried-over section has no criteria. `name` is how tie-breakers and letters call the
    section ("relevance"), stable where codes change.
    """

    code: str
    title: Text
    maximum: Fraction
    criteria: tuple[Criterion, ...] = ()
    minimum: Fraction | None = None
    carry_over: CarryOver | None = None
    comment_required: bool = True
    name: str = ""


class FloorOn(StrEnum):
    AGREED = "AGREED"
    ANY_ASSESSOR = "ANY_ASSESSOR"


@dataclass(frozen=True, slots=True)
class SubScoreFloor:
    """A mark at or under `value` in `section` rejects (spec/scoring.md, step 5)."""

    section: str
    value: Fraction
    on: FloorOn = FloorOn.AGREED


@dataclass(frozen=True, slots=True)
class Grid:
    """`threshold` on the total and the minimum of a section pass when met exactly."""

    sections: tuple[GridSection, ...]
    maximum: Fraction
    threshold: Fraction | None = None
    sub_score_floor: SubScoreFloor | None = None


class DiscrepancyKind(StrEnum):
    NONE = "NONE"
    PCT_OF_HIGHER = "PCT_OF_HIGHER"
    POINTS = "POINTS"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """More than `over` (per cent of the higher total, or points) asks for a third assessor."""

    kind: DiscrepancyKind = DiscrepancyKind.NONE
    over: Fraction | None = None
    resolve: str = "MEAN_OF_CLOSEST_TWO"


class Boundary(StrEnum):
    INCLUDE_CROSSING = "INCLUDE_CROSSING"
    EXCLUDE_CROSSING = "EXCLUDE_CROSSING"


@dataclass(frozen=True, slots=True)
class Preselection:
    """In rank order until the requests add up to `percent` of the lot's envelope."""

    percent: Fraction
    boundary: Boundary = Boundary.INCLUDE_CROSSING


class StageKind(StrEnum):
    CONCEPT_NOTE = "CONCEPT_NOTE"
    FULL_APPLICATION = "FULL_APPLICATION"
    ELIGIBILITY = "ELIGIBILITY"
    SITE_VISIT = "SITE_VISIT"
    INTERVIEW = "INTERVIEW"


class StageEntrants(StrEnum):
    """Who takes part: everybody, who passed the stage before, or who was proposed for money."""

    ALL = "ALL"
    PASSED_PREVIOUS = "PASSED_PREVIOUS"
    PROVISIONALLY_SELECTED = "PROVISIONALLY_SELECTED"


@dataclass(frozen=True, slots=True)
class Stage:
    """One round of an application's way.

    `deadline_days` is the default time for handing in, counted from publication or, for
    later stages, from the invitation. Whoever works on a draft is reminded in the morning of
    each of the `reminder_days` before the deadline. `amount_change_max_percent` bounds how far the
    request may move from the one of the stage before, either way. `blind` hides names
    from assessors.
    """

    key: str
    kind: StageKind
    title: Text
    entrants: StageEntrants = StageEntrants.ALL
    deadline_days: int | None = None
    reminder_days: tuple[int, ...] = (7, 1)
    form: tuple[FormSection, ...] = ()
    with_budget: bool = False
    documents: tuple[DocumentRequirement, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    grid: Grid | None = None
    assessors: int = 0
    blind: bool = True
    discrepancy: Discrepancy = Discrepancy()
    preselection: Preselection | None = None
    amount_change_max_percent: Fraction | None = None
    site_visit: SiteVisit | None = None

    def section(self, code: str) -> GridSection | None:
        """The grid's section with that code."""
        sections = self.grid.sections if self.grid else ()
        return next((section for section in sections if section.code == code), None)

    def document(self, key: str) -> DocumentRequirement | None:
        return next((document for document in self.documents if document.key == key), None)
