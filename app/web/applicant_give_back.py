"""Giving an accepted award back before the agreement is signed; its money is free again."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import offers
from app.i18n.marks import N_
from app.queries.offers import Offer, offer
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, blank, read

router = APIRouter()

GIVE_BACK = (
    fields.long_text("reason", N_("Why do you give it back?"), max_words=300),
    fields.several(
        "sure",
        N_("Are you sure?"),
        (fields.Option("yes", N_("I give the whole award back. It cannot be taken up again.")),),
        missing=N_("Tick the box if you want to give the award back"),
    ),
)


@dataclass(frozen=True, slots=True)
class GiveBackPage:
    form: Form
    offer: Offer


@router.get("/offers/{award_id:int}/give-back")
def applicant_give_back(request: Request, reader: Reader, award_id: int) -> Response:
    found = offer(reader.session, reader.actor, award_id)
    if found.state != "accepted":
        return pages.redirect(request, "applicant_offer", award_id=award_id)
    page = GiveBackPage(blank(GIVE_BACK), found)
    return pages.render(request, "applicant/give_back.html", page=page)


@router.post("/offers/{award_id:int}/give-back")
def applicant_give_back_now(
    request: Request, posted: Posted, act: InAct, award_id: int
) -> Response:
    found = offer(act.session, act.actor, award_id)
    form = read(GIVE_BACK, posted)
    if form.errors:
        return _again(request, GiveBackPage(form, found))
    offers.withdraw(act, award_id, reason=str(form.values["reason"]))
    notice = N_("The award is given back. Its money goes to the next on the list.")
    return pages.redirect(request, "applicant_offer", award_id=award_id, notice=notice)


def _again(request: Request, page: GiveBackPage) -> HTMLResponse:
    return pages.render(request, "applicant/give_back.html", page=page, status=422)
