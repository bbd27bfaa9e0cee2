"""The blind file as one PDF: ask for it, wait for it, download it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import assessments_print
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries.assessments_print import BlindPrint, blind_print
from app.web import pages
from app.web.deps import InAct, Reader
from app.web.downloads import download

router = APIRouter(prefix="/assessor")


@dataclass(frozen=True, slots=True)
class PrintPage:
    found: BlindPrint
    here: str


@router.post("/assessments/{assessment_id:int}/print")
def assessor_print(request: Request, act: InAct, assessment_id: int) -> Response:
    print_id = assessments_print.ask(act, assessment_id)
    return pages.redirect(request, "assessor_print_page", print_id=print_id)


@router.get("/prints/{print_id:int}")
def assessor_print_page(request: Request, reader: Reader, print_id: int) -> HTMLResponse:
    found = blind_print(reader.session, reader.actor, print_id)
    here = pages.url(request, "assessor_print_page", print_id=print_id)
    part = "assessor/print_paper.html" if "hx-request" in request.headers else ""
    return pages.render(request, part or "assessor/print.html", page=PrintPage(found, here))


@router.get("/prints/{print_id:int}.pdf")
def assessor_print_pdf(request: Request, reader: Reader, print_id: int) -> Response:
    found = blind_print(reader.session, reader.actor, print_id)
    if not found.sha256:
        raise NotFound(N_("It is still being printed. Try again in a moment."))
    return download(
        request,
        sha256=found.sha256,
        filename=f"{found.blind_code}.pdf",
        media_type="application/pdf",
    )
