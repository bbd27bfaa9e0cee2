"""The beneficiary asks to end an agreement in force; the authority answers.

Who accepts proposes the end with the beneficiary's reason; a second person ends the agreement
(`agreement_steps.end`), by the same rules as where the authority wants it: nothing under way,
what was never paid is free at once, what was paid too much is ordered back.
"""

from datetime import date

from app.actions import agreement_steps, mail
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, EndRequest
from app.queries import end_requests as known
from app.queries.contacts import staff_of
from app.rules.permissions import Permission, Role

ASK = Permission.REQUEST_PAYMENT
ANSWER = Permission.PREPARE_AGREEMENT


def ask(act: Act, agreement_id: int, *, reason: str, ends_on: date) -> int:
    """Ask to end one's agreement on a day; return the request's id."""
    agreement = act.load(Agreement, agreement_id, to=ASK)
    if agreement.state not in agreement_steps.IN_FORCE:
        raise Conflict(N_("Only an agreement in force can be ended before its time."))
    earlier = known.requests_of(act.session, agreement.id)
    if any(each.state == "asked" for each in earlier):
        raise Conflict(N_("You asked for it already. Take that back or wait for the answer."))
    if agreement.end_proposed_at is not None:
        raise Conflict(N_("The authority is about to end this agreement. You need not ask."))
    _refuse_wrong(act, agreement, reason, ends_on)
    request = act.create(
        EndRequest(
            agreement_id=agreement.id,
            number=len(earlier) + 1,
            reason=reason.strip(),
            ends_on=ends_on,
            asked_at=act.now,
            asked_by=act.actor.user_id,
        ),
        to=ASK,
        within=agreement,
    )
    act.record(agreement, "ask_end", reason=request.reason, ends_on=ends_on)
    _tell_finance(act, agreement, request)
    return request.id


def take_back(act: Act, request_id: int) -> None:
    """Take back what nobody answered yet; the agreement goes on as it was."""
    agreement = act.load(Agreement, known.agreement_of(act.session, request_id), to=ASK)
    request = act.load(EndRequest, request_id, to=ASK)
    act.move(request, "take_back")
    act.record(agreement, "take_back_end")


def answer(act: Act, request_id: int, *, accept: bool, reason: str) -> None:
    """Agree to the end and propose it to a second person, or refuse it with the reason."""
    agreement = act.load(Agreement, known.agreement_of(act.session, request_id), to=ANSWER)
    request = act.load(EndRequest, request_id, to=ANSWER)
    if request.state != "asked":
        raise Conflict(N_("This request does not wait for an answer any more. Look at it again."))
    if not accept and not reason.strip():
        raise Invalid({"reason": N_("Write why you do not agree; the beneficiary reads it.")})
    agreement_steps.answered(act, request)
    request.answer_reason = reason.strip()
    act.move(request, "accept" if accept else "refuse", reason=request.answer_reason)
    what = "accept_end" if accept else "refuse_end"
    act.record(agreement, what, reason=request.answer_reason)
    # Somebody of the authority may have proposed it meanwhile: that proposal serves both.
    if accept and agreement.end_proposed_at is None:
        agreement_steps.propose_end(act, agreement.id, reason=request.reason)
    tell_beneficiary(
        act,
        "end_accepted" if accept else "end_refused",
        agreement,
        reason=request.answer_reason,
        day=format_date(request.ends_on),
    )


def _refuse_wrong(act: Act, agreement: Agreement, reason: str, ends_on: date) -> None:
    today = act.now.astimezone(ZONE).date()
    latest = max(agreement.ends_on or today, today)
    wrong: dict[str, str | Said] = {}
    if not reason.strip():
        wrong["reason"] = N_("Write why the agreement should end; the authority decides on it.")
    if ends_on < today:
        wrong["ends_on"] = N_("This day is over. Enter today or a later day.")
    elif ends_on > latest:
        wrong["ends_on"] = N_("The agreement ends on {last_on} anyway. Enter an earlier day.")
    if wrong:
        raise Invalid(wrong, last_on=latest)


def _tell_finance(act: Act, agreement: Agreement, request: EndRequest) -> None:
    for email in staff_of(act.session, agreement.call_id, [Role.FINANCE]):
        mail.write(
            act,
            "end_asked",
            to=email,
            reference=agreement.reference,
            day=format_date(request.ends_on),
            path=f"/finance/agreements/{agreement.id}/end-request",
        )
