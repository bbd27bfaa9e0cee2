"""One's own interview as a file for a calendar."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.errors import NotFound
from app.i18n.marks import N_
from app.queries.interviews_off import own_hours
from app.web import pages
from app.web.deps import Reader
from app.web.interview_calendar import calendar_answer, entry_of

router = APIRouter()


@router.get("/applications/{application_id:int}/interview.ics")
def applicant_interview_calendar(request: Request, reader: Reader, application_id: int) -> Response:
    known = own_hours(reader.session, reader.actor, application_id)
    if not known:
        raise NotFound(N_("No interview of this application has an hour."))
    path = pages.url(request, "applicant_application", application_id=application_id)
    entries = [entry_of(each, each.call_title, path) for each in known]
    return calendar_answer(request, reader, entries, f"{known[0].reference}.ics")
