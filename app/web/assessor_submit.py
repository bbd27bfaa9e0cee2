"""The whole of an assessment once more before it is handed in: marks, comments, points, doubts."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import assessments
from app.errors import Conflict, Invalid
from app.i18n import sentence
from app.i18n.marks import N_
from app.queries import assessments as reading
from app.queries.assessments import OwnAssessment
from app.rules import marking
from app.rules.messages import Message
from app.web import pages
from app.web.assessor_grid import GridView, form_of, grid_view, named_errors
from app.web.deps import InAct, Reader
from app.web.forms import Posted

router = APIRouter(prefix="/assessor/assessments/{assessment_id:int}/check")


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`missing` are what has to be there, with the place in the grid; `doubts` forbid nothing.

    `seen` is the fingerprint of what the page shows; `problem` says why it was not handed in.
    """

    own: OwnAssessment
    grid: GridView
    missing: tuple[tuple[str, Message], ...]
    doubts: tuple[Message, ...]
    seen: str
    problem: str


@router.get("")
def assessor_check(request: Request, reader: Reader, assessment_id: int) -> Response:
    own = reading.own_assessment(reader.session, reader.actor, assessment_id)
    if not own.is_declared or not own.is_open:
        return pages.redirect(request, "assessor_assessment", assessment_id=assessment_id)
    return _show(request, own)


@router.post("")
def assessor_submit(request: Request, act: InAct, assessment_id: int, posted: Posted) -> Response:
    own = reading.own_assessment(act.session, act.actor, assessment_id)
    try:
        assessments.submit(act, assessment_id, seen=str(posted.get("seen") or ""))
    except Invalid:
        return _show(request, own, status=422)
    except Conflict as problem:
        if not own.is_open:
            raise
        return _show(request, own, status=409, problem=sentence(problem.message, problem.values))
    grid = grid_view(own, form_of(own))
    return pages.redirect(
        request,
        "assessor_start",
        notice=N_("The assessment of {code} is submitted with {total} of {maximum} points."),
        notice_values={"code": own.blind_code, "total": grid.points, "maximum": grid.maximum},
    )


def _show(
    request: Request, own: OwnAssessment, *, status: int = 200, problem: str = ""
) -> HTMLResponse:
    form = form_of(own)
    found = marking.missing(own.stage, own.marks, own.comments)
    page = CheckPage(
        own=own,
        grid=grid_view(own, form),
        missing=tuple(
            (name.replace("_", "-"), message)
            for name, message in named_errors(own.stage, found).items()
        ),
        doubts=marking.warnings(own.stage, own.marks, own.comments, own.carried)
        if not found
        else (),
        seen=marking.fingerprint(own.marks, own.comments),
        problem=problem,
    )
    return pages.render(request, "assessor/check.html", page=page, status=status)
