"""One assessor's grid: totals while it is filled in, and what is missing to hand it in."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.rules import marking
from app.rules.messages import Message
from app.rules.scheme_grid import (
    CarryOver,
    Criterion,
    Grid,
    GridSection,
    Stage,
    StageKind,
    SubScoreFloor,
)

FIVE = Criterion("1.1", {"en": "Fit"}, comment_at=(Fraction(1), Fraction(5)))
TWICE = replace(FIVE, code="2.1", multiplier=Fraction(2), comment_at=())
HALVES = Criterion("3.1", {"en": "Idea"}, min=Fraction(0), max=Fraction(10), step=Fraction(1, 2))


def stage_of(*sections: GridSection) -> Stage:
    grid = Grid(sections, maximum=Fraction(100))
    return Stage("s", StageKind.CONCEPT_NOTE, {"en": "S"}, grid=grid)


def section(code: str, *criteria: Criterion, **more) -> GridSection:
    return GridSection(code, {"en": code}, Fraction(10), criteria, **more)


CARRIED = section("9", carry_over=CarryOver("earlier", "1"))
STAGE = stage_of(section("1", FIVE), section("2", TWICE), CARRIED)
UNSCORED = replace(STAGE, grid=None)


def test_running_total_counts_what_is_a_mark_with_its_multiplier() -> None:
    marks = {"1.1": "4", "2.1": "3", "9": "5", "2.2": "5"}

    assert marking.running_total(STAGE, marks) == 10
    assert marking.section_totals(STAGE, marks) == {"1": 4, "2": 6}


def test_text_that_is_no_mark_counts_nothing() -> None:
    assert marking.running_total(STAGE, {"1.1": "very good", "2.1": "6"}) == 0
    assert marking.running_total(UNSCORED, {"1.1": "5"}) == 0


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("3,5", Fraction(7, 2)),
        (" 3.5 ", Fraction(7, 2)),
        ("0", Fraction(0)),
        ("10", Fraction(10)),
        ("10.5", None),
        ("-0.5", None),
        ("3.25", None),
        ("", None),
        ("1e1", None),
    ],
)
def test_mark_is_read_only_when_it_stands_on_the_scale(typed: str, mark: Fraction | None) -> None:
    assert marking.mark_of(HALVES, typed) == mark


def test_codes_of_carried_sections_are_not_asked_for() -> None:
    assert marking.known_codes(STAGE) == {"1.1", "2.1"}
    assert marking.section_codes(STAGE) == {"1", "2"}
    assert (marking.known_codes(UNSCORED), marking.section_codes(UNSCORED)) == (set(), set())


def test_everything_missing_is_named_in_the_order_of_the_grid() -> None:
    assert marking.missing(STAGE, {"2.1": "6"}, {"2": "Because."}) == (
        Message("marking.mark", {"criterion": "1.1", "lowest": 1, "highest": 5}, "1.1"),
        Message("marking.section_comment", {"section": "1"}, "1"),
        Message("marking.mark_off_scale", {"criterion": "2.1", "lowest": 1, "highest": 5}, "2.1"),
    )


def test_mark_at_the_ends_of_the_scale_needs_its_comment() -> None:
    comments = {"1": "Fits.", "2": "Works.", "1.1": " "}

    wanted = Message("marking.comment", {"criterion": "1.1", "mark": Fraction(5)}, "1.1")
    assert marking.missing(STAGE, {"1.1": "5", "2.1": "5"}, comments) == (wanted,)
    assert marking.missing(STAGE, {"1.1": "4", "2.1": "5"}, comments) == ()


def test_section_without_duty_to_comment_may_stay_silent() -> None:
    silent = stage_of(section("2", TWICE, comment_required=False))

    assert marking.missing(silent, {"2.1": "2"}, {}) == ()
    assert marking.missing(UNSCORED, {}, {}) == ()


def test_exact_marks_are_decimals_with_a_point() -> None:
    halves = stage_of(section("3", HALVES))

    assert marking.exact_marks(halves, {"3.1": "7,5", "x": "1"}) == {"3.1": "7.5"}
    with pytest.raises(ValueError, match=r"3\.1 has no mark"):
        marking.exact_marks(halves, {"3.1": "11"})


def test_words_of_the_scale_hold_for_one_to_five_only() -> None:
    assert [marking.is_scale_of_five(one) for one in (FIVE, HALVES)] == [True, False]
    assert marking.is_scale_of_five(replace(FIVE, step=Fraction(1, 2))) is False
    assert marking.scale_of(FIVE) == (1, 2, 3, 4, 5)
    assert marking.scale_of(HALVES) == tuple(Fraction(number, 2) for number in range(21))


def test_steps_of_a_scale_are_counted_from_its_lowest_mark() -> None:
    thirds = replace(HALVES, min=Fraction(1), max=Fraction(10), step=Fraction(3))

    assert marking.scale_of(thirds) == (1, 4, 7, 10)
    assert [marking.mark_of(thirds, typed) for typed in ("4", "5")] == [4, None]


CUT = replace(
    stage_of(section("1", FIVE, minimum=Fraction(4)), section("2", TWICE), CARRIED),
    grid=Grid(
        (section("1", FIVE, minimum=Fraction(4)), section("2", TWICE), CARRIED),
        maximum=Fraction(30),
        threshold=Fraction(20),
        sub_score_floor=SubScoreFloor("1", Fraction(1)),
    ),
)
SPOKEN = {"1.1": "So.", "2.1": "So."}


def doubts(marks, *, comments=SPOKEN, carried=None):
    given = {"9": Fraction(8)} if carried is None else carried
    return [each.code for each in marking.warnings(CUT, marks, comments, given)]


def test_marks_above_every_cut_with_their_reasons_leave_no_doubt() -> None:
    # 4 + 2 × 4 + 8 is exactly the threshold, and 4 exactly the minimum of the section.
    assert doubts({"1.1": "4", "2.1": "4"}) == []


def test_each_cut_that_the_marks_fall_under_is_told() -> None:
    assert doubts({"1.1": "3", "2.1": "5"}) == ["marking.below_minimum"]
    assert doubts({"1.1": "4", "2.1": "3"}) == ["marking.below_threshold"]
    assert doubts({"1.1": "1", "2.1": "5"}) == [
        "marking.below_minimum",
        "marking.at_floor",
        "marking.below_threshold",
    ]


def test_total_is_not_judged_before_what_is_carried_over_is_agreed() -> None:
    assert doubts({"1.1": "4", "2.1": "1"}, carried={}) == []


def test_criteria_without_a_reason_are_named() -> None:
    (found,) = marking.warnings(CUT, {"1.1": "4", "2.1": "4"}, {"1.1": "So."}, {"9": Fraction(8)})

    assert found == Message("marking.no_reason", {"criteria": ("2.1",)})


def test_stage_without_a_grid_leaves_no_doubt() -> None:
    assert marking.warnings(UNSCORED, {}, {}, {}) == ()


def test_fingerprint_changes_with_every_mark_and_comment() -> None:
    prints = {
        marking.fingerprint(marks, comments)
        for marks in ({}, {"1.1": "4"}, {"1.1": "5"})
        for comments in ({}, {"1.1": "So."})
    }

    assert len(prints) == 6
