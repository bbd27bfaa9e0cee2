"""Handbook S1-S3, and the corners of spec/scoring.md."""

from fractions import Fraction

import pytest

from app.i18n import text
from app.rules.scheme_grid import DiscrepancyKind, FloorOn, SubScoreFloor
from app.rules.scoring import assessment_total, score, score_text
from app.rules.scoring_model import (
    AgreedScore,
    Assessment,
    Criterion,
    Discrepancy,
    Grid,
    Outcome,
    Section,
    ThirdNeeded,
)

OVER_30_PERCENT = Discrepancy(DiscrepancyKind.PCT_OF_HIGHER, Fraction(30))


def criterion(code: str, most: int = 5, multiplier: int = 1) -> Criterion:
    return Criterion(code, Fraction(0), Fraction(most), Fraction(multiplier))


CONCEPT_NOTE = Grid(
    (
        Section("1", tuple(criterion(f"1.{n}") for n in range(1, 5))),
        Section("2", (criterion("2.1", 5, 2), *(criterion(f"2.{n}") for n in range(2, 6)))),
    ),
    threshold=Fraction(30),
)


def marked(assessor: str, **marks: str | int) -> Assessment:
    """Marks by `c1_2` for criterion 1.2."""
    return Assessment(
        assessor,
        {name[1:].replace("_", "."): Fraction(mark) for name, mark in marks.items()},
    )


def in_order(assessor: str, marks: str) -> Assessment:
    codes = [one.code for one in CONCEPT_NOTE.criteria]
    return Assessment(assessor, dict(zip(codes, map(Fraction, marks.split()), strict=True)))


def totals(*pairs: tuple[int, int], threshold: int = 30) -> AgreedScore | ThirdNeeded:
    """Score assessments of which only the relevance and the rest are known."""
    grid = Grid(
        (Section("1", (criterion("r", 50),)), Section("2", (criterion("d", 50),))),
        threshold=Fraction(threshold),
    )
    given = [
        Assessment(name, {"r": Fraction(relevance), "d": Fraction(total - relevance)})
        for name, (total, relevance) in zip("ABC", pairs, strict=False)
    ]
    return score(grid, given, OVER_30_PERCENT)


def agreed(result: AgreedScore | ThirdNeeded) -> AgreedScore:
    assert isinstance(result, AgreedScore), result
    return result


def test_s1_concept_note_of_two_assessors() -> None:
    a = in_order("A", "4 4 3 4 4 3 3 4 4")
    b = in_order("B", "3 4 3 3 3 3 4 3 3")
    assert (assessment_total(CONCEPT_NOTE, a.marks), assessment_total(CONCEPT_NOTE, b.marks)) == (
        37,
        32,
    )
    result = agreed(score(CONCEPT_NOTE, [a, b], OVER_30_PERCENT))
    assert list(result.marks.values()) == [Fraction(n) / 2 for n in (7, 8, 6, 7, 7, 6, 7, 7, 7)]
    assert result.sections == {"1": 14, "2": Fraction(41, 2)}
    assert (result.total, result.outcome) == (Fraction(69, 2), Outcome.PASSED)
    assert result.used == ("A", "B")


def test_s2_y_asks_for_a_third_and_takes_the_closest_two() -> None:
    needed = totals((41, 17), (27, 11))
    assert isinstance(needed, ThirdNeeded)
    assert needed.difference == Fraction(1400, 41)
    assert text(needed.message, "en") == (
        "The two assessments differ by 34.15 % of the higher total, more than 30 %."
        " A third assessment is needed."
    )
    result = agreed(totals((41, 17), (27, 11), (38, 15)))
    assert result.used == ("A", "C")
    assert (result.total, result.sections["1"]) == (Fraction(79, 2), 16)


def test_s2_z_takes_all_three_where_the_middle_is_equally_far() -> None:
    result = agreed(totals((45, 18), (31, 12), (38, 15)))
    assert (result.total, result.sections["1"], result.used) == (38, 15, ("A", "B", "C"))


def test_s2_w_is_rejected_although_one_assessor_was_above() -> None:
    result = agreed(totals((31, 0), (28, 0)))
    assert (result.total, result.outcome) == (Fraction(59, 2), Outcome.BELOW_THRESHOLD)
    assert text(result.why, "en") == ("The application has 29.5 points. At least 30 were needed.")


def test_s2_v0_exactly_the_limit_needs_no_third() -> None:
    assert agreed(totals((40, 0), (28, 0))).total == 34


def test_third_is_used_also_where_none_was_needed() -> None:
    result = agreed(totals((40, 0), (39, 0), (36, 0)))
    assert result.used == ("A", "B")
    assert agreed(totals((40, 0), (37, 0), (36, 0))).used == ("B", "C")


def test_all_are_used_where_differences_do_not_count() -> None:
    grid = Grid((Section("1", (criterion("x", 50),)),))
    given = [marked("A", cx=50), marked("B", cx=1), marked("C", cx=0)]
    assert agreed(score(grid, given, Discrepancy())).used == ("A", "B", "C")
    assert agreed(score(grid, given[:2], Discrepancy())).total == Fraction(51, 2)


def test_difference_can_be_measured_in_points() -> None:
    grid = Grid((Section("1", (criterion("x", 50),)),))
    by_points = Discrepancy(DiscrepancyKind.POINTS, Fraction(5))
    assert agreed(score(grid, [marked("A", cx=10), marked("B", cx=15)], by_points)).total
    needed = score(grid, [marked("A", cx=10), marked("B", cx="15.01")], by_points)
    assert isinstance(needed, ThirdNeeded)
    assert needed.difference == Fraction("5.01")
    assert needed.message.code == "scoring.third_needed_points"


def test_two_totals_of_nothing_do_not_differ() -> None:
    assert agreed(totals((0, 0), (0, 0))).total == 0


CAPACITY = Section("1", tuple(criterion(f"1.{n}") for n in range(1, 5)), minimum=Fraction(12))


def full(floor_on: FloorOn = FloorOn.AGREED, carried: str = "14") -> Grid:
    return Grid(
        (
            CAPACITY,
            Section("2", carried_over=Fraction(carried)),
            Section("3", (criterion("3.1", 80),)),
        ),
        threshold=Fraction(60),
        sub_score_floor=SubScoreFloor("1", Fraction(1), floor_on),
    )


def two(capacity_a: str, capacity_b: str, rest_a: str, rest_b: str) -> list[Assessment]:
    codes = ["1.1", "1.2", "1.3", "1.4", "3.1"]
    return [
        Assessment(name, dict(zip(codes, map(Fraction, [*capacity.split(), rest]), strict=True)))
        for name, capacity, rest in [("A", capacity_a, rest_a), ("B", capacity_b, rest_b)]
    ]


def test_s3_x_carries_the_agreed_relevance_over_unchanged() -> None:
    result = agreed(score(full(), two("4 4 3 3", "4 3 3 3", "45", "46"), OVER_30_PERCENT))
    assert result.sections == {"1": Fraction(27, 2), "2": 14, "3": Fraction(91, 2)}
    assert (result.total, result.outcome, result.flags) == (73, Outcome.PASSED, ())


def test_s3_the_carried_section_is_left_out_of_the_comparison() -> None:
    given = two("3 3 3 3", "3 3 3 3", "28", "16")
    grid = full(carried="20")
    assert [assessment_total(grid, one.marks) for one in given] == [40, 28]
    assert agreed(score(grid, given, OVER_30_PERCENT)).total == 54


def test_s3_v_fails_by_its_capacity_whatever_the_total() -> None:
    result = agreed(score(full(), two("3 3 3 3", "3 3 3 2", "55", "55"), OVER_30_PERCENT))
    assert (result.outcome, result.failed_section) == (Outcome.SECTION_BELOW_MINIMUM, "1")
    assert text(result.why, "en") == "Section 1 has 11.5 points. At least 12 were needed."


def test_carried_over_section_can_fail_too() -> None:
    grid = Grid((Section("9", carried_over=Fraction(3), minimum=Fraction("3.01")), CAPACITY))
    given = two("5 5 5 5", "5 5 5 5", "0", "0")
    assert agreed(score(grid, given, Discrepancy())).failed_section == "9"


def test_s3_u_one_assessors_lowest_mark_raises_a_flag_or_rejects() -> None:
    given = two("4 4 4 1", "4 4 4 2", "50", "50")
    result = agreed(score(full(), given, OVER_30_PERCENT))
    assert result.marks["1.4"] == Fraction(3, 2)
    assert (result.outcome, result.flags) == (Outcome.PASSED, ("SUB_SCORE_FLOOR_BY_ONE",))
    strict = agreed(score(full(FloorOn.ANY_ASSESSOR), given, OVER_30_PERCENT))
    assert (strict.outcome, strict.flags) == (Outcome.SUB_SCORE_FLOOR, ())
    assert text(strict.why, "en") == (
        "Question 1.4 of section 1 was marked 1 or lower, which ends the assessment whatever the"
        " total."
    )


def test_agreed_mark_at_the_floor_rejects_without_a_flag() -> None:
    given = two("5 5 5 1", "5 5 5 1", "50", "50")
    result = agreed(score(full(), given, OVER_30_PERCENT))
    assert (result.outcome, result.flags) == (Outcome.SUB_SCORE_FLOOR, ())


def test_flag_is_raised_whatever_the_outcome() -> None:
    given = two("3 3 3 1", "3 3 3 3", "0", "0")
    result = agreed(score(full(), given, Discrepancy()))
    assert (result.outcome, result.flags) == (
        Outcome.SECTION_BELOW_MINIMUM,
        ("SUB_SCORE_FLOOR_BY_ONE",),
    )


@pytest.mark.parametrize(
    ("rest", "outcome"), [("33.5", Outcome.BELOW_THRESHOLD), ("34", Outcome.PASSED)]
)
def test_s3_at_the_threshold_passes(rest, outcome) -> None:
    given = two("3 3 3 3", "3 3 3 3", rest, rest)
    assert agreed(score(full(), given, OVER_30_PERCENT)).outcome is outcome


def test_no_threshold_passes_every_total() -> None:
    grid = Grid((Section("1", (criterion("x", 5),)),))
    result = agreed(score(grid, [marked("A", cx=0), marked("B", cx=0)], Discrepancy()))
    assert (result.outcome, result.why.code) == (Outcome.PASSED, "scoring.passed")


def test_mean_of_three_is_carried_on_with_six_decimals() -> None:
    assert score_text(Fraction(110, 3)) == "36.666667"
    assert score_text(Fraction(14)) == "14.000000"


def test_running_total_counts_only_what_is_marked() -> None:
    assert assessment_total(CONCEPT_NOTE, {"2.1": Fraction(4)}) == 8


def test_section_knows_its_most_points() -> None:
    assert [section.max_points for section in CONCEPT_NOTE.sections] == [20, 30]
    assert Section("2", carried_over=Fraction(14)).max_points == 14


def test_what_says_no_more_counts_once_and_any_difference_asks_for_a_third() -> None:
    grid = Grid((Section("1", (Criterion("x", Fraction(0), Fraction(5)),)),))
    by_points = Discrepancy(DiscrepancyKind.POINTS)

    assert agreed(score(grid, [marked("A", cx=4), marked("B", cx=4)], by_points)).total == 4
    assert isinstance(
        score(grid, [marked("A", cx=4), marked("B", cx="4.5")], by_points), ThirdNeeded
    )
