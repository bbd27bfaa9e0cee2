"""The whole application as PDF: ask for it, wait for it, download it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import applications_print
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries.applications import entry_of
from app.queries.applications_prints import Print, own_print
from app.web import pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Reader
from app.web.downloads import AGAIN
from app.web.forms import Posted

router = APIRouter(prefix="/applications")


@dataclass(frozen=True, slots=True)
class PrintPage:
    found: Print
    here: str


@router.post("/{application_id:int}/{stage_key}/print")
def applicant_print(
    request: Request, posted: Posted, act: InAct, application_id: int, stage_key: str
) -> Response:
    """Print the draft or what stands; with `number` what was sent in that time."""
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    number = str(posted.get("number", ""))[:6]
    wanted = int(number) if number.isdecimal() else None
    print_id = applications_print.ask(act, entry.entry_id, number=wanted)
    return pages.redirect(request, "applicant_print_page", print_id=print_id)


@router.get("/prints/{print_id:int}")
def applicant_print_page(request: Request, reader: Reader, print_id: int) -> HTMLResponse:
    found = own_print(reader.session, reader.actor, print_id)
    here = pages.url(request, "applicant_print_page", print_id=print_id)
    part = "applicant/print_paper.html" if "hx-request" in request.headers else ""
    return pages.render(request, part or "applicant/print.html", page=PrintPage(found, here))


@router.get("/prints/{print_id:int}.pdf")
def applicant_print_pdf(request: Request, reader: Reader, print_id: int) -> Response:
    found = own_print(reader.session, reader.actor, print_id)
    if found.file is None:
        raise NotFound(N_("It is still being printed. Try again in a moment."))
    return download(request, found.file)


@router.post("/prints/{print_id:int}/again")
def applicant_print_again(request: Request, act: InAct, print_id: int) -> Response:
    applications_print.retry(act, print_id)
    return pages.redirect(request, "applicant_print_page", print_id=print_id, notice=AGAIN)
