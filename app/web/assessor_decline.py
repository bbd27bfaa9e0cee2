"""An assessor gives a file back unmarked, with a reason; a conflict is declared elsewhere."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import assessments
from app.errors import Conflict
from app.i18n import language
from app.i18n.marks import N_
from app.queries import assessments as reading
from app.queries.assessments import OwnAssessment
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/assessor")
DECLINE = "/assessments/{assessment_id:int}/decline"

_REASON = (
    fields.long_text(
        "reason",
        N_("Why do you give it back?"),
        hint=N_(
            "For example no time, or a field that you do not know. Only the authority reads it."
        ),
        max_words=200,
        missing=N_("Write why you give it back"),
    ),
)


@dataclass(frozen=True, slots=True)
class DeclinePage:
    own: OwnAssessment
    stage_title: str
    form: Form


@router.get(DECLINE)
def assessor_decline(request: Request, reader: Reader, assessment_id: int) -> HTMLResponse:
    own = _open(reading.own_assessment(reader.session, reader.actor, assessment_id))
    return _show(request, own, blank(_REASON))


@router.post(DECLINE)
def assessor_decline_do(
    request: Request, act: InAct, assessment_id: int, posted: Posted
) -> Response:
    own = _open(reading.own_assessment(act.session, act.actor, assessment_id))
    form = read(_REASON, posted)
    if form.errors:
        return _show(request, own, form, status=422)
    assessments.decline(act, assessment_id, reason=str(form.values["reason"]))
    notice = N_("You have given {code} back. The authority is told and finds somebody else.")
    return pages.redirect(
        request, "assessor_start", notice=notice, notice_values={"code": own.blind_code}
    )


def _open(own: OwnAssessment) -> OwnAssessment:
    if not own.is_open:
        raise Conflict(N_("You have submitted this assessment, so it stays yours."))
    return own


def _show(request: Request, own: OwnAssessment, form: Form, *, status: int = 200) -> HTMLResponse:
    page = DeclinePage(own, said(own.stage.title, language()), form)
    return pages.render(request, "assessor/decline.html", page=page, status=status)
