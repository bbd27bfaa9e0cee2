"""Requests for payment: what waits, one request, its check line by line, approval, payment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.responses import Response

from app.actions import payments as deeds
from app.actions.act import Act
from app.actions.payment_refusals import Accepted
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import payment_queue, payment_versions, payments
from app.queries.payment_queue import QueueLine
from app.queries.payment_versions import Version
from app.queries.payments import PaymentPage
from app.queries.schemes import scheme_named
from app.rules.instalments import Due, due
from app.rules.payments import Payable, payable_now
from app.rules.permissions import Permission, may
from app.web import fields, pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field
from app.web.finance_steps import PAYMENT_STEPS, Step, open_steps
from app.web.forms import Bound, Form, Posted, blank, filled, read
from app.web.stood_in import stood_in_words

router = APIRouter(prefix="/finance")

RETURN = (
    fields.long_text(
        "reason",
        N_("What has to be corrected?"),
        hint=N_("The beneficiary reads these words."),
        missing=N_("Write what has to be corrected."),
        max_words=300,
    ),
)
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
class Computed:
    """What a request makes due: by the rule, and after the agreement's own limit."""

    due: Due
    payable: Payable
    accepted_cents: int


@dataclass(frozen=True, slots=True)
class RequestPage:
    """`own_check` is true for the person who checked it: somebody else has to approve."""

    form: Form
    payment: PaymentPage
    computed: Computed | None
    own_check: bool
    steps: tuple[tuple[str, Step], ...]
    versions: tuple[Version, ...]
    stood_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    form: Form
    payment: PaymentPage
    computed: Computed | None

    def accepted(self, line_id: int) -> Bound:
        return self.form[f"accepted_{line_id}"]

    def reason(self, line_id: int) -> Bound:
        return self.form[f"reason_{line_id}"]


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
        computed = _computed(reader, payment, payment.accepted_cents or 0, payment.revenue_cents)
    refusal = may(reader.actor, Permission.APPROVE_PAYMENT, payment.facts)
    page = RequestPage(
        form=form,
        payment=payment,
        computed=computed,
        own_check=refusal is not None and refusal.code == "four_eyes",
        steps=open_steps(PAYMENT_STEPS, reader.actor, payment.facts, payment.state),
        versions=payment_versions.versions(reader.session, payment.payment_id),
        stood_in=stood_in_words(reader, "payment", payment.payment_id),
    )
    return pages.render(request, "finance/payment.html", page=page, status=status)


def _computed(
    reader: Read, payment: PaymentPage, accepted_cents: int, revenue_cents: int
) -> Computed:
    """Compute by the rules of the call what so much acceptance makes due."""
    scheme = scheme_named(reader.session, payment.call_id, payment.digest)
    claim = payment.claim(accepted_cents=accepted_cents, revenue_cents=revenue_cents)
    result = due(claim, scheme.payments)
    # What this very request has bound already does not stand in its own way.
    bound = payment.state in ("approved", "sent", "failed", "paid", "reconciled")
    own_cents = payment.due_cents or 0 if bound else 0
    payable = payable_now(
        result.amount_cents,
        agreed_cents=payment.grant_cents,
        paid_cents=payment.committed_cents - own_cents,
    )
    said = replace(result, why=result.why.in_currency(payment.currency))
    cut = payable.why.in_currency(payment.currency) if payable.why else None
    return Computed(said, replace(payable, why=cut), accepted_cents)


@router.get("/payments/{payment_id:int}/check")
def finance_check(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = _to_check(reader, payment_id)
    given: dict[str, object] = {"revenue_cents": payment.revenue_cents, "note": payment.check_note}
    for cost in payment.costs:
        kept = cost.amount_cents if cost.accepted_cents is None else cost.accepted_cents
        given |= {f"accepted_{cost.line_id}": kept, f"reason_{cost.line_id}": cost.reason}
    form = filled(check_fields(payment), given)
    computed = _computed(reader, payment, payment.costs_cents, payment.revenue_cents)
    page = CheckPage(form, payment, computed)
    return pages.render(request, "finance/check.html", page=page)


@router.post("/payments/{payment_id:int}/check")
def finance_check_now(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    """Compute only, or check for good; an error shows the page again with all that was typed."""
    payment = _to_check(act, payment_id)
    form = read(check_fields(payment), posted)
    only_compute = posted.get("action") == "compute"
    if not form.errors and not only_compute:
        try:
            deeds.check(
                act,
                payment_id,
                _accepted(payment, form.values),
                revenue_cents=_cents(form.values["revenue_cents"]),
                note=str(form.values["note"]),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Checked. A second person has to approve it.")
            return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)
    computed = None
    if not form.errors:
        accepted_cents = sum(
            each.accepted_cents for each in _accepted(payment, form.values).values()
        )
        reader = Read(act.session, act.actor, act.now)
        revenue_cents = _cents(form.values["revenue_cents"])
        computed = _computed(reader, payment, accepted_cents, revenue_cents)
    page = CheckPage(form, payment, computed)
    status = 422 if form.errors else 200
    return pages.render(request, "finance/check.html", page=page, status=status)


def _to_check(reader: Read | Act, payment_id: int) -> PaymentPage:
    to = Permission.CHECK_PAYMENT
    return payments.staff_payment(reader.session, reader.actor, payment_id, to=to)


def check_fields(payment: PaymentPage) -> tuple[Field, ...]:
    """Two fields for each cost, then revenue (with costs only) and a note."""
    asked: list[Field] = []
    for cost in payment.costs:
        asked += [
            fields.amount(
                f"accepted_{cost.line_id}",
                N_("Accepted"),
                missing=N_("Say what is accepted of this cost."),
                minimum_cents=0,
                maximum_cents=cost.amount_cents,
            ),
            fields.text(f"reason_{cost.line_id}", N_("Reason, if less"), max_length=300),
        ]
    revenue = fields.amount(
        "revenue_cents",
        N_("Revenue of the action"),
        hint=N_("What the action has earned so far; it counts with the balance."),
        minimum_cents=0,
    )
    note = fields.long_text("note", N_("Note for the second person"), max_words=300)
    return (*asked, revenue, note)


def _accepted(payment: PaymentPage, values: Mapping[str, object]) -> dict[int, Accepted]:
    return {
        cost.line_id: Accepted(
            accepted_cents=_cents(values[f"accepted_{cost.line_id}"]),
            reason=str(values[f"reason_{cost.line_id}"]),
        )
        for cost in payment.costs
    }


def _cents(value: object) -> int:
    return value if isinstance(value, int) else 0


@router.get("/payments/{payment_id:int}/return")
def finance_return(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = _to_check(reader, payment_id)
    page = CheckPage(blank(RETURN), payment, None)
    return pages.render(request, "finance/return.html", page=page)


@router.post("/payments/{payment_id:int}/return")
def finance_return_now(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    payment = _to_check(act, payment_id)
    form = read(RETURN, posted)
    if form.errors:
        page = CheckPage(form, payment, None)
        return pages.render(request, "finance/return.html", page=page, status=422)
    deeds.give_back(act, payment_id, reason=str(form.values["reason"]))
    notice = N_("Returned. The beneficiary was told by e-mail.")
    return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)


@router.post("/payments/{payment_id:int}/approve")
def finance_approve(request: Request, act: InAct, payment_id: int) -> Response:
    deeds.approve(act, payment_id)
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
