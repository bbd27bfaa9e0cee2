"""The check of a request for payment, cost by cost; and its return for correction."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import payments as deeds
from app.actions.act import Act
from app.actions.payment_refusals import Accepted
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import payments
from app.queries.amendments import WaitingChange, waiting_change
from app.queries.payments import PaymentPage
from app.queries.schemes import scheme_named
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field
from app.web.finance_computed import Computed, computed_of
from app.web.forms import Bound, Form, Posted, blank, filled, read

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


@dataclass(frozen=True, slots=True)
class CheckPage:
    form: Form
    payment: PaymentPage
    computed: Computed | None
    titles: Mapping[str, str]
    waiting: WaitingChange | None = None

    def accepted(self, line_id: int) -> Bound:
        return self.form[f"accepted_{line_id}"]

    def reason(self, line_id: int) -> Bound:
        return self.form[f"reason_{line_id}"]


@router.get("/payments/{payment_id:int}/check")
def finance_check(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = _to_check(reader, payment_id)
    given: dict[str, object] = {"revenue_cents": payment.revenue_cents, "note": payment.check_note}
    kept = _kept(payment)
    for cost in payment.costs:
        given |= {f"accepted_{cost.line_id}": kept[cost.line_id]}
        given |= {f"reason_{cost.line_id}": cost.reason}
    form = filled(check_fields(payment), given)
    return _show_check(request, reader, payment, form, kept, payment.revenue_cents)


def _kept(payment: PaymentPage) -> dict[int, int]:
    """Return what the form begins with by line: all that was reported, or what was accepted."""
    return {
        cost.line_id: cost.amount_cents if cost.accepted_cents is None else cost.accepted_cents
        for cost in payment.costs
    }


def _show_check(
    request: Request,
    reader: Read,
    payment: PaymentPage,
    form: Form,
    accepted: Mapping[int, int],
    revenue_cents: int,
) -> HTMLResponse:
    computed = None
    if not form.errors:
        total_cents = sum(accepted.values())
        computed = computed_of(reader, payment, total_cents, revenue_cents, accepted)
    scheme = scheme_named(reader.session, payment.call_id, payment.digest)
    waiting = waiting_change(reader.session, payment.agreement_id)
    page = CheckPage(form, payment, computed, payments.heading_titles(scheme), waiting)
    status = 422 if form.errors else 200
    return pages.render(request, "finance/check.html", page=page, status=status)


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
    accepted, revenue_cents = {}, 0
    if not form.errors:
        given = _accepted(payment, form.values)
        accepted = {key: each.accepted_cents for key, each in given.items()}
        revenue_cents = _cents(form.values["revenue_cents"])
    reader = Read(act.session, act.actor, act.now)
    return _show_check(request, reader, payment, form, accepted, revenue_cents)


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
    page = CheckPage(blank(RETURN), payment, None, {})
    return pages.render(request, "finance/return.html", page=page)


@router.post("/payments/{payment_id:int}/return")
def finance_return_now(request: Request, posted: Posted, act: InAct, payment_id: int) -> Response:
    payment = _to_check(act, payment_id)
    form = read(RETURN, posted)
    if form.errors:
        page = CheckPage(form, payment, None, {})
        return pages.render(request, "finance/return.html", page=page, status=422)
    deeds.give_back(act, payment_id, reason=str(form.values["reason"]))
    notice = N_("Returned. The beneficiary was told by e-mail.")
    return pages.redirect(request, "finance_payment", payment_id=payment_id, notice=notice)
