"""What ends a recovery order or what was recorded for it before its time, each with a reason."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import recoveries as deeds
from app.actions.act import Act
from app.i18n.marks import N_
from app.queries import recoveries, recovery_facts
from app.queries.recoveries import OrderPage
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/finance")

REASON = (fields.long_text("reason", N_("Reason"), missing=N_("Write the reason."), max_words=300),)


@dataclass(frozen=True, slots=True)
class ReasonPage:
    form: Form
    order: OrderPage
    title: str
    explains: str


@router.get("/recoveries/receipts/{receipt_id:int}/reject")
def finance_recovery_reject(request: Request, reader: Reader, receipt_id: int) -> HTMLResponse:
    order_id = recovery_facts.order_of_receipt(reader.session, receipt_id)
    page = _reject_page(reader, order_id, blank(REASON))
    return pages.render(request, "finance/recovery_reason.html", page=page)


@router.post("/recoveries/receipts/{receipt_id:int}/reject")
def finance_recovery_reject_now(
    request: Request, posted: Posted, act: InAct, receipt_id: int
) -> Response:
    order_id = recovery_facts.order_of_receipt(act.session, receipt_id)
    form = read(REASON, posted)
    page = _reject_page(act, order_id, form)
    if form.errors:
        return pages.render(request, "finance/recovery_reason.html", page=page, status=422)
    deeds.reject(act, receipt_id, reason=str(form.values["reason"]))
    return _back(request, order_id, N_("Rejected. It counts for nothing."))


def _reject_page(reader: Read | Act, order_id: int, form: Form) -> ReasonPage:
    return ReasonPage(
        form=form,
        order=_for_approver(reader, order_id),
        title=N_("Reject what was recorded"),
        explains=N_("It is not on the bank statement, or it belongs to something else."),
    )


@router.get("/recoveries/{order_id:int}/cancel")
def finance_recovery_cancel(request: Request, reader: Reader, order_id: int) -> HTMLResponse:
    page = _cancel_page(reader, order_id, blank(REASON))
    return pages.render(request, "finance/recovery_reason.html", page=page)


@router.post("/recoveries/{order_id:int}/cancel")
def finance_recovery_cancel_now(
    request: Request, posted: Posted, act: InAct, order_id: int
) -> Response:
    form = read(REASON, posted)
    page = _cancel_page(act, order_id, form)
    if form.errors:
        return pages.render(request, "finance/recovery_reason.html", page=page, status=422)
    deeds.cancel(act, order_id, reason=str(form.values["reason"]))
    return _back(request, order_id, N_("Cancelled. The order stays on file."))


def _cancel_page(reader: Read | Act, order_id: int, form: Form) -> ReasonPage:
    return ReasonPage(
        form=form,
        order=_for_approver(reader, order_id),
        title=N_("Cancel the order"),
        explains=N_("The beneficiary owes nothing on it any more. It stays on file."),
    )


def _for_approver(reader: Read | Act, order_id: int) -> OrderPage:
    to = Permission.APPROVE_PAYMENT
    return recoveries.staff_order(reader.session, reader.actor, order_id, to=to)


def _back(request: Request, order_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_recovery", order_id=order_id, notice=notice)
