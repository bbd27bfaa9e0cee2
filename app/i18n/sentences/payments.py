"""Sentences of `app.rules.payments` and `payments_balance`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "agreement_letter.payment_made": N_("Payment made"),
    "agreement_letter.payment_suspended": N_("Term of payment suspended"),
    "agreement_letter.agreement_suspended": N_("Agreement suspended"),
    "agreement_letter.agreement_closed": N_("Agreement closed"),
    "agreement_letter.amendment_noted": N_("Change of the budget noted"),
    "agreement_letter.amendment_approved": N_("Change of the budget approved"),
    "agreement_letter.amendment_refused": N_("Change of the budget not approved"),
    "payments.planned": N_("The first instalment is paid as planned: {planned}."),
    "payments.refund": N_(
        "{rate_percent} % of the accepted costs of {accepted} is {part}. {paid} has been paid, and"
        " the limit for payments before the balance leaves {room}. The instalment is {amount}."
    ),
    "payments.prefinancing": N_(
        "{consumed_percent} % of the previous instalment was used, enough for the next one. The"
        " grant's part of the forecast is {forecast_part}; the limit for payments before the"
        " balance leaves {room}. The instalment is {amount}."
    ),
    "payments.prefinancing_reduced": N_(
        "{consumed_percent} % of the previous instalment was used; {minimum_percent} % is needed."
        " The grant's part of the forecast, {forecast_part}, is therefore reduced by {reduction};"
        " the limit for payments before the balance leaves {room}. The instalment is {amount}."
    ),
    "payments.above_agreement": N_(
        "{due} was asked for. Of the agreed {agreed}, {paid} is paid or on its way, so no more than"
        " {room} can be paid."
    ),
    "payments.balance": N_(
        "{rate_percent} % of the accepted costs of {accepted}, at most the agreed {agreed}, less"
        " {deduction} for profit and {reduction} by decision, gives a final grant of {final}."
        " {paid} has been paid, so {difference} is still to be paid."
    ),
    "payments.recovery": N_(
        "{rate_percent} % of the accepted costs of {accepted}, at most the agreed {agreed}, less"
        " {deduction} for profit and {reduction} by decision, gives a final grant of {final}."
        " {paid} has been paid, so {difference} has to be paid back."
    ),
    "payments.heading_moved": N_(
        "Heading {heading}: {accepted} is accepted in all, {agreed} agreed. {moved} moves from"
        " other headings; up to {percent} % of the original amount needs no decision."
    ),
    "payments.heading_above": N_(
        "Heading {heading}: {accepted} is accepted in all, {agreed} agreed. Without a decision no"
        " more than {counted} counts: {held} is not paid until the budget is changed."
    ),
    "payments.heading_uncovered": N_(
        "Heading {heading}: {accepted} is accepted in all, {agreed} agreed. The other headings can"
        " give only {moved} without a decision: {held} is not paid until the budget is changed."
    ),
    "payments.heading_share": N_(
        "Heading {heading}: {accepted} is accepted in all; {percent} % of the {base} that counts is"
        " {counted}. {held} is not paid."
    ),
    "payments.heading_agreed": N_(
        "Heading {heading}: {accepted} is accepted in all, {agreed} agreed, and no other heading"
        " can give to it. {held} is not paid until the budget is changed."
    ),
    "payments.heading_reserve": N_(
        "Heading {heading}: nothing is paid out of the reserve. {held} counts when the reserve is"
        " moved to the heading where it is spent."
    ),
    "payments.heading_spent": N_(
        "{accepted} of this heading is approved or paid for already. Enter at least that."
    ),
    "orders.purpose": N_(
        "“{typed}” is no code of a payment from account to account: three digits, the first is 2"
    ),
    "orders.reference_form": N_(
        "“{typed}” is no reference: enter the model 97 or 00, a space, and up to 20 digits, "
        "letters and dashes"
    ),
    "orders.reference_check": N_(
        "The check digits of “{typed}” do not fit; compare it with the supplier’s invoice"
    ),
}
