"""The interviews that an assessor holds, day by day."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.documents.interview_calendar import Entry
from app.i18n import language
from app.queries.interviews import PanelHour, panel_hours
from app.queries.interviews_off import hours_off
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import Reader
from app.web.interview_calendar import calendar_answer, entry_of, held_by
from app.web.interview_days import Day, by_day

router = APIRouter(prefix="/assessor")


@dataclass(frozen=True, slots=True)
class PanelPage:
    """`titles` are of the stages, by assessment."""

    days: tuple[Day[PanelHour], ...]
    titles: dict[int, str]


@router.get("/interviews")
def assessor_interviews(request: Request, reader: Reader) -> HTMLResponse:
    held = panel_hours(reader.session, reader.actor)
    page = PanelPage(
        by_day(held, lambda each: each.hour),
        {each.assessment_id: said(each.stage_title, language()) for each in held},
    )
    return pages.render(request, "assessor/interviews.html", page=page)


@router.get("/interviews.ics")
def assessor_interviews_calendar(request: Request, reader: Reader) -> Response:
    path = pages.url(request, "assessor_interviews")
    held = [
        Entry(
            each.entry_id,
            each.hour,
            each.changes,
            f"{each.organisation} ({each.reference})",
            (each.call_title, each.title, held_by(each.panel)),
            path,
        )
        for each in panel_hours(reader.session, reader.actor)
    ]
    off = [entry_of(each, each.reference, path) for each in hours_off(reader.session, reader.actor)]
    return calendar_answer(request, reader, [*held, *off], "interviews.ics")
