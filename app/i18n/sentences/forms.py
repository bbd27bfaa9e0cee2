"""Sentences of the forms themselves (`app.web.kinds`)."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "form.too_long": N_("Shorten this to {maximum} characters; it has {length}"),
    "form.too_many_words": N_("Shorten this to {maximum} words; it has {words}"),
    "form.not_an_email": N_("Enter an e-mail address like name@example.org"),
    "form.not_an_iban": N_(
        "This is not a valid IBAN: its check digits do not fit; compare it with the bank’s paper"
    ),
    "form.not_an_option": N_("Choose one of the answers in the list"),
    "form.not_a_step": N_("Give points in steps of {step}"),
    "form.below_minimum": N_("Enter {minimum} or more"),
    "form.above_maximum": N_("Enter {maximum} or less"),
    "form.empty_file": N_("“{name}” is empty; choose the file again"),
    "form.file_too_large": N_("The file has {size}; at most {maximum} are accepted"),
    "form.date_incomplete": N_("Enter day, month and year"),
    "form.not_a_date": N_("This day does not exist; enter it in digits, like 27 3 2027"),
    "form.year_of_four_digits": N_("Enter the year with four digits"),
    "form.not_an_hour": N_("Enter the time like 16:00; 24:00 is the end of the day"),
    "form.hour_skipped": N_("Clocks skip this hour on that day; choose another"),
    "form.too_many_rows": N_("Enter at most {maximum} rows"),
}
