"""Further steps of a request: suspended, rejected, with the bank, found on the statement."""

from app.actions.act import Act
from app.actions.payments import loaded, start_clock, stop_clock, tell
from app.errors import Invalid
from app.i18n.marks import N_
from app.models import Payment
from app.rules.permissions import Permission


def suspend(act: Act, payment_id: int, *, reason: str) -> None:
    """Stop the term of payment with a notice that says why (handbook 1.12, letter L15)."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    _refuse_silence(reason)
    stop_clock(act, payment)
    _forget_check(payment)
    act.move(payment, "suspend", reason=reason.strip())
    tell(act, "payment_suspended", agreement)


def resume(act: Act, payment_id: int) -> None:
    """Let the term go on; the request waits for its check again."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    start_clock(act, payment)
    act.move(payment, "resume")
    tell(act, "payment_resumed", agreement)


def reject(act: Act, payment_id: int, *, reason: str) -> None:
    """Refuse a checked request for good; never one's own check. Nothing of it is paid."""
    agreement, payment = loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    _refuse_silence(reason)
    _forget_check(payment)
    payment.check_note = reason.strip()
    act.move(payment, "reject", reason=reason.strip())
    tell(act, "payment_rejected", agreement)


def send(act: Act, payment_id: int) -> None:
    """Note that the order is with the bank."""
    _, payment = loaded(act, payment_id, Permission.PAY)
    act.move(payment, "send")


def fail(act: Act, payment_id: int, *, reason: str) -> None:
    """Note that the bank has not carried it out; the money stays bound to the agreement."""
    _, payment = loaded(act, payment_id, Permission.PAY)
    _refuse_silence(reason)
    act.move(payment, "fail", reason=reason.strip())


def send_again(act: Act, payment_id: int) -> None:
    """Send what the bank refused once more."""
    _, payment = loaded(act, payment_id, Permission.PAY)
    act.move(payment, "send_again")


def reconcile(act: Act, payment_id: int) -> None:
    """Find a payment on the bank statement: by another person than who recorded it."""
    _, payment = loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    payment.reconciled_by = act.actor.user_id
    act.move(payment, "reconcile", bank_reference=payment.bank_reference)


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; the beneficiary may ask for it.")})


def _forget_check(payment: Payment) -> None:
    payment.due_cents = payment.accepted_cents = None
    payment.recoverable_cents = 0
