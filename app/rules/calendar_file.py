"""Entries for a person's calendar as a file that every calendar reads. Source: RFC 5545, RFC 5546.

Only what an appointment needs: moments in UTC, so that no table of time zones goes along; texts
with their marks escaped; lines of at most 75 octets that never part a letter.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

MOST_OCTETS = 75


class Method(StrEnum):
    """What a calendar is to do: keep the entries, or take them away."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One entry; `uid` stays for ever, of two with the same one the higher `sequence` counts."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    about: str
    link: str
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who calls: a name, and an address of mail to which a calendar may write."""

    name: str
    email: str


def calendar_file(
    entries: Iterable[Appointment],
    *,
    by: Organizer,
    now: datetime,
    method: Method = Method.PUBLISH,
) -> str:
    """Return the file; its lines end with CR LF. Entries that are off say so in both methods."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Envelope//Interviews//EN"]
    lines += ["CALSCALE:GREGORIAN", f"METHOD:{method}"]
    for each in entries:
        lines += _entry(each, by, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(entry: Appointment, by: Organizer, now: datetime) -> list[str]:
    name = _one_line(by.name).replace('"', "'")
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{_moment(now)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{_text(entry.title)}",
        f"LOCATION:{_text(entry.place)}",
        f"DESCRIPTION:{_text(entry.about)}",
        f"URL:{_one_line(entry.link)}",
        f'ORGANIZER;CN="{name}":mailto:{_one_line(by.email)}',
        f"STATUS:{'CANCELLED' if entry.is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(typed: str) -> str:
    """Escape what would end a value or begin another one."""
    said = _clean(typed).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return said.replace("\n", "\\n")


def _clean(typed: str) -> str:
    """Leave out control characters; of line breaks one kind stays, and only texts may hold it."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) != "Cc")


def _one_line(typed: str) -> str:
    return _clean(typed).replace("\n", " ")


def _folded(line: str) -> Iterator[str]:
    """Part a long line; what goes on begins with a space, which counts."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MOST_OCTETS:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
