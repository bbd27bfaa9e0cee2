"""Further steps of a request: suspended, rejected, with the bank, found on the statement."""

from dataclasses import dataclass
from datetime import date

from app.actions import agreement_notices
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.actions.payments import loaded, start_clock, stop_clock
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import BankFileLine, Payment
from app.queries.schemes import scheme_of
from app.rules.permissions import Permission


def suspend(act: Act, payment_id: int, *, reason: str) -> None:
    """Stop the term of payment with a notice that says why (handbook 1.12, letter L15)."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    _refuse_silence(reason)
    stop_clock(act, payment)
    _forget_check(payment)
    act.move(payment, "suspend", reason=reason.strip())
    agreement_notices.payment_suspended(act, agreement, payment, reason=reason.strip())
    tell_beneficiary(act, "payment_suspended", agreement)


def resume(act: Act, payment_id: int) -> None:
    """Let the term go on; the request waits for its check again."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    start_clock(act, payment)
    act.move(payment, "resume")
    tell_beneficiary(act, "payment_resumed", agreement)


def reject(act: Act, payment_id: int, *, reason: str) -> None:
    """Refuse a checked request for good; never one's own check. Nothing of it is paid."""
    agreement, payment = loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    _refuse_silence(reason)
    _forget_check(payment)
    payment.check_note = reason.strip()
    act.move(payment, "reject", reason=reason.strip())
    tell_beneficiary(act, "payment_rejected", agreement)


def send(act: Act, payment_id: int) -> None:
    """Note that the order is with the bank."""
    _, payment = loaded(act, payment_id, Permission.PAY)
    act.move(payment, "send")


def fail(act: Act, payment_id: int, *, reason: str) -> None:
    """Note that the bank has not carried it out; the money stays bound to the agreement.

    Its order in a file for the bank is given back, so it may go into another file.
    """
    _, payment = loaded(act, payment_id, Permission.PAY)
    _refuse_silence(reason)
    for line in act.load_many(
        BankFileLine,
        BankFileLine.payment_id == payment.id,
        BankFileLine.returned_at.is_(None),
        to=Permission.PAY,
        within=payment,
    ):
        line.returned_at = act.now
    act.move(payment, "fail", reason=reason.strip())


def send_again(act: Act, payment_id: int) -> None:
    """Send what the bank refused once more."""
    _, payment = loaded(act, payment_id, Permission.PAY)
    act.move(payment, "send_again")


@dataclass(frozen=True, slots=True)
class OnStatement:
    """A line of the bank statement as the person reads it there."""

    on: date
    reference: str
    amount_cents: int


def reconcile(act: Act, payment_id: int, seen: OnStatement) -> None:
    """Find a payment on the bank statement: by another person than who recorded it.

    The amount is typed from the statement and must be the payment's to the cent.
    """
    _, payment = loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    if payment.state != "paid":
        raise Conflict(N_("Only a payment that is recorded as paid is found on the statement."))
    _refuse_line(act, payment, seen)
    payment.reconciled_by = act.actor.user_id
    payment.statement_on, payment.statement_reference = seen.on, seen.reference.strip()
    payment.statement_cents = seen.amount_cents
    act.move(
        payment,
        "reconcile",
        statement_on=seen.on,
        statement_reference=payment.statement_reference,
        amount_cents=seen.amount_cents,
    )


def _refuse_line(act: Act, payment: Payment, seen: OnStatement) -> None:
    wrong: dict[str, str | Said] = {}
    sent_cents = (payment.due_cents or 0) - payment.set_off_cents
    if seen.amount_cents != sent_cents:
        wrong["amount_cents"] = N_(
            "The payment is {sent}, so this line is not it, or the bank paid another sum. Look for "
            "the line of {sent}. If there is none, ask the bank to correct it; leave the payment "
            "as it is until the statement shows {sent}."
        )
    if not seen.reference.strip():
        wrong["reference"] = N_("Enter the reference on the bank statement.")
    if seen.on > act.now.astimezone(ZONE).date():
        wrong["on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    elif payment.approved_at and seen.on < payment.approved_at.astimezone(ZONE).date():
        wrong["on"] = N_("This day is before the approval. Enter the day of the payment.")
    if wrong:
        currency = scheme_of(act.session, payment.call_id).currency
        raise Invalid(wrong, sent_cents=sent_cents, currency=currency)


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; the beneficiary may ask for it.")})


def _forget_check(payment: Payment) -> None:
    payment.due_cents = payment.accepted_cents = None
    payment.headings, payment.recoverable_cents = [], 0
