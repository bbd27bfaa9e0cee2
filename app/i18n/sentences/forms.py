"""Sentences of `app.rules.forms`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "form.required_text": N_("Answer this question"),
    "form.required_long_text": N_("Answer this question"),
    "form.required_number": N_("Enter a number"),
    "form.required_amount": N_("Enter an amount"),
    "form.required_date": N_("Enter a date"),
    "form.required_choice": N_("Choose one of the answers"),
    "form.required_choices": N_("Choose at least one answer"),
    "form.required_yes_no": N_("Choose yes or no"),
    "form.required_place": N_("Choose a city or municipality"),
    "form.required_places": N_("Choose at least one city or municipality"),
    "form.required_rows": N_("Add at least one row"),
    "form.unknown_question": N_("This question is not part of the form; leave it out"),
    "form.not_text": N_("Write a text here"),
    "form.too_many_words": N_("{words} words, {most} are allowed: shorten it by {over}"),
    "form.too_long": N_("{length} characters, {most} are allowed: shorten it by {over}"),
    "form.one_line": N_("Write this in one line"),
    "form.control_characters": N_("This contains characters that cannot be printed; type it again"),
    "form.not_number": N_("Enter a number"),
    "form.too_small": N_("Enter {least} or more"),
    "form.too_large": N_("Enter {most} or less"),
    "form.not_amount": N_("Enter an amount, like 1234.56 or 1.234,56"),
    "form.negative_amount": N_("Enter zero or more, without a minus sign"),
    "form.not_date": N_("“{typed}” is not a date; write day, month and year, like 19.3.2026"),
    "form.unknown_choice": N_("Choose one of the answers that are offered"),
    "form.unknown_place": N_("Choose a city or municipality from the list"),
    "form.not_rows": N_("Fill in the table row by row"),
    "form.too_few_rows": N_("Add rows: at least {least} are needed"),
    "form.too_many_rows": N_("Remove rows: at most {most} are allowed"),
}
