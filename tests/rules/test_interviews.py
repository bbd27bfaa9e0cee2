from datetime import UTC, datetime, timedelta

import pytest

from app.rules.interviews import Hour, finding, held_at_once, one_after_another
from app.rules.messages import Message

BEGIN = datetime(2026, 5, 4, 8, tzinfo=UTC)
END = datetime(2026, 5, 6, 8, tzinfo=UTC)
NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_hours_follow_one_another_with_a_pause_between() -> None:
    hours = one_after_another(BEGIN, minutes=40, pause=10, place="Room 3", count=3)

    assert [(each.starts_at - BEGIN, each.ends_at - BEGIN) for each in hours] == [
        (0 * MINUTE, 40 * MINUTE),
        (50 * MINUTE, 90 * MINUTE),
        (100 * MINUTE, 140 * MINUTE),
    ]
    assert {each.place for each in hours} == {"Room 3"}


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (NOW, Message("interview.passed")),
        (BEGIN - MINUTE, Message("interview.too_early", {"begin_at": BEGIN})),
        (BEGIN, None),
        (END - 100 * MINUTE, None),
        (
            END - 99 * MINUTE,
            Message("interview.too_late", {"last_at": END + MINUTE, "end_at": END, "fit": 1}),
        ),
        (
            END - 45 * MINUTE,
            Message("interview.too_late", {"last_at": END + 55 * MINUTE, "end_at": END, "fit": 1}),
        ),
    ],
)
def test_hours_lie_within_the_announced_time_and_ahead(first, expected) -> None:
    hours = one_after_another(first, minutes=45, pause=10, place="Room 3", count=2)

    assert finding(hours, (), now=NOW, begin=BEGIN, end=END) == expected


def test_hours_of_one_day_do_not_go_on_after_midnight() -> None:
    # From 10:00 in Belgrade, an hour each: the fifteenth would come at midnight.
    hours = one_after_another(BEGIN, minutes=50, pause=10, place="Room 3", count=15)

    within = finding(hours[:14], (), now=NOW, begin=BEGIN, end=END)
    beyond = finding(hours, (), now=NOW, begin=BEGIN, end=END)

    assert (within, beyond) == (None, Message("interview.next_day", {"fit": 14}))


@pytest.mark.parametrize(
    ("shift", "place", "clash"),
    [
        (-30, "Room 3", False),
        (-29, "Room 3", True),
        (0, " room 3 ", True),
        (29, "Room 3", True),
        (30, "Room 3", False),
        (0, "Room 4", False),
    ],
)
def test_one_room_holds_one_interview_at_a_time(shift, place, clash) -> None:
    start = BEGIN + 60 * MINUTE
    other = Hour(start, start + 30 * MINUTE, "Room 3")
    mine = one_after_another(start + shift * MINUTE, minutes=30, pause=0, place=place, count=1)

    values = {"from_at": other.starts_at, "until_at": other.ends_at, "place": "Room 3"}
    expected = Message("interview.place_taken", values) if clash else None
    assert finding(mine, [other], now=NOW, begin=BEGIN, end=END) == expected


@pytest.mark.parametrize(
    ("shift", "people", "twice"),
    [(-30, {1, 2}, False), (-29, {1, 2}, True), (29, {2}, True), (30, {2}, False), (0, {3}, False)],
)
def test_nobody_holds_two_interviews_at_once_in_two_rooms(shift, people, twice) -> None:
    start = BEGIN + 60 * MINUTE
    other = Hour(start, start + 30 * MINUTE, "Room 3")
    mine = Hour(start + shift * MINUTE, start + (shift + 30) * MINUTE, "Room 4")

    found = held_at_once([(mine, frozenset(people))], [(other, frozenset({1, 2}))])

    values = {"from_at": other.starts_at, "until_at": other.ends_at, "place": "Room 3"}
    assert found == (Message("interview.held_at_once", values) if twice else None)
