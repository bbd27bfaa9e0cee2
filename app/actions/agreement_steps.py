"""An agreement in force: suspended, resumed, ended before its time by two people, closed."""

from collections.abc import Sequence
from datetime import date

from app.actions import agreement_notices, in_kind_end, releases
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.errors import Conflict, Invalid
from app.i18n import format_date
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, EndRequest, Payment
from app.queries import agreement_facts as known
from app.queries.recovery_facts import is_settled
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import record_years
from app.rules.permissions import Permission

SIGN = Permission.SIGN_AGREEMENT
PREPARE = Permission.PREPARE_AGREEMENT
IN_FORCE = ("active", "suspended")
# A payment in these states is neither with the bank nor promised, so it ends with the agreement.
ENDS = ("planned", "requested", "returned", "suspended", "checked")


def suspend(act: Act, agreement_id: int, *, reason: str) -> None:
    """Suspend an agreement: nothing can be asked for until it goes on."""
    agreement = act.load(Agreement, agreement_id, to=SIGN)
    _refuse_silence(reason)
    act.move(agreement, "suspend", reason=reason.strip())
    agreement_notices.agreement_suspended(act, agreement, reason=reason.strip())
    tell_beneficiary(act, "agreement_suspended", agreement, reason=reason.strip())


def resume(act: Act, agreement_id: int) -> None:
    """Let a suspended agreement go on."""
    agreement = act.load(Agreement, agreement_id, to=SIGN)
    act.move(agreement, "resume")
    tell_beneficiary(act, "agreement_resumed", agreement)


def propose_end(act: Act, agreement_id: int, *, reason: str) -> None:
    """Propose to end an agreement before its time; the fund manager, a second person, decides."""
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    _refuse_silence(reason)
    if agreement.state not in IN_FORCE:
        raise Conflict(N_("Only an agreement in force can be ended before its time."))
    if agreement.end_proposed_at is not None:
        raise Conflict(N_("It is proposed already. The fund manager decides."))
    agreement.end_proposed_by, agreement.end_proposed_at = act.actor.user_id, act.now
    agreement.end_reason = reason.strip()
    act.record(agreement, "propose_end", reason=reason.strip())


def drop_end(act: Act, agreement_id: int, *, reason: str) -> None:
    """Take the proposal to end it back; the agreement goes on as it was.

    A request of the beneficiary that was agreed to is refused with it, and they are told.
    """
    agreement = act.load(Agreement, agreement_id, to=PREPARE)
    _refuse_silence(reason)
    if agreement.end_proposed_at is None or agreement.state not in IN_FORCE:
        raise Conflict(N_("There is no proposal to end this agreement."))
    agreement.end_proposed_by = agreement.end_proposed_at = None
    agreement.end_reason = ""
    act.record(agreement, "drop_end", reason=reason.strip())
    for request in _requests(act, agreement, "accepted", to=PREPARE):
        answered(act, request)
        request.answer_reason = reason.strip()
        act.move(request, "refuse", reason=reason.strip())
        day = format_date(request.ends_on)
        tell_beneficiary(act, "end_refused", agreement, reason=reason.strip(), day=day)


def end(act: Act, agreement_id: int) -> None:
    """End an agreement as a colleague proposed; what was not approved is never paid.

    What was never paid is free for the next on the reserve list from this moment on.
    """
    award = releases.locked(act, agreement_id, SIGN)
    agreement = act.load(Agreement, agreement_id, to=SIGN)
    if agreement.end_proposed_at is None:
        raise Conflict(N_("Somebody else has to propose it first, with the reason."))
    _settle_requests(act, agreement)
    payments = act.load_many(
        Payment, Payment.agreement_id == agreement.id, to=SIGN, within=agreement
    )
    if any(each.state in known.UNDER_WAY for each in payments):
        raise Conflict(N_("A payment is approved or with the bank. Record its end first."))
    open_ones = [each for each in payments if each.state in ENDS]
    if open_ones:
        act.move_many(open_ones, "drop", reason=agreement.end_reason)
    in_kind_end.settle(act, agreement, to=SIGN, reason=agreement.end_reason)
    agreement.ended_by = act.actor.user_id
    act.move(agreement, "terminate", reason=agreement.end_reason)
    releases.tell(act, award, to=SIGN, reason="agreement ended")
    tell_beneficiary(act, "agreement_ended", agreement, reason=agreement.end_reason)


def _settle_requests(act: Act, agreement: Agreement) -> None:
    """Wait for the day that was agreed on; what was only asked for is agreed to by the end."""
    today = act.now.astimezone(ZONE).date()
    for request in _requests(act, agreement, "accepted", to=SIGN):
        if request.ends_on > today:
            raise Conflict(
                N_(
                    "The beneficiary asked to end it on {ends_on}. End it on that day or later, "
                    "so that costs until then can still be claimed."
                ),
                ends_on=request.ends_on,
            )
    for request in _requests(act, agreement, "asked", to=SIGN):
        answered(act, request)
        act.move(request, "accept", reason=agreement.end_reason)


def answered(act: Act, request: EndRequest) -> None:
    """Note who answers and when; never the one who asked, on whichever side. A part."""
    if request.asked_by == act.actor.user_id:
        raise Conflict(
            N_("You asked to end this agreement yourself. Somebody else of the authority answers.")
        )
    request.answered_at, request.answered_by = act.now, act.actor.user_id


def _requests(
    act: Act, agreement: Agreement, state: str, *, to: Permission
) -> Sequence[EndRequest]:
    return act.load_many(
        EndRequest,
        EndRequest.agreement_id == agreement.id,
        EndRequest.state == state,
        to=to,
        within=agreement,
    )


def close(act: Act, agreement_id: int) -> None:
    """Close a completed agreement for good, once the bank and all recoveries are settled.

    What it leaves of the award is free for others.
    """
    award = releases.locked(act, agreement_id, SIGN)
    agreement = act.load(Agreement, agreement_id, to=SIGN)
    if agreement.state != "completed":
        raise Conflict(N_("Only a completed agreement can be closed."))
    open_ones = known.not_reconciled(act.session, agreement.id)
    if open_ones:
        raise Conflict(
            N_("Payments not found on the bank statement yet: {number}. Reconcile them first."),
            number=open_ones,
        )
    if not is_settled(act.session, agreement.id):
        raise Conflict(N_("Money still has to come back. Settle the recovery order first."))
    until = _record_until(act, agreement)
    act.move(agreement, "close", record_until=until)
    releases.tell(act, award, to=SIGN, reason="agreement closed")
    agreement_notices.agreement_closed(act, agreement, record_until=until)
    tell_beneficiary(act, "agreement_closed", agreement, day=format_date(until))


def _record_until(act: Act, agreement: Agreement) -> date:
    """The day until which records are kept: years after the balance, by the scheme's rule."""
    rule = scheme_of(act.session, agreement.call_id).retention
    paid_on = known.last_paid_on(act.session, agreement.id) or act.now.astimezone(ZONE).date()
    years = record_years(rule, agreement.grant_cents)
    # The 29th of February has no anniversary in most years.
    day = min(paid_on.day, 28) if paid_on.month == 2 else paid_on.day
    return date(paid_on.year + years, paid_on.month, day)


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; the beneficiary may ask for it.")})
