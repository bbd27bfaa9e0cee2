"""The beneficiary asks to end an agreement in force before its time, and reads the answer."""

from dataclasses import dataclass
from datetime import date

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
from app.web.forms import Form, Posted, blank, read
from app.web.step_forms import tried

router = APIRouter(prefix="/agreements")

ASKED = (
    fields.long_text(
        "reason",
        N_("Why should the agreement end before its time?"),
        hint=N_("The authority decides on it and keeps these words."),
        missing=N_("Write why the agreement should end; the authority decides on it."),
        max_words=300,
    ),
    fields.date_of(
        "ends_on",
        N_("On which day should it end?"),
        hint=N_("Costs until this day can still be claimed, if you ask for them before it ends."),
        missing=N_("Enter the day on which it should end"),
    ),
)


@dataclass(frozen=True, slots=True)
class EndPage:
    form: Form
    agreement: AgreementPage
    requests: tuple[EndLine, ...]

    @property
    def is_in_force(self) -> bool:
        return self.agreement.state in ("active", "suspended")

    @property
    def open_request(self) -> EndLine | None:
        asked = (each for each in self.requests if each.state == "asked")
        return next(asked, None) if self.is_in_force else None

    @property
    def may_ask(self) -> bool:
        return self.is_in_force and self.open_request is None and not self.agreement.end_reason


@router.get("/{agreement_id:int}/end")
def applicant_end(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    return _show(request, reader, agreement_id, None)


@router.post("/{agreement_id:int}/end")
def applicant_end_ask(request: Request, posted: Posted, act: InAct, agreement_id: int) -> Response:
    agreements.own_agreement(act.session, act.actor, agreement_id)
    form = read(ASKED, posted)
    wrong = tried(form, lambda: _ask(form, act, agreement_id))
    if wrong is None:
        notice = N_("Asked for. The authority answers; you are told by e-mail.")
        return pages.redirect(request, "applicant_end", agreement_id=agreement_id, notice=notice)
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, wrong)


def _ask(form: Form, act: InAct, agreement_id: int) -> None:
    ends_on = form.values["ends_on"]
    assert isinstance(ends_on, date)
    deeds.ask(act, agreement_id, reason=str(form.values["reason"]), ends_on=ends_on)


@router.post("/end-requests/{request_id:int}/take-back")
def applicant_end_take_back(request: Request, act: InAct, request_id: int) -> Response:
    agreement_id = end_requests.agreement_of(act.session, request_id)
    agreements.own_agreement(act.session, act.actor, agreement_id)
    deeds.take_back(act, request_id)
    notice = N_("Taken back. The agreement goes on as it was.")
    return pages.redirect(request, "applicant_end", agreement_id=agreement_id, notice=notice)


def _show(request: Request, reader: Read, agreement_id: int, wrong: Form | None) -> HTMLResponse:
    page = EndPage(
        form=wrong or blank(ASKED),
        agreement=agreements.own_agreement(reader.session, reader.actor, agreement_id),
        requests=end_requests.requests_of(reader.session, agreement_id),
    )
    status = 422 if wrong else 200
    return pages.render(request, "applicant/agreement_end.html", page=page, status=status)
