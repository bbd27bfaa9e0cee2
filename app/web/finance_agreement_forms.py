"""Forms of an agreement: drafted, changed, sent, taken back, signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import agreements as deeds
from app.actions.act import Act
from app.actions.agreements import Terms
from app.errors import Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import (
    agreement_prepare,
    agreements,
)
from app.queries.agreement_prepare import ToPrepare
from app.queries.agreements import (
    AgreementPage,
)
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, filled, read
from app.web.step_forms import tried

router = APIRouter(prefix="/finance")

TERMS = (
    fields.date_of("starts_on", N_("First day of the action"), missing=N_("Enter the first day")),
    fields.date_of("ends_on", N_("Last day of the action"), missing=N_("Enter the last day")),
    fields.text(
        "iban",
        N_("Account number"),
        hint=N_("An IBAN, or a Serbian account number like 840-1234567-81"),
        missing=N_("Enter the account number"),
        max_length=50,
    ),
    fields.text("bic", N_("BIC"), hint=N_("8 or 11 characters"), max_length=20),
    fields.text(
        "account_holder",
        N_("Account holder"),
        missing=N_("Enter in whose name the account is"),
        max_length=200,
    ),
)
SIGNATURE = (
    fields.text("name", N_("Who signed"), missing=N_("Enter who signed"), max_length=200),
    fields.date_of("signed_on", N_("Day of the signature"), missing=N_("Enter the day")),
)
REASON = (
    fields.long_text(
        "reason",
        N_("Why is it taken back?"),
        missing=N_("Write why the agreement is taken back."),
        max_words=100,
    ),
)


@dataclass(frozen=True, slots=True)
class PreparePage:
    form: Form
    award: ToPrepare


@dataclass(frozen=True, slots=True)
class ChangePage:
    form: Form
    agreement: AgreementPage


@dataclass(frozen=True, slots=True)
class SignPage:
    form: Form
    agreement: AgreementPage
    party: str
    signer: str


@router.get("/awards/{award_id:int}/agreement")
def finance_prepare(request: Request, reader: Reader, award_id: int) -> HTMLResponse:
    today = reader.now.astimezone(ZONE).date()
    award = agreement_prepare.to_prepare(reader.session, reader.actor, award_id, today)
    proposed = {
        "starts_on": award.starts_on,
        "ends_on": award.ends_on,
        "account_holder": award.organisation,
    }
    page = PreparePage(filled(_asked(gives_things=award.gives_things), proposed), award)
    return pages.render(request, "finance/prepare.html", page=page)


@router.post("/awards/{award_id:int}/agreement")
def finance_prepare_now(request: Request, posted: Posted, act: InAct, award_id: int) -> Response:
    today = act.now.astimezone(ZONE).date()
    award = agreement_prepare.to_prepare(act.session, act.actor, award_id, today)
    form = read(_asked(gives_things=award.gives_things), posted)
    if not form.errors:
        try:
            key = deeds.prepare(act, award_id, _terms(form))
        except Invalid as problem:
            form = form.with_errors(problem.fields, **problem.values)
        else:
            notice = N_("The draft is ready. Read it, then send it to the beneficiary.")
            return pages.redirect(request, "finance_agreement", agreement_id=key, notice=notice)
    page = PreparePage(form, award)
    return pages.render(request, "finance/prepare.html", page=page, status=422)


@router.get("/agreements/{agreement_id:int}/change")
def finance_change(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    agreement = _to_prepare(reader, agreement_id)
    present = {field.name: getattr(agreement, field.name) for field in TERMS}
    asked = _asked(gives_things=agreement.gives_things)
    page = ChangePage(filled(asked, present | {"iban": printed_iban(agreement.iban)}), agreement)
    return pages.render(request, "finance/change.html", page=page)


@router.post("/agreements/{agreement_id:int}/change")
def finance_change_now(request: Request, posted: Posted, act: InAct, agreement_id: int) -> Response:
    agreement = _to_prepare(act, agreement_id)
    form = read(_asked(gives_things=agreement.gives_things), posted)
    wrong = tried(form, lambda: deeds.change(act, agreement_id, _terms(form)))
    if wrong is None:
        return _back(request, agreement_id, N_("The draft is changed."))
    page = ChangePage(wrong, agreement)
    return pages.render(request, "finance/change.html", page=page, status=422)


@router.post("/agreements/{agreement_id:int}/send")
def finance_send(request: Request, act: InAct, agreement_id: int) -> Response:
    deeds.send(act, agreement_id)
    return _back(request, agreement_id, N_("Sent. The beneficiary was told by e-mail."))


@router.get("/agreements/{agreement_id:int}/take-back")
def finance_take_back(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    agreement = _to_prepare(reader, agreement_id)
    page = ChangePage(filled(REASON, {}), agreement)
    return pages.render(request, "finance/take_back.html", page=page)


@router.post("/agreements/{agreement_id:int}/take-back")
def finance_take_back_now(
    request: Request, posted: Posted, act: InAct, agreement_id: int
) -> Response:
    agreement = _to_prepare(act, agreement_id)
    form = read(REASON, posted)
    reason = str(form.values["reason"] or "")
    wrong = tried(form, lambda: deeds.take_back(act, agreement_id, reason=reason))
    if wrong is None:
        return _back(request, agreement_id, N_("The agreement is a draft again."))
    page = ChangePage(wrong, agreement)
    return pages.render(request, "finance/take_back.html", page=page, status=422)


@router.get("/agreements/{agreement_id:int}/sign/{party}")
def finance_sign(request: Request, reader: Reader, agreement_id: int, party: str) -> HTMLResponse:
    agreement = _to_sign(reader, agreement_id, party)
    signer = _signer(agreement, party, reader.actor.name)
    page = SignPage(filled(SIGNATURE, {"name": signer}), agreement, party, signer)
    return pages.render(request, "finance/sign.html", page=page)


@router.post("/agreements/{agreement_id:int}/sign/{party}")
def finance_sign_now(
    request: Request, posted: Posted, act: InAct, agreement_id: int, party: str
) -> Response:
    agreement = _to_sign(act, agreement_id, party)
    form = read(SIGNATURE, posted)
    signer = _signer(agreement, party, act.actor.name)
    wrong = tried(form, lambda: _sign(act, agreement_id, party, form.values))
    if wrong is None:
        notice = N_("The signature of the beneficiary is recorded.")
        if party == "authority":
            notice = N_("Signed. The agreement is in force and its payment plan is made.")
        return _back(request, agreement_id, notice)
    page = SignPage(wrong, agreement, party, signer)
    return pages.render(request, "finance/sign.html", page=page, status=422)


def _to_prepare(reader: Read | Act, agreement_id: int) -> AgreementPage:
    to = Permission.PREPARE_AGREEMENT
    return agreements.staff_agreement(reader.session, reader.actor, agreement_id, to=to)


def _to_sign(reader: Read | Act, agreement_id: int, party: str) -> AgreementPage:
    """Finance records the beneficiary's signature, the fund manager signs for the authority."""
    to = Permission.SIGN_AGREEMENT if party == "authority" else Permission.PREPARE_AGREEMENT
    return agreements.staff_agreement(reader.session, reader.actor, agreement_id, to=to)


def _asked(*, gives_things: bool) -> tuple[fields.Field, ...]:
    """Ask for dates and account; only for dates where things are given."""
    return TERMS[:2] if gives_things else TERMS


def _terms(form: Form) -> Terms:
    starts_on, ends_on = form.values["starts_on"], form.values["ends_on"]
    assert isinstance(starts_on, date)
    assert isinstance(ends_on, date)
    iban, bic, holder = (str(form.values.get(each.name) or "") for each in TERMS[2:])
    return Terms(starts_on, ends_on, iban, bic, holder)


def _signer(agreement: AgreementPage, party: str, reader: str) -> str:
    """Return who probably signed; an unknown party is no page."""
    if party not in ("beneficiary", "authority"):
        raise NotFound
    return agreement.representative if party == "beneficiary" else reader


def _sign(act: Act, agreement_id: int, party: str, values: Mapping[str, object]) -> None:
    name, signed_on = str(values["name"]), values["signed_on"]
    assert isinstance(signed_on, date)
    deed = deeds.sign if party == "authority" else deeds.sign_for_beneficiary
    deed(act, agreement_id, name=name, signed_on=signed_on)


def _back(request: Request, agreement_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_agreement", agreement_id=agreement_id, notice=notice)
