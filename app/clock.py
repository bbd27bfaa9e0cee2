"""The time. No other module reads the wall clock (a house test looks).

`ENVELOPE_CLOCK` moves it, for the demo world, for tests and for rehearsals:

- `2026-03-19T12:00:00Z`        starts there when the process starts, and goes on
- `2026-03-19T12:00:00Z fixed`  stands still
- `+3600` or `-86400`           so many seconds beside the wall clock
- `@/path/to/file`              any of the above, read again when the file changes;
                                so a test can move the clock of a running server
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "ENVELOPE_CLOCK"


@dataclass(frozen=True, slots=True)
class _Hands:
    """Where the hands stand: at a fixed time, or beside the wall clock by an offset."""

    fixed: datetime | None = None
    offset: timedelta = timedelta()

    def read(self) -> datetime:
        return self.fixed or datetime.now(UTC) + self.offset


_frozen: list[_Hands] = []
_read: dict[object, _Hands] = {}


def now() -> datetime:
    """Return the present time, aware and in UTC."""
    if _frozen:
        return _frozen[-1].read()
    wanted = os.environ.get(VARIABLE, "")
    return _hands(wanted).read() if wanted else datetime.now(UTC)


def of_the_machine() -> datetime:
    """Return the time by which disks and buckets stamp their files; no setting moves it."""
    return datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock of this process at `at`; may be nested."""
    if at.tzinfo is None:
        raise ValueError("A time without its zone is no time.")
    _frozen.append(_Hands(fixed=at.astimezone(UTC)))
    try:
        yield
    finally:
        _frozen.pop()


def for_children() -> str:
    """Return the value of ENVELOPE_CLOCK with which child processes show this process's time.

    A starting time is counted from the start of each process; as an offset it is
    the same in all of them.
    """
    wanted = os.environ.get(VARIABLE, "")
    if not wanted or wanted.startswith("@") or _hands(wanted).fixed:
        return wanted
    return f"{_hands(wanted).offset.total_seconds():+f}"


def _hands(wanted: str) -> _Hands:
    key: object = wanted
    text = wanted
    if wanted.startswith("@"):
        path = Path(wanted[1:])
        key = (wanted, path.stat().st_mtime_ns)
        text = path.read_text().strip() if key not in _read else ""
    if key not in _read:
        _read[key] = _parsed(text)
    return _read[key]


def _parsed(text: str) -> _Hands:
    try:
        if text[:1] in {"+", "-"}:
            return _Hands(offset=timedelta(seconds=float(text)))
        start, _, fixed = text.partition(" ")
        at = datetime.fromisoformat(start)
    except ValueError:
        at, fixed = None, ""
    if at is None or at.tzinfo is None or fixed not in {"", "fixed"}:
        raise ValueError(f"{VARIABLE} must look like 2026-03-19T12:00:00Z, not {text!r}.")
    if fixed:
        return _Hands(fixed=at.astimezone(UTC))
    return _Hands(offset=at - datetime.now(UTC))
