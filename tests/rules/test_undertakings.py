"""Handbook 3.1 and S4: aid counts for all enterprises under one hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.in_kind import aid_finding
from app.rules.undertakings import (
    Aid,
    Boundary,
    Link,
    LinkKind,
    counted,
    headroom_cents,
    undertaking,
)

LONG_AGO, TODAY = date(2020, 1, 1), date(2026, 3, 9)
OWNS_S = Link("P", "S", LinkKind.HOLDING, Fraction(66), LONG_AGO)
PART_OF_Q = Link("P", "Q", LinkKind.HOLDING, Fraction(30), LONG_AGO)
RECORDS = (
    Aid("P", date(2023, 3, 10), 120_000_00),
    Aid("S", date(2024, 2, 1), 90_000_00),
    Aid("Q", date(2025, 1, 20), 100_000_00),
    Aid("S", date(2025, 6, 15), 60_000_00),
)
CEILING = 300_000_00


def known(on: date, *more: Aid, boundary: Boundary = Boundary.INCLUSIVE) -> tuple[int, int]:
    """What counts for S on a day, and what may still be granted."""
    those = undertaking("S", (OWNS_S, PART_OF_Q), on)
    found = counted((*RECORDS, *more), those, on, 3, boundary)
    return sum(each.cents for each in found), headroom_cents(CEILING, found)


def is_allowed(known_cents: int, cents: int) -> bool:
    return aid_finding(known_cents, cents, CEILING, 3) is None


def test_s4_the_window_of_three_years_rolls_day_by_day() -> None:
    assert known(date(2026, 3, 9)) == (270_000_00, 30_000_00)
    assert known(date(2026, 3, 10)) == (270_000_00, 30_000_00)
    assert known(date(2026, 3, 10), boundary=Boundary.EXCLUSIVE) == (150_000_00, 150_000_00)
    assert known(date(2026, 3, 11)) == (150_000_00, 150_000_00)


def test_s4_aid_above_the_ceiling_is_refused_whole_and_up_to_it_allowed() -> None:
    assert [is_allowed(270_000_00, cents) for cents in (100_000_00, 30_000_00)] == [False, True]
    assert is_allowed(150_000_00, 100_000_00)
    granted = Aid("S", date(2026, 3, 11), 100_000_00)
    assert known(date(2026, 5, 1), granted) == (250_000_00, 50_000_00)
    assert [is_allowed(250_000_00, cents) for cents in (50_000_00, 50_000_01)] == [True, False]


def test_what_is_granted_on_the_day_itself_counts() -> None:
    assert known(TODAY, Aid("S", TODAY, 1)) == (270_000_01, 29_999_99)


def test_what_is_granted_later_does_not_count_yet() -> None:
    assert known(TODAY, Aid("S", date(2026, 3, 10), 1)) == (270_000_00, 30_000_00)


def test_a_ceiling_that_was_passed_leaves_nothing() -> None:
    assert headroom_cents(100, (Aid("S", TODAY, 101),)) == 0


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        (OWNS_S, True),
        (replace(OWNS_S, percent=Fraction(50)), False),
        (replace(OWNS_S, percent=Fraction("50.01")), True),
        (replace(OWNS_S, percent=None), False),
        *((replace(OWNS_S, kind=kind, percent=None), True) for kind in list(LinkKind)[1:]),
        (replace(OWNS_S, valid_from=TODAY), True),
        (replace(OWNS_S, valid_from=date(2026, 3, 10)), False),
        (replace(OWNS_S, valid_to=TODAY), True),
        (replace(OWNS_S, valid_to=date(2026, 3, 8)), False),
    ],
)
def test_control_makes_one_undertaking_and_a_half_does_not(link: Link, is_one: bool) -> None:  # noqa: FBT001 - a column of the table
    both = frozenset({"P", "S"})
    assert undertaking("S", [link], TODAY) == (both if is_one else frozenset({"S"}))
    assert undertaking("P", [link], TODAY) == (both if is_one else frozenset({"P"}))


def test_chains_and_sisters_count() -> None:
    links = [
        replace(OWNS_S, owned="A"), replace(OWNS_S, owner="A", owned="B"),
        replace(OWNS_S, owned="C"), replace(OWNS_S, owner="X", owned="Y"),
    ]  # fmt: skip
    assert undertaking("B", links, TODAY) == frozenset({"P", "A", "B", "C"})


names = st.sampled_from("ABCDEFGH")
pairs = st.lists(st.tuples(names, names), max_size=12)


@given(pairs, names)
def test_everybody_of_an_undertaking_sees_the_same_one(pairs, name) -> None:
    links = [replace(OWNS_S, owner=owner, owned=owned) for owner, owned in pairs]
    found = undertaking(name, links, TODAY)
    assert name in found
    assert {undertaking(each, links, TODAY) for each in found} == {found}
