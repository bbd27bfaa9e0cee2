"""Requests for payment: asked for, checked, approved by a second person, paid."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from app.actions import agreement_notices
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.actions.payment_refusals import (
    Accepted,
    NewExpenditure,
    Request,
    refuse_request,
    refuse_wrong,
)
from app.actions.recoveries import complete_if_settled
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Award, ExpenditureLine, Payment, PaymentVersion
from app.queries import agreement_facts as known
from app.queries import payment_claims as claims
from app.queries.recovery_facts import set_off_waits
from app.queries.schemes import scheme_of
from app.rules.instalments import Due, due
from app.rules.payment_clock import stopped_days
from app.rules.payments import payable_now
from app.rules.permissions import Permission


def request(act: Act, payment_id: int, asked: Request) -> None:
    """Ask for an instalment; refused while an earlier one is open or the agreement not active."""
    agreement, payment = loaded(act, payment_id, Permission.REQUEST_PAYMENT)
    if agreement.state != "active":
        raise Conflict(N_("Payments can be asked for while the agreement is active."))
    if claims.before(act.session, agreement.id, payment.position).is_blocked:
        raise Conflict(N_("An earlier instalment is not settled yet. Ask for that one first."))
    refuse_request(act, payment, asked)
    _replace_lines(act, payment, asked.lines)
    payment.report, payment.forecast_cents = asked.report.strip(), asked.forecast_cents
    payment.requested_cents = payment.planned_cents
    payment.requested_at, payment.requested_by = act.now, act.actor.user_id
    payment.first_requested_at = payment.first_requested_at or act.now
    payment.checked_at = payment.checked_by = None
    payment.check_note = ""  # the reason of a return is kept with what was returned
    start_clock(act, payment)
    total_cents = sum(line.amount_cents for line in asked.lines)
    act.move(
        payment,
        "request",
        requested_cents=payment.requested_cents,
        costs_cents=total_cents,
        forecast_cents=payment.forecast_cents,
    )


def check(
    act: Act,
    payment_id: int,
    accepted: Mapping[int, Accepted],
    *,
    revenue_cents: int = 0,
    note: str = "",
) -> Due:
    """Accept costs line by line and compute what is due; a second person approves it."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    lines = act.load_many(
        ExpenditureLine,
        ExpenditureLine.payment_id == payment.id,
        to=Permission.CHECK_PAYMENT,
        within=payment,
    )
    refuse_wrong(lines, accepted, revenue_cents)
    for line in lines:
        line.accepted_cents = accepted[line.id].accepted_cents
        line.reason = accepted[line.id].reason.strip()
    payment.accepted_cents = sum(line.accepted_cents or 0 for line in lines)
    payment.revenue_cents, payment.check_note = revenue_cents, note.strip()
    result = _make_due(act, agreement, payment, lines)
    payment.checked_at, payment.checked_by = act.now, act.actor.user_id
    act.move(
        payment,
        "check",
        accepted_cents=payment.accepted_cents,
        revenue_cents=payment.revenue_cents,
        due_cents=payment.due_cents,
        recoverable_cents=payment.recoverable_cents,
        note=payment.check_note,
        **_held(payment),
    )
    return result


def _held(payment: Payment) -> dict[str, object]:
    """Tell the trail of accepted costs that the headings of the budget do not cover, if any."""
    held_cents = sum(
        each["accepted_before_cents"] + each["accepted_now_cents"] - each["counted_cents"]
        for each in payment.headings
    )
    return {"held_cents": held_cents} if held_cents else {}


def _make_due(
    act: Act, agreement: Agreement, payment: Payment, lines: Sequence[ExpenditureLine]
) -> Due:
    """Compute what is due by the rules, and write it down within the agreement's limit."""
    scheme = scheme_of(act.session, payment.call_id)
    found = claims.claim_of(
        act.session,
        payment.id,
        scheme,
        [(line.heading, line.amount_cents, line.accepted_cents or 0) for line in lines],
        revenue_cents=payment.revenue_cents,
    )
    payment.headings = claims.kept(found.headings)
    result = due(found.claim, scheme.payments)
    payable = payable_now(
        result.amount_cents,
        agreed_cents=agreement.grant_cents,
        paid_cents=agreement.paid_cents,
        under_way_cents=agreement.committed_cents - agreement.paid_cents,
    )
    payment.due_cents = payable.amount_cents
    payment.recoverable_cents = result.recover_cents
    return result


def give_back(act: Act, payment_id: int, *, reason: str) -> None:
    """Return a request to the beneficiary for correction, with what is wrong."""
    agreement, payment = loaded(act, payment_id, Permission.CHECK_PAYMENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write what has to be corrected.")})
    _keep_version(act, payment, reason.strip())
    stop_clock(act, payment)
    was = _checked_sums(payment)
    payment.due_cents = payment.accepted_cents = None
    payment.headings = []
    payment.recoverable_cents, payment.check_note = 0, reason.strip()
    act.move(payment, "return", reason=reason.strip(), was=was, now=_checked_sums(payment))
    tell_beneficiary(act, "payment_returned", agreement)


def _checked_sums(payment: Payment) -> dict[str, object]:
    names = ("accepted_cents", "due_cents", "recoverable_cents")
    return {name: getattr(payment, name) for name in names}


def _keep_version(act: Act, payment: Payment, reason: str) -> None:
    """Keep the request as it was sent in: the corrected one will take its place."""
    sent = known.as_sent(act.session, payment.id)
    act.create(
        PaymentVersion(
            payment_id=payment.id,
            number=sent.number,
            requested_at=payment.requested_at,
            requested_by=payment.requested_by,
            report=payment.report,
            forecast_cents=payment.forecast_cents,
            lines=list(sent.lines),
            files=list(sent.files),
            returned_at=act.now,
            returned_by=act.actor.user_id,
            reason=reason,
        ),
        to=Permission.CHECK_PAYMENT,
        within=payment,
    )


def stop_clock(act: Act, payment: Payment) -> None:
    """Let the term of payment stand still while the beneficiary is asked something. A part."""
    if payment.clock_stopped_at is None:
        payment.clock_stopped_at = act.now


def start_clock(act: Act, payment: Payment) -> None:
    """Let the term go on; the days for which it stood are added to it. A part."""
    if payment.clock_stopped_at is not None:
        payment.clock_stopped_days += stopped_days(payment.clock_stopped_at, act.now)
        payment.clock_stopped_at = None


def approve(act: Act, payment_id: int, *, seen: str = "") -> None:
    """Approve what was checked; never one's own check, never above the agreement or its budget.

    `seen` says when the check was made that the person looked at: a later one is refused, so
    that nobody approves an amount that was not on their page.

    The agreement is locked first, so of two people who approve at once the second sees
    what the first has committed. The database refuses the sum once more.
    """
    agreement, payment = loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    if payment.state != "checked":
        raise Conflict(N_("This request does not wait for approval any more. Look at it again."))
    if seen and payment.checked_at is not None and seen != payment.checked_at.isoformat():
        raise Conflict(N_("It was checked again meanwhile. Look at the new check, then approve."))
    scheme = scheme_of(act.session, payment.call_id)
    if claims.is_outdated(act.session, agreement.id, scheme, payment.headings):
        raise Conflict(
            N_(
                "The budget was changed after this check. Have it checked again by its headings; "
                "nothing was approved."
            )
        )
    due_cents = payment.due_cents or 0
    left_cents = agreement.grant_cents - agreement.committed_cents
    if due_cents > left_cents:
        raise Conflict(
            N_(
                "{due} is more than the {left} left in the agreement. Return the request to the "
                "check; nothing was approved."
            ),
            due_cents=due_cents,
            left_cents=left_cents,
            currency=scheme.currency,
        )
    payment.approved_at, payment.approved_by = act.now, act.actor.user_id
    act.move(payment, "approve", due_cents=due_cents)


def pay(act: Act, payment_id: int, *, paid_on: date, bank_reference: str = "") -> None:
    """Record that the bank has paid: the day and the bank's reference.

    Where nothing is due the request is closed without a reference. With the balance the
    agreement is completed, unless money has to come back first.
    """
    agreement_id = known.agreement_of_payment(act.session, payment_id)
    award_id = known.award_of_agreement(act.session, agreement_id)
    award = act.load(Award, award_id, to=Permission.PAY)
    agreement, payment = loaded(act, payment_id, Permission.PAY)
    if payment.state not in ("approved", "sent"):
        raise Conflict(N_("Only an approved request can be paid. Look at it again."))
    if set_off_waits(act.session, payment.id):
        raise Conflict(
            N_("A set-off against this payment is not confirmed yet. Confirm or reject it first.")
        )
    is_due = (payment.due_cents or 0) > payment.set_off_cents
    _refuse_payment(act, payment, paid_on, bank_reference)
    payment.paid_on, payment.bank_reference = paid_on, bank_reference.strip()
    payment.paid_recorded_by = act.actor.user_id
    act.move(
        payment,
        "pay",
        paid_cents=payment.due_cents,
        paid_on=paid_on,
        bank_reference=payment.bank_reference,
    )
    complete_if_settled(act, award, agreement)
    if is_due:
        agreement_notices.payment_made(act, agreement, payment)
        tell_beneficiary(act, "payment_paid", agreement, day=format_date(paid_on))


def _refuse_payment(act: Act, payment: Payment, paid_on: date, bank_reference: str) -> None:
    wrong: dict[str, str | Said] = {}
    if not bank_reference.strip() and (payment.due_cents or 0) > payment.set_off_cents:
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if paid_on > act.now.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    elif payment.approved_at and paid_on < payment.approved_at.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day is before the approval. Enter the day of the payment.")
    if wrong:
        raise Invalid(wrong)


def loaded(act: Act, payment_id: int, to: Permission) -> tuple[Agreement, Payment]:
    """Lock the agreement, then the payment under the permission of the deed. A part."""
    agreement_id = known.agreement_of_payment(act.session, payment_id)
    agreement = act.load(Agreement, agreement_id, to=to)
    payment = act.load(Payment, payment_id, to=to)
    return agreement, payment


def _replace_lines(act: Act, payment: Payment, lines: Sequence[NewExpenditure]) -> None:
    present = act.load_many(
        ExpenditureLine,
        ExpenditureLine.payment_id == payment.id,
        to=Permission.REQUEST_PAYMENT,
        within=payment,
    )
    for line in present:
        act.session.delete(line)
    act.create_many(
        ExpenditureLine,
        (
            {"payment_id": payment.id, "position": place, "reason": "", **asdict(line)}
            for place, line in enumerate(lines, start=1)
        ),
        to=Permission.REQUEST_PAYMENT,
        within=payment,
    )
