"""Everything of one organisation on one page, what is to be done first."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.i18n import gettext, language
from app.i18n.marks import N_
from app.queries.organisations_home import Duty, Home, ToDo, home
from app.rules.scheme_text import said
from app.web import pages
from app.web.applicant import time_left
from app.web.deps import Reader

router = APIRouter(prefix="/applicant")

WORDS = {
    Duty.SEND_IN: N_("Send in"),
    Duty.SEND_IN_AGAIN: N_("Send in again, or leave it as it stands"),
    Duty.ANSWER_OFFER: N_("Accept or decline the offer"),
    Duty.ANSWER_QUESTION: N_("Answer the authority’s question"),
    Duty.REQUEST_PAYMENT: N_("Ask for the payment"),
    Duty.CORRECT_REQUEST: N_("Correct the request for payment"),
}
PLACES = {
    Duty.SEND_IN: ("applicant_application", "application_id"),
    Duty.SEND_IN_AGAIN: ("applicant_application", "application_id"),
    Duty.ANSWER_OFFER: ("applicant_offer", "award_id"),
    Duty.ANSWER_QUESTION: ("applicant_clarification", "clarification_id"),
    Duty.REQUEST_PAYMENT: ("applicant_payment", "payment_id"),
    Duty.CORRECT_REQUEST: ("applicant_payment", "payment_id"),
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """`todo` with its words, its address and what is left of the time; `letters` by their id."""

    found: Home
    todo: tuple[tuple[ToDo, str, str, str], ...]
    letters: dict[int, str]


@router.get("/organisations/{organisation_id:int}/everything")
def applicant_home(request: Request, reader: Reader, organisation_id: int) -> HTMLResponse:
    found = home(reader.session, reader.actor, organisation_id, reader.now)
    page = HomePage(
        found,
        tuple(
            (
                each,
                gettext(WORDS[each.duty]),
                _place(request, each),
                time_left(each.due_at, reader.now) if each.due_at else "",
            )
            for each in found.todo
        ),
        {each.letter_id: said(each.title, language()) for each in found.letters},
    )
    return pages.render(request, "applicant/home.html", page=page)


def _place(request: Request, todo: ToDo) -> str:
    route, name = PLACES[todo.duty]
    key: dict[str, Any] = {name: todo.key}  # Any: parts of a path
    return pages.url(request, route, **key)
