"""When each of a shortlist comes: hours one after another, within the days that were announced.

The days stand in the letters of invitation, so an hour outside of them would contradict a paper
that has left. Two who come to the same place do not come at once; in two places they may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.rules.call_clock import day_of
from app.rules.messages import Message


@dataclass(frozen=True, slots=True)
class Hour:
    """From when to when, and where; `place` is a room, an address or a link."""

    starts_at: datetime
    ends_at: datetime
    place: str

    def meets(self, other: "Hour") -> bool:
        """True where somebody would have to wait outside: one place, and times that overlap."""
        return room_of(self) == room_of(other) and self.overlaps(other)

    def overlaps(self, other: "Hour") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def room_of(hour: Hour) -> str:
    """Return what a place is compared by: nobody types its name twice in the same way."""
    return hour.place.strip().casefold()


Held = tuple[Hour, frozenset[int]]
"""An hour and the ids of those who hold the interview."""


def one_after_another(
    first_at: datetime, *, minutes: int, pause: int, place: str, count: int
) -> tuple[Hour, ...]:
    """Return `count` hours of so many minutes each, with a pause of so many between two."""
    step = timedelta(minutes=minutes + pause)
    begins = [first_at + step * number for number in range(count)]
    return tuple(Hour(each, each + timedelta(minutes=minutes), place) for each in begins)


def finding(
    hours: Sequence[Hour],
    taken: Iterable[Hour],
    *,
    now: datetime,
    begin: datetime,
    end: datetime,
) -> Message | None:
    """Say why these hours cannot be given, or None; `begin` and `end` are the announced ones.

    An interview may end in the very minute in which the announced time does. Hours that are given
    at once are those of one day: nobody is called at night because there are many.
    """
    first, last = min(each.starts_at for each in hours), max(each.ends_at for each in hours)
    if first <= now:
        return Message("interview.passed", {})
    if first < begin:
        return Message("interview.too_early", {"begin_at": begin})
    if last > end:
        fit = sum(each.ends_at <= end for each in hours)
        return Message("interview.too_late", {"last_at": last, "end_at": end, "fit": fit})
    same_day = sum(day_of(each.starts_at) == day_of(first) for each in hours)
    if same_day < len(hours):
        return Message("interview.next_day", {"fit": same_day})
    for other in taken:
        if any(each.meets(other) for each in hours):
            values = {"from_at": other.starts_at, "until_at": other.ends_at, "place": other.place}
            return Message("interview.place_taken", values)
    return None


def held_at_once(given: Iterable[Held], taken: Sequence[Held]) -> Message | None:
    """Say that somebody would hold two interviews at once, or None: nobody is in two places."""
    for hour, people in given:
        for other, others in taken:
            if people & others and hour.overlaps(other):
                values = {"from_at": other.starts_at, "until_at": other.ends_at}
                return Message("interview.held_at_once", {**values, "place": other.place})
    return None
