"""Files of orders for the bank: what is ready, making one, what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import bank_files as deeds
from app.actions.act import Act
from app.actions.bank_files import NewFile
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import bank_files
from app.queries.bank_files import BankFileRow, ReadyPayment
from app.rules.permissions import Actor, Permission
from app.web import fields, pages
from app.web.applicant_documents import download, store_of
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.finance import holds
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/finance")

Key = tuple[int, str]
"""An authority and the currency of what it pays: one file holds one of each."""
CHOICE = N_("{reference}: {amount} to {creditor}, {iban}")
OBSTACLES = {
    "set_off": N_("A set-off against it is not confirmed yet."),
    "account": N_("Its agreement has no account."),
    "supplier": N_("Two people have not agreed to an account of the supplier."),
    "abroad": N_(
        "It goes to an account abroad, which a file takes in EUR only. Pay it with a form of your "
        "bank and note it on its page."
    ),
    "own": N_("You approved it, so somebody else sends it."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """What one authority can send now in one currency; `kept_out` says of the others why not."""

    authority_id: int
    authority: str
    currency: str
    form: Form
    payments_field: str
    other_fields: tuple[str, ...]
    number: int
    total_cents: int
    kept_out: tuple[tuple[ReadyPayment, str], ...]


@dataclass(frozen=True, slots=True)
class BankPage:
    """`form` is the one with what is wrong, if any."""

    form: Form
    groups: tuple[Group, ...]
    files: tuple[BankFileRow, ...]


@router.get("/bank")
def finance_bank(request: Request, reader: Reader) -> HTMLResponse:
    return _show(request, reader, {})


def _show(request: Request, reader: Read, asked: Mapping[Key, Form]) -> HTMLResponse:
    waiting = bank_files.ready(reader.session, reader.actor)
    keys = dict.fromkeys(_key(each) for each in waiting)
    groups = tuple(
        _group(reader, [each for each in waiting if _key(each) == key], asked.get(key))
        for key in keys
    )
    page = BankPage(
        form=next(iter(asked.values()), blank(())),
        groups=groups,
        files=bank_files.bank_files(reader.session, reader.actor),
    )
    return pages.render(
        request,
        "finance/bank.html",
        page=page,
        status=422 if asked else 200,
        may_see_things=holds(reader.actor, Permission.SEE_ASSETS),
    )


def _key(payment: ReadyPayment) -> Key:
    return payment.authority_id, payment.currency


def _group(reader: Read, waiting: Sequence[ReadyPayment], asked: Form | None) -> Group:
    can = [each for each in waiting if not obstacle(each, reader.actor)]
    key = _key(waiting[0])
    asked_for = _fields(reader, key, can)
    given: dict[str, object] = {
        named("payments", key): tuple(_choice(each) for each in can),
        named("execute_on", key): reader.now.astimezone(ZONE).date(),
    }
    for of_things, field in enumerate(PURPOSES):
        given[named(field, key)] = bank_files.last_purpose(
            reader.session, key[0], of_things=bool(of_things)
        ) if len(asked_for) > 2 else ""  # fmt: skip
    kept_out = ((each, obstacle(each, reader.actor)) for each in waiting)
    return Group(
        authority_id=waiting[0].authority_id,
        authority=waiting[0].authority,
        currency=waiting[0].currency,
        form=asked or filled(asked_for, given),
        payments_field=named("payments", key),
        other_fields=tuple(each.name for each in asked_for[1:]),
        number=len(can),
        total_cents=sum(each.cents for each in can),
        kept_out=tuple((each, OBSTACLES[why]) for each, why in kept_out if why),
    )


def obstacle(payment: ReadyPayment, actor: Actor) -> str:
    """Return why a payment cannot go into a file of this person, empty where it can."""
    if payment.obstacle:
        return payment.obstacle
    return "own" if payment.approved_by_id == actor.user_id else ""


PURPOSES = ("purpose", "purpose_things")


def _fields(reader: Read | Act, key: Key, can: Sequence[ReadyPayment]) -> tuple[Field, ...]:
    """Ask which payments and when; each group has names of its own, as they share a page."""
    asked = (
        fields.several(
            named("payments", key),
            N_("Payments for this file"),
            tuple(Option(_choice(each), Verbatim(_words(each))) for each in can),
            missing=N_("Choose at least one payment."),
        ),
        fields.date_of(
            named("execute_on", key), N_("Day on which the bank pays"), missing=N_("Enter the day")
        ),
    )
    from_iban = bank_files.debtor(reader.session, key[0]).iban
    if not bank_files.is_domestic(key[1], from_iban):
        return asked
    hint = N_("Three digits, the first is 2: how orders within Serbia say what is paid for.")
    labels = (N_("Code of payments to beneficiaries"), N_("Code of payments to suppliers"))
    has = (any(not each.asset_id for each in can), any(each.asset_id for each in can))
    codes = (
        fields.text(named(field, key), label, hint=hint, max_length=3)
        for field, label, is_there in zip(PURPOSES, labels, has, strict=True)
        if is_there
    )
    return (*asked, *codes)


def _choice(payment: ReadyPayment) -> str:
    return f"thing-{payment.asset_id}" if payment.asset_id else str(payment.payment_id)


def named(field: str, key: Key) -> str:
    return f"{field}_{key[0]}_{key[1]}"


def _words(payment: ReadyPayment) -> str:
    values: dict[str, object] = {
        "reference": payment.end_to_end,
        "amount_cents": payment.cents,
        "currency": payment.currency,
        "creditor": payment.creditor,
        "iban": payment.iban,
    }
    return i18n.sentence(CHOICE, values)


@router.post("/bank/{authority_id:int}")
def finance_bank_make(request: Request, posted: Posted, act: InAct, authority_id: int) -> Response:
    waiting = bank_files.ready(act.session, act.actor)
    key = authority_id, str(posted.get("currency") or bank_files.ABROAD)
    mine = [each for each in waiting if _key(each) == key]
    can = [each for each in mine if not obstacle(each, act.actor)]
    form = read(_fields(act, key, can), posted)
    if not form.errors:
        try:
            made = deeds.make(act, authority_id, _new(form, key), store=store_of(request))
        except Invalid as problem:
            said = {named(field, key): each for field, each in problem.fields.items()}
            form = form.with_errors(said, **problem.values)
        else:
            notice = N_("The file is made. Take it to the bank; its payments are noted as sent.")
            return pages.redirect(request, "finance_bank_file", bank_file_id=made, notice=notice)
    return _show(request, Read(act.session, act.actor, act.now), {key: form})


def _new(form: Form, key: Key) -> NewFile:
    chosen = form.values[named("payments", key)]
    execute_on = form.values[named("execute_on", key)]
    assert isinstance(chosen, tuple)
    assert isinstance(execute_on, date)
    things = [each.removeprefix("thing-") for each in chosen if each.startswith("thing-")]
    codes = (str(form.values.get(named(field, key)) or "") for field in PURPOSES)
    return NewFile(
        tuple(int(each) for each in chosen if not each.startswith("thing-")),
        execute_on,
        key[1],
        tuple(int(each) for each in things),
        *codes,
    )


@router.get("/bank/files/{bank_file_id:int}")
def finance_bank_file(request: Request, reader: Reader, bank_file_id: int) -> HTMLResponse:
    page = bank_files.bank_file(reader.session, reader.actor, bank_file_id)
    return pages.render(request, "finance/bank_file.html", page=page)


@router.get("/bank/files/{bank_file_id:int}.xml")
def finance_bank_file_xml(request: Request, reader: Reader, bank_file_id: int) -> Response:
    return download(request, bank_files.download_of(reader.session, reader.actor, bank_file_id))
