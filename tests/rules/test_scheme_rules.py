"""What a published call says, in the words of the rules that calculate."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.rules import scoring_model as scoring
from app.rules.scheme_grid import Discrepancy, DiscrepancyKind, StageEntrants
from app.rules.scheme_money import AwardCaps
from app.rules.scheme_rules import (
    is_last_check,
    lots_json,
    policy_json,
    scoring_discrepancy,
    scoring_grid,
    selected_stage_keys,
    tie_numbers,
)
from tests.rules.make_scheme import REAL, lot, one_stage, part

CONCEPT, FULL, CHECK = REAL.stages


def test_a_grid_is_scored_with_its_marks_its_minima_and_what_is_carried_over() -> None:
    assert FULL.grid is not None
    grid = scoring_grid(FULL, {"2": Fraction(14)})

    assert grid.threshold == FULL.grid.threshold
    assert grid.sub_score_floor == FULL.grid.sub_score_floor
    assert [(each.code, each.minimum, each.carried_over) for each in grid.sections] == [
        (each.code, each.minimum, Fraction(14) if each.carry_over else None)
        for each in FULL.grid.sections
    ]
    first = FULL.grid.sections[0].criteria[0]
    assert grid.sections[0].criteria[0] == scoring.Criterion(
        first.code, first.min, first.max, first.multiplier
    )


def test_a_stage_without_marks_and_a_section_without_its_earlier_total_are_errors() -> None:
    with pytest.raises(ValueError, match="not scored"):
        scoring_grid(CHECK, {})
    with pytest.raises(KeyError):
        scoring_grid(FULL, {})


def test_a_difference_without_a_limit_is_compared_with_nought() -> None:
    points = replace(CONCEPT, discrepancy=Discrepancy(DiscrepancyKind.POINTS, Fraction(5)))

    assert scoring_discrepancy(points) == scoring.Discrepancy(DiscrepancyKind.POINTS, Fraction(5))
    assert scoring_discrepancy(CHECK).over == 0


def test_a_policy_says_what_the_specification_knows_and_nothing_that_is_not_set() -> None:
    plain = part("allocation", realloc_order=(), caps=AwardCaps())(REAL)
    capped = part("allocation", realloc_order=("L2", "L1"), caps=AwardCaps(awards_per_lead=1))(REAL)

    assert policy_json(plain) == {
        "order": "MERIT",
        "overflow": REAL.allocation.overflow.value,
        "partial_min_share": "0.75",
        "lot_mode": REAL.allocation.lot_mode.value,
        "tie_breakers": list(REAL.allocation.tie_breakers),
        "floors": [],
        "pro_rata": False,
    }
    assert policy_json(capped) == policy_json(plain) | {
        "realloc_order": ["L2", "L1"],
        "caps": {"awards_per_lead": 1},
    }


def test_lots_have_their_money_and_the_threshold_of_the_last_stage_that_is_scored() -> None:
    assert lots_json(lot(max_grant_cents=None)(REAL)) == [
        {
            "code": "L1",
            "envelope": "4140000.00",
            "min_grant": "100000.00",
            "max_grant": None,
            "threshold": "60",
        },
        {
            "code": "L2",
            "envelope": "6000000.00",
            "min_grant": "200000.00",
            "max_grant": "1000000.00",
            "threshold": "60",
        },
    ]
    assert [each["threshold"] for each in lots_json(one_stage())] == ["17.5"]


def test_without_a_scored_stage_or_a_threshold_nobody_is_below_it() -> None:
    (stage,) = one_stage().stages
    assert stage.grid is not None
    unscored = replace(stage, grid=None)
    without = replace(stage, grid=replace(stage.grid, threshold=None))

    for stages in ((unscored,), (without,)):
        (only,) = lots_json(replace(one_stage(), stages=stages))
        assert only["threshold"] == "0"


def test_totals_of_sections_stand_under_their_names_else_their_codes() -> None:
    assert CONCEPT.grid is not None
    first, second = CONCEPT.grid.sections
    grid = replace(CONCEPT.grid, sections=(replace(first, name="fit"), replace(second, name="")))
    stage = replace(CONCEPT, grid=grid)

    assert tie_numbers(stage, {"1": "14", "2": "20"}) == {"fit": "14", "2": "20"}
    assert tie_numbers(stage, {"1": "14"}) == {"fit": "14"}
    assert tie_numbers(CHECK, {"1": "14"}) == {}


def test_stages_for_the_selected_alone_and_the_last_check_are_known() -> None:
    chosen = [
        stage.key for stage in REAL.stages if stage.entrants is StageEntrants.PROVISIONALLY_SELECTED
    ]

    assert selected_stage_keys(REAL) == chosen == ["eligibility"]
    assert [is_last_check(REAL, stage) for stage in REAL.stages] == [False, False, True]
    bare = replace(REAL, stages=tuple(replace(stage, checklist=()) for stage in REAL.stages))
    assert not is_last_check(bare, bare.stages[-1])
