"""From assessors' marks to an agreed score: the whole of spec/scoring.md.

    total of an assessment = sum of mark x multiplier, without carried-over sections
    agreed mark            = exact mean of the used marks
    section, total         = sums of agreed mark x multiplier, and of carried-over totals

Nothing is rounded before a comparison. `scoring_input` reads and checks the JSON.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import format_exact
from app.rules.scheme_grid import DiscrepancyKind, FloorOn, SubScoreFloor
from app.rules.scoring_model import (
    SUB_SCORE_FLOOR_BY_ONE,
    AgreedScore,
    Assessment,
    Discrepancy,
    Grid,
    Outcome,
    ThirdNeeded,
)


def score(
    grid: Grid, assessments: Sequence[Assessment], discrepancy: Discrepancy
) -> AgreedScore | ThirdNeeded:
    """Agree on two or three complete assessments, or ask for a third.

    Source: spec/scoring.md; handbook S1-S3.
    """
    totals = [assessment_total(grid, assessment.marks) for assessment in assessments]
    if len(totals) == 2 and discrepancy.kind is not DiscrepancyKind.NONE:
        difference = totals_difference(totals[0], totals[1], discrepancy.kind)
        if difference > discrepancy.over:
            return _third_needed(difference, discrepancy)
    if len(totals) == 2 or discrepancy.kind is DiscrepancyKind.NONE:
        return agree(grid, assessments)
    return agree(grid, [assessments[place] for place in closest(totals)])


def assessment_total(grid: Grid, marks: Mapping[str, Fraction]) -> Fraction:
    """Add up one assessor's points; criteria not marked yet count nothing (a running total)."""
    return sum(
        (marks[one.code] * one.multiplier for one in grid.criteria if one.code in marks),
        Fraction(0),
    )


def totals_difference(first: Fraction, second: Fraction, kind: DiscrepancyKind) -> Fraction:
    """Return the difference in per cent of the higher total, or in points.

    Two totals of 0 do not differ.
    """
    points, higher = abs(first - second), max(first, second)
    if kind is DiscrepancyKind.POINTS or not higher:
        return points
    return points * 100 / higher


def closest(totals: Sequence[Fraction]) -> list[int]:
    """Return the places of the two closest of three totals, or all three where equally far.

    The places keep the order of the input.
    """
    low, middle, high = sorted(range(3), key=totals.__getitem__)
    below, above = totals[middle] - totals[low], totals[high] - totals[middle]
    if below == above:
        return [0, 1, 2]
    return sorted([low, middle] if below < above else [middle, high])


def agree(grid: Grid, used: Sequence[Assessment]) -> AgreedScore:
    """Take the mean of all these assessments and apply the cuts."""
    marks = {
        criterion.code: sum((one.marks[criterion.code] for one in used), Fraction(0)) / len(used)
        for criterion in grid.criteria
    }
    sections = {
        section.code: section.carried_over
        if section.carried_over is not None
        else sum((marks[one.code] * one.multiplier for one in section.criteria), Fraction(0))
        for section in grid.sections
    }
    total = sum(sections.values(), Fraction(0))
    failed = next(
        (
            section.code
            for section in grid.sections
            if section.minimum is not None and sections[section.code] < section.minimum
        ),
        None,
    )
    outcome, why = _cut(grid, used, marks, sections, failed)
    return AgreedScore(
        used=tuple(assessment.assessor for assessment in used),
        marks=marks,
        sections=sections,
        total=total,
        outcome=outcome,
        failed_section=failed,
        flags=_flags(grid, used, marks),
        why=why,
    )


def score_text(points: Fraction) -> str:
    """Write a sum for the ranking or a later stage: six decimals, half up.

    A mean of three may have no end, and the ranked score has to be the same everywhere.
    """
    return format_exact(points, 6)


def _third_needed(difference: Fraction, discrepancy: Discrepancy) -> ThirdNeeded:
    values: dict[str, object] = {"difference": difference, "over": discrepancy.over}
    code = "third_needed_percent"
    if discrepancy.kind is DiscrepancyKind.POINTS:
        code = "third_needed_points"
    return ThirdNeeded(difference, Message(f"scoring.{code}", values))


def _cut(
    grid: Grid,
    used: Sequence[Assessment],
    marks: Mapping[str, Fraction],
    sections: Mapping[str, Fraction],
    failed: str | None,
) -> tuple[Outcome, Message]:
    """Name the first cut that applies; at the minimum and at the threshold passes."""
    total = sum(sections.values(), Fraction(0))
    values: dict[str, object] = {"total": total}
    if failed is not None:
        minimum = next(section.minimum for section in grid.sections if section.code == failed)
        values |= {"section": failed, "points": sections[failed], "minimum": minimum}
        return Outcome.SECTION_BELOW_MINIMUM, Message("scoring.section_below_minimum", values)
    floor = grid.sub_score_floor
    low = _low_mark(grid, used, marks, floor) if floor is not None else None
    if floor is not None and low is not None:
        values |= {"section": floor.section, "criterion": low, "floor": floor.value}
        return Outcome.SUB_SCORE_FLOOR, Message("scoring.sub_score_floor", values)
    if grid.threshold is not None:
        values |= {"threshold": grid.threshold}
        if total < grid.threshold:
            return Outcome.BELOW_THRESHOLD, Message("scoring.below_threshold", values)
    return Outcome.PASSED, Message("scoring.passed", values)


def _low_mark(
    grid: Grid, used: Sequence[Assessment], marks: Mapping[str, Fraction], floor: SubScoreFloor
) -> str | None:
    """Return the first criterion at or under the floor, by the marks that the floor looks at."""
    looked_at = [marks] if floor.on is FloorOn.AGREED else [one.marks for one in used]
    for code in _codes_under_floor(grid, floor):
        if any(given[code] <= floor.value for given in looked_at):
            return code
    return None


def _flags(
    grid: Grid, used: Sequence[Assessment], marks: Mapping[str, Fraction]
) -> tuple[str, ...]:
    """Step 6: one assessor is at or under the floor although the agreed mark is above it."""
    floor = grid.sub_score_floor
    if floor is None or floor.on is not FloorOn.AGREED:
        return ()
    by_one = any(
        marks[code] > floor.value and any(one.marks[code] <= floor.value for one in used)
        for code in _codes_under_floor(grid, floor)
    )
    return (SUB_SCORE_FLOOR_BY_ONE,) if by_one else ()


def _codes_under_floor(grid: Grid, floor: SubScoreFloor) -> Iterable[str]:
    return [
        criterion.code
        for section in grid.sections
        if section.code == floor.section
        for criterion in section.criteria
    ]
