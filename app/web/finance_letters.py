"""Letters under agreements: the list of finance, the paper, and printing one again."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import agreement_letters as deeds
from app.i18n.marks import N_
from app.queries import agreement_letters
from app.queries.agreement_letters import AgreementLetterLine
from app.web import pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Reader

router = APIRouter(prefix="/finance")


@dataclass(frozen=True, slots=True)
class LettersPage:
    letters: tuple[AgreementLetterLine, ...]


@router.get("/letters")
def finance_letters(request: Request, reader: Reader) -> HTMLResponse:
    page = LettersPage(agreement_letters.staff_letters(reader.session, reader.actor))
    return pages.render(request, "finance/letters.html", page=page)


@router.get("/letters/{letter_id:int}.pdf")
def finance_letter_pdf(request: Request, reader: Reader, letter_id: int) -> Response:
    found = agreement_letters.letter_file(reader.session, reader.actor, letter_id)
    return download(request, found.file)


@router.post("/letters/{letter_id:int}/again")
def finance_letter_again(request: Request, act: InAct, letter_id: int) -> Response:
    agreement_id = deeds.retry(act, letter_id)
    notice = N_("The letter is being printed again. Load the page again in a moment.")
    return pages.redirect(request, "finance_agreement", agreement_id=agreement_id, notice=notice)
