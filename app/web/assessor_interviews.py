"""The interviews that an assessor holds, day by day."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.i18n import language
from app.queries.interviews import PanelHour, panel_hours
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import Reader
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
