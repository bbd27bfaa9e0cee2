"""Another account of an authority or a supplier, as the second person reads and decides."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import authority_accounts as deeds
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import authority_accounts as accounts
from app.queries.authority_accounts import AccountChangePage
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/finance")

REASON = (
    fields.long_text(
        "reason",
        N_("Why is it not confirmed?"),
        missing=N_("Write the reason; it is kept on file."),
        max_words=100,
    ),
)


CONFIRMED = {
    accounts.AUTHORITY: N_("Confirmed. Money is paid from it and comes back to it from now on."),
    accounts.PAYING_IN: N_("Confirmed. Own shares are paid in to it from now on."),
    accounts.SUPPLIER: N_("Confirmed. The supplier is paid on it from now on."),
}


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`form` refuses it. `too_early` while the day has not passed in which people can object."""

    form: Form
    change: AccountChangePage
    too_early: bool


@router.get("/accounts/{change_id:int}")
def finance_account(request: Request, reader: Reader, change_id: int) -> HTMLResponse:
    return _show(request, reader, change_id, blank(REASON))


@router.post("/accounts/{change_id:int}/confirm")
def finance_account_confirm(request: Request, act: InAct, change_id: int) -> Response:
    deeds.confirm(act, change_id)
    purpose = accounts.use_of(act.session, change_id).purpose
    notice = CONFIRMED.get(purpose, CONFIRMED[accounts.AUTHORITY])
    return pages.redirect(request, "finance_account", change_id=change_id, notice=notice)


@router.post("/accounts/{change_id:int}/refuse")
def finance_account_refuse(
    request: Request, posted: Posted, act: InAct, change_id: int
) -> Response:
    accounts.account_change(act.session, act.actor, change_id)
    form = read(REASON, posted)
    if not form.errors:
        try:
            deeds.refuse(act, change_id, reason=str(form.values["reason"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Not confirmed. The account stays as it is.")
            return pages.redirect(request, "finance_account", change_id=change_id, notice=notice)
    return _show(request, Read(act.session, act.actor, act.now), change_id, form, 422)


def _show(
    request: Request, reader: Read, change_id: int, form: Form, status: int = 200
) -> HTMLResponse:
    change = accounts.account_change(reader.session, reader.actor, change_id)
    is_first = not change.now_iban
    too_early = not is_first and reader.now < change.proposed_at + deeds.COOLING
    page = AccountPage(form, change, too_early)
    return pages.render(request, "finance/account.html", page=page, status=status)
