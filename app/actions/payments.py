"""Requests for payment: asked for, checked, approved by a second person, paid."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Agreement, ExpenditureLine, Payment
from app.queries import agreement_facts as known
from app.queries.schemes import scheme_of
from app.rules.applicants import NON_PROFIT
from app.rules.instalments import Claim, Due, due
from app.rules.payments import payable_now
from app.rules.permissions import Permission
from app.rules.scheme_money import InstalmentKind


@dataclass(frozen=True, slots=True)
class NewExpenditure:
    """A cost that the beneficiary reports; `heading` is a code of the call's budget."""

    heading: str
    description: str
    amount_cents: int
    supplier: str = ""
    invoice_number: str = ""
    invoice_on: date | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What finance accepts of one cost; a smaller amount needs its reason."""

    accepted_cents: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the beneficiary asks: the report in words, the costs, the forecast of the next ones."""

    report: str = ""
    forecast_cents: int | None = None
    lines: Sequence[NewExpenditure] = ()


def request(act: Act, payment_id: int, asked: Request) -> None:
    """Ask for an instalment; refused while an earlier one is open or the agreement not active."""
    agreement, payment = _loaded(act, payment_id, Permission.REQUEST_PAYMENT)
    if agreement.state != "active":
        raise Conflict(N_("Payments can be asked for while the agreement is active."))
    if known.is_blocked(act.session, agreement.id, payment.position):
        raise Conflict(N_("An earlier instalment is not settled yet. Ask for that one first."))
    needs_costs = payment.position > 1
    if needs_costs and not asked.lines:
        raise Invalid({"lines": N_("List the costs since the last request.")})
    if needs_costs and not asked.report.strip():
        raise Invalid({"report": N_("Say in a few sentences what was done.")})
    _replace_lines(act, payment, asked.lines)
    payment.report, payment.forecast_cents = asked.report.strip(), asked.forecast_cents
    payment.requested_cents = payment.planned_cents
    payment.requested_at, payment.requested_by = act.now, act.actor.user_id
    payment.checked_at = payment.checked_by = None
    total_cents = sum(line.amount_cents for line in asked.lines)
    act.move(payment, "request", costs_cents=total_cents)


def check(
    act: Act,
    payment_id: int,
    accepted: Mapping[int, Accepted],
    *,
    revenue_cents: int = 0,
    note: str = "",
) -> Due:
    """Accept costs line by line and compute what is due; a second person approves it."""
    agreement, payment = _loaded(act, payment_id, Permission.CHECK_PAYMENT)
    lines = act.load_many(
        ExpenditureLine,
        ExpenditureLine.payment_id == payment.id,
        to=Permission.CHECK_PAYMENT,
        within=payment,
    )
    _refuse_wrong(lines, accepted)
    for line in lines:
        line.accepted_cents = accepted[line.id].accepted_cents
        line.reason = accepted[line.id].reason.strip()
    payment.accepted_cents = sum(line.accepted_cents or 0 for line in lines)
    payment.revenue_cents, payment.check_note = revenue_cents, note.strip()
    result = due(_claim(act, agreement, payment), scheme_of(act.session, payment.call_id).payments)
    payable = payable_now(
        result.amount_cents,
        agreed_cents=agreement.grant_cents,
        paid_cents=agreement.paid_cents,
        under_way_cents=agreement.committed_cents - agreement.paid_cents,
    )
    payment.due_cents = payable.amount_cents
    payment.recoverable_cents = result.recover_cents
    payment.checked_at, payment.checked_by = act.now, act.actor.user_id
    act.move(
        payment,
        "check",
        accepted_cents=payment.accepted_cents,
        due_cents=payment.due_cents,
        recoverable_cents=payment.recoverable_cents,
        note=payment.check_note,
    )
    return result


def give_back(act: Act, payment_id: int, *, reason: str) -> None:
    """Return a request to the beneficiary for correction, with what is wrong."""
    _, payment = _loaded(act, payment_id, Permission.CHECK_PAYMENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write what has to be corrected.")})
    payment.due_cents = None
    act.move(payment, "return", reason=reason.strip())


def approve(act: Act, payment_id: int) -> None:
    """Approve what was checked; never one's own check, never above the agreement.

    The agreement is locked first, so of two people who approve at once the second sees
    what the first has committed. The database refuses the sum once more.
    """
    agreement, payment = _loaded(act, payment_id, Permission.APPROVE_PAYMENT)
    if payment.state != "checked":
        raise Conflict(N_("This request does not wait for approval any more. Look at it again."))
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
        )
    payment.approved_at, payment.approved_by = act.now, act.actor.user_id
    act.move(payment, "approve", due_cents=due_cents)


def pay(act: Act, payment_id: int, *, paid_on: date, bank_reference: str) -> None:
    """Record that the bank has paid: the day and the bank's reference."""
    agreement, payment = _loaded(act, payment_id, Permission.PAY)
    wrong = {}
    if not bank_reference.strip():
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if paid_on > act.now.date():
        wrong["paid_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    if wrong:
        raise Invalid(wrong)
    payment.paid_on, payment.bank_reference = paid_on, bank_reference.strip()
    payment.paid_recorded_by = act.actor.user_id
    act.move(payment, "pay", paid_on=paid_on, bank_reference=payment.bank_reference)
    act.session.refresh(agreement)


def _loaded(act: Act, payment_id: int, to: Permission) -> tuple[Agreement, Payment]:
    """Lock the agreement, then the payment; both under the same permission."""
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


def _refuse_wrong(lines: Sequence[ExpenditureLine], accepted: Mapping[int, Accepted]) -> None:
    wrong: dict[str, str] = {}
    for line in lines:
        given = accepted.get(line.id)
        if given is None:
            wrong[f"line_{line.id}"] = N_("Say what is accepted of this cost.")
        elif not 0 <= given.accepted_cents <= line.amount_cents:
            wrong[f"line_{line.id}"] = N_("Accept no more than was reported.")
        elif given.accepted_cents < line.amount_cents and not given.reason.strip():
            wrong[f"line_{line.id}"] = N_("Write why not all of this cost is accepted.")
    if wrong:
        raise Invalid(wrong)


def _claim(act: Act, agreement: Agreement, payment: Payment) -> Claim:
    before_cents = known.accepted_before(act.session, agreement.id, payment.position)
    return Claim(
        kind=InstalmentKind(payment.kind),
        grant_cents=agreement.grant_cents,
        rate=Fraction(agreement.rate),
        planned_cents=payment.planned_cents,
        paid_cents=known.paid_before(act.session, agreement.id, payment.position),
        accepted_cents=before_cents + (payment.accepted_cents or 0),
        revenue_cents=payment.revenue_cents,
        forecast_cents=payment.forecast_cents,
        is_non_profit=known.applicant_type(act.session, agreement.id) in NON_PROFIT,
    )
