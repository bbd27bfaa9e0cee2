"""A payment that is recorded as paid is found on the bank statement by a second person."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import payment_steps
from app.actions.payment_steps import OnStatement
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import payments
from app.queries.payments import PaymentPage
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, filled, read

router = APIRouter(prefix="/finance")

TO = Permission.APPROVE_PAYMENT
LINE = (
    fields.date_of("on", N_("Day on the bank statement"), missing=N_("Enter the day")),
    fields.text(
        "reference",
        N_("Reference of the bank"),
        hint=N_("As it stands on the statement."),
        missing=N_("Enter the reference on the bank statement."),
        max_length=140,
    ),
    fields.amount(
        "amount_cents",
        N_("Amount on the bank statement"),
        hint=N_("Type what the statement says, to the cent."),
        missing=N_("Enter the amount on the bank statement"),
    ),
)


@dataclass(frozen=True, slots=True)
class StatementPage:
    form: Form
    payment: PaymentPage


@router.get("/payments/{payment_id:int}/statement")
def finance_statement(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = payments.staff_payment(reader.session, reader.actor, payment_id, to=TO)
    page = StatementPage(filled(LINE, {"on": payment.paid_on}), payment)
    return pages.render(request, "finance/statement.html", page=page)


@router.post("/payments/{payment_id:int}/statement")
def finance_reconcile(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    payment = payments.staff_payment(act.session, act.actor, payment_id, to=TO)
    form = read(LINE, posted)
    if not form.errors:
        try:
            payment_steps.reconcile(act, payment_id, _line(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Reconciled with the bank statement.")
            return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)
    page = StatementPage(form, payment)
    return pages.render(request, "finance/statement.html", page=page, status=422)


def _line(form: Form) -> OnStatement:
    on, amount_cents = form.values["on"], form.values["amount_cents"]
    assert isinstance(on, date)
    assert isinstance(amount_cents, int)
    return OnStatement(on, str(form.values["reference"]), amount_cents)
