"""What the letters under an agreement say: of a payment, a suspension, the closing.

Each is a part of the deed that it tells of and holds the agreement already.
"""

from datetime import date
from fractions import Fraction

from app.actions import agreement_letters
from app.actions.act import Act
from app.documents import contexts as c
from app.i18n import gettext
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Payment
from app.queries import agreement_facts as known
from app.queries.agreements import instalment_titles, titled
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import rate_text
from app.rules.payment_clock import stopped_days
from app.rules.permissions import Permission
from app.rules.scheme import Scheme

NOT_ACCEPTED = N_("Costs that were not accepted")


def payment_made(act: Act, agreement: Agreement, payment: Payment) -> None:
    """L14: what was paid, to which account, and where the grant stands now."""
    scheme = scheme_of(act.session, agreement.call_id)
    act.session.refresh(agreement)
    sent_cents = (payment.due_cents or 0) - payment.set_off_cents
    declared_cents = known.costs_of(act.session, payment.id)

    def paper(head: c.Letter) -> c.PaymentNotice:
        return c.PaymentNotice(
            letter=head,
            agreement_reference=agreement.reference,
            number=payment.position,
            instalment=_title(scheme, payment),
            currency=scheme.currency,
            agreed_cents=agreement.grant_cents,
            paid_before_cents=agreement.paid_cents - (payment.due_cents or 0),
            amount_cents=sent_cents,
            left_cents=agreement.grant_cents - agreement.paid_cents,
            rate_percent=rate_text(Fraction(agreement.rate)),
            iban=agreement.iban,
            account_holder=agreement.account_holder,
            declared_cents=declared_cents or None,
            accepted_cents=payment.accepted_cents if declared_cents else None,
            deductions=_deductions(declared_cents, payment),
            set_off_cents=payment.set_off_cents,
            paid_on=payment.paid_on,
            bank_reference=payment.bank_reference,
        )

    agreement_letters.write(
        act, agreement, "payment_made", paper, to=Permission.PAY, payment_id=payment.id
    )


def _deductions(declared_cents: int, payment: Payment) -> tuple[c.Deduction, ...]:
    less_cents = declared_cents - (payment.accepted_cents or 0)
    if not declared_cents or less_cents <= 0:
        return ()
    return (c.Deduction(reason=gettext(NOT_ACCEPTED), amount_cents=less_cents),)


def payment_suspended(act: Act, agreement: Agreement, payment: Payment, *, reason: str) -> None:
    """L15: the term of one payment stands still; with the days that have passed."""
    scheme = scheme_of(act.session, agreement.call_id)
    plan, used = scheme.payments.instalments, None
    if payment.first_requested_at is not None:
        used = stopped_days(payment.first_requested_at, act.now) - payment.clock_stopped_days

    def paper(head: c.Letter) -> c.SuspensionNotice:
        return c.SuspensionNotice(
            letter=head,
            agreement_reference=agreement.reference,
            currency=scheme.currency,
            since=_today(act),
            reason=agreement_letters.paragraphs(reason),
            instalment=_title(scheme, payment),
            amount_cents=payment.requested_cents,
            term_days=plan[payment.position - 1].pay_within_days
            if payment.position <= len(plan) and used is not None
            else None,
            used_days=used,
        )

    agreement_letters.write(
        act,
        agreement,
        "payment_suspended",
        paper,
        to=Permission.CHECK_PAYMENT,
        payment_id=payment.id,
        complaint=True,
    )


def agreement_suspended(act: Act, agreement: Agreement, *, reason: str) -> None:
    """L15: the whole agreement stands still."""
    scheme = scheme_of(act.session, agreement.call_id)

    def paper(head: c.Letter) -> c.SuspensionNotice:
        return c.SuspensionNotice(
            letter=head,
            agreement_reference=agreement.reference,
            currency=scheme.currency,
            since=_today(act),
            reason=agreement_letters.paragraphs(reason),
        )

    agreement_letters.write(
        act,
        agreement,
        "agreement_suspended",
        paper,
        to=Permission.SIGN_AGREEMENT,
        complaint=True,
    )


def agreement_closed(act: Act, agreement: Agreement, *, record_until: date) -> None:
    """L18: the final grant, what is not used, and until when records are kept."""
    scheme = scheme_of(act.session, agreement.call_id)
    final_cents = agreement.paid_cents - agreement.recovered_cents
    accepted_cents = known.accepted_in_all(act.session, agreement.id)

    def paper(head: c.Letter) -> c.ClosureLetter:
        return c.ClosureLetter(
            letter=head,
            agreement_reference=agreement.reference,
            currency=scheme.currency,
            closed_on=_today(act),
            agreed_cents=agreement.grant_cents,
            paid_cents=agreement.paid_cents,
            recovered_cents=agreement.recovered_cents,
            final_cents=final_cents,
            unused_cents=agreement.grant_cents - final_cents,
            record_until=record_until,
            accepted_cents=accepted_cents if scheme.in_kind is None else None,
        )

    agreement_letters.write(act, agreement, "agreement_closed", paper, to=Permission.SIGN_AGREEMENT)


def _title(scheme: Scheme, payment: Payment) -> str:
    return titled(instalment_titles(scheme), payment.position, payment.kind)


def _today(act: Act) -> date:
    return act.now.astimezone(ZONE).date()
