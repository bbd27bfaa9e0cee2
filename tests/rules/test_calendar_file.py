"""Entries for calendars: read back by the rules of the standard, not by the writer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.rules.calendar_file import Appointment, Method, Organizer, calendar_file

NOW = datetime(2026, 4, 20, 9, 30, 5, tzinfo=UTC)
ENTRY = Appointment(
    uid="interview-7@envelope.example.org",
    sequence=2,
    starts_at=datetime(2026, 5, 4, 10, 0, tzinfo=timezone(timedelta(hours=2))),
    ends_at=datetime(2026, 5, 4, 8, 40, tzinfo=UTC),
    title="Interview",
    place="Room 12",
    about="UT-2026-0001",
    link="https://envelope.example.org/applications/1",
)
BY = Organizer("Agency", "no-reply@example.org")


def read(text: str) -> list[tuple[str, str]]:
    """Unfold the lines and part each into its name and what it says (RFC 5545, 3.1)."""
    assert text.endswith("\r\n")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    return [(name, value) for name, _, value in (line.partition(":") for line in lines)]


def meant(value: str) -> str:
    """Take the escaping of a text back (RFC 5545, 3.3.11)."""
    signs = iter(value)
    return "".join(
        {"n": "\n"}.get(after := next(signs), after) if sign == "\\" else sign for sign in signs
    )


def test_an_appointment_stands_in_utc_with_its_lasting_name_and_its_count() -> None:
    assert read(calendar_file([ENTRY], by=BY, now=NOW)) == [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Envelope//Interviews//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("UID", "interview-7@envelope.example.org"),
        ("DTSTAMP", "20260420T093005Z"),
        ("SEQUENCE", "2"),
        ("DTSTART", "20260504T080000Z"),
        ("DTEND", "20260504T084000Z"),
        ("SUMMARY", "Interview"),
        ("LOCATION", "Room 12"),
        ("DESCRIPTION", "UT-2026-0001"),
        ("URL", "https://envelope.example.org/applications/1"),
        ('ORGANIZER;CN="Agency"', "mailto:no-reply@example.org"),
        ("STATUS", "CONFIRMED"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]


def test_what_is_off_is_taken_away() -> None:
    said = dict(read(calendar_file([replace(ENTRY, is_off=True)], by=BY, now=NOW)))
    asked = dict(read(calendar_file([ENTRY], by=BY, now=NOW, method=Method.CANCEL)))

    assert (said["METHOD"], said["STATUS"]) == ("PUBLISH", "CANCELLED")
    assert (asked["METHOD"], asked["STATUS"]) == ("CANCEL", "CONFIRMED")


@pytest.mark.parametrize(
    "typed",
    [
        "a;b,c",
        r"C:\new\n",
        "first\nsecond",
        "Škola, \\ „Đorđe“; 2",
        "x" * 200,
        "ћ" * 120,
        "🏫" * 60,
    ],
)
def test_every_text_comes_back_and_no_line_is_too_long(typed: str) -> None:
    text = calendar_file([replace(ENTRY, place=typed, about=typed)], by=BY, now=NOW)

    said = dict(read(text))
    assert (meant(said["LOCATION"]), meant(said["DESCRIPTION"])) == (typed, typed)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_full_line_is_not_parted_and_the_next_octet_is() -> None:
    full = "x" * (75 - len("LOCATION:"))

    lines = [
        calendar_file([replace(ENTRY, place=place)], by=BY, now=NOW).split("\r\n")
        for place in (full, f"{full}y")
    ]

    assert f"LOCATION:{full}" in lines[0]
    assert "\r\n".join(lines[1]).count(f"LOCATION:{full}\r\n y\r\n") == 1
    assert len(lines[1]) == len(lines[0]) + 1


def test_what_goes_on_fills_its_line_with_the_space_before_it() -> None:
    text = calendar_file([replace(ENTRY, place="x" * 200)], by=BY, now=NOW)

    parts = [line for line in text.split("\r\n") if line.endswith("xx")]
    assert [len(part) for part in parts] == [75, 75, 61]


def test_nothing_that_is_typed_begins_a_line_of_its_own() -> None:
    typed = "Room 1\r\nBEGIN:VALARM\rTRIGGER:x\x00\x07"
    by = Organizer('The "Agency"\nEND:VEVENT', "a@example.org")

    lines = read(calendar_file([replace(ENTRY, title=typed, place=typed)], by=by, now=NOW))

    assert [name for name, _ in lines].count("BEGIN") == 2
    assert dict(lines)["SUMMARY"] == r"Room 1\nBEGIN:VALARM\nTRIGGER:x"
    assert lines[-4] == ("""ORGANIZER;CN="The 'Agency' END""", """VEVENT":mailto:a@example.org""")


def test_a_day_without_interviews_is_an_empty_calendar() -> None:
    assert [name for name, _ in read(calendar_file([], by=BY, now=NOW))] == [
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "END",
    ]
