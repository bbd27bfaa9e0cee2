"""The clock can be moved, fixed and moved while a server runs."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app import clock

NOON = datetime(2026, 3, 19, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=60)


def test_clock_is_the_wall_clock_in_utc_when_nobody_moves_it() -> None:
    shown = clock.now()

    assert (shown.tzinfo, datetime.now(UTC) - shown < MOMENT) == (UTC, True)


def test_clock_starts_where_it_is_told_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_CLOCK", "2026-03-19T12:00:00Z")

    first, second = clock.now(), clock.now()

    assert NOON <= first < second < NOON + MOMENT


def test_fixed_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_CLOCK", "2026-03-19T13:00:00+01:00 fixed")

    assert (clock.now(), clock.now(), clock.now().tzinfo) == (NOON, NOON, UTC)


def test_child_shows_the_time_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVELOPE_CLOCK", "2026-03-19T14:00:00Z")
    parent = clock.now()

    monkeypatch.setenv("ENVELOPE_CLOCK", clock.for_children())

    assert parent < clock.now() < parent + MOMENT


def test_file_moves_the_clock_of_a_running_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-03-19T12:00:00Z fixed\n")
    monkeypatch.setenv("ENVELOPE_CLOCK", f"@{file}")
    before = clock.now()

    file.write_text("2026-03-20T12:00:00Z fixed\n")
    os.utime(file, (1, 1))

    assert (before, clock.now()) == (NOON, NOON + timedelta(days=1))


@pytest.mark.parametrize(
    "wrong", ["noon", "2026-03-19T12:00:00", "2026-03-19T12:00:00Z still", "+x"]
)
def test_clock_refuses_what_it_cannot_read(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("ENVELOPE_CLOCK", wrong)

    with pytest.raises(ValueError, match="ENVELOPE_CLOCK must look like"):
        clock.now()


def test_frozen_clock_may_be_nested_and_goes_back() -> None:
    with clock.frozen(NOON):
        with clock.frozen(NOON.astimezone(timezone(timedelta(hours=2))) + MOMENT):
            inner = clock.now()
        outer = clock.now()

    assert (inner, outer) == (NOON + MOMENT, NOON)
