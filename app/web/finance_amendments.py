"""The budget of an agreement: as it is, what the beneficiary asked for, and the decision."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import amendments as deeds
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import agreements, amendments
from app.queries.agreements import AgreementPage
from app.queries.amendments import AmendmentLine, HeadingBudget
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Option
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/finance")

DECISION = (
    fields.one_of(
        "decision",
        N_("Decision"),
        (
            Option("approve", N_("Approve the change"), hint=N_("The new budget holds at once.")),
            Option("refuse", N_("Do not approve it"), hint=N_("The budget stays as it is.")),
        ),
        missing=N_("Choose whether you approve the change"),
    ),
    fields.long_text(
        "reason",
        N_("Reason"),
        hint=N_("The letter prints these words."),
        missing=N_("Write the reason; the letter prints these words."),
        max_words=200,
    ),
)


@dataclass(frozen=True, slots=True)
class BudgetPage:
    form: Form
    agreement: AgreementPage
    budget: tuple[HeadingBudget, ...]
    changes: tuple[AmendmentLine, ...]


@router.get("/agreements/{agreement_id:int}/budget")
def finance_budget(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    return _show(request, reader, agreement_id, blank(DECISION))


@router.post("/amendments/{amendment_id:int}/decide")
def finance_amendment_decide(
    request: Request, posted: Posted, act: InAct, amendment_id: int
) -> Response:
    agreement_id = amendments.agreement_of_amendment(act.session, amendment_id)
    agreements.staff_agreement(act.session, act.actor, agreement_id, to=deeds.DECIDE)
    form = read(DECISION, posted)
    if not form.errors:
        approve = form.values["decision"] == "approve"
        try:
            deeds.decide(act, amendment_id, approve=approve, reason=str(form.values["reason"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Decided. The letter is printed and the beneficiary was told by e-mail.")
            return pages.redirect(
                request, "finance_budget", agreement_id=agreement_id, notice=notice
            )
    return _show(request, Read(act.session, act.actor, act.now), agreement_id, form, 422)


def _show(
    request: Request, reader: Read, agreement_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    page = BudgetPage(
        form=form,
        agreement=agreements.staff_agreement(reader.session, reader.actor, agreement_id),
        budget=amendments.budget_of(reader.session, agreement_id),
        changes=amendments.amendments(reader.session, agreement_id),
    )
    return pages.render(request, "finance/budget.html", page=page, status=status)
