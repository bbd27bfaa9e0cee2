"""One assessor's work against the grid: running totals, and what is missing to hand it in.

Marks are kept as text while they are typed, so nothing is lost; a text that is no mark of
the scale counts nothing in the running total. Source: handbook 1.6 (comments at the ends
of the scale, a comment for every section).
"""

from collections.abc import Mapping
from fractions import Fraction

from app.rules.messages import Message
from app.rules.money import parse_decimal
from app.rules.scheme_grid import Criterion, Grid, Stage
from app.rules.scheme_json import decimal_text, digest


def known_codes(stage: Stage) -> frozenset[str]:
    """Return the codes of all criteria that are marked at this stage."""
    return frozenset(one.code for one in _criteria(stage))


def section_codes(stage: Stage) -> frozenset[str]:
    """Return the codes of the sections that are marked, and so commented, at this stage."""
    sections = stage.grid.sections if stage.grid else ()
    return frozenset(section.code for section in sections if section.criteria)


def mark_of(one: Criterion, text: str) -> Fraction | None:
    """Return the mark if it is one of the scale, else None; a decimal comma is read too."""
    try:
        mark = Fraction(parse_decimal(text.strip().replace(",", ".")))
    except ValueError:
        return None
    on_scale = one.min <= mark <= one.max and (mark - one.min) % one.step == 0
    return mark if on_scale else None


def running_total(stage: Stage, marks: Mapping[str, str]) -> Fraction:
    """Add up what is marked so far, each mark × multiplier; carried-over sections are left out."""
    return sum(section_totals(stage, marks).values(), Fraction(0))


def section_totals(stage: Stage, marks: Mapping[str, str]) -> dict[str, Fraction]:
    """Return the running total of each section that is marked at this stage, by code."""
    totals: dict[str, Fraction] = {}
    for section in stage.grid.sections if stage.grid else ():
        given = ((one, mark_of(one, marks.get(one.code, ""))) for one in section.criteria)
        if section.criteria:
            points = (mark * one.multiplier for one, mark in given if mark is not None)
            totals[section.code] = sum(points, Fraction(0))
    return totals


def exact_marks(stage: Stage, marks: Mapping[str, str]) -> dict[str, str]:
    """Return complete marks as decimal text with a point; ValueError where one is no mark."""
    exact: dict[str, str] = {}
    for one in _criteria(stage):
        mark = mark_of(one, marks.get(one.code, ""))
        if mark is None:
            raise ValueError(f"{one.code} has no mark")
        exact[one.code] = decimal_text(mark)
    return exact


def scale_of(one: Criterion) -> tuple[Fraction, ...]:
    """Return every mark of the scale, lowest first."""
    steps = int((one.max - one.min) / one.step)
    return tuple(one.min + number * one.step for number in range(steps + 1))


def is_scale_of_five(one: Criterion) -> bool:
    """Return whether the words from very poor to very good hold: whole marks, 1 to 5."""
    return scale_of(one) == tuple(map(Fraction, range(1, 6)))


def missing(
    stage: Stage, marks: Mapping[str, str], comments: Mapping[str, str]
) -> tuple[Message, ...]:
    """Return everything that keeps the assessment from being handed in, by place."""
    found: list[Message] = []
    for section in stage.grid.sections if stage.grid else ():
        for one in section.criteria:
            found += _missing_of(one, marks.get(one.code, ""), comments.get(one.code, ""))
        wants = section.comment_required and section.criteria
        if wants and not comments.get(section.code, "").strip():
            found.append(
                Message("marking.section_comment", {"section": section.code}, section.code)
            )
    return tuple(found)


def warnings(
    stage: Stage,
    marks: Mapping[str, str],
    comments: Mapping[str, str],
    carried: Mapping[str, Fraction],
) -> tuple[Message, ...]:
    """Return what an assessor should know before a complete assessment is handed in.

    Nothing of it forbids it: cuts are made on the agreed score (spec/scoring.md, steps 4 to 7),
    but whoever puts an application below one should mean it. The total needs what is carried over.
    """
    grid = stage.grid
    if grid is None:
        return ()
    totals = section_totals(stage, marks)
    found = [
        Message(
            "marking.below_minimum",
            {"section": each.code, "points": totals[each.code], "minimum": each.minimum},
            each.code,
        )
        for each in grid.sections
        if each.minimum is not None and totals.get(each.code, each.minimum) < each.minimum
    ]
    found += _at_floor(grid, marks)
    points = sum(totals.values(), Fraction(0)) + sum(carried.values(), Fraction(0))
    is_whole = all(each.code in carried for each in grid.sections if each.carry_over is not None)
    if is_whole and grid.threshold is not None and points < grid.threshold:
        values: dict[str, object] = {"points": points, "threshold": grid.threshold}
        found.append(Message("marking.below_threshold", values))
    silent = [one.code for one in _criteria(stage) if not comments.get(one.code, "").strip()]
    if silent:
        found.append(Message("marking.no_reason", {"criteria": tuple(silent)}))
    return tuple(found)


def fingerprint(marks: Mapping[str, str], comments: Mapping[str, str]) -> str:
    """Return what tells whether an assessment is still the one that somebody looked at."""
    return digest({"marks": dict(marks), "comments": dict(comments)})


def _at_floor(grid: Grid, marks: Mapping[str, str]) -> list[Message]:
    floor = grid.sub_score_floor
    if floor is None:
        return []
    criteria = [
        one for each in grid.sections if each.code == floor.section for one in each.criteria
    ]
    given = [(one.code, mark_of(one, marks.get(one.code, ""))) for one in criteria]
    return [
        Message("marking.at_floor", {"criterion": code, "mark": mark}, code)
        for code, mark in given
        if mark is not None and mark <= floor.value
    ]


def _missing_of(one: Criterion, text: str, comment: str) -> list[Message]:
    mark = mark_of(one, text)
    if mark is None:
        values: dict[str, object] = {"criterion": one.code, "lowest": one.min, "highest": one.max}
        return [Message("marking.mark_off_scale" if text else "marking.mark", values, one.code)]
    if mark in one.comment_at and not comment.strip():
        return [Message("marking.comment", {"criterion": one.code, "mark": mark}, one.code)]
    return []


def _criteria(stage: Stage) -> list[Criterion]:
    return [
        one for section in (stage.grid.sections if stage.grid else ()) for one in section.criteria
    ]
