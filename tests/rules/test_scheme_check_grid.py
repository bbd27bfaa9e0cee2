"""Stages and grids that cannot be scored are told."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.rules.scheme import Procedure, Scheme
from app.rules.scheme_check_grid import stage_findings
from app.rules.scheme_grid import (
    CarryOver,
    Criterion,
    FloorOn,
    StageEntrants,
    StageKind,
    SubScoreFloor,
)
from tests.make.profiles import profile
from tests.rules.make_scheme import (
    REAL,
    found_in,
    grid,
    part,
    question,
    section,
    stage,
)

FLOOR = SubScoreFloor(section="1", value=Fraction(1), on=FloorOn.AGREED)
INTERVIEW = profile("sp2_territorial_strategies")
FIRST = "stages[0].grid.sections[0].criteria[0]"


def marks(**changes: Any) -> tuple[Criterion, ...]:
    assert REAL.stages[0].grid is not None
    first, *others = REAL.stages[0].grid.sections[0].criteria
    return (replace(first, **changes), *others)


def percent(of_envelope: int) -> Callable[[Scheme], Scheme]:
    chosen = REAL.stages[0].preselection
    assert chosen is not None
    return stage(0, preselection=replace(chosen, percent=Fraction(of_envelope)))


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda s: replace(s, stages=()), "stages", "no_stages"),
        (part("call", procedure=Procedure.SINGLE_STAGE), "call.procedure", "single_stage_has_more"),
        (stage(1, key="concept_note"), "stages", "repeated"),
        (
            stage(0, entrants=REAL.stages[1].entrants),
            "stages[0].entrants",
            "first_stage_is_for_all",
        ),
        (stage(0, assessors=1), "stages[0].assessors", "two_or_three_assessors"),
        (stage(0, reminder_days=(7, 0)), "stages[0].reminder_days", "reminder_days_outside"),
        (stage(0, reminder_days=(61,)), "stages[0].reminder_days", "reminder_days_outside"),
        (stage(0, deadline_days=44), "stages[0].deadline_days", "deadline_under_min_days"),
        (
            stage(0, amount_change_max_percent=Fraction(20)),
            "stages[0].amount_change_max_percent",
            "nothing_to_compare",
        ),
        (
            stage(0, discrepancy=replace(REAL.stages[0].discrepancy, over=None)),
            "stages[0].discrepancy.over",
            "discrepancy_without_limit",
        ),
        (
            stage(0, discrepancy=replace(REAL.stages[0].discrepancy, resolve="DICE")),
            "stages[0].discrepancy.resolve",
            "resolve_not_supported",
        ),
        (
            stage(0, preselection=replace(REAL.stages[0].preselection, percent=Fraction(0))),
            "stages[0].preselection.percent",
            "not_positive",
        ),
        (
            stage(0, preselection=replace(REAL.stages[0].preselection, percent=Fraction(90))),
            "stages[0].preselection.percent",
            "preselection_under_100",
        ),
        (stage(0, grid=None), "stages[0].preselection", "preselection_without_grid"),
        (
            stage(1, preselection=REAL.stages[0].preselection),
            "stages[1].preselection",
            "preselection_at_the_end",
        ),
        (stage(2, checklist=()), "stages[2]", "empty_stage"),
        (stage(0, form=()), "call.procedure", "procedure_needs_two_forms"),
        (question(0, 0, 3, fact=""), "stages[0].form", "preselection_without_request"),
        (grid(0, threshold=Fraction(51)), "stages[0].grid.threshold", "threshold_outside"),
        (grid(0, maximum=Fraction(60)), "stages[0].grid.maximum", "grid_sum"),
        (
            grid(1, sub_score_floor=replace(FLOOR, section="9")),
            "stages[1].grid.sub_score_floor.section",
            "floor_section",
        ),
        (
            grid(1, sub_score_floor=replace(FLOOR, section="2")),
            "stages[1].grid.sub_score_floor.section",
            "floor_section",
        ),
        (
            grid(1, sub_score_floor=replace(FLOOR, value=Fraction(5))),
            "stages[1].grid.sub_score_floor.value",
            "floor_value",
        ),
        (
            section(1, 0, minimum=Fraction(21)),
            "stages[1].grid.sections[0].minimum",
            "minimum_outside",
        ),
        (section(1, 0, maximum=Fraction(25)), "stages[1].grid.sections[0].maximum", "section_sum"),
        (section(1, 0, criteria=()), "stages[1].grid.sections[0]", "criteria_or_carry_over"),
        (section(1, 0, name="budget"), "stages[1].grid.sections", "repeated"),
        (
            section(1, 1, carry_over=CarryOver("site_visit", "1")),
            "stages[1].grid.sections[1].carry_over.stage",
            "carry_over_stage",
        ),
        (
            section(1, 1, carry_over=CarryOver("concept_note", "9")),
            "stages[1].grid.sections[1].carry_over.section",
            "carry_over_section",
        ),
        (
            section(1, 1, carry_over=CarryOver("concept_note", "2")),
            "stages[1].grid.sections[1].maximum",
            "carry_over_maximum",
        ),
        (lambda s: replace(s, stages=s.stages[2:]), "stages", "nothing_scored"),
        (lambda s: replace(s, stages=s.stages[2:]), "stages", "no_form"),
        (
            lambda s: stage(1, with_budget=False)(question(0, 0, 3, fact="")(s)),
            "stages",
            "no_request",
        ),
        (section(0, 0, criteria=marks(min=Fraction(5))), f"{FIRST}.max", "marks_outside"),
        (section(0, 0, criteria=marks(min=Fraction(-1))), f"{FIRST}.max", "marks_outside"),
        (section(0, 0, criteria=marks(step=Fraction(3))), f"{FIRST}.step", "step_does_not_fit"),
        (section(0, 0, criteria=marks(step=Fraction(0))), f"{FIRST}.step", "step_does_not_fit"),
        (
            section(0, 0, criteria=marks(multiplier=Fraction(0))),
            f"{FIRST}.multiplier",
            "not_positive",
        ),
        (
            section(0, 0, criteria=marks(comment_at=(Fraction(6),))),
            f"{FIRST}.comment_at",
            "comment_mark_outside",
        ),
        (
            lambda s: grid(1, sections=s.stages[1].grid.sections[1:2])(s),
            "stages[1].grid.sections",
            "no_criteria",
        ),
    ],
)
def test_an_inconsistency_is_told_with_its_place(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


def test_reminders_from_a_day_to_sixty_before_the_deadline_are_fine() -> None:
    found = found_in(stage(0, reminder_days=(60, 1))(REAL))
    assert ("stages[0].reminder_days", "reminder_days_outside") not in found
    assert ("stages[0].reminder_days", "reminder_days_outside") not in found_in(REAL)


def test_stages_are_found_by_key_and_in_order() -> None:
    first, second, third = REAL.stages

    assert REAL.stage_after("concept_note") is second
    assert REAL.stage_after("eligibility") is None
    assert REAL.last_scored_stage() is second
    assert (third.document("tax_certificate"), third.document("poem")) == (
        third.documents[2],
        None,
    )
    assert first.section("2") is not None
    with pytest.raises(KeyError):
        REAL.stage("poem")


@pytest.mark.parametrize(
    ("change", "path", "codes"),
    [
        (stage(0, assessors=2), "stages[0].assessors", set()),
        (stage(0, assessors=3), "stages[0].assessors", set()),
        (stage(0, assessors=4), "stages[0].assessors", {"two_or_three_assessors"}),
        (percent(1), "stages[0].preselection.percent", {"preselection_under_100"}),
        (percent(99), "stages[0].preselection.percent", {"preselection_under_100"}),
        (percent(100), "stages[0].preselection.percent", set()),
        (grid(0, threshold=Fraction(0)), "stages[0].grid.threshold", set()),
        (grid(0, threshold=Fraction(50)), "stages[0].grid.threshold", set()),
        (section(1, 0, minimum=Fraction(0)), "stages[1].grid.sections[0].minimum", set()),
        (section(1, 0, minimum=Fraction(20)), "stages[1].grid.sections[0].minimum", set()),
    ],
)
def test_what_lies_just_at_a_limit_is_right(
    change: Callable[[Scheme], Scheme], path: str, codes: set[str]
) -> None:
    found = stage_findings(change(REAL))

    assert {each.message.code for each in found if each.message.path == path} == {
        f"scheme.{code}" for code in codes
    }


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"entrants": StageEntrants.ALL}, "entrants", "interview_by_invitation"),
        ({"with_budget": True}, "", "interview_with_form"),
        ({"documents": INTERVIEW.stages[0].documents}, "", "interview_with_form"),
        ({"blind": True}, "blind", "interview_blind"),
        ({"kind": StageKind.SITE_VISIT}, "", "invited_to_nothing"),
    ],
)
def test_an_interview_that_could_not_be_held_is_told(changes, path, code) -> None:
    first, interview = INTERVIEW.stages
    scheme = replace(INTERVIEW, stages=(first, replace(interview, **changes)))

    found = [(each.message.path, each.message.code) for each in stage_findings(scheme)]

    assert found == [(f"stages[1].{path}".rstrip("."), f"scheme.{code}")]


def test_an_interview_needs_marks_and_a_stage_before_that_can_be_passed() -> None:
    first, interview = INTERVIEW.stages
    unscored = replace(INTERVIEW, stages=(first, replace(interview, grid=None)))
    after_nothing = replace(
        INTERVIEW, stages=(replace(first, grid=None, preselection=None), interview)
    )

    found = [
        [(each.message.path, each.message.code) for each in stage_findings(scheme)]
        for scheme in (unscored, after_nothing)
    ]

    assert found == [
        [
            ("stages[0].preselection", "scheme.preselection_at_the_end"),
            ("stages[1].grid", "scheme.interview_without_grid"),
        ],
        [("stages[1].entrants", "scheme.invited_after_unscored")],
    ]
