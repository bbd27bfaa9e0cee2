"""Interviews as a list of each day, for the office and for the panel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Generic, TypeVar

from app.i18n import format_time
from app.rules.call_clock import day_of
from app.rules.interviews import Hour

What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Slot(Generic[What]):
    """One interview of a day: `10:00–10:40`, and who comes."""

    hours: str
    hour: Hour
    what: What


@dataclass(frozen=True, slots=True)
class Day(Generic[What]):
    day: date
    slots: tuple[Slot[What], ...]


def by_day(listed: Iterable[What], hour_of: Callable[[What], Hour | None]) -> tuple[Day[What], ...]:
    """Return the days in their order; who has no hour is left out."""
    slots = [Slot(_hours(hour), hour, each) for each in listed if (hour := hour_of(each))]
    slots.sort(key=lambda slot: slot.hour.starts_at)
    return tuple(
        Day(day, tuple(same))
        for day, same in groupby(slots, key=lambda slot: day_of(slot.hour.starts_at))
    )


def _hours(hour: Hour) -> str:
    return f"{format_time(hour.starts_at)}–{format_time(hour.ends_at)}"
