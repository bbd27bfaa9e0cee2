"""Taking back what was sent in before the deadline, and leaving it as it stands after all."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import applications_again
from app.errors import NotFound
from app.i18n import language
from app.i18n.marks import N_
from app.queries import applications_receipts
from app.queries.applications import Entry, entry_of
from app.queries.applications_receipts import Receipt
from app.rules.scheme_text import said
from app.web import pages
from app.web.applicant import time_left
from app.web.deps import InAct, Reader
from app.web.forms import Posted

router = APIRouter(prefix="/applications/{application_id:int}/{stage_key}")


@dataclass(frozen=True, slots=True)
class TakeBackPage:
    entry: Entry
    receipt: Receipt
    stage_title: str
    is_open: bool
    time_left: str


@router.get("/take-back")
def applicant_take_back(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key, whole=False)
    if entry.is_draft:
        return pages.redirect(request, "applicant_application", application_id=application_id)
    receipt = applications_receipts.receipt(reader.session, reader.actor, application_id, stage_key)
    page = TakeBackPage(
        entry=entry,
        receipt=receipt,
        stage_title=said(entry.stage.title, language()),
        is_open=entry.takes_applications(reader.now),
        time_left=time_left(entry.closes_at, reader.now) if entry.closes_at else "",
    )
    return pages.render(request, "applicant/take_back.html", page=page)


@router.post("/take-back")
def applicant_take_back_now(
    request: Request, posted: Posted, act: InAct, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    looked_at = str(posted.get("submission", ""))
    if not looked_at.isdecimal():
        raise NotFound
    applications_again.take_back(
        act,
        entry.entry_id,
        submission_id=int(looked_at),
        received_at=request.state.received_at,
    )
    return pages.redirect(
        request,
        "applicant_application",
        application_id=application_id,
        notice=N_("You can change it now. What you sent in stands until you send it in again."),
    )


@router.post("/let-stand")
def applicant_let_stand(
    request: Request, act: InAct, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    applications_again.let_stand(act, entry.entry_id)
    return pages.redirect(
        request,
        "applicant_application",
        application_id=application_id,
        notice=N_("It stands as you sent it in. The changes are gone."),
    )
