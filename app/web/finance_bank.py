"""Files of orders for the bank: what is ready, making one, what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import bank_files as deeds
from app.actions.bank_files import NewFile
from app.errors import Invalid
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import bank_files
from app.queries.bank_files import BankFileRow, ReadyPayment
from app.rules.permissions import Actor
from app.web import fields, pages
from app.web.applicant_documents import download, store_of
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter(prefix="/finance")

CHOICE = N_("{reference}: {amount} to {creditor}, {iban}")
OBSTACLES = {
    "set_off": N_("A set-off against it is not confirmed yet."),
    "account": N_("Its agreement has no account."),
    "own": N_("You approved it, so somebody else sends it."),
    "currency": N_("It is not in EUR: pay it with a form of your bank."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """What one authority can send now; `kept_out` says of the others why not."""

    authority_id: int
    authority: str
    form: Form
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


def _show(request: Request, reader: Read, asked: Mapping[int, Form]) -> HTMLResponse:
    waiting = bank_files.ready(reader.session, reader.actor)
    names = {each.authority_id: each.authority for each in waiting}
    groups = tuple(
        _group(reader, key, [each for each in waiting if each.authority_id == key], asked.get(key))
        for key in names
    )
    page = BankPage(
        form=next(iter(asked.values()), blank(())),
        groups=groups,
        files=bank_files.bank_files(reader.session, reader.actor),
    )
    return pages.render(request, "finance/bank.html", page=page, status=422 if asked else 200)


def _group(reader: Read, key: int, waiting: Sequence[ReadyPayment], asked: Form | None) -> Group:
    can = [each for each in waiting if not obstacle(each, reader.actor)]
    given: dict[str, object] = {
        "payments": tuple(str(each.payment_id) for each in can),
        "execute_on": reader.now.astimezone(ZONE).date(),
    }
    kept_out = ((each, obstacle(each, reader.actor)) for each in waiting)
    return Group(
        authority_id=key,
        authority=waiting[0].authority,
        form=asked or filled(_fields(can), given),
        number=len(can),
        total_cents=sum(each.cents for each in can),
        kept_out=tuple((each, OBSTACLES[why]) for each, why in kept_out if why),
    )


def obstacle(payment: ReadyPayment, actor: Actor) -> str:
    """Return why a payment cannot go into a file of this person, empty where it can."""
    if payment.obstacle:
        return payment.obstacle
    if payment.currency != deeds.FORMAT_CURRENCY:
        return "currency"
    return "own" if payment.approved_by_id == actor.user_id else ""


def _fields(can: Sequence[ReadyPayment]) -> tuple[Field, ...]:
    return (
        fields.several(
            "payments",
            N_("Payments for this file"),
            tuple(Option(str(each.payment_id), Verbatim(_words(each))) for each in can),
            missing=N_("Choose at least one payment."),
        ),
        fields.date_of("execute_on", N_("Day on which the bank pays"), missing=N_("Enter the day")),
    )


def _words(payment: ReadyPayment) -> str:
    values: dict[str, object] = {
        "reference": deeds.end_to_end(payment),
        "amount_cents": payment.cents,
        "currency": payment.currency,
        "creditor": payment.creditor,
        "iban": payment.iban,
    }
    return i18n.sentence(CHOICE, values)


@router.post("/bank/{authority_id:int}")
def finance_bank_make(request: Request, posted: Posted, act: InAct, authority_id: int) -> Response:
    waiting = bank_files.ready(act.session, act.actor)
    mine = [each for each in waiting if each.authority_id == authority_id]
    form = read(_fields([each for each in mine if not obstacle(each, act.actor)]), posted)
    if not form.errors:
        try:
            key = deeds.make(act, authority_id, _new(form), store=store_of(request))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("The file is made. Take it to the bank; its payments are noted as sent.")
            return pages.redirect(request, "finance_bank_file", bank_file_id=key, notice=notice)
    return _show(request, Read(act.session, act.actor, act.now), {authority_id: form})


def _new(form: Form) -> NewFile:
    chosen, execute_on = form.values["payments"], form.values["execute_on"]
    assert isinstance(chosen, tuple)
    assert isinstance(execute_on, date)
    return NewFile(tuple(int(each) for each in chosen), execute_on)


@router.get("/bank/files/{bank_file_id:int}")
def finance_bank_file(request: Request, reader: Reader, bank_file_id: int) -> HTMLResponse:
    page = bank_files.bank_file(reader.session, reader.actor, bank_file_id)
    return pages.render(request, "finance/bank_file.html", page=page)


@router.get("/bank/files/{bank_file_id:int}.xml")
def finance_bank_file_xml(request: Request, reader: Reader, bank_file_id: int) -> Response:
    return download(request, bank_files.download_of(reader.session, reader.actor, bank_file_id))
