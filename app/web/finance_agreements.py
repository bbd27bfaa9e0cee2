"""Agreements as staff see them: which awards wait, the list, one agreement with its trail."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app import i18n
from app.errors import NotFound
from app.i18n.marks import N_
from app.queries import (
    agreement_letters,
    agreement_paper,
    agreement_prepare,
    agreements,
    agreements_trail,
    recoveries,
    reporting,
)
from app.queries.agreement_letters import AgreementLetterLine
from app.queries.agreement_prepare import WaitingAward
from app.queries.agreements import AgreementLine, AgreementPage, CallHead
from app.queries.recoveries import OrderLine
from app.queries.reporting import ReportLine
from app.rules.agreement_terms import is_exact, rate_text
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Permission
from app.web import pages
from app.web.applicant_documents import download
from app.web.deps import Reader
from app.web.finance import holds
from app.web.finance_steps import AGREEMENT_STEPS, Step, open_steps
from app.web.parts import Event
from app.web.states import shown_state
from app.web.stood_in import by_words

router = APIRouter(prefix="/finance")


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
class OneAgreementPage:
    agreement: AgreementPage
    rate: str
    account: str
    events: tuple[Event, ...]
    steps: frozenset[str]
    further: tuple[tuple[str, Step], ...]
    recoveries: tuple[OrderLine, ...]
    letters: tuple[AgreementLetterLine, ...]
    reports: tuple[ReportLine, ...]


@router.get("/agreements")
def finance_agreements(request: Request, reader: Reader) -> HTMLResponse:
    return _list(request, reader, None)


@router.get("/calls/{call_id:int}")
def finance_call(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    return _list(request, reader, call_id)


def _list(request: Request, reader: Reader, call_id: int | None) -> HTMLResponse:
    call = agreements.call_head(reader.session, reader.actor, call_id) if call_id else None
    page = AgreementsPage(
        waiting=agreement_prepare.waiting_awards(reader.session, reader.actor, call_id),
        lines=agreements.agreement_list(reader.session, reader.actor, call_id=call_id),
        may_prepare=holds(reader.actor, Permission.PREPARE_AGREEMENT),
        call_id=call_id,
        call=call,
    )
    return pages.render(request, "finance/agreements.html", page=page)


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
        reports=reporting.lines(reader.session, agreement_id, reader.now),
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
    ("agreement", "print_failed"): N_("Could not be printed"),
    ("agreement", "print_again"): N_("Printing tried again"),
    ("agreement", "suspend"): N_("Suspended"),
    ("agreement", "resume"): N_("Goes on"),
    ("agreement", "remind_report"): N_("The beneficiary was reminded of a report"),
    ("agreement", "report_overdue"): N_("The beneficiary was told that a report is overdue"),
    ("agreement", "report_came"): N_("A report on paper was noted as come"),
    ("agreement", "report_not_come"): N_("The note of a report was taken back"),
    ("agreement", "ask_end"): N_("The beneficiary asked to end it"),
    ("agreement", "take_back_end"): N_("The beneficiary took that back"),
    ("agreement", "accept_end"): N_("Request to end it agreed to"),
    ("agreement", "refuse_end"): N_("Request to end it not agreed to"),
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
