"""Whole marks of two assessors whose mean is a wanted total, and comments that go with them.

The marks are as even as the grid allows and respect minimum and floor of every section,
so that an application ends where the story says, for the reason the story says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.rules.money import format_exact
from app.rules.scheme_grid import Criterion, GridSection, Stage

_COMMENTS = {
    1: "Missing or far from what the guidelines ask.",
    2: "Named, but without the detail that would let one follow it.",
    5: "Exemplary: complete, proven and specific to the place.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One assessor's marks and comments, as the form takes them."""

    marks: dict[str, str]
    comments: dict[str, str]


def two_sheets(
    stage: Stage, total: Fraction, sections: Mapping[str, Fraction] | None = None
) -> tuple[Sheet, Sheet]:
    """Return two sheets whose mean is `total`; `sections` fixes the mean of single sections.

    ValueError where no whole marks give it (the story is wrong, not the grid).
    """
    fixed = dict(sections or {})
    scored = [each for each in (stage.grid.sections if stage.grid else ()) if each.criteria]
    free = [each for each in scored if each.code not in fixed]
    doubled = 2 * (total - sum(fixed.values(), Fraction(0)))
    wanted = {code: 2 * value for code, value in fixed.items()} | _spread(free, doubled)
    first: dict[str, Fraction] = {}
    second: dict[str, Fraction] = {}
    for section in scored:
        higher, lower = _halves(wanted[section.code])
        first |= _marks(section, higher)
        second |= _marks(section, lower)
    return _sheet(stage, first), _sheet(stage, second)


def sheet_of(stage: Stage, total: Fraction) -> Sheet:
    """Return one sheet with exactly this total."""
    scored = [each for each in (stage.grid.sections if stage.grid else ()) if each.criteria]
    wanted = _spread(scored, total)
    marks: dict[str, Fraction] = {}
    for section in scored:
        marks |= _marks(section, wanted[section.code])
    return _sheet(stage, marks)


def sheet_of_marks(stage: Stage, mark: int) -> Sheet:
    """Return a sheet with the same mark for every question."""
    scored = [each for each in (stage.grid.sections if stage.grid else ()) if each.criteria]
    return _sheet(stage, {one.code: Fraction(mark) for each in scored for one in each.criteria})


def _spread(sections: list[GridSection], points: Fraction) -> dict[str, Fraction]:
    """Divide points over sections in whole steps, by what each can hold."""
    if not sections:
        return {}
    scale = points / sum((_highest(each) for each in sections), Fraction(0))
    given = {each.code: Fraction(int(_highest(each) * scale)) for each in sections}
    rest = points - sum(given.values(), Fraction(0))
    order = sorted(sections, key=lambda each: (each.minimum is None, each.code))
    while rest > 0:
        for each in order:
            if rest > 0:
                given[each.code] += 1
                rest -= 1
    return given


def _highest(section: GridSection) -> Fraction:
    return sum((one.max * one.multiplier for one in section.criteria), Fraction(0))


def _halves(doubled: Fraction) -> tuple[Fraction, Fraction]:
    """Split a doubled mean into two whole sums that both can be marked."""
    lower = Fraction(int(doubled / 2))
    return doubled - lower, lower


def _marks(section: GridSection, points: Fraction) -> dict[str, Fraction]:
    """Return whole marks that add up to `points`; the heavier criteria are set first."""
    given = {one.code: one.min for one in section.criteria}
    rest = points - sum((one.min * one.multiplier for one in section.criteria), Fraction(0))
    ordered = sorted(section.criteria, key=lambda one: -one.multiplier)
    while rest > 0:
        lowest = min(
            (one for one in ordered if given[one.code] < one.max and one.multiplier <= rest),
            key=lambda one: given[one.code],
            default=None,
        )
        if lowest is None:
            raise ValueError(f"{points} cannot be marked in section {section.code}")
        given[lowest.code] += 1
        rest -= lowest.multiplier
    if rest < 0:
        raise ValueError(f"{points} is under the least of section {section.code}")
    return given


def _sheet(stage: Stage, marks: dict[str, Fraction]) -> Sheet:
    comments: dict[str, str] = {}
    for section in stage.grid.sections if stage.grid else ():
        if section.criteria:
            comments[section.code] = _overall(section, marks)
        comments |= {one.code: _said(one, marks) for one in section.criteria if _said(one, marks)}
    return Sheet({code: format_exact(mark, 0) for code, mark in marks.items()}, comments)


def _said(one: Criterion, marks: dict[str, Fraction]) -> str:
    mark = marks[one.code]
    return (
        _COMMENTS.get(int(mark), "See the comment on the section.")
        if mark in one.comment_at
        else ""
    )


def _overall(section: GridSection, marks: dict[str, Fraction]) -> str:
    reached = sum((marks[one.code] * one.multiplier for one in section.criteria), Fraction(0))
    share = reached / _highest(section)
    if share >= Fraction(17, 20):
        return "Very convincing: clear, complete and well proven by the documents."
    if share >= Fraction(13, 20):
        return "Good and workable; a few statements would gain from figures."
    return "The idea is understandable, but important parts stay general or unproven."
