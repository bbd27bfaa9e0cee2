"""How the assessments of a stage go: by lot and assessor, with a date, reminders, returns."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import assessments_progress
from app.errors import Invalid
from app.i18n import language
from app.i18n.marks import N_
from app.queries.assessing_progress import Progress, StageProgress, stage_progress
from app.rules.permissions import Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, filled, read

router = APIRouter(prefix="/office/stages/{stage_id:int}/progress")

_DEADLINE = (
    fields.moment(
        "assess_by",
        N_("Assessments are asked for by"),
        hint=N_("Assessors see it. Nothing closes then; whoever is late is shown here."),
        missing=N_("Enter the day and the hour"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Deadline:
    assess_by: datetime


@dataclass(frozen=True, slots=True)
class ProgressPage:
    board: StageProgress
    stage_title: str
    form: Form
    may_assign: bool

    @property
    def behind(self) -> tuple[Progress, ...]:
        """Everybody with open files: those who can be reminded."""
        return tuple(each for each in self.board.lines if each.open)


@router.get("")
def office_progress(request: Request, reader: Reader, stage_id: int) -> HTMLResponse:
    return _show(request, reader, stage_id)


@router.post("/deadline")
def office_progress_deadline(
    request: Request, act: InAct, stage_id: int, posted: Posted
) -> Response:
    form = read(_DEADLINE, posted)
    if not form.errors:
        try:
            assess_by = form.into(_Deadline).assess_by
            assessments_progress.set_deadline(act, stage_id, assess_by)
            notice = N_("The date is kept. Assessors see it beside their files.")
            return pages.redirect(request, "office_progress", stage_id=stage_id, notice=notice)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    return _show(request, act, stage_id, form, status=422)


@router.post("/remind")
def office_progress_remind(request: Request, act: InAct, stage_id: int, posted: Posted) -> Response:
    """Remind one assessor, or everybody with open files where none is named."""
    board = stage_progress(act.session, act.actor, stage_id, act.now)
    named = str(posted.get("assessor") or "")
    everybody = {each.assessor_id for each in board.lines if each.open}
    chosen = {int(named)} & everybody if named.isdecimal() else everybody
    written = assessments_progress.remind(act, stage_id, chosen)
    return pages.redirect(
        request,
        "office_progress",
        stage_id=stage_id,
        notice=N_("Assessors reminded by mail: {written}."),
        notice_values={"written": written},
    )


def _show(
    request: Request,
    reader: Reader | InAct,
    stage_id: int,
    form: Form | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    now = request.state.received_at
    board = stage_progress(reader.session, reader.actor, stage_id, now)
    page = ProgressPage(
        board=board,
        stage_title=said(board.stage_title, language()),
        form=form or filled(_DEADLINE, {"assess_by": board.assess_by}),
        may_assign=may(reader.actor, Permission.ASSIGN_ASSESSORS, board.facts) is None,
    )
    return pages.render(request, "office/progress.html", page=page, status=status)
