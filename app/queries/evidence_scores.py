"""The marks of one application as the input of `spec/scoring.md`, for whoever computes again."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from app.rules.scheme_grid import Stage
from app.rules.scheme_json import decimal_text
from app.rules.scheme_rules import scoring_discrepancy, scoring_grid
from app.rules.scoring_model import Grid, Section

Row = dict[str, Any]  # Any: what JSON can hold


def score_input(stage: Stage, assessments: Iterable[Row], agreed: Row) -> dict[str, object] | None:
    """Return the document, or None where fewer than two assessors have sent marks.

    Totals carried over from an earlier stage are those with which the score was agreed.
    """
    sent = [each for each in assessments if each["state"] == "submitted"]
    if stage.grid is None or len(sent) < 2:
        return None
    carried = {code: Fraction(str(total)) for code, total in agreed["sections"].items()}
    discrepancy = scoring_discrepancy(stage)
    return {
        "grid": _grid(scoring_grid(stage, carried)),
        "discrepancy": {
            "kind": discrepancy.kind.value,
            "over": decimal_text(discrepancy.over),
            "resolve": discrepancy.resolve.value,
        },
        "assessments": [
            {
                "assessor": each["assessor"],
                "scores": {code: str(mark) for code, mark in each["marks"].items()},
            }
            for each in sent
        ],
    }


def _grid(grid: Grid) -> dict[str, object]:
    written: dict[str, object] = {
        "sections": [_section(section) for section in grid.sections],
        "threshold": _text(grid.threshold),
    }
    if floor := grid.sub_score_floor:
        value = decimal_text(floor.value)
        written["sub_score_floor"] = {
            "section": floor.section,
            "value": value,
            "on": floor.on.value,
        }
    return written


def _section(section: Section) -> dict[str, object]:
    return {
        "code": section.code,
        "minimum": _text(section.minimum),
        "carried_over": _text(section.carried_over),
        "criteria": [
            {
                "code": one.code,
                "min": decimal_text(one.min),
                "max": decimal_text(one.max),
                "multiplier": decimal_text(one.multiplier),
            }
            for one in section.criteria
        ],
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)
