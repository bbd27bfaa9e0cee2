"""Requests for payment: what waits, one request, its approval and its payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.responses import Response

from app.actions import payments as deeds
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import payment_queue, payment_versions, payments
from app.queries.amendments import WaitingChange, waiting_change
from app.queries.payment_claims import is_outdated
from app.queries.payment_queue import QueueLine
from app.queries.payment_versions import Version
from app.queries.payments import PaymentPage
from app.queries.schemes import scheme_named
from app.rules.permissions import Permission, may
from app.web import fields, pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.finance_computed import Computed, computed_of
from app.web.finance_steps import PAYMENT_STEPS, Step, open_steps
from app.web.forms import Form, Posted, filled, read
from app.web.stood_in import stood_in_words

router = APIRouter(prefix="/finance")

PAID = (
    fields.date_of("paid_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
    fields.text(
        "bank_reference",
        N_("Reference of the bank"),
        hint=N_("As it stands on the statement. It may stay empty only where nothing was due."),
        missing="",
        max_length=140,
    ),
)


@dataclass(frozen=True, slots=True)
class QueuePage:
    mine: tuple[QueueLine, ...]
    unreconciled: tuple[QueueLine, ...]
    others: tuple[QueueLine, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """`own_check` is true for the person who checked it: somebody else has to approve.

    `is_outdated` when the budget was changed after the check: it is checked again first.
    `waiting` is a change of it that nobody has decided on yet.
    """

    form: Form
    payment: PaymentPage
    computed: Computed | None
    own_check: bool
    is_outdated: bool
    titles: Mapping[str, str]
    steps: tuple[tuple[str, Step], ...]
    versions: tuple[Version, ...]
    stood_in: tuple[str, ...]
    waiting: WaitingChange | None


@router.get("/payments")
def finance_payments(request: Request, reader: Reader) -> HTMLResponse:
    lines = payment_queue.queue(reader.session, reader.actor)
    page = QueuePage(
        mine=tuple(line for line in lines if line.is_mine and not line.is_paid),
        unreconciled=tuple(line for line in lines if line.is_paid),
        others=tuple(line for line in lines if not line.is_mine and not line.is_paid),
    )
    return pages.render(request, "finance/payments.html", page=page)


@router.get("/payments/{payment_id:int}")
def finance_payment(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = payments.staff_payment(reader.session, reader.actor, payment_id)
    today = reader.now.astimezone(ZONE).date()
    return _show(request, reader, payment, filled(PAID, {"paid_on": today}))


def _show(
    request: Request, reader: Read, payment: PaymentPage, form: Form, status: int = 200
) -> HTMLResponse:
    checked = payment.accepted_cents is not None and payment.due_cents is not None
    computed = None
    if checked:
        computed = computed_of(reader, payment, payment.accepted_cents or 0, payment.revenue_cents)
    scheme = scheme_named(reader.session, payment.call_id, payment.digest)
    is_checked = payment.state == "checked"
    refusal = may(reader.actor, Permission.APPROVE_PAYMENT, payment.facts)
    page = RequestPage(
        form=form,
        payment=payment,
        computed=computed,
        own_check=refusal is not None and refusal.code == "four_eyes",
        is_outdated=is_checked
        and is_outdated(reader.session, payment.agreement_id, scheme, payment.headings),
        titles=payments.heading_titles(scheme),
        steps=open_steps(PAYMENT_STEPS, reader.actor, payment.facts, payment.state),
        versions=payment_versions.versions(reader.session, payment.payment_id),
        stood_in=stood_in_words(reader, "payment", payment.payment_id),
        waiting=waiting_change(reader.session, payment.agreement_id)
        if payment.state in ("requested", "checked")
        else None,
    )
    return pages.render(request, "finance/payment.html", page=page, status=status)


@router.post("/payments/{payment_id:int}/approve")
def finance_approve(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    deeds.approve(act, payment_id, seen=str(posted.get("seen") or ""))
    notice = N_("Approved. It waits for the payment by the bank.")
    return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)


@router.post("/payments/{payment_id:int}/pay")
def finance_pay(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    payments.staff_payment(act.session, act.actor, payment_id, to=Permission.PAY)
    form = read(PAID, posted)
    if not form.errors:
        paid_on = form.values["paid_on"]
        assert isinstance(paid_on, date)
        try:
            deeds.pay(
                act,
                payment_id,
                paid_on=paid_on,
                bank_reference=str(form.values["bank_reference"]),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("The payment is recorded.")
            return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)
    payment = payments.staff_payment(act.session, act.actor, payment_id)
    return _show(request, Read(act.session, act.actor, act.now), payment, form, 422)


@router.get("/payments/files/{payment_file_id:int}")
def finance_payment_file(
    request: Request, reader: Reader, payment_file_id: int
) -> StreamingResponse:
    return download(request, payments.payment_file(reader.session, reader.actor, payment_file_id))
