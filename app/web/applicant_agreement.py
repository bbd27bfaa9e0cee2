"""Agreements as the beneficiary sees them: the paper, the plan, asking for an instalment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from app import i18n
from app.actions import once, payment_files
from app.actions import payments as deeds
from app.actions.act import Act
from app.actions.payment_refusals import NewExpenditure
from app.actions.payment_refusals import Request as Asked
from app.documents import sniff
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.queries import (
    agreement_letters,
    agreement_paper,
    agreements,
    payment_versions,
    payments,
    recoveries,
    reporting,
)
from app.queries.agreement_letters import AgreementLetterLine
from app.queries.agreements import AgreementLine, AgreementPage
from app.queries.payment_versions import Version
from app.queries.payments import PaymentPage
from app.queries.recoveries import OrderLine
from app.queries.reporting import ReportLine
from app.queries.schemes import scheme_named
from app.rules.bank_accounts import printed_iban
from app.rules.instalments import needs_costs
from app.rules.payments_headings import Counted
from app.rules.scheme_money import InstalmentKind
from app.web import fields, pages, uploads
from app.web.applicant_documents import MEGABYTE, download
from app.web.deps import InAct, Read, Reader
from app.web.fields import Field, Option, Verbatim
from app.web.finance_agreements import rate_words
from app.web.finance_computed import in_currency
from app.web.forms import Form, Posted, filled, new_key, read

router = APIRouter(prefix="/agreements")

FILE_HINT = N_("PDF, Office files or pictures, at most {limit_mb} MB. It is kept at once.")


@dataclass(frozen=True, slots=True)
class OwnAgreementsPage:
    lines: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class OwnAgreementPage:
    agreement: AgreementPage
    rate: str
    account: str
    recoveries: tuple[OrderLine, ...]
    letters: tuple[AgreementLetterLine, ...]
    reports: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class AskPage:
    """`needs_costs` is false for the first pre-financing, which is asked for without any."""

    form: Form
    form_key: str
    payment: PaymentPage
    needs_costs: bool
    headings: tuple[Counted, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OwnPaymentPage:
    payment: PaymentPage
    may_ask: bool
    versions: tuple[Version, ...]
    headings: tuple[Counted, ...]
    titles: Mapping[str, str]


@router.get("")
def applicant_agreements(request: Request, reader: Reader) -> HTMLResponse:
    page = OwnAgreementsPage(agreements.own_agreements(reader.session, reader.actor))
    return pages.render(request, "applicant/agreements.html", page=page)


@router.get("/{agreement_id:int}")
def applicant_agreement(request: Request, reader: Reader, agreement_id: int) -> HTMLResponse:
    agreement = agreements.own_agreement(reader.session, reader.actor, agreement_id)
    page = OwnAgreementPage(
        agreement,
        rate_words(agreement),
        printed_iban(agreement.iban),
        recoveries.order_lines(reader.session, reader.actor, agreement_id=agreement_id),
        agreement_letters.letters_of(reader.session, agreement_id),
        reporting.lines(reader.session, agreement_id, reader.now),
    )
    return pages.render(request, "applicant/agreement.html", page=page)


@router.get("/{agreement_id:int}/paper")
def applicant_agreement_paper(request: Request, reader: Reader, agreement_id: int) -> Response:
    agreements.own_agreement(reader.session, reader.actor, agreement_id)
    file = agreement_paper.agreement_file(reader.session, reader.actor, agreement_id)
    if file is None:
        raise NotFound(N_("The paper is not printed yet. Try again in a minute."))
    return download(request, file)


@router.get("/recoveries/{order_id:int}/letter")
def applicant_recovery_letter(request: Request, reader: Reader, order_id: int) -> Response:
    file = recoveries.letter(reader.session, reader.actor, order_id)
    if file is None:
        raise NotFound(N_("The letter is not printed yet. Try again in a minute."))
    return download(request, file)


@router.get("/payments/{payment_id:int}")
def applicant_payment(request: Request, reader: Reader, payment_id: int) -> HTMLResponse:
    payment = payments.own_payment(reader.session, reader.actor, payment_id)
    versions = payment_versions.versions(reader.session, payment_id)
    scheme = scheme_named(reader.session, payment.call_id, payment.digest)
    page = OwnPaymentPage(
        payment,
        may_ask(payment),
        versions,
        in_currency(payments.counted_of(reader.session, payment), payment.currency),
        payments.heading_titles(scheme),
    )
    return pages.render(request, "applicant/agreement_payment.html", page=page)


def may_ask(payment: PaymentPage) -> bool:
    ready = payment.state in ("planned", "returned") and not payment.is_blocked
    return ready and payment.agreement_state == "active"


@router.get("/payments/{payment_id:int}/request")
def applicant_payment_ask(request: Request, reader: Reader, payment_id: int) -> Response:
    payment = payments.own_payment(reader.session, reader.actor, payment_id)
    if not may_ask(payment):
        return pages.redirect(request, "applicant_payment", payment_id=payment_id)
    headings = payments.headings_of(reader.session, payment.call_id)
    asked = ask_fields(request, payment, headings)
    form = filled(asked, _given(payment))
    return _show(request, reader, payment, form)


@router.post("/payments/{payment_id:int}/request")
def applicant_payment_ask_now(
    request: Request, posted: Posted, act: InAct, payment_id: int
) -> Response:
    """Keep or remove a file, add or remove a row, or send the request in: one form for all."""
    payment = payments.own_payment(act.session, act.actor, payment_id)
    headings = payments.headings_of(act.session, payment.call_id)
    form = read(ask_fields(request, payment, headings), posted)
    key = str(posted.get("form_key") or "")
    sending = posted.get("action") == "send" and not form.rows_changed
    if sending and not once.once(act, key):
        return _sent(request, payment_id)
    touched = False
    try:
        touched = _files_touched(request, act, payment_id, posted)
        if sending and not form.errors:
            with act.attempt():
                deeds.request(act, payment_id, _asked(form.values))
            return _sent(request, payment_id)
    except Invalid as problem:
        form = form.with_errors(problem.fields, **problem.values)
    else:
        form = form if sending else _calm(form)
    if touched:
        # The file is kept also where something else is wrong: nobody chooses it again.
        act.keep()
        payment = payments.own_payment(act.session, act.actor, payment_id)
    once.forget(act, key)
    return _show(request, act, payment, form)


def _sent(request: Request, payment_id: int) -> Response:
    notice = N_("Your request is sent in. You will be told when it is checked or paid.")
    return pages.redirect(request, "applicant_payment", payment_id=payment_id, notice=notice)


def _calm(form: Form) -> Form:
    """Show a form that is still being written without telling what is missing in it."""
    rows = {
        name: tuple(replace(row, errors={}) for row in lines) for name, lines in form.rows.items()
    }
    return replace(form, errors={}, rows=rows)


def ask_fields(
    request: Request, payment: PaymentPage, headings: Mapping[str, str]
) -> tuple[Field, ...]:
    """Return what is asked: costs and a report only where the instalment needs them."""
    limit_mb = request.app.state.settings.max_upload_bytes // MEGABYTE
    file = fields.upload(
        "file",
        N_("Add a file"),
        hint=Verbatim(i18n.sentence(FILE_HINT, {"limit_mb": limit_mb})),
        accept=tuple(f".{ending}" for ending in sorted(sniff.ALLOWED)),
    )
    if not needs_costs(InstalmentKind(payment.kind), payment.position):
        return (fields.long_text("report", N_("Remarks"), max_words=300), file)
    report = fields.long_text(
        "report",
        N_("What was done since the last request?"),
        hint=N_("The narrative report itself belongs to the files."),
        missing=N_("Say in a few sentences what was done."),
        max_words=1000,
    )
    costs = fields.rows(
        "lines", N_("Costs"), _cost_columns(headings), minimum=1, maximum=200,
        missing=N_("List the costs since the last request."),
    )  # fmt: skip
    forecast = fields.amount(
        "forecast_cents",
        N_("Forecast of the costs until the next request"),
        hint=N_("All eligible costs, not only the part of the grant"),
        minimum_cents=0,
    )
    is_balance = payment.kind == InstalmentKind.BALANCE
    return (report, costs, *(() if is_balance else (forecast,)), file)


def _cost_columns(headings: Mapping[str, str]) -> tuple[Field, ...]:
    options = [Option(code, Verbatim(f"{code} {title}")) for code, title in headings.items()]
    heading = fields.choice(
        "heading",
        N_("Heading of the budget"),
        (Option("", N_("Choose")), *options),
        missing=N_("Choose a heading of the budget"),
    )
    return (
        fields.text(
            "description",
            N_("What it was for"),
            missing=N_("Say what the cost was for"),
            max_length=200,
        ),
        *((heading,) if options else ()),
        fields.text("supplier", N_("Supplier"), max_length=120),
        fields.text("invoice_number", N_("Invoice number"), max_length=60),
        fields.date_of("invoice_on", N_("Date of the invoice")),
        fields.amount(
            "amount_cents", N_("Amount"), missing=N_("Enter the amount"), minimum_cents=1
        ),
    )


def _given(payment: PaymentPage) -> dict[str, object]:
    """Return what was sent in before: a returned request is corrected, not written anew."""
    lines = [
        {
            "description": cost.description,
            "heading": cost.heading,
            "supplier": cost.supplier,
            "invoice_number": cost.invoice_number,
            "invoice_on": cost.invoice_on,
            "amount_cents": cost.amount_cents,
        }
        for cost in payment.costs
    ]
    return {"report": payment.report, "lines": lines, "forecast_cents": payment.forecast_cents}


def _asked(values: Mapping[str, object]) -> Asked:
    forecast, rows = values.get("forecast_cents"), values.get("lines", ())
    assert isinstance(rows, tuple)
    return Asked(
        report=str(values["report"]),
        forecast_cents=forecast if isinstance(forecast, int) else None,
        lines=[_expenditure(row) for row in rows],
    )


def _expenditure(row: Mapping[str, object]) -> NewExpenditure:
    cents, day = row["amount_cents"], row["invoice_on"]
    assert isinstance(cents, int)
    return NewExpenditure(
        heading=str(row.get("heading", "")),
        description=str(row["description"]),
        amount_cents=cents,
        supplier=str(row["supplier"]),
        invoice_number=str(row["invoice_number"]),
        invoice_on=day if isinstance(day, date) else None,
    )


def _files_touched(request: Request, act: Act, payment_id: int, posted: FormData) -> bool:
    """Keep the file that came with the form, or remove the one that was pointed at."""
    removed = str(posted.get("remove_file") or "")
    if removed.isdecimal():
        payment_files.detach(act, payment_id, int(removed))
        return True
    if (file := uploads.taken(request, posted, "file")) is not None:
        payment_files.attach(act, payment_id, file)
        return True
    if posted.get("action") == "attach":
        raise Invalid({"file": N_("Choose a file first, then press the button.")})
    return False


def _show(request: Request, reader: Read | Act, payment: PaymentPage, form: Form) -> HTMLResponse:
    asks_costs = needs_costs(InstalmentKind(payment.kind), payment.position)
    headings = payments.counted_before(reader.session, payment) if asks_costs else ()
    page = AskPage(
        form=form,
        form_key=new_key(),
        payment=payment,
        needs_costs=asks_costs,
        headings=in_currency(headings, payment.currency),
        titles=payments.headings_of(reader.session, payment.call_id),
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/agreement_request.html", page=page, status=status)


@router.get("/payments/files/{payment_file_id:int}")
def applicant_payment_file(
    request: Request, reader: Reader, payment_file_id: int
) -> StreamingResponse:
    found = payments.own_payment_file(reader.session, reader.actor, payment_file_id)
    return download(request, found)
