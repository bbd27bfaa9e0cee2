"""What is owed to suppliers: their accounts, their references, and what the bank gave back."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import authority_accounts, purchases
from app.actions.act import Act
from app.actions.authority_accounts import Account
from app.errors import Invalid
from app.i18n.marks import N_
from app.queries import authority_accounts as accounts
from app.queries import bank_purchases
from app.queries.authority_accounts import AccountChangePage
from app.queries.bank_purchases import Purchase
from app.queries.suppliers import suppliers_of
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Permission
from app.rules.suppliers import same_as
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.finance import holds
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/finance/suppliers")

ACCOUNT = (
    fields.text(
        "iban",
        N_("Account of the supplier"),
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
        N_("Where is it from?"),
        hint=N_("For example: contract of 3 March, called back. The second person reads it."),
        missing=N_("Write where the account is from"),
        max_words=100,
    ),
)
REFERENCE = (
    fields.text(
        "reference",
        N_("Reference of the supplier"),
        hint=N_("As on the invoice: model and number, for example 97 20-123. Many ask for none."),
        max_length=40,
    ),
)
BACK = (
    fields.text(
        "reason",
        N_("Why did the bank give it back?"),
        missing=N_("Write why the bank gave it back."),
        max_length=300,
    ),
)


@dataclass(frozen=True, slots=True)
class SuppliersPage:
    """`sees_bank` is false for who orders and has nothing to do with payments."""

    lines: tuple[Purchase, ...]
    sees_bank: bool


@dataclass(frozen=True, slots=True)
class SupplierPage:
    """`form` is the one with what is wrong, of the account, the reference or what came back.

    `same` asks whether it is a supplier of almost the same name; empty where there is none.
    """

    form: Form
    account: Form
    reference: Form
    back: Form
    same: Form | None
    thing: Purchase
    iban: str
    changes: tuple[AccountChangePage, ...]


@router.get("")
def finance_suppliers(request: Request, reader: Reader) -> HTMLResponse:
    lines = bank_purchases.purchases(reader.session, reader.actor)
    page = SuppliersPage(lines, sees_bank=holds(reader.actor, Permission.SEE_AGREEMENTS))
    return pages.render(request, "finance/suppliers.html", page=page)


@router.get("/{asset_id:int}")
def finance_supplier(request: Request, reader: Reader, asset_id: int) -> HTMLResponse:
    return _show(request, reader, asset_id)


@router.post("/{asset_id:int}/account")
def finance_supplier_account(
    request: Request, posted: Posted, act: InAct, asset_id: int
) -> Response:
    bank_purchases.purchase(act.session, act.actor, asset_id)
    form = read(ACCOUNT, posted)
    if not form.errors:
        try:
            authority_accounts.propose_of_supplier(act, asset_id, form.into(Account))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("Proposed. A second person, who approves payments, confirms it.")
            return _back(request, asset_id, notice)
    return _show(request, Read(act.session, act.actor, act.now), asset_id, account=form)


@router.post("/{asset_id:int}/account/take-back")
def finance_supplier_take_back(request: Request, act: InAct, asset_id: int) -> Response:
    bank_purchases.purchase(act.session, act.actor, asset_id)
    authority_accounts.take_back_of_supplier(act, asset_id)
    return _back(request, asset_id, N_("Taken back. The account stays as it is."))


@router.post("/{asset_id:int}/reference")
def finance_supplier_reference(
    request: Request, posted: Posted, act: InAct, asset_id: int
) -> Response:
    bank_purchases.purchase(act.session, act.actor, asset_id)
    form = read(REFERENCE, posted)
    if not form.errors:
        try:
            purchases.refer(act, asset_id, typed=str(form.values["reference"]))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, asset_id, N_("The reference is saved."))
    return _show(request, Read(act.session, act.actor, act.now), asset_id, reference=form)


@router.post("/{asset_id:int}/same")
def finance_supplier_same(request: Request, posted: Posted, act: InAct, asset_id: int) -> Response:
    thing = bank_purchases.purchase(act.session, act.actor, asset_id)
    form = read(_same_fields(_known_as(act, thing)), posted)
    if not form.errors:
        name, reason = str(form.values["same"]), str(form.values["same_reason"])
        try:
            purchases.same_supplier(act, asset_id, name=name, reason=reason)
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            return _back(request, asset_id, N_("The thing is with this supplier now."))
    return _show(request, Read(act.session, act.actor, act.now), asset_id, same=form)


def _known_as(reader: Read | Act, thing: Purchase) -> tuple[str, ...]:
    """Return the names under which the supplier may be known, until the payment is approved."""
    if thing.approved_at is not None:
        return ()
    return same_as(thing.supplier, suppliers_of(reader.session, thing.authority_id))


def _same_fields(names: Sequence[str]) -> tuple[Field, ...]:
    options = tuple(Option(each, Verbatim(each)) for each in names)
    return (
        fields.one_of(
            "same", N_("It is the same supplier as"), options, missing=N_("Choose the supplier")
        ),
        fields.text(
            "same_reason",
            N_("What shows it?"),
            missing=N_("Write what shows that it is the same supplier."),
            max_length=300,
        ),
    )


@router.post("/{asset_id:int}/given-back")
def finance_supplier_given_back(
    request: Request, posted: Posted, act: InAct, asset_id: int
) -> Response:
    bank_purchases.purchase(act.session, act.actor, asset_id)
    form = read(BACK, posted)
    if form.errors:
        return _show(request, Read(act.session, act.actor, act.now), asset_id, back=form)
    purchases.bank_gave_back(act, asset_id, reason=str(form.values["reason"]))
    return _back(request, asset_id, N_("Noted. It may go into another file for the bank."))


def _show(
    request: Request,
    reader: Read,
    asset_id: int,
    account: Form | None = None,
    reference: Form | None = None,
    back: Form | None = None,
    same: Form | None = None,
) -> HTMLResponse:
    thing = bank_purchases.purchase(reader.session, reader.actor, asset_id)
    wrong = account or reference or back or same
    names = _known_as(reader, thing)
    if account is None:
        given = {
            "iban": printed_iban(thing.iban),
            "bic": thing.bic,
            "holder": thing.holder or thing.supplier,
        }
        account = filled(ACCOUNT, given)
    page = SupplierPage(
        form=wrong or account,
        account=account,
        reference=reference or filled(REFERENCE, {"reference": thing.reference}),
        back=back or filled(BACK, {}),
        same=(same or blank(_same_fields(names))) if names else None,
        thing=thing,
        iban=printed_iban(thing.iban),
        changes=accounts.changes_of_supplier(reader.session, thing.authority_id, thing.supplier),
    )
    return pages.render(request, "finance/supplier.html", page=page, status=422 if wrong else 200)


def _back(request: Request, asset_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_supplier", asset_id=asset_id, notice=notice)
