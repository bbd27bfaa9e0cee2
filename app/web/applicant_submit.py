"""The declaration, sending in, and the receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.actions import applications_submit, once, receipts
from app.errors import Invalid, NotFound
from app.i18n.marks import N_
from app.queries import applications_case, applications_receipts
from app.queries.applications import Entry, entry_of, with_contents
from app.queries.applications_receipts import Download, Receipt
from app.rules.readiness import Case, readiness
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.applicant import time_left
from app.web.applicant_documents import download
from app.web.deps import InAct, Read, Reader
from app.web.downloads import AGAIN
from app.web.forms import Form, Posted, blank, new_key, read

router = APIRouter(prefix="/applications/{application_id:int}/{stage_key}")

DECLARATION = (
    fields.yes_no(
        "declared",
        N_("I declare this for the organisation that applies"),
        missing=N_("Tick the box to make the declaration"),
    ),
)


@dataclass(frozen=True, slots=True)
class SubmitPage:
    form: Form
    form_key: str
    entry: Entry
    stage_title: str
    requested_cents: int | None
    is_open: bool
    time_left: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    application_id: int
    receipt: Receipt
    stage_title: str
    is_ready: bool
    here: str
    pdf: str
    again: str


@router.get("/submit")
def applicant_submit(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key)
    case = applications_case.case_of(entry)
    if not entry.is_draft:
        return _to_receipt(request, entry)
    if any(part.messages for part in readiness(case)):
        return pages.redirect(
            request, "applicant_check", application_id=application_id, stage_key=stage_key
        )
    return _ask(request, entry, case, blank(DECLARATION), reader.now)


@router.post("/submit")
def applicant_submit_now(
    request: Request, posted: Posted, act: InAct, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key, whole=False)
    form = read(DECLARATION, posted)
    if form.errors:
        entry = with_contents(act.session, entry)
        return _ask(request, entry, applications_case.case_of(entry), form, act.now)
    key = str(posted.get("form_key", ""))
    if not once.once(act, key):
        return _to_receipt(request, entry)
    try:
        applications_submit.submit(act, entry.entry_id, received_at=request.state.received_at)
    except Invalid:
        # Somebody else of the organisation changed the draft meanwhile: show what is missing.
        once.forget(act, key)
        return pages.redirect(
            request, "applicant_check", application_id=application_id, stage_key=stage_key
        )
    return _to_receipt(request, entry)


@router.get("/receipt")
def applicant_receipt(
    request: Request, reader: Reader, application_id: int, stage_key: str, number: str = ""
) -> HTMLResponse:
    """Show the receipt of what stands, or with `number` that of an earlier time."""
    entry = entry_of(reader.session, reader.actor, application_id, stage_key, whole=False)
    receipt = _receipt(reader, application_id, stage_key, number)
    place: dict[str, Any] = {"application_id": application_id, "stage_key": stage_key}  # Any: path
    which = f"?number={receipt.number}" if number else ""
    page = ReceiptPage(
        application_id=application_id,
        receipt=receipt,
        stage_title=said(entry.stage.title, i18n.language()),
        is_ready=bool(receipt.sha256),
        here=pages.url(request, "applicant_receipt", **place) + which,
        pdf=pages.url(request, "applicant_receipt_pdf", **place) + which,
        again=pages.url(request, "applicant_receipt_again", **place) + which,
    )
    part = "applicant/receipt_paper.html" if "hx-request" in request.headers else ""
    return pages.render(request, part or "applicant/receipt.html", page=page)


@router.get("/receipt.pdf")
def applicant_receipt_pdf(
    request: Request, reader: Reader, application_id: int, stage_key: str, number: str = ""
) -> Response:
    receipt = _receipt(reader, application_id, stage_key, number)
    if not receipt.sha256:
        raise NotFound(N_("The receipt is still being printed. Try again in a moment."))
    return download(request, Download(receipt.sha256, receipt.filename, "application/pdf"))


@router.post("/receipt/again")
def applicant_receipt_again(
    request: Request, act: InAct, application_id: int, stage_key: str, number: str = ""
) -> Response:
    """Have a receipt that failed printed again."""
    reader = Read(act.session, act.actor, act.now)
    receipt = _receipt(reader, application_id, stage_key, number)
    receipts.retry(act, receipt.submission_id)
    query = {"number": str(receipt.number)} if number else {}
    return pages.redirect(
        request,
        "applicant_receipt",
        query=query,
        application_id=application_id,
        stage_key=stage_key,
        notice=AGAIN,
    )


def _receipt(reader: Read, application_id: int, stage_key: str, number: str) -> Receipt:
    if number and not number.isdecimal():
        raise NotFound
    which = int(number[:6]) if number else None
    return applications_receipts.receipt(
        reader.session, reader.actor, application_id, stage_key, number=which
    )


def _to_receipt(request: Request, entry: Entry) -> Response:
    return pages.redirect(
        request,
        "applicant_receipt",
        application_id=entry.application_id,
        stage_key=entry.stage_key,
    )


def _ask(request: Request, entry: Entry, case: Case, form: Form, now: datetime) -> HTMLResponse:
    page = SubmitPage(
        form=form,
        form_key=new_key(),
        entry=entry,
        stage_title=said(entry.stage.title, i18n.language()),
        requested_cents=case.money.requested_cents,
        is_open=entry.takes_applications(now),
        time_left=time_left(entry.closes_at, now) if entry.closes_at else "",
    )
    status = 422 if form.errors else 200
    return pages.render(request, "applicant/submit.html", page=page, status=status)
