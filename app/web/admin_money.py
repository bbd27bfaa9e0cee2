"""The account of an authority, which a second person confirms, and its interest by day."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import authority_accounts, authority_money
from app.actions.authority_accounts import Account
from app.actions.authority_money import NewRate
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import authority_accounts as accounts
from app.queries.authority_accounts import AccountChangePage, Use
from app.queries.authority_money import AuthorityMoney
from app.queries.authority_money import authority_money as money_of
from app.rules.bank_accounts import printed_iban
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Option
from app.web.forms import Form, Posted, filled, read

router = APIRouter(prefix="/admin")

ACCOUNT = (
    fields.one_of(
        "purpose",
        N_("What is it for?"),
        (
            Option(accounts.AUTHORITY, N_("Paying, and what has to come back")),
            Option(
                accounts.PAYING_IN,
                N_("Own shares alone"),
                hint=N_("Without one they are paid in to the account above."),
            ),
        ),
        missing=N_("Choose what it is for"),
    ),
    fields.text(
        "iban",
        N_("Account of the authority"),
        hint=N_("An IBAN, or a Serbian account number like 840-1234567-81"),
        missing=N_("Enter the account number"),
        max_length=50,
    ),
    fields.text("bic", N_("BIC"), hint=N_("8 or 11 characters"), max_length=20),
    fields.text(
        "holder",
        N_("Account holder"),
        missing=N_("Enter in whose name the account is"),
        max_length=200,
    ),
    fields.long_text(
        "reason",
        N_("Why is it another one?"),
        hint=N_("The second person reads these words."),
        missing=N_("Write why the account is another one; the second person reads it."),
        max_words=100,
    ),
)
ACCOUNT_NAMES = ("iban", "bic", "holder", "reason")
WAITS = N_("One for this waits already. Take that proposal back first, or wait for its answer.")
RATE = (
    fields.score(
        "percent",
        N_("Interest, % a year"),
        hint=N_("Usually the reference rate and 3.5 points."),
        missing=N_("Enter the rate"),
        maximum=100,
    ),
    fields.date_of("valid_from", N_("From this day on"), missing=N_("Enter the day")),
    fields.text(
        "source",
        N_("Where it comes from"),
        hint=N_("For example the reference rate of the ECB of that day, plus 3.5 points."),
        missing=N_("Write where the rate comes from."),
        max_length=300,
    ),
)


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """`form` has what is wrong, of the account's form or of the rate's."""

    form: Form
    account: Form
    rate: Form
    found: AuthorityMoney
    waiting: tuple[AccountChangePage, ...]
    changes: tuple[AccountChangePage, ...]


@router.get("/authorities/{authority_id:int}/money")
def admin_money(request: Request, reader: Reader, authority_id: int) -> HTMLResponse:
    return _show(request, reader, authority_id)


@router.post("/authorities/{authority_id:int}/money/account")
def admin_account_save(request: Request, posted: Posted, act: InAct, authority_id: int) -> Response:
    money_of(act.session, act.actor, authority_id)
    form = read(ACCOUNT, posted)
    use = Use(str(form.values.get("purpose")))
    if not form.errors and accounts.waiting(act.session, authority_id, use) is not None:
        form = form.with_errors({"purpose": WAITS})
    if not form.errors:
        try:
            values = form.values
            new = Account(**{name: str(values[name]) for name in ACCOUNT_NAMES})
            authority_accounts.propose(act, authority_id, new, str(values["purpose"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(
                request,
                authority_id,
                N_("Proposed. A second person, who approves payments, confirms it."),
            )
    reader = Read(act.session, act.actor, act.now)
    return _show(request, reader, authority_id, account=form)


@router.post("/authorities/{authority_id:int}/money/account/{change_id:int}/take-back")
def admin_account_take_back(
    request: Request, act: InAct, authority_id: int, change_id: int
) -> Response:
    authority_accounts.take_back(act, change_id)
    return _back(request, authority_id, N_("Taken back. The account stays as it is."))


@router.post("/authorities/{authority_id:int}/money/interest")
def admin_interest_save(
    request: Request, posted: Posted, act: InAct, authority_id: int
) -> Response:
    money_of(act.session, act.actor, authority_id)
    form = read(RATE, posted)
    if not form.errors:
        try:
            authority_money.set_interest(act, authority_id, _rate(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, authority_id, N_("The rate counts from its day on."))
    reader = Read(act.session, act.actor, act.now)
    return _show(request, reader, authority_id, rate=form)


def _rate(form: Form) -> NewRate:
    percent, valid_from = form.values["percent"], form.values["valid_from"]
    assert isinstance(percent, Fraction)
    assert isinstance(valid_from, date)
    return NewRate(valid_from, percent, str(form.values["source"]))


def _show(
    request: Request,
    reader: Read,
    authority_id: int,
    account: Form | None = None,
    rate: Form | None = None,
) -> HTMLResponse:
    found = money_of(reader.session, reader.actor, authority_id)
    wrong = account or rate
    changes = accounts.changes_of(reader.session, authority_id)
    waiting = tuple(each for each in changes if each.state == "proposed")
    if account is None:
        holder = found.holder or found.name
        taken = {each.purpose for each in waiting}
        given = {
            "purpose": accounts.PAYING_IN if accounts.AUTHORITY in taken else accounts.AUTHORITY,
            "iban": printed_iban(found.iban),
            "bic": found.bic,
            "holder": holder,
        }
        account = filled(ACCOUNT, given)
    if rate is None:
        rate = filled(RATE, {"valid_from": reader.now.astimezone(ZONE).date()})
    page = MoneyPage(wrong or account, account, rate, found, waiting, changes)
    return pages.render(request, "admin/money.html", page=page, status=422 if wrong else 200)


def _back(request: Request, authority_id: int, notice: str) -> Response:
    return pages.redirect(request, "admin_money", authority_id=authority_id, notice=notice)
