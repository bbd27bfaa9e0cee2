import pytest

from app.rules.lifecycle import ALL
from app.web.states import STATES, shown_state

COLOURS = {"grey", "blue", "teal", "green", "yellow", "orange", "red", "purple"}


def test_every_state_of_every_lifecycle_has_a_word_and_a_colour() -> None:
    for lifecycle in ALL:
        for state in lifecycle.states():
            text, colour = shown_state(state, lifecycle.name)
            assert text, (lifecycle.name, state)
            assert colour in COLOURS


def test_entry_of_a_lifecycle_wins_over_the_plain_one() -> None:
    assert shown_state("failed", "stage_entry") == STATES["stage_entry:failed"]
    assert shown_state("failed", "payment") == STATES["failed"]


def test_unknown_state_is_a_bug() -> None:
    with pytest.raises(LookupError, match="'lost' has no text"):
        shown_state("lost")
