"""Outcomes without a letter are told."""

from collections.abc import Callable

import pytest

from app.rules.scheme import Scheme
from app.rules.scheme_check_letters import needed_outcomes
from app.rules.scheme_letters import Outcome
from tests.rules.make_scheme import (
    REAL,
    found_in,
    item,
    part,
)


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
