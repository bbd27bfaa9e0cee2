"""The agreement as a paper: its contents when it is drafted or sent, the PDF by a job.

The contents are kept with the agreement, so that the PDF says what was agreed even when
somebody changes an address later.
"""

from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from app import i18n
from app.actions import paper_parts, printing
from app.actions.act import Act
from app.actions.in_kind_paper import in_kind_terms
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n import gettext
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement
from app.queries import letterhead
from app.queries.agreement_facts import paper_waits
from app.queries.agreement_paper import PaperFacts, paper_facts
from app.queries.amendments import budget_under
from app.queries.schemes import scheme_of
from app.rules.agreement_terms import is_exact, last_day, months_of, rate_text
from app.rules.payments import plan_instalments
from app.rules.permissions import Permission
from app.rules.scheme import Scheme
from app.rules.scheme_letters import ReportRule
from app.rules.scheme_money import InstalmentKind, PaymentTrigger
from app.rules.scheme_text import said

DOCUMENT = "grant_agreement"
TASK = "agreements.render"
TO = Permission.PREPARE_AGREEMENT

CONDITIONS = {
    PaymentTrigger.AGREEMENT_SIGNED: N_("Both parties have signed this agreement."),
    PaymentTrigger.REPORT_ACCEPTED: N_("The interim report and its costs are accepted."),
    PaymentTrigger.FINAL_REPORT_ACCEPTED: N_("The final report and its costs are accepted."),
}
CONSUMED = N_("At least {percent} % of the payment before is spent.")
ANNEXES = (
    N_("Annex I – Description of the action, as it was sent in with the application"),
    N_("Annex II – General conditions"),
    N_("Annex III – Budget of the action"),
)
EXACT_RATE = N_(
    "The percentage in 3.2 is rounded to six decimals. Amounts are computed with its exact "
    "value, {numerator}/{denominator} of the accepted eligible costs."
)
EVERY = N_("every {months} months while the action runs")
AFTER_END = N_("within {months} months after the end of the action, by {last_on}")
WITH_REQUEST = N_("with the request for payment")


def write(act: Act, agreement: Agreement) -> None:
    """Keep the paper's contents with the agreement and ask for the PDF, if they are new."""
    contents = c.to_json(_context(act, agreement))
    if contents == agreement.terms and agreement.file_id is not None:
        return
    agreement.terms, agreement.file_id, agreement.failure = contents, None, ""
    act.session.flush()
    act.enqueue(TASK, agreement_id=agreement.id)


def _waiting(session: Session, agreement_id: int) -> printing.Waiting | None:
    contents = paper_waits(session, agreement_id)
    if contents is None:
        return None
    filename = printing.named("agreement", contents["paper"]["reference"])
    return printing.Waiting(DOCUMENT, contents, filename)


# If the draft was changed meanwhile, the paper is thrown away: its change asked for another.
PAPER = printing.Kind(
    model=Agreement,
    to=TO,
    task=TASK,
    argument="agreement_id",
    waiting=_waiting,
    note=printing.record,
    is_current=lambda agreement, waiting: agreement.terms == waiting.contents,
)


def render(act: Act, agreement_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print an agreement once (the job `agreements.render`)."""
    printing.render(act, PAPER, agreement_id, renderer=renderer, store=store)


def fail(act: Act, agreement_id: int, error: Exception) -> None:
    """Keep why the agreement could not be printed, after the last attempt."""
    printing.fail(act, PAPER, agreement_id, error)


def retry(act: Act, agreement_id: int) -> None:
    """Have an agreement that failed printed again."""
    printing.retry(act, PAPER, agreement_id)


def _context(act: Act, agreement: Agreement) -> c.GrantAgreement:
    facts = paper_facts(act.session, agreement.id)
    scheme = scheme_of(act.session, facts.call_id)
    language = scheme.languages[0]
    assert agreement.starts_on is not None
    assert agreement.ends_on is not None
    with i18n.speaking(language):
        return c.GrantAgreement(
            paper=_paper(act, agreement, facts, scheme),
            application_reference=facts.application_reference,
            action_title=facts.action_title,
            lot=f"{facts.lot_code}: {facts.lot_title}" if len(scheme.lots) > 1 else "",
            authority_party=paper_parts.authority_party(facts),
            beneficiary=paper_parts.beneficiary(facts),
            currency=facts.currency,
            amount_cents=agreement.grant_cents,
            eligible_cents=agreement.total_cents,
            rate_percent=rate_text(Fraction(agreement.rate)),
            starts_on=agreement.starts_on,
            months=months_of(agreement.starts_on, agreement.ends_on),
            ends_on=agreement.ends_on,
            plan=_plan(agreement, scheme, language),
            iban=agreement.iban,
            bank=agreement.bic,
            account_holder=agreement.account_holder,
            reports=tuple(_report(each, agreement.ends_on, language) for each in scheme.reports),
            annexes=tuple(gettext(each) for each in ANNEXES),
            signatories=paper_parts.signatories(facts),
            payment_days=_days(scheme, first=True),
            balance_days=_days(scheme, first=False),
            record_years=_record_years(scheme, agreement.grant_cents),
            extra=_extra(Fraction(agreement.rate)),
            in_kind=in_kind_terms(act.session, agreement, scheme),
            budget=_budget(act, agreement, scheme),
        )


def _budget(act: Act, agreement: Agreement, scheme: Scheme) -> tuple[c.AgreedHeading, ...]:
    """Return the headings as they are agreed; a draft has no change of them yet."""
    if not agreement.budget:
        return ()
    return tuple(
        c.AgreedHeading(
            title=each.title, applied_cents=each.applied_cents, agreed_cents=each.original_cents
        )
        for each in budget_under(act.session, agreement.id, scheme)
    )


def _paper(act: Act, agreement: Agreement, facts: PaperFacts, scheme: Scheme) -> c.Paper:
    return c.Paper(
        reference=agreement.reference,
        written_on=act.now.astimezone(ZONE).date(),
        authority=paper_parts.authority(letterhead.sender(act.session, facts.call_id)),
        visibility=paper_parts.visibility(scheme),
        call_reference=facts.call_code,
        call_title=facts.call_title,
        language=scheme.languages[0],
    )


def _plan(agreement: Agreement, scheme: Scheme, language: str) -> tuple[c.Instalment, ...]:
    rules = scheme.payments
    if not rules.instalments:
        return ()
    amounts = plan_instalments(rules.instalments, agreement.grant_cents)
    lines = []
    for place, (rule, planned) in enumerate(zip(rules.instalments, amounts, strict=True)):
        condition = gettext(CONDITIONS[rule.on])
        if place and rule.kind is not InstalmentKind.BALANCE and rules.consumption_min_percent:
            values: dict[str, object] = {"percent": rules.consumption_min_percent}
            condition = f"{condition} {i18n.sentence(CONSUMED, values)}"
        lines.append(
            c.Instalment(
                title=said(rule.title, language),
                percent=rate_text(rule.percent / 100),
                amount_cents=planned.amount_cents,
                condition=condition,
                is_balance=rule.kind is InstalmentKind.BALANCE,
            )
        )
    return tuple(lines)


def _report(rule: ReportRule, ends_on: date, language: str) -> c.ReportDue:
    due = gettext(WITH_REQUEST)
    if rule.every_months is not None:
        due = i18n.sentence(EVERY, {"months": rule.every_months})
    elif rule.due_months is not None:
        last = last_day(ends_on + timedelta(days=1), rule.due_months)
        due = i18n.sentence(AFTER_END, {"months": rule.due_months, "last_on": last})
    return c.ReportDue(title=said(rule.title, language), due=due)


def _days(scheme: Scheme, *, first: bool) -> int:
    """Return within how many days is paid: the first instalment, or the longest of the others."""
    days = [each.pay_within_days for each in scheme.payments.instalments] or [0]
    return days[0] if first or len(days) == 1 else max(days[1:])


def _record_years(scheme: Scheme, grant_cents: int) -> int:
    rule = scheme.retention
    small_cents = rule.small_grant_up_to_cents
    if small_cents is not None and grant_cents <= small_cents:
        return rule.small_grant_years
    return rule.granted_years


def _extra(rate: Fraction) -> tuple[str, ...]:
    if is_exact(rate):
        return ()
    values: dict[str, object] = {"numerator": rate.numerator, "denominator": rate.denominator}
    return (i18n.sentence(EXACT_RATE, values),)
