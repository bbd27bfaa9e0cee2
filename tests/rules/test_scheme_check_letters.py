"""Outcomes without a letter are told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.rules.scheme import Scheme
from app.rules.scheme_check_letters import letter_findings, needed_outcomes
from app.rules.scheme_grid import StageKind
from app.rules.scheme_letters import Outcome
from app.rules.scheme_money import AwardCaps, AwardFloor, Overflow
from tests.rules.make_scheme import (
    REAL,
    found_in,
    item,
    one_stage,
    part,
)

DOCUMENT = "letters.letters[0].document"
CHECKS = {
    Outcome.RECEIVED,
    Outcome.CHECK_FAILED,
    Outcome.SECTION_BELOW_MINIMUM,
    Outcome.BELOW_THRESHOLD,
    Outcome.INELIGIBLE,
}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (part("letters", letters=REAL.letters.letters[:-1]), "letters.letters", "letter_missing"),
        (
            item("letters.letters", 1, outcomes=(Outcome.RECEIVED, Outcome.CHECK_FAILED)),
            "letters.letters",
            "two_letters",
        ),
        (item("letters.letters", 2, stage="nowhere"), "letters.letters[2].stage", "letter_stage"),
        (
            item("letters.letters", 9, asks_reply=False),
            "letters.letters[9].asks_reply",
            "offer_without_reply",
        ),
        (part("letters", complaint_window_days=0), "letters.complaint_window_days", "not_positive"),
    ],
)
def test_an_inconsistency_is_told_with_its_place(
    change: Callable[[Scheme], Scheme], path: str, code: str
) -> None:
    assert (path, code) in found_in(change(REAL))


def test_each_outcome_of_the_rules_needs_a_letter() -> None:
    wanted = {outcome for stage, outcome in needed_outcomes(REAL) if stage == "concept_note"}

    assert wanted == {
        Outcome.RECEIVED, Outcome.CHECK_FAILED, Outcome.BELOW_THRESHOLD, Outcome.PRESELECTED,
        Outcome.NOT_PRESELECTED,
    }  # fmt: skip


def test_the_way_money_is_given_decides_which_letters_are_needed() -> None:
    def of(**changes: Any) -> set[Outcome]:
        changed = part("allocation", **changes)(one_stage())
        return {outcome for _, outcome in needed_outcomes(changed)} - CHECKS

    assert of() == {Outcome.AWARDED_FULL, Outcome.RESERVE, Outcome.RESERVE_ACTIVATED}
    assert of(pro_rata=True) == {Outcome.AWARDED_FULL, Outcome.AWARDED_PRO_RATA}
    assert of(floors=(AwardFloor("region"),)) - of() == {Outcome.AWARDED_FLOOR}
    assert of(overflow=Overflow.PARTIAL_THEN_SKIP) - of() == {Outcome.AWARDED_PARTIAL}
    assert of(caps=AwardCaps(awards_per_strategy=1)) - of() == {Outcome.CAP_REACHED}


def test_a_grid_without_cuts_refuses_nobody() -> None:
    scheme = one_stage()
    stage = scheme.stages[0]
    assert stage.grid is not None
    sections = tuple(replace(section, minimum=None) for section in stage.grid.sections)
    open_grid = replace(stage.grid, threshold=None, sections=sections)
    bare = replace(stage, grid=open_grid, checklist=())

    found = needed_outcomes(replace(scheme, stages=(bare,), eligibility=()))

    assert {outcome for _, outcome in found} & CHECKS == {Outcome.RECEIVED}


def test_criteria_or_a_stage_that_looks_at_them_need_the_letter_of_refusal() -> None:
    scheme = one_stage()
    (stage,) = scheme.stages
    check = replace(stage, key="check", kind=StageKind.ELIGIBILITY)

    def refusing(scheme: Scheme) -> list[str]:
        return [at for at, outcome in needed_outcomes(scheme) if outcome is Outcome.INELIGIBLE]

    assert refusing(scheme) == ["application"]
    assert refusing(replace(scheme, eligibility=(), stages=(stage, check))) == ["check"]
    assert refusing(replace(scheme, eligibility=())) == []


def test_a_day_is_enough_for_an_answer() -> None:
    letters = part("letters", complaint_window_days=1, offer_reply_days=1)(one_stage())

    assert found_in(letters) == set()


def test_a_letter_of_another_stage_is_not_the_letter_of_this_one() -> None:
    scheme = one_stage()
    letter = replace(scheme.letters.letters[0], outcomes=(Outcome.RECEIVED,))
    first, second = (replace(letter, key=stage, stage=stage) for stage in ("first", "second"))
    of_both = part("letters", letters=(first, second))(scheme)

    assert of_both.letter_for(Outcome.RECEIVED, "second") == second
    assert of_both.letter_for(Outcome.RECEIVED, "third") is None
    assert of_both.letter_for(Outcome.RECEIVED) is None
    general = part("letters", letters=(letter, second))(scheme)
    assert general.letter_for(Outcome.RECEIVED, "first") == letter
    assert general.letter_for(Outcome.RECEIVED, "second") == second


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ("check_rejection_letter", []),
        ("rejection_letter", []),
        ("award_letter", ["scheme.letter_of_another_outcome"]),
        ("poem", ["scheme.letter_document"]),
    ],
)
def test_a_paper_that_cannot_tell_the_outcome_is_named(document: str, codes: list[str]) -> None:
    scheme = one_stage()
    letter = replace(scheme.letters.letters[0], outcomes=(Outcome.CHECK_FAILED,), document=document)
    others = tuple(replace(each, outcomes=()) for each in scheme.letters.letters[1:])
    known = frozenset({"check_rejection_letter", "rejection_letter", "award_letter"})
    of_check = part("letters", letters=(letter, *others))(scheme)

    def told(documents: frozenset[str]) -> list[str]:
        found = letter_findings(of_check, documents)
        return [each.message.code for each in found if each.message.path == DOCUMENT]

    assert told(known) == codes
    assert told(frozenset()) == []
