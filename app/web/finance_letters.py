"""Letters under agreements: the list of finance, the paper, and printing papers again."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import agreement_letters as deeds
from app.actions import agreement_paper, recovery_letter
from app.i18n.marks import N_
from app.queries import agreement_letters
from app.queries.agreement_letters import AgreementLetterLine
from app.web import pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Reader
from app.web.downloads import AGAIN

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


@router.post("/agreements/{agreement_id:int}/print")
def finance_agreement_print(request: Request, act: InAct, agreement_id: int) -> Response:
    agreement_paper.retry(act, agreement_id)
    return pages.redirect(request, "finance_agreement", agreement_id=agreement_id, notice=AGAIN)


@router.post("/recoveries/{order_id:int}/print")
def finance_recovery_print(request: Request, act: InAct, order_id: int) -> Response:
    recovery_letter.retry(act, order_id)
    return pages.redirect(request, "finance_recovery", order_id=order_id, notice=AGAIN)
