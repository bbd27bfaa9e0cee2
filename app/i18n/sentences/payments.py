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
}
