"""Agreements: which awards wait, drafting, the agreement's page, sending, signatures, the paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import agreements as deeds
from app.actions.act import Act
from app.actions.agreements import Terms
from app.errors import Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import (
    agreement_letters,
    agreement_paper,
    agreements,
    agreements_trail,
    recoveries,
)
from app.queries.agreement_letters import AgreementLetterLine
from app.queries.agreements import (
    AgreementLine,
    AgreementPage,
    CallHead,
    ToPrepare,
    WaitingAward,
)
from app.queries.recoveries import OrderLine
from app.rules.agreement_terms import is_exact, rate_text
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.finance import holds
from app.web.finance_steps import AGREEMENT_STEPS, Step, open_steps
from app.web.forms import Form, Posted, filled, read
from app.web.parts import Event
from app.web.states import shown_state
from app.web.stood_in import by_words

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
class AgreementsPage:
    waiting: tuple[WaitingAward, ...]
    lines: tuple[AgreementLine, ...]
    may_prepare: bool
    call_id: int | None = None
    call: CallHead | None = None

    @property
    def currency(self) -> str:
        """The currency of all lines, empty where they differ: such sums are not shown."""
        found = {line.currency for line in self.lines}
        return found.pop() if len(found) == 1 else ""

    @property
    def totals_cents(self) -> tuple[int, int, int]:
        """Return granted, paid and left over all lines."""
        return (
            sum(line.grant_cents for line in self.lines),
            sum(line.paid_cents for line in self.lines),
            sum(line.left_cents for line in self.lines),
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


@dataclass(frozen=True, slots=True)
class OneAgreementPage:
    agreement: AgreementPage
    rate: str
    account: str
    events: tuple[Event, ...]
    steps: frozenset[str]
    further: tuple[tuple[str, Step], ...]
    recoveries: tuple[OrderLine, ...]
    letters: tuple[AgreementLetterLine, ...]


@router.get("/agreements")
def finance_agreements(request: Request, reader: Reader) -> HTMLResponse:
    return _list(request, reader, None)


@router.get("/calls/{call_id:int}")
def finance_call(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _list(request, reader, call_id)


def _list(request: Request, reader: Reader, call_id: int | None) -> HTMLResponse:
    call = agreements.call_head(reader.session, reader.actor, call_id) if call_id else None
    page = AgreementsPage(
        waiting=agreements.waiting_awards(reader.session, reader.actor, call_id),
        lines=agreements.agreement_list(reader.session, reader.actor, call_id=call_id),
        may_prepare=holds(reader.actor, Permission.PREPARE_AGREEMENT),
        call_id=call_id,
        call=call,
    )
    return pages.render(request, "finance/agreements.html", page=page)


@router.get("/awards/{award_id:int}/agreement")
def finance_prepare(request: Request, reader: Reader, award_id: int) -> HTMLResponse:
    today = reader.now.astimezone(ZONE).date()
    award = agreements.to_prepare(reader.session, reader.actor, award_id, today)
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
    award = agreements.to_prepare(act.session, act.actor, award_id, today)
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


@router.get("/agreements/{agreement_id:int}")
def finance_agreement(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    agreement = agreements.staff_agreement(reader.session, reader.actor, agreement_id)
    trail = agreements_trail.trail(reader.session, agreement_id)
    page = OneAgreementPage(
        agreement=agreement,
        rate=rate_words(agreement),
        account=printed_iban(agreement.iban),
        events=tuple(_event(entry) for entry in trail),
        steps=_steps(agreement),
        further=_further(reader, agreement),
        recoveries=recoveries.order_lines(reader.session, reader.actor, agreement_id=agreement_id),
        letters=agreement_letters.letters_of(reader.session, agreement_id),
    )
    return pages.render(request, "finance/agreement.html", page=page)


def _further(reader: Reader, agreement: AgreementPage) -> tuple[tuple[str, Step], ...]:
    """Return the steps of an agreement in force; to end it, one proposes and one decides."""
    found = open_steps(AGREEMENT_STEPS, reader.actor, agreement.facts, agreement.state)
    is_proposed = agreement.end_reason != ""
    hidden = {"propose_end"} if is_proposed else {"end", "drop_end"}
    return tuple((key, step) for key, step in found if key not in hidden)


def rate_words(agreement: AgreementPage) -> str:
    """Say the rate exactly: where no short decimal can, the fraction stands beside it."""
    rate = agreement.rate
    if is_exact(rate):
        return i18n.sentence(N_("{percent} % of the eligible costs"), {"percent": rate_text(rate)})
    values: dict[str, object] = {"percent": rate_text(rate), "rate": str(rate)}
    return i18n.sentence(N_("{percent} % of the eligible costs, exactly {rate}"), values)


def _steps(agreement: AgreementPage) -> frozenset[str]:
    """Return what can be done with the agreement now, by anybody who may."""
    signed = agreement.signed_by_beneficiary_on is not None
    if agreement.state == "draft":
        return frozenset({"change", "send"})
    if agreement.state == "sent":
        return frozenset({"sign"} if signed else {"take_back", "sign_for_beneficiary"})
    return frozenset()


_EVENTS = {
    ("agreement", "prepare"): N_("Drafted"),
    ("agreement", "change"): N_("Changed"),
    ("agreement", "send"): N_("Sent to the beneficiary"),
    ("agreement", "take_back"): N_("Taken back"),
    ("agreement", "sign_for_beneficiary"): N_("Signed by the beneficiary"),
    ("agreement", "sign"): N_("Signed by the authority"),
    ("agreement", "activate"): N_("In force"),
    ("agreement", "complete"): N_("Completed"),
    ("agreement", "paper_printed"): N_("Printed"),
    ("agreement", "suspend"): N_("Suspended"),
    ("agreement", "resume"): N_("Goes on"),
    ("agreement", "propose_end"): N_("End before its time proposed"),
    ("agreement", "drop_end"): N_("Proposal to end it taken back"),
    ("agreement", "terminate"): N_("Ended before its time"),
    ("agreement", "raise"): N_("Grant of the draft raised"),
    ("agreement", "close"): N_("Closed"),
}
OF_PAYMENT = N_("{title}: {state}")


def _event(entry: agreements_trail.TrailLine) -> Event:
    known = _EVENTS.get((entry.object_type, entry.event))
    if known is not None:
        title = i18n.gettext(known)
    else:
        state = i18n.gettext(shown_state(entry.after or "", entry.object_type)[0])
        title = i18n.sentence(OF_PAYMENT, {"title": entry.title, "state": state})
    return Event(title, entry.at, by=by_words(entry.by, entry.for_absent), text=entry.reason)


@router.get("/agreements/{agreement_id:int}/paper")
def finance_agreement_paper(request: Request, reader: Reader, agreement_id: int) -> Response:
    """Send the printed agreement to anybody who may see it."""
    file = agreement_paper.agreement_file(reader.session, reader.actor, agreement_id)
    if file is None:
        raise NotFound(N_("The paper is not printed yet. Try again in a minute."))
    return download(request, file)


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
    wrong = _tried(form, lambda: deeds.change(act, agreement_id, _terms(form)))
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
    wrong = _tried(form, lambda: deeds.take_back(act, agreement_id, reason=reason))
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
    wrong = _tried(form, lambda: _sign(act, agreement_id, party, form.values))
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


def _tried(form: Form, deed: Callable[[], None]) -> Form | None:
    """Do the deed of a form without errors; return the form with what is wrong, else None."""
    if form.errors:
        return form
    try:
        deed()
    except Invalid as problem:
        return form.with_errors(problem.fields, **problem.values)
    return None


def _back(request: Request, agreement_id: int, notice: str) -> Response:
    return pages.redirect(request, "finance_agreement", agreement_id=agreement_id, notice=notice)
