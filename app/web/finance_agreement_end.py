"""Finance answers a beneficiary who asks to end the agreement before its time."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import end_requests as deeds
from app.i18n.marks import N_
from app.queries import agreements, end_requests
from app.queries.agreements import AgreementPage
from app.queries.end_requests import EndLine
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Option
from app.web.forms import Form, Posted, blank, read
from app.web.step_forms import tried

router = APIRouter(prefix="/finance")

ANSWER = (
    fields.one_of(
        "answer",
        N_("Answer"),
        (
            Option(
                "accept",
                N_("Agree and propose the end"),
                hint=N_("The fund manager, another person, ends it on that day or later."),
            ),
            Option("refuse", N_("Do not agree"), hint=N_("The agreement goes on as it was.")),
        ),
        missing=N_("Choose whether you agree"),
    ),
    fields.long_text(
        "reason",
        N_("What do you write to the beneficiary?"),
        hint=N_("Needed if you do not agree."),
        max_words=300,
    ),
)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    form: Form
    agreement: AgreementPage
    requests: tuple[EndLine, ...]


@router.get("/agreements/{agreement_id:int}/end-request")
def finance_end(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    return _show(request, reader, agreement_id, blank(ANSWER))


@router.post("/end-requests/{request_id:int}/answer")
def finance_end_answer(request: Request, posted: Posted, act: InAct, request_id: int) -> Response:
    agreement_id = end_requests.agreement_of(act.session, request_id)
    agreements.staff_agreement(act.session, act.actor, agreement_id, to=deeds.ANSWER)
    form = read(ANSWER, posted)
    is_yes = form.values.get("answer") == "accept"
    reason = str(form.values.get("reason") or "")
    wrong = tried(form, lambda: deeds.answer(act, request_id, accept=is_yes, reason=reason))
    if wrong is None:
        notice = N_("Answered. The agreement goes on, and the beneficiary was told by e-mail.")
        if is_yes:
            notice = N_("The end is proposed; another person decides. The beneficiary was told.")
        return pages.redirect(
            request, "finance_agreement", agreement_id=agreement_id, notice=notice
        )
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, wrong, 422)


def _show(
    request: Request, reader: Read, agreement_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    page = AnswerPage(
        form=form,
        agreement=agreements.staff_agreement(reader.session, reader.actor, agreement_id),
        requests=end_requests.requests_of(reader.session, agreement_id),
    )
    return pages.render(request, "finance/agreement_end.html", page=page, status=status)
