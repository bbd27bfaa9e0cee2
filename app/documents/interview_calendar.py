"""Interviews as a file for a calendar: what the mails carry and what can be downloaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.i18n import gettext
from app.rules.calendar_file import Appointment, Method, Organizer, calendar_file
from app.rules.interviews import Hour

MEDIA_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """One interview; `who` comes (an applicant is told the call), `lines` say the rest.

    `changes` is how often the hour was changed, `path` where the reader finds it.
    """

    entry_id: int
    hour: Hour
    changes: int
    who: str
    lines: tuple[str, ...]
    path: str
    is_off: bool = False


def interviews_file(
    entries: Iterable[Entry],
    *,
    base_url: str,
    email: str,
    now: datetime,
    method: Method = Method.PUBLISH,
) -> str:
    """Return the file; an interview keeps its name in the calendar whoever gets it, and when."""
    host = urlsplit(base_url).hostname or "localhost"
    return calendar_file(
        (_appointment(each, base_url, host) for each in entries),
        by=Organizer("Envelope", email),
        now=now,
        method=method,
    )


def _appointment(entry: Entry, base_url: str, host: str) -> Appointment:
    return Appointment(
        uid=f"interview-{entry.entry_id}@{host}",
        # That it is off is one change more than the newest hour.
        sequence=entry.changes + entry.is_off,
        starts_at=entry.hour.starts_at,
        ends_at=entry.hour.ends_at,
        title=gettext("Interview: %(who)s") % {"who": entry.who},
        place=entry.hour.place,
        about="\n".join(entry.lines),
        link=f"{base_url}{entry.path}",
        is_off=entry.is_off,
    )
