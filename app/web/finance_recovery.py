"""Recovery orders: all of them, a new one, one with its receipts, and each step."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import recoveries as deeds
from app.actions.act import Act
from app.actions.recoveries import NewOrder, NewReceipt
from app.errors import Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import agreements, recoveries, recovery_facts
from app.queries.agreements import AgreementPage
from app.queries.authority_money import recovery_terms
from app.queries.recoveries import OrderLine, OrderPage, SetOffChoice
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Permission
from app.rules.recovery import DEFAULT_DAYS
from app.web import fields, pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/finance")

CHOICE = N_("{agreement}: {free} free")
ORDER = (
    fields.amount(
        "amount_cents", N_("Amount to be paid back"), missing=N_("Enter the amount"),
        minimum_cents=1,
    ),
    fields.long_text(
        "reason",
        N_("Why has it to come back?"),
        hint=N_("The letter prints these words."),
        missing=N_("Write why the money has to come back, as the beneficiary reads it."),
        max_words=200,
    ),
    fields.number(
        "days",
        N_("Days to pay"),
        hint=N_("From the day on which it is issued; 45 is usual."),
        missing=N_("Enter the days to pay"),
        minimum=1,
        maximum=365,
    ),
    fields.score(
        "interest_percent",
        N_("Interest, % a year"),
        hint=N_("Usually the reference rate and 3.5 points. Empty for none."),
        maximum=100,
    ),
    fields.text(
        "iban",
        N_("Account of the authority"),
        hint=N_("An IBAN, or a Serbian account number like 840-1234567-81"),
        missing=N_("Enter the account to which it is paid"),
        max_length=50,
    ),
    fields.text(
        "account_holder",
        N_("Account holder"),
        missing=N_("Enter in whose name the account is"),
        max_length=200,
    ),
)  # fmt: skip
RECEIPT = (
    fields.amount("amount_cents", N_("Of the claim"), missing=N_("Enter the amount, or 0")),
    fields.amount("interest_cents", N_("As interest"), minimum_cents=0),
    fields.date_of("received_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
    fields.text(
        "bank_reference",
        N_("Reference of the bank"),
        missing=N_("Enter the reference on the bank statement."),
        max_length=140,
    ),
)


@dataclass(frozen=True, slots=True)
class OrdersPage:
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    form: Form
    agreement: AgreementPage
    room_cents: int


@dataclass(frozen=True, slots=True)
class OneOrderPage:
    """`set_off` is the form of a set-off, None where nothing can be set off against."""

    form: Form
    order: OrderPage
    interest_cents: int
    set_off: Form | None


@router.get("/recoveries")
def finance_recoveries(request: Request, reader: Reader) -> HTMLResponse:
    page = OrdersPage(recoveries.order_lines(reader.session, reader.actor))
    return pages.render(request, "finance/recoveries.html", page=page)


@router.get("/agreements/{agreement_id:int}/recovery")
def finance_recovery_new(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    found = _agreement(reader, agreement_id)
    start = recovery_facts.start_of(reader.session, agreement_id)
    terms = recovery_terms(reader.session, agreement_id, reader.now.astimezone(ZONE).date())
    given: dict[str, object] = {
        "days": DEFAULT_DAYS,
        "iban": printed_iban(terms.iban),
        "account_holder": terms.holder,
    }
    if terms.percent:
        given["interest_percent"] = Fraction(terms.percent)
    if start.amount_cents:
        given["amount_cents"] = start.amount_cents
    page = NewPage(filled(ORDER, given), found, found.paid_cents - found.ordered_cents)
    return pages.render(request, "finance/recovery_new.html", page=page)


@router.post("/agreements/{agreement_id:int}/recovery")
def finance_recovery_prepare(
    request: Request, posted: Posted, act: InAct, agreement_id: int
) -> Response:
    found = _agreement(act, agreement_id)
    form = read(ORDER, posted)
    if not form.errors:
        try:
            key = deeds.prepare(act, agreement_id, _order(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("The order is prepared. A second person issues it.")
            return pages.redirect(request, "finance_recovery", order_id=key, notice=notice)
    page = NewPage(form, found, found.paid_cents - found.ordered_cents)
    return pages.render(request, "finance/recovery_new.html", page=page, status=422)


def _agreement(reader: Read | Act, agreement_id: int) -> AgreementPage:
    to = Permission.CHECK_PAYMENT
    return agreements.staff_agreement(reader.session, reader.actor, agreement_id, to=to)


def _order(form: Form) -> NewOrder:
    values = form.values
    rate, amount, days = values["interest_percent"], values["amount_cents"], values["days"]
    assert isinstance(amount, int)
    assert isinstance(days, int)
    return NewOrder(
        amount_cents=amount,
        reason=str(values["reason"]),
        days=days,
        interest_percent=rate if isinstance(rate, Fraction) else None,
        iban=str(values["iban"]),
        account_holder=str(values["account_holder"]),
    )


@router.get("/recoveries/{order_id:int}")
def finance_recovery(request: Request, reader: Reader, order_id: int) -> HTMLResponse:
    today = reader.now.astimezone(ZONE).date()
    return _show(request, reader, order_id, filled(RECEIPT, {"received_on": today}))


def _show(
    request: Request,
    reader: Read,
    order_id: int,
    form: Form,
    set_off: Form | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = recoveries.staff_order(reader.session, reader.actor, order_id)
    choices = recoveries.set_off_choices(reader.session, found)
    if set_off is None and choices and found.state == "issued":
        set_off = blank(_set_off_fields(choices, found.currency))
    page = OneOrderPage(
        form=form,
        order=found,
        interest_cents=found.interest_until(reader.now.astimezone(ZONE).date()),
        set_off=set_off,
    )
    return pages.render(request, "finance/recovery.html", page=page, status=status)


def _set_off_fields(choices: tuple[SetOffChoice, ...], currency: str) -> tuple[Field, ...]:
    options = tuple(
        Option(
            str(each.payment_id),
            Verbatim(
                i18n.sentence(
                    CHOICE,
                    {
                        "agreement": each.agreement,
                        "free_cents": each.free_cents,
                        "currency": currency,
                    },
                )
            ),
        )
        for each in choices
    )
    return (
        fields.choice("payment", N_("Payment"), options, missing=N_("Choose a payment")),
        fields.amount(
            "set_off_cents", N_("Amount to set off"), missing=N_("Enter the amount"),
            minimum_cents=1,
        ),
    )  # fmt: skip


@router.get("/recoveries/{order_id:int}/letter")
def finance_recovery_letter(request: Request, reader: Reader, order_id: int) -> Response:
    file = recoveries.letter(reader.session, reader.actor, order_id)
    if file is None:
        raise NotFound(N_("The letter is not printed yet. Try again in a minute."))
    return download(request, file)


@router.post("/recoveries/{order_id:int}/issue")
def finance_recovery_issue(request: Request, act: InAct, order_id: int) -> Response:
    deeds.issue(act, order_id)
    return _back(request, order_id, N_("Issued. The letter is printed, the beneficiary was told."))


@router.post("/recoveries/{order_id:int}/receipts")
def finance_recovery_record(
    request: Request, posted: Posted, act: InAct, order_id: int
) -> Response:
    recoveries.staff_order(act.session, act.actor, order_id, to=Permission.PAY)
    form = read(RECEIPT, posted)
    if not form.errors:
        received_on, interest = form.values["received_on"], form.values["interest_cents"]
        amount = form.values["amount_cents"]
        assert isinstance(received_on, date)
        assert isinstance(amount, int)
        new = NewReceipt(
            amount_cents=amount,
            interest_cents=interest if isinstance(interest, int) else 0,
            received_on=received_on,
            bank_reference=str(form.values["bank_reference"]),
        )
        try:
            deeds.record(act, order_id, new)
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, order_id, N_("Recorded. A second person confirms it."))
    return _show(request, Read(act.session, act.actor, act.now), order_id, form, status=422)


@router.post("/recoveries/{order_id:int}/set-off")
def finance_recovery_set_off(
    request: Request, posted: Posted, act: InAct, order_id: int
) -> Response:
    found = recoveries.staff_order(act.session, act.actor, order_id, to=Permission.PAY)
    choices = recoveries.set_off_choices(act.session, found)
    form = read(_set_off_fields(choices, found.currency), posted)
    if not form.errors:
        cents = form.values["set_off_cents"]
        assert isinstance(cents, int)
        try:
            deeds.set_off(act, order_id, int(str(form.values["payment"])), amount_cents=cents)
        except Invalid as problem:
            said = {name.replace("amount_", "set_off_"): each for name, each in
                    problem.fields.items()}  # fmt: skip
            form = form.with_errors(said, **problem.values)
        else:
            return _back(request, order_id, N_("Set off. A second person confirms it."))
    today = act.now.astimezone(ZONE).date()
    receipt = filled(RECEIPT, {"received_on": today})
    reader = Read(act.session, act.actor, act.now)
    return _show(request, reader, order_id, receipt, set_off=form, status=422)


@router.post("/recoveries/receipts/{receipt_id:int}/confirm")
def finance_recovery_confirm(request: Request, act: InAct, receipt_id: int) -> Response:
    order_id = recovery_facts.order_of_receipt(act.session, receipt_id)
    deeds.confirm(act, receipt_id)
    return _back(request, order_id, N_("Confirmed."))


def _back(request: Request, order_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_recovery", order_id=order_id, notice=notice)
