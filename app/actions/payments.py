"""Requests for payment: asked for, checked, approved by a second person, paid."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Award, ExpenditureLine, Payment
from app.queries import agreement_facts as known
from app.queries.contacts import addresses
from app.queries.schemes import scheme_of
from app.rules.instalments import Due, due, needs_costs
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
    _refuse_request(act, payment, asked)
    _replace_lines(act, payment, asked.lines)
    payment.report, payment.forecast_cents = asked.report.strip(), asked.forecast_cents
    payment.requested_cents = payment.planned_cents
    payment.requested_at, payment.requested_by = act.now, act.actor.user_id
    payment.checked_at = payment.checked_by = None
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
    agreement, payment = _loaded(act, payment_id, Permission.CHECK_PAYMENT)
    lines = act.load_many(
        ExpenditureLine,
        ExpenditureLine.payment_id == payment.id,
        to=Permission.CHECK_PAYMENT,
        within=payment,
    )
    _refuse_wrong(lines, accepted, revenue_cents)
    for line in lines:
        line.accepted_cents = accepted[line.id].accepted_cents
        line.reason = accepted[line.id].reason.strip()
    payment.accepted_cents = sum(line.accepted_cents or 0 for line in lines)
    payment.revenue_cents, payment.check_note = revenue_cents, note.strip()
    result = _make_due(act, agreement, payment)
    payment.checked_at, payment.checked_by = act.now, act.actor.user_id
    act.move(
        payment,
        "check",
        accepted_cents=payment.accepted_cents,
        revenue_cents=payment.revenue_cents,
        due_cents=payment.due_cents,
        recoverable_cents=payment.recoverable_cents,
        note=payment.check_note,
    )
    return result


def _make_due(act: Act, agreement: Agreement, payment: Payment) -> Due:
    """Compute what is due by the rules, and write it down within the agreement's limit."""
    claim = known.claim_of(
        act.session,
        payment.id,
        accepted_cents=payment.accepted_cents or 0,
        revenue_cents=payment.revenue_cents,
    )
    result = due(claim, scheme_of(act.session, payment.call_id).payments)
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
    agreement, payment = _loaded(act, payment_id, Permission.CHECK_PAYMENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write what has to be corrected.")})
    was = _checked_sums(payment)
    payment.due_cents = payment.accepted_cents = None
    payment.recoverable_cents, payment.check_note = 0, reason.strip()
    act.move(payment, "return", reason=reason.strip(), was=was, now=_checked_sums(payment))
    _tell(act, "payment_returned", agreement)


def _checked_sums(payment: Payment) -> dict[str, object]:
    names = ("accepted_cents", "due_cents", "recoverable_cents")
    return {name: getattr(payment, name) for name in names}


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
            currency=scheme_of(act.session, payment.call_id).currency,
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
    agreement, payment = _loaded(act, payment_id, Permission.PAY)
    if payment.state not in ("approved", "sent"):
        raise Conflict(N_("Only an approved request can be paid. Look at it again."))
    is_due = (payment.due_cents or 0) > 0
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
    act.session.refresh(agreement)
    if payment.kind == InstalmentKind.BALANCE and payment.recoverable_cents == 0:
        act.move(agreement, "complete", paid_cents=agreement.paid_cents)
        act.move(award, "complete")
    if is_due:
        _tell(act, "payment_paid", agreement, day=format_date(paid_on))


def _refuse_payment(act: Act, payment: Payment, paid_on: date, bank_reference: str) -> None:
    wrong: dict[str, str | Said] = {}
    if not bank_reference.strip() and payment.due_cents:
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if paid_on > act.now.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    elif payment.approved_at and paid_on < payment.approved_at.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day is before the approval. Enter the day of the payment.")
    if wrong:
        raise Invalid(wrong)


def _tell(act: Act, text: str, agreement: Agreement, *, day: str = "") -> None:
    for people in addresses(act.session, [agreement.application_id]).values():
        for email in people:
            mail.write(
                act,
                text,
                to=email,
                reference=agreement.reference,
                path=f"/agreements/{agreement.id}",
                day=day,
            )


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


def _refuse_request(act: Act, payment: Payment, asked: Request) -> None:
    """Raise Invalid for a request that cannot be checked: no report, no or impossible costs."""
    wrong: dict[str, str | Said] = {}
    if needs_costs(InstalmentKind(payment.kind), payment.position):
        if not asked.lines:
            wrong["lines"] = N_("List the costs since the last request.")
        if not asked.report.strip():
            wrong["report"] = N_("Say in a few sentences what was done.")
    budget = scheme_of(act.session, payment.call_id).budget
    headings = {heading.code for heading in budget.headings} if budget else None
    today = act.now.astimezone(ZONE).date()
    for line in asked.lines:
        if said := _wrong_cost(line, headings, today):
            wrong["lines"] = said
    if asked.forecast_cents is not None and asked.forecast_cents < 0:
        wrong["forecast_cents"] = N_("A forecast cannot be below zero.")
    if wrong:
        raise Invalid(wrong)


def _wrong_cost(line: NewExpenditure, headings: set[str] | None, today: date) -> str:
    if line.amount_cents <= 0:
        return N_("Each cost needs an amount above zero.")
    if not line.description.strip():
        return N_("Say of each cost what it was for.")
    if headings is not None and line.heading not in headings:
        return N_("Choose a heading of the budget for each cost.")
    if line.invoice_on is not None and line.invoice_on > today:
        return N_("The date of an invoice lies ahead. Look at the dates again.")
    return ""


def _refuse_wrong(
    lines: Sequence[ExpenditureLine], accepted: Mapping[int, Accepted], revenue_cents: int
) -> None:
    wrong: dict[str, str | Said] = {}
    if revenue_cents < 0:
        wrong["revenue_cents"] = N_("Revenue cannot be below zero.")
    for line in lines:
        given = accepted.get(line.id)
        if given is None:
            wrong[f"accepted_{line.id}"] = N_("Say what is accepted of this cost.")
        elif not 0 <= given.accepted_cents <= line.amount_cents:
            wrong[f"accepted_{line.id}"] = N_("Accept no more than was reported.")
        elif given.accepted_cents < line.amount_cents and not given.reason.strip():
            wrong[f"reason_{line.id}"] = N_("Write why not all of this cost is accepted.")
    if wrong:
        raise Invalid(wrong)
