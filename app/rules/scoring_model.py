"""The words of scoring: grids, assessments and what comes of them (spec/scoring.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.rules.messages import Message
from app.rules.scheme_grid import DiscrepancyKind, SubScoreFloor


class Resolve(StrEnum):
    """How three assessments become one result."""

    MEAN_OF_CLOSEST_TWO = "MEAN_OF_CLOSEST_TWO"


class Outcome(StrEnum):
    """Which cut applied first, if any."""

    SECTION_BELOW_MINIMUM = "SECTION_BELOW_MINIMUM"
    SUB_SCORE_FLOOR = "SUB_SCORE_FLOOR"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    PASSED = "PASSED"


SUB_SCORE_FLOOR_BY_ONE = "SUB_SCORE_FLOOR_BY_ONE"
"""The flag that the committee has to look at: one assessor's mark is at or under the floor."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of the grid; marks lie within `min`..`max` and count `multiplier` times."""

    code: str
    min: Fraction
    max: Fraction
    multiplier: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria, or a total carried over from an earlier stage; never both."""

    code: str
    criteria: tuple[Criterion, ...] = ()
    minimum: Fraction | None = None
    carried_over: Fraction | None = None

    @property
    def max_points(self) -> Fraction:
        """The most points that can be reached; a carried-over section has what it brought."""
        if self.carried_over is not None:
            return self.carried_over
        return sum((one.max * one.multiplier for one in self.criteria), Fraction(0))


@dataclass(frozen=True, slots=True)
class Grid:
    """Sections in their printed order; no threshold means that every total passes."""

    sections: tuple[Section, ...]
    threshold: Fraction | None = None
    sub_score_floor: SubScoreFloor | None = None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for section in self.sections for criterion in section.criteria)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """More than `over` (per cent or points) between two totals asks for a third assessment."""

    kind: DiscrepancyKind = DiscrepancyKind.NONE
    over: Fraction = Fraction(0)
    resolve: Resolve = Resolve.MEAN_OF_CLOSEST_TWO


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessor's marks, by the code of the criterion, not multiplied."""

    assessor: str
    marks: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class ThirdNeeded:
    """Two assessments differ too much; `difference` is in per cent or points."""

    difference: Fraction
    message: Message


@dataclass(frozen=True, slots=True)
class AgreedScore:
    """The exact result; round only when it is printed.

    `failed_section` is the first section under its minimum. `why` says which cut
    applied, `flags` what the committee has to look at.
    """

    used: tuple[str, ...]
    marks: Mapping[str, Fraction]
    sections: Mapping[str, Fraction]
    total: Fraction
    outcome: Outcome
    failed_section: str | None
    flags: tuple[str, ...]
    why: Message
