"""Interviews to take along: one sheet for each room of a day, and the hours for a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.documents.interview_calendar import Entry
from app.errors import NotFound
from app.i18n import language
from app.i18n.marks import N_
from app.queries.interviews import Guest, StageInterviews, stage_interviews
from app.rules.interviews import room_of
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import Reader
from app.web.interview_calendar import calendar_answer, held_by
from app.web.interview_days import Slot, by_day

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class Room:
    """One sheet: who comes to a room, or to one address of video calls, hour by hour."""

    place: str
    slots: tuple[Slot[Guest], ...]


@dataclass(frozen=True, slots=True)
class DayPage:
    stage: StageInterviews
    stage_title: str
    day: date
    rooms: tuple[Room, ...]


@router.get("/stages/{stage_id:int}/interviews/{day}")
def office_interviews_day(
    request: Request, reader: Reader, stage_id: int, day: str
) -> HTMLResponse:
    stage = stage_interviews(reader.session, reader.actor, stage_id)
    days = by_day(stage.given, lambda each: each.hour)
    found = next((each for each in days if each.day.isoformat() == day), None)
    if found is None:
        raise NotFound(N_("Nobody comes on this day."))
    page = DayPage(stage, said(stage.stage_title, language()), found.day, _rooms(found.slots))
    return pages.render(request, "office/interviews_day.html", page=page)


@router.get("/stages/{stage_id:int}/interviews.ics")
def office_interviews_calendar(request: Request, reader: Reader, stage_id: int) -> Response:
    stage = stage_interviews(reader.session, reader.actor, stage_id)
    path = pages.url(request, "office_interviews", stage_id=stage_id)
    entries = [_guest(each, stage, path) for each in (*stage.given, *stage.gone)]
    return calendar_answer(request, reader, entries, f"{stage.call_code}.ics")


def _rooms(slots: Iterable[Slot[Guest]]) -> tuple[Room, ...]:
    """Return a sheet for each room by its name, as it is written first."""
    ordered = sorted(slots, key=lambda each: (room_of(each.hour), each.hour.starts_at))
    found = [tuple(same) for _, same in groupby(ordered, key=lambda each: room_of(each.hour))]
    return tuple(Room(same[0].hour.place, same) for same in found)


def _guest(guest: Guest, stage: StageInterviews, path: str) -> Entry:
    assert guest.hour
    return Entry(
        guest.entry_id,
        guest.hour,
        guest.changes,
        f"{guest.organisation} ({guest.reference})",
        (stage.call_title, guest.title, held_by(guest.panel)),
        path,
        is_off=guest.state == "withdrawn" or stage.stage_state == "cancelled",
    )
