"""Sentences of `app.rules.eligibility`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "eligibility.not_judged": N_("An officer has to look at this."),
    "eligibility.judged": N_("{reason}"),
    "eligibility.not_told": N_("The application does not say; ask the applicant."),
    "eligibility.not_a_number": N_("“{fact}” is not a number; ask the applicant."),
    "eligibility.allowed": N_("{fact} is admitted."),
    "eligibility.not_allowed": N_("{fact} is not admitted; only {allowed}."),
    "eligibility.too_little": N_("{fact} is below the least allowed, {least}."),
    "eligibility.too_much": N_("{fact} is above the most allowed, {most}."),
    "eligibility.within": N_("{fact} is within the limits."),
}
