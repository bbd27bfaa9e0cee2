"""Sentences of `app.rules.eligibility_self`: questions before registering, and what to do."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "self_check.lead_type": N_("What are you?"),
    "self_check.lead_country": N_("In which country are you established?"),
    "self_check.co_applicants": N_(
        "How many other organisations would take part as co-applicants?"
    ),
    "self_check.local_governments": N_(
        "How many cities and municipalities would take part, you included?"
    ),
    "self_check.duration_months": N_("How many months would your project take?"),
    "self_check.who": N_("The call is open to your kind of applicant."),
    "self_check.where": N_("The call is open to your country."),
    "self_check.left_out": N_("You did not answer this."),
    "self_check.yes": N_("You say that it is so."),
    "self_check.no": N_("You say that it is not so."),
    "self_check.do_ask": N_("Find out before you begin; the authority answers questions."),
    "self_check.do_type": N_(
        "An organisation of another kind has to apply. Look at the other calls."
    ),
    "self_check.do_country": N_("Look at the other calls, or ask in which country yours counts."),
    "self_check.do_partner": N_(
        "You may be able to take part as a co-applicant: look for an organisation that may apply."
    ),
    "self_check.do_co_applicants": N_("Look for more partners before you apply."),
    "self_check.do_change": N_("Plan your project so that it keeps within this limit."),
    "self_check.do_fulfil": N_("Fulfil this before the deadline, or look at the other calls."),
    "self_check.do_explain": N_("You can still apply; explain it in the form."),
}
