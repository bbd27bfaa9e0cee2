"""Tests of app/rules/scheme_edit.py and suspension.py: places of a scheme, and time given back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from app.rules.scheme_edit import (
    added,
    kind_at,
    new_key,
    path_of,
    put,
    put_all,
    raised,
    removed,
    steps,
    summed,
    value_at,
)
from app.rules.scheme_text import Text
from app.rules.suspension import days_lost, made_up
from tests.rules.make_scheme import REAL

NOON = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)


def test_path_is_read_as_findings_write_it() -> None:
    path = "stages[0].grid.sections[1].criteria[2].max"

    assert path_of(steps(path)) == path
    assert value_at(REAL, "lots[0].envelope") == REAL.lots[0].envelope_cents
    assert (kind_at(REAL, "lots[0].max_grant"), kind_at(REAL, "title")) == (int, Text)


@pytest.mark.parametrize("path", ["stages[9].title", "lots[2].title", "lots[0].colour", "title.en"])
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
        ("A1 plan", [], "a1_plan"),
        ("2nd plan", [], "document"),
        ("a" * 41, [], "a" * 40),
        ("a" * 39 + " b", [], "a" * 39),
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


def test_an_item_is_added_at_the_end_raised_by_one_place_and_removed() -> None:
    first, second, third = REAL.stages
    three = replace(REAL.lots[0], code="L3")
    more = added(REAL, "lots", three)

    assert [lot.code for lot in more.lots] == ["L1", "L2", "L3"]
    assert [lot.code for lot in removed(more, "lots[1]").lots] == ["L1", "L3"]
    assert raised(REAL, "stages[0]").stages == (first, second, third)
    assert raised(REAL, "stages[1]").stages == (second, first, third)
    assert raised(REAL, "stages[2]").stages == (first, third, second)


@pytest.mark.parametrize("path", ["lots[2]", "lots", "title"])
def test_only_an_item_of_a_list_is_raised_or_removed(path) -> None:
    for change in (raised, removed):
        with pytest.raises(KeyError):
            change(REAL, path)


@pytest.mark.parametrize("path", ["title.en", "title[0]"])
def test_what_is_no_field_has_no_kind(path) -> None:
    with pytest.raises(KeyError):
        kind_at(REAL, path)


def test_maxima_of_sections_follow_their_marks_and_are_carried_over() -> None:
    """Marks count with their multiplier; a section that copies another has its maximum."""
    changed = put_all(
        REAL,
        {
            "stages[0].grid.sections[0].criteria[0].max": Fraction(9, 2),
            "stages[0].grid.sections[0].criteria[0].multiplier": Fraction(3),
            "stages[1].grid.sections[0].criteria[0].max": Fraction(6),
        },
    )
    concept, full, check = changed.stages
    assert concept.grid is not None
    assert full.grid is not None

    assert [section.maximum for section in concept.grid.sections] == [Fraction(57, 2), 30]
    carried = next(section for section in full.grid.sections if section.carry_over)
    assert carried.maximum == Fraction(57, 2)
    assert full.grid.sections[0].maximum == 21
    assert (concept.grid.maximum, check) == (50, REAL.stages[2])
    assert put_all(REAL, {}) == REAL


def test_a_section_without_marks_keeps_the_maximum_it_says() -> None:
    empty = put(REAL, "stages[0].grid.sections[0].criteria", ())

    assert summed(empty).stages[0].grid.sections[0].maximum == 20


def test_an_item_of_a_list_is_of_the_kind_that_the_list_says() -> None:
    assert kind_at(REAL, "call.applicant_types[0]") is str
    assert kind_at(REAL, "lots[0]") is type(REAL.lots[0])
    with pytest.raises(KeyError):
        kind_at(REAL, "lots[2]")
