"""What is wrong with a question to an applicant, and why a bulk deed leaves a row alone."""

from app.i18n.marks import N_

SENTENCES = {
    "clarifying.no_question": N_("Write the question as the applicant will read it."),
    "clarifying.no_item": N_("Choose the items that the question is about."),
    "clarifying.unknown_item": N_("One of them is not an item of the published list."),
    "clarifying.not_clarifiable": N_(
        "One of them may not be clarified: the published list decides it as it was sent in."
    ),
    "clarifying.no_date": N_("Enter the last day for the answer."),
    "clarifying.too_soon": N_(
        "Everybody has at least {days} working days, so the first possible day is {earliest}."
    ),
    "clarifying.too_far": N_("That is more than {days} days away. Look at the year again."),
    "clarifying.not_a_working_day": N_(
        "That is a weekend or a public holiday. {better} is the next working day."
    ),
}
