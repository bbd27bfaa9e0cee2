"""The JSON of spec/scoring.md as dataclasses, with every refusal of the specification."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.rules.json_reader import (
    Place,
    read_choice,
    read_decimal,
    read_fields,
    read_list,
    read_text,
    refuse,
    required,
)
from app.rules.scheme_grid import DiscrepancyKind, FloorOn, SubScoreFloor
from app.rules.scoring_model import Assessment, Criterion, Discrepancy, Grid, Resolve, Section

_CASE_KEYS = frozenset({"grid", "discrepancy", "assessments"})
_GRID_KEYS = frozenset({"threshold", "sections", "sub_score_floor"})
_SECTION_KEYS = frozenset({"code", "minimum", "carried_over", "criteria"})
_CRITERION_KEYS = frozenset({"code", "min", "max", "multiplier"})
_FLOOR_KEYS = frozenset({"section", "value", "on"})
_DISCREPANCY_KEYS = frozenset({"kind", "over", "resolve"})
_ASSESSMENT_KEYS = frozenset({"assessor", "scores"})


@dataclass(frozen=True, slots=True)
class ScoringCase:
    """Checked input: `score(case.grid, case.assessments, case.discrepancy)`."""

    grid: Grid
    discrepancy: Discrepancy
    assessments: tuple[Assessment, ...]


def read_scoring_case(document: object) -> ScoringCase:
    """Turn parsed JSON into a checked case; InvalidInput names the first thing wrong."""
    fields = read_fields(document, (), _CASE_KEYS)
    grid = read_grid(required(fields, "grid", ()), ("grid",))
    discrepancy = Discrepancy()
    if "discrepancy" in fields:
        discrepancy = _read_discrepancy(fields["discrepancy"], ("discrepancy",))
    rows = read_list(required(fields, "assessments", ()), ("assessments",))
    if not 2 <= len(rows) <= 3:
        refuse("not_two_or_three", ("assessments",))
    assessments: list[Assessment] = []
    for index, row in enumerate(rows):
        assessment = _read_assessment(row, grid, ("assessments", index))
        if any(one.assessor == assessment.assessor for one in assessments):
            refuse("assessor_twice", ("assessments", index, "assessor"))
        assessments.append(assessment)
    return ScoringCase(grid, discrepancy, tuple(assessments))


def read_grid(value: object, place: Place) -> Grid:
    """Read and check a grid."""
    fields = read_fields(value, place, _GRID_KEYS)
    rows = read_list(required(fields, "sections", place), (*place, "sections"))
    sections = tuple(
        _read_section(row, (*place, "sections", index)) for index, row in enumerate(rows)
    )
    _refuse_codes_twice(sections, (*place, "sections"))
    if not any(section.criteria for section in sections):
        refuse("no_criteria", (*place, "sections"))
    floor = None
    if "sub_score_floor" in fields:
        floor = _read_floor(fields["sub_score_floor"], sections, (*place, "sub_score_floor"))
    return Grid(sections, _read_optional(fields, "threshold", place), floor)


def _refuse_codes_twice(sections: Sequence[Section], place: Place) -> None:
    """Marks are given by the code of the criterion alone, so it is unique in the whole grid."""
    section_codes: set[str] = set()
    criterion_codes: set[str] = set()
    for index, section in enumerate(sections):
        if section.code in section_codes:
            refuse("code_twice", (*place, index, "code"), code_used=section.code)
        section_codes.add(section.code)
        for number, criterion in enumerate(section.criteria):
            if criterion.code in criterion_codes:
                where = (*place, index, "criteria", number, "code")
                refuse("code_twice", where, code_used=criterion.code)
            criterion_codes.add(criterion.code)


def _read_section(value: object, place: Place) -> Section:
    fields = read_fields(value, place, _SECTION_KEYS)
    rows = read_list(fields.get("criteria", []), (*place, "criteria"))
    section = Section(
        code=read_text(required(fields, "code", place), (*place, "code")),
        criteria=tuple(
            _read_criterion(row, (*place, "criteria", index)) for index, row in enumerate(rows)
        ),
        minimum=_read_optional(fields, "minimum", place),
        carried_over=_read_optional(fields, "carried_over", place),
    )
    if bool(section.criteria) == (section.carried_over is not None):
        refuse("criteria_or_carried_over", place)
    return section


def _read_criterion(value: object, place: Place) -> Criterion:
    fields = read_fields(value, place, _CRITERION_KEYS)
    multiplier = _read_points(fields.get("multiplier", 1), (*place, "multiplier"))
    if not multiplier:
        refuse("multiplier_zero", (*place, "multiplier"))
    return Criterion(
        code=read_text(required(fields, "code", place), (*place, "code")),
        min=_read_points(required(fields, "min", place), (*place, "min")),
        max=_read_points(required(fields, "max", place), (*place, "max")),
        multiplier=multiplier,
    )


def _read_floor(value: object, sections: Sequence[Section], place: Place) -> SubScoreFloor:
    fields = read_fields(value, place, _FLOOR_KEYS)
    section = read_text(required(fields, "section", place), (*place, "section"))
    if not any(one.code == section and one.criteria for one in sections):
        refuse("floor_section", (*place, "section"))
    return SubScoreFloor(
        section=section,
        value=_read_number(required(fields, "value", place), (*place, "value")),
        on=read_choice(required(fields, "on", place), FloorOn, (*place, "on")),
    )


def _read_discrepancy(value: object, place: Place) -> Discrepancy:
    fields = read_fields(value, place, _DISCREPANCY_KEYS)
    kind = read_choice(required(fields, "kind", place), DiscrepancyKind, (*place, "kind"))
    if kind is not DiscrepancyKind.NONE:
        required(fields, "over", place)
    resolve = fields.get("resolve", Resolve.MEAN_OF_CLOSEST_TWO)
    return Discrepancy(
        kind=kind,
        over=_read_number(fields.get("over", "0"), (*place, "over")),
        resolve=read_choice(resolve, Resolve, (*place, "resolve")),
    )


def _read_assessment(value: object, grid: Grid, place: Place) -> Assessment:
    fields = read_fields(value, place, _ASSESSMENT_KEYS)
    assessor = read_text(required(fields, "assessor", place), (*place, "assessor"))
    scores_place = (*place, "scores")
    codes = frozenset(criterion.code for criterion in grid.criteria)
    scores = read_fields(required(fields, "scores", place), scores_place, codes)
    marks: dict[str, Fraction] = {}
    for criterion in grid.criteria:
        mark_place = (*scores_place, criterion.code)
        mark = _read_number(required(scores, criterion.code, scores_place), mark_place)
        if not criterion.min <= mark <= criterion.max:
            refuse("mark_outside", mark_place, least=criterion.min, most=criterion.max)
        marks[criterion.code] = mark
    return Assessment(assessor, marks)


def _read_optional(fields: dict[str, object], key: str, place: Place) -> Fraction | None:
    return _read_number(fields[key], (*place, key)) if key in fields else None


def _read_number(value: object, place: Place) -> Fraction:
    """Read a decimal string that is not negative."""
    number = read_decimal(value, place)
    if number < 0:
        refuse("negative_number", place)
    return Fraction(number)


def _read_points(value: object, place: Place) -> Fraction:
    """Read a JSON whole number or a decimal string, not negative."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            refuse("negative_number", place)
        return Fraction(value)
    return _read_number(value, place)
