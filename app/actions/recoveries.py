"""Money that has to come back: ordered by two people, received and confirmed by two (S7 d).

Locks: award, agreement, payment, order, receipt. The database keeps what is ordered within
what was paid, and what is received within what was ordered.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.actions import letters, recovery_letter, releases
from app.actions.act import Act
from app.actions.notices import write_to_applicant
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Award, Payment, RecoveryOrder, RecoveryReceipt
from app.queries import agreement_facts, recoveries
from app.queries import recovery_facts as known
from app.queries.schemes import scheme_of
from app.rules.bank_accounts import check_account
from app.rules.permissions import Permission
from app.rules.recovery import due_day

MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class NewOrder:
    """`days` to pay from the day of issue; `interest_percent` a year, None for none."""

    amount_cents: int
    reason: str
    days: int
    interest_percent: Fraction | None
    iban: str
    account_holder: str


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """What arrived: of the claim, and as interest."""

    amount_cents: int
    interest_cents: int
    received_on: date
    bank_reference: str


def prepare(act: Act, agreement_id: int, new: NewOrder) -> int:
    """Prepare an order for a second person to issue; return its id."""
    agreement = act.load(Agreement, agreement_id, to=Permission.CHECK_PAYMENT)
    room_cents = agreement.paid_cents - agreement.ordered_cents
    account = _refuse_order(act, agreement, new, room_cents)
    start = known.start_of(act.session, agreement.id)
    rate = new.interest_percent
    order = act.create(
        RecoveryOrder(
            agreement_id=agreement.id,
            call_id=agreement.call_id,
            payment_id=start.payment_id,
            reference=f"{agreement.reference}/R"
            f"{known.orders_before(act.session, agreement.id) + 1}",
            amount_cents=new.amount_cents,
            reason=new.reason.strip(),
            interest_percent="" if not rate else recovery_letter.decimal(rate),
            context={
                "days": new.days,
                "iban": account,
                "account_holder": new.account_holder.strip(),
            },
            prepared_by=act.actor.user_id,
            prepared_at=act.now,
        ),
        to=Permission.CHECK_PAYMENT,
        within=agreement,
    )
    act.record(
        order, "prepare_recovery", amount_cents=order.amount_cents, reason=order.reason,
        interest_percent=order.interest_percent, iban=account,
    )  # fmt: skip
    return order.id


def issue(act: Act, order_id: int) -> None:
    """Issue what a colleague prepared; the days to pay begin, the letter is printed and told of."""
    agreement, order = _loaded(act, order_id, Permission.APPROVE_PAYMENT)
    if order.state != "prepared":
        raise Conflict(N_("This order is issued or cancelled already. Look at it again."))
    today = act.now.astimezone(ZONE).date()
    order.due_on = due_day(today, int(order.context["days"]))
    order.check_code = letters.new_code()
    order.context = recovery_letter.context(act, agreement, order)
    order.issued_by, order.issued_at = act.actor.user_id, act.now
    act.move(order, "issue", due_on=order.due_on, amount_cents=order.amount_cents)
    act.enqueue(recovery_letter.TASK, order_id=order.id)
    _tell(act, agreement, order)


def cancel(act: Act, order_id: int, *, reason: str) -> None:
    """Cancel an order that was wrong, by another person than who prepared it."""
    _, order = _loaded(act, order_id, Permission.APPROVE_PAYMENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    if known.waits_for_confirmation(act.session, order.id):
        raise Conflict(N_("Money was received for this order. It cannot be cancelled any more."))
    act.move(order, "cancel", reason=reason.strip())


def record(act: Act, order_id: int, new: NewReceipt) -> int:
    """Record what arrived at the bank; it counts when a second person has confirmed it."""
    _, order = _loaded(act, order_id, Permission.PAY)
    wrong = _wrong_receipt(act, order, new)
    if not new.bank_reference.strip():
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if wrong:
        raise Invalid(wrong, **_owed(act, order))
    return _receipt(act, order, new, None, "record_receipt")


def set_off(act: Act, order_id: int, payment_id: int, *, amount_cents: int) -> int:
    """Set a part of the debt off against an approved payment to the same beneficiary."""
    _, order = _loaded(act, order_id, Permission.PAY)
    payment = act.load(Payment, payment_id, to=Permission.PAY)
    page = recoveries.order(act.session, act.actor, order.id)
    free = {
        each.payment_id: each.free_cents for each in recoveries.set_off_choices(act.session, page)
    }
    if payment.state != "approved" or payment.id not in free:
        raise Conflict(
            N_("Only an approved payment of the same beneficiary that the bank has not paid can be "
               "used. Look at the payments again.")
        )  # fmt: skip
    today = act.now.astimezone(ZONE).date()
    new = NewReceipt(amount_cents, 0, today, "")
    wrong = _wrong_receipt(act, order, new)
    if amount_cents > free[payment.id]:
        wrong["amount_cents"] = N_("No more than {free} of this payment is left.")
    if wrong:
        raise Invalid(wrong, free_cents=free[payment.id], **_owed(act, order))
    return _receipt(act, order, new, payment.id, "record_set_off")


def confirm(act: Act, receipt_id: int) -> None:
    """Confirm what a colleague recorded; with the last cent the order is settled."""
    order_id = known.order_of_receipt(act.session, receipt_id)
    to = Permission.APPROVE_PAYMENT
    award = releases.locked(act, known.agreement_of_order(act.session, order_id), to)
    agreement, order = _loaded(act, order_id, to, free=True)
    receipt = act.load(RecoveryReceipt, receipt_id, to=to)
    if receipt.state != "recorded":
        raise Conflict(N_("This was confirmed or rejected already. Look at it again."))
    if receipt.amount_cents > order.amount_cents - order.received_cents:
        raise Conflict(
            N_("Only {left} is still owed. Reject this and record what belongs to the order."),
            left_cents=order.amount_cents - order.received_cents,
            currency=scheme_of(act.session, order.call_id).currency,
        )
    receipt.confirmed_by, receipt.confirmed_at = act.actor.user_id, act.now
    act.move(receipt, "confirm", amount_cents=receipt.amount_cents)
    releases.tell(act, award, to=to, reason="money came back")
    act.session.refresh(order)
    if order.received_cents == order.amount_cents:
        act.move(order, "settle", received_on=receipt.received_on)
        complete_if_settled(act, award, agreement)


def reject(act: Act, receipt_id: int, *, reason: str) -> None:
    """Say that what was recorded is not on the statement; what was set off is free again."""
    order_id = known.order_of_receipt(act.session, receipt_id)
    _loaded(act, order_id, Permission.APPROVE_PAYMENT, free=True)
    receipt = act.load(RecoveryReceipt, receipt_id, to=Permission.APPROVE_PAYMENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    act.move(receipt, "reject", reason=reason.strip())


def complete_if_settled(act: Act, award: Award, agreement: Agreement) -> None:
    """Complete an active agreement whose balance is paid and of which nothing is owed. A part."""
    act.session.refresh(agreement)
    balanced = agreement_facts.is_balanced(act.session, agreement.id)
    if agreement.state == "active" and balanced and known.is_settled(act.session, agreement.id):
        act.move(agreement, "complete", paid_cents=agreement.paid_cents)
        act.move(award, "complete")


def _loaded(
    act: Act, order_id: int, to: Permission, *, free: bool = False
) -> tuple[Agreement, RecoveryOrder]:
    """Lock the agreement, then the order.

    Whoever prepared the order may confirm what a colleague recorded (`free`): the two
    people of that deed are those of the receipt.
    """
    agreement_id = known.agreement_of_order(act.session, order_id)
    agreement = act.load(Agreement, agreement_id, to=Permission.SEE_AGREEMENTS)
    return agreement, act.load(
        RecoveryOrder, order_id, to=Permission.SEE_AGREEMENTS if free else to
    )


def _receipt(
    act: Act, order: RecoveryOrder, new: NewReceipt, payment_id: int | None, what: str
) -> int:
    receipt = act.create(
        RecoveryReceipt(
            order_id=order.id,
            payment_id=payment_id,
            amount_cents=new.amount_cents,
            interest_cents=new.interest_cents,
            received_on=new.received_on,
            bank_reference=new.bank_reference.strip(),
            recorded_by=act.actor.user_id,
            recorded_at=act.now,
        ),
        to=Permission.PAY,
        within=order,
    )
    act.record(
        receipt,
        what,
        amount_cents=new.amount_cents,
        interest_cents=new.interest_cents,
        received_on=new.received_on,
        bank_reference=new.bank_reference.strip(),
    )
    return receipt.id


def _wrong_receipt(act: Act, order: RecoveryOrder, new: NewReceipt) -> dict[str, str | Said]:
    if order.state != "issued":
        raise Conflict(N_("Money is recorded while the order is issued and not settled."))
    wrong: dict[str, str | Said] = {}
    if new.amount_cents < 0 or new.interest_cents < 0 or new.amount_cents + new.interest_cents == 0:
        wrong["amount_cents"] = N_("Enter an amount above zero.")
    elif new.amount_cents > order.amount_cents - order.received_cents:
        wrong["amount_cents"] = N_("More than is still owed. What is interest goes below.")
    elif new.amount_cents > _not_covered_cents(act, order):
        wrong["amount_cents"] = N_(
            "{waiting} is recorded already and waits for a second person, so {left} is left. Have "
            "it confirmed, or rejected if it is the same money, then record the rest."
        )
    if new.received_on > act.now.astimezone(ZONE).date():
        wrong["received_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    return wrong


def _not_covered_cents(act: Act, order: RecoveryOrder) -> int:
    """Return what is owed beside what was recorded; the order is locked, so nobody adds to it."""
    waiting_cents = known.waiting_cents(act.session, order.id)
    return order.amount_cents - order.received_cents - waiting_cents


def _owed(act: Act, order: RecoveryOrder) -> dict[str, object]:
    """Return the amounts that a refusal names."""
    left_cents = _not_covered_cents(act, order)
    return {
        "waiting_cents": order.amount_cents - order.received_cents - left_cents,
        "left_cents": left_cents,
        "currency": scheme_of(act.session, order.call_id).currency,
    }


def _refuse_order(act: Act, agreement: Agreement, new: NewOrder, room_cents: int) -> str:
    """Raise Invalid for an order that cannot be; return the account as it is stored."""
    account = check_account(new.iban)
    wrong: dict[str, str | Said] = {}
    if new.amount_cents <= 0:
        wrong["amount_cents"] = N_("Enter an amount above zero.")
    elif new.amount_cents > room_cents:
        wrong["amount_cents"] = N_(
            "No more than {room} can be asked back: what was paid less what is ordered already."
        )
    if not new.reason.strip():
        wrong["reason"] = N_("Write why the money has to come back, as the beneficiary reads it.")
    if not 1 <= new.days <= MOST_DAYS:
        wrong["days"] = N_("Enter a number of days from 1 to 365.")
    if new.interest_percent is not None and not 0 <= new.interest_percent <= 100:
        wrong["interest_percent"] = N_("Enter a rate from 0 to 100 % a year.")
    if account.blocking:
        wrong["iban"] = next(iter(account.blocking))
    if not new.account_holder.strip():
        wrong["account_holder"] = N_("Enter in whose name the account is.")
    if wrong:
        currency = scheme_of(act.session, agreement.call_id).currency
        raise Invalid(wrong, room_cents=room_cents, currency=currency)
    return account.normal


def _tell(act: Act, agreement: Agreement, order: RecoveryOrder) -> None:
    write_to_applicant(
        act,
        agreement.application_id,
        "recovery_ordered",
        reference=order.reference,
        agreement=agreement.reference,
        day=format_date(order.due_on) if order.due_on else "",
        path=f"/agreements/{agreement.id}",
    )
