"""Whether the officers may read a draft: the applicant says so, and takes it back."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import drafts
from app.i18n.marks import N_
from app.queries.drafts import OwnConsent, own_consent
from app.web import pages
from app.web.deps import InAct, Reader
from app.web.forms import Posted

router = APIRouter(prefix="/applications")
CONSENT = "/{application_id:int}/consent"


@dataclass(frozen=True, slots=True)
class ConsentPage:
    own: OwnConsent


@router.get(CONSENT)
def applicant_consent(request: Request, reader: Reader, application_id: int) -> HTMLResponse:
    page = ConsentPage(own_consent(reader.session, reader.actor, application_id))
    return pages.render(request, "applicant/consent.html", page=page)


@router.post(CONSENT)
def applicant_consent_set(
    request: Request, act: InAct, application_id: int, posted: Posted
) -> Response:
    if posted.get("consent") == "yes":
        drafts.share(act, application_id)
        notice = N_("The officers of the call can read your draft until you send it in.")
    else:
        drafts.hide(act, application_id)
        notice = N_("Your draft is yours alone again.")
    return pages.redirect(
        request, "applicant_consent", application_id=application_id, notice=notice
    )
