"""A change of an agreement's budget: what moves little is noted, more is decided on (1.12, S8).

The limit is measured against the original budget, so that many small changes are no way
around it. The sum, the grant and its percentage never change.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.actions import agreement_letters
from app.actions.act import Act
from app.actions.notices import tell_beneficiary
from app.documents import contexts as c
from app.errors import Conflict, Invalid, Said
from app.i18n.marks import N_
from app.models import Agreement, Amendment
from app.queries import amendments as known
from app.queries.amendments import HeadingBudget
from app.queries.payment_claims import bound_by_heading
from app.queries.schemes import scheme_of
from app.rules.budget_changes import transfer_findings
from app.rules.messages import Message
from app.rules.money import format_exact
from app.rules.permissions import Permission
from app.rules.scheme import Scheme

ASK = Permission.REQUEST_PAYMENT
DECIDE = Permission.SIGN_AGREEMENT
# Where a scheme names no limit, every change is decided on.
NO_LIMIT = Fraction(0)


def ask(act: Act, agreement_id: int, new_cents: Mapping[str, int], *, reason: str) -> Amendment:
    """Ask for another budget; within the limit it holds at once, else it waits for a decision."""
    agreement = act.load(Agreement, agreement_id, to=ASK)
    if agreement.state != "active":
        raise Conflict(N_("The budget can be changed while the agreement is active."))
    earlier = known.amendments(act.session, agreement.id)
    if any(each.state == "asked" for each in earlier):
        raise Conflict(N_("A change waits for its decision. Take it back or wait for the answer."))
    budget = known.budget_of(act.session, agreement.id)
    scheme = scheme_of(act.session, agreement.call_id)
    _refuse(budget, new_cents, reason, scheme.currency)
    _refuse_spent(act, agreement, budget, new_cents)
    amendment = act.create(
        Amendment(
            agreement_id=agreement.id,
            number=len(earlier) + 1,
            lines=[_line(each, new_cents[each.code]) for each in budget],
            reason=reason.strip(),
            asked_at=act.now,
            asked_by=act.actor.user_id,
        ),
        to=ASK,
        within=agreement,
    )
    act.record(amendment, "ask_amendment", number=amendment.number, reason=amendment.reason)
    if not needs_decision(scheme, budget, new_cents):
        amendment.decided_at = act.now
        act.move(amendment, "note", number=amendment.number)
        _letter(act, agreement, amendment, scheme, to=ASK)
    return amendment


def needs_decision(
    scheme: Scheme, budget: Sequence[HeadingBudget], new_cents: Mapping[str, int]
) -> bool:
    """True where a heading moves by more than the limit, or one that may not move at all."""
    return bool(
        transfer_findings(
            {each.code: each.original_cents for each in budget},
            new_cents,
            max_percent=limit_percent(scheme),
            untouchable=known.untouchable(scheme),
        )
    )


def limit_percent(scheme: Scheme) -> Fraction:
    return scheme.payments.transfer_between_headings_max_percent or NO_LIMIT


def decide(act: Act, amendment_id: int, *, approve: bool, reason: str) -> None:
    """Approve or refuse what was asked, with a reason; the letter tells the beneficiary."""
    agreement_id = known.agreement_of_amendment(act.session, amendment_id)
    agreement = act.load(Agreement, agreement_id, to=Permission.SEE_AGREEMENTS)
    amendment = act.load(Amendment, amendment_id, to=DECIDE)
    if amendment.state != "asked":
        raise Conflict(N_("This change does not wait for a decision any more. Look at it again."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; the letter prints these words.")})
    if approve:
        _refuse_overtaken(act, agreement, amendment)
    amendment.decided_at, amendment.decided_by = act.now, act.actor.user_id
    amendment.decision_reason = reason.strip()
    act.move(amendment, "approve" if approve else "refuse", reason=reason.strip())
    scheme = scheme_of(act.session, agreement.call_id)
    _letter(act, agreement, amendment, scheme, to=Permission.SEE_AGREEMENTS)
    tell_beneficiary(act, "amendment_decided", agreement)


def take_back(act: Act, amendment_id: int) -> None:
    """Take back what is not decided yet; the budget stays as it is."""
    agreement_id = known.agreement_of_amendment(act.session, amendment_id)
    act.load(Agreement, agreement_id, to=ASK)
    amendment = act.load(Amendment, amendment_id, to=ASK)
    act.move(amendment, "take_back")


def _line(heading: HeadingBudget, after_cents: int) -> dict[str, object]:
    return {
        "code": heading.code,
        "title": heading.title,
        "before_cents": heading.current_cents,
        "after_cents": after_cents,
    }


def _refuse(
    budget: Sequence[HeadingBudget], new_cents: Mapping[str, int], reason: str, currency: str
) -> None:
    if not budget:
        raise Conflict(N_("This agreement has no budget by headings that could be changed."))
    wrong: dict[str, str | Said] = {}
    before_cents = sum(each.current_cents for each in budget)
    after_cents = sum(new_cents.get(each.code, -1) for each in budget)
    first = f"h_{budget[0].code}"
    if any(new_cents.get(each.code, -1) < 0 for each in budget):
        wrong[first] = N_("Enter an amount for every heading; 0 is allowed.")
    elif before_cents != after_cents:
        wrong[first] = N_(
            "The headings add up to {after}, before to {before}. Money moves between headings; "
            "the sum stays."
        )
    elif all(new_cents[each.code] == each.current_cents for each in budget):
        wrong[first] = N_("Nothing is changed. Enter the new amounts.")
    if not reason.strip():
        wrong["reason"] = N_("Write why the budget has to change.")
    if wrong:
        raise Invalid(wrong, before_cents=before_cents, after_cents=after_cents, currency=currency)


def _refuse_spent(
    act: Act, agreement: Agreement, budget: Sequence[HeadingBudget], new_cents: Mapping[str, int]
) -> None:
    """Raise Invalid where a heading would get less than what is approved or paid under it."""
    currency = scheme_of(act.session, agreement.call_id).currency
    wrong: dict[str, str | Said] = {}
    for code, cents in _too_low(act, agreement, budget, new_cents).items():
        said = Message("payments.heading_spent", {"accepted_cents": cents})
        wrong[f"h_{code}"] = said.in_currency(currency)
    if wrong:
        raise Invalid(wrong)


def _refuse_overtaken(act: Act, agreement: Agreement, amendment: Amendment) -> None:
    """Raise Invalid where requests that were approved meanwhile spent more than it would leave."""
    budget = known.budget_of(act.session, agreement.id)
    new_cents = {line["code"]: int(line["after_cents"]) for line in amendment.lines}
    low = _too_low(act, agreement, budget, new_cents)
    if not low:
        return
    heading, accepted_cents = next(iter(low.items()))
    raise Invalid(
        {
            "decision": N_(
                "{accepted} of heading {heading} is approved or paid for meanwhile, more than this "
                "would leave there. Do not approve it; the beneficiary can ask for another change."
            )
        },
        heading=heading,
        accepted_cents=accepted_cents,
        currency=scheme_of(act.session, agreement.call_id).currency,
    )


def _too_low(
    act: Act, agreement: Agreement, budget: Sequence[HeadingBudget], new_cents: Mapping[str, int]
) -> dict[str, int]:
    """Return by heading what is approved or paid under it, where it would get less than that."""
    bound = bound_by_heading(act.session, agreement.id)
    spent = {each.code: min(bound.get(each.code, 0), each.current_cents) for each in budget}
    return {code: cents for code, cents in spent.items() if new_cents.get(code, cents) < cents}


def _letter(
    act: Act, agreement: Agreement, amendment: Amendment, scheme: Scheme, *, to: Permission
) -> None:
    """L16."""

    def paper(head: c.Letter) -> c.AmendmentDecision:
        return c.AmendmentDecision(
            letter=head,
            agreement_reference=agreement.reference,
            number=amendment.number,
            currency=scheme.currency,
            is_approved=amendment.state != "refused",
            is_noted=amendment.state == "noted",
            reason=agreement_letters.paragraphs(amendment.decision_reason),
            headings=tuple(
                c.ChangedHeading(
                    title=line["title"],
                    before_cents=line["before_cents"],
                    after_cents=line["after_cents"],
                )
                for line in amendment.lines
            ),
            limit_percent=format_exact(limit_percent(scheme), 2).rstrip("0").rstrip("."),
        )

    agreement_letters.write(
        act,
        agreement,
        f"amendment_{amendment.state}",
        paper,
        to=to,
        complaint=amendment.state == "refused",
    )
