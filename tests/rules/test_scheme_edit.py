"""Tests of app/rules/scheme_edit.py and suspension.py: places of a scheme, and time given back."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.rules.scheme_edit import kind_at, new_key, path_of, put, steps, value_at
from app.rules.scheme_text import Text
from app.rules.suspension import days_lost, made_up
from tests.rules.make_scheme import REAL

NOON = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)


def test_path_is_read_as_findings_write_it() -> None:
    path = "stages[0].grid.sections[1].criteria[2].max"

    assert path_of(steps(path)) == path
    assert value_at(REAL, "lots[0].envelope") == REAL.lots[0].envelope_cents
    assert (kind_at(REAL, "lots[0].max_grant"), kind_at(REAL, "title")) == (int, Text)


@pytest.mark.parametrize("path", ["stages[9].title", "lots[0].colour", "title.en"])
def test_place_that_is_not_there_is_a_key_error(path) -> None:
    with pytest.raises(KeyError):
        value_at(REAL, path)


def test_one_place_changes_and_nothing_else() -> None:
    changed = put(REAL, "stages[0].grid.threshold", Fraction(1))

    assert changed.stages[0].grid.threshold == 1
    assert put(changed, "stages[0].grid.threshold", REAL.stages[0].grid.threshold) == REAL


@pytest.mark.parametrize(
    ("words", "taken", "expected"),
    [
        ("Own share", [], "own_share"),
        ("Own share", ["own_share", "own_share_2"], "own_share_3"),
        ("Изјава", [], "document"),
        ("", ["document"], "document_2"),
    ],
)
def test_key_is_made_of_a_title_and_unlike_the_others(words, taken, expected) -> None:
    assert new_key(words, taken, "document") == expected


@pytest.mark.parametrize(
    ("lost", "days"),
    [
        (timedelta(), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, microseconds=1), 2),
    ],
)
def test_each_begun_day_of_a_suspension_is_given_back(lost, days) -> None:
    assert days_lost(NOON, NOON + lost) == days


def test_deadline_keeps_its_hour_over_summer_time() -> None:
    """12:00 on 28 March is 12:00 on 30 March, an hour earlier in UTC."""
    assert made_up(NOON, NOON, NOON + timedelta(days=2)) == NOON + timedelta(days=2, hours=-1)
