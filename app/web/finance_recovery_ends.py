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
class Ending:
    """What the page of one ending says, and the notice when it is done."""

    title: str
    explains: str
    notice: str


REJECT = Ending(
    title=N_("Reject what was recorded"),
    explains=N_("It is not on the bank statement, or it belongs to something else."),
    notice=N_("Rejected. It counts for nothing."),
)
CANCEL = Ending(
    title=N_("Cancel the order"),
    explains=N_("The beneficiary owes nothing on it any more. It stays on file."),
    notice=N_("Cancelled. The order stays on file."),
)


@dataclass(frozen=True, slots=True)
class ReasonPage:
    form: Form
    order: OrderPage
    ending: Ending


@router.get("/recoveries/receipts/{receipt_id:int}/reject")
def finance_recovery_reject(request: Request, reader: Reader, receipt_id: int) -> HTMLResponse:
    order_id = recovery_facts.order_of_receipt(reader.session, receipt_id)
    return _asked(request, _for_approver(reader, order_id), REJECT, blank(REASON))


@router.post("/recoveries/receipts/{receipt_id:int}/reject")
def finance_recovery_reject_now(
    request: Request, posted: Posted, act: InAct, receipt_id: int
) -> Response:
    order_id = recovery_facts.order_of_receipt(act.session, receipt_id)
    order, form = _for_approver(act, order_id), read(REASON, posted)
    if form.errors:
        return _asked(request, order, REJECT, form, status=422)
    deeds.reject(act, receipt_id, reason=str(form.values["reason"]))
    return _back(request, order_id, REJECT)


@router.get("/recoveries/{order_id:int}/cancel")
def finance_recovery_cancel(request: Request, reader: Reader, order_id: int) -> HTMLResponse:
    return _asked(request, _for_approver(reader, order_id), CANCEL, blank(REASON))


@router.post("/recoveries/{order_id:int}/cancel")
def finance_recovery_cancel_now(
    request: Request, posted: Posted, act: InAct, order_id: int
) -> Response:
    order, form = _for_approver(act, order_id), read(REASON, posted)
    if form.errors:
        return _asked(request, order, CANCEL, form, status=422)
    deeds.cancel(act, order_id, reason=str(form.values["reason"]))
    return _back(request, order_id, CANCEL)


def _for_approver(reader: Read | Act, order_id: int) -> OrderPage:
    to = Permission.APPROVE_PAYMENT
    return recoveries.staff_order(reader.session, reader.actor, order_id, to=to)


def _asked(
    request: Request, order: OrderPage, ending: Ending, form: Form, status: int = 200
) -> HTMLResponse:
    page = ReasonPage(form, order, ending)
    return pages.render(request, "finance/recovery_reason.html", page=page, status=status)


def _back(request: Request, order_id: int, ending: Ending) -> Response:
    return pages.redirect(request, "finance_recovery", order_id=order_id, notice=ending.notice)
