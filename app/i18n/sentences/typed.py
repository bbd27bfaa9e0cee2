"""What was typed into a field and cannot be understood (`app.web.kinds`)."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "typed.too_long": N_("Shorten this to {maximum} characters; it has {length}"),
    "typed.too_many_words": N_("Shorten this to {maximum} words; it has {words}"),
    "typed.not_an_email": N_("Enter an e-mail address like name@example.org"),
    "typed.not_an_iban": N_(
        "This is not a valid IBAN: its check digits do not fit; compare it with the bank’s paper"
    ),
    "typed.not_an_option": N_("Choose one of the answers in the list"),
    "typed.not_a_step": N_("Give points in steps of {step}"),
    "typed.below_minimum": N_("Enter {minimum} or more"),
    "typed.above_maximum": N_("Enter {maximum} or less"),
    "typed.empty_file": N_("“{name}” is empty; choose the file again"),
    "typed.file_too_large": N_("The file has {size}; at most {maximum} are accepted"),
    "typed.date_incomplete": N_("Enter day, month and year"),
    "typed.not_a_date": N_("This day does not exist; enter it in digits, like 27 3 2027"),
    "typed.year_of_four_digits": N_("Enter the year with four digits"),
    "typed.not_an_hour": N_("Enter the time like 16:00; 24:00 is the end of the day"),
    "typed.hour_skipped": N_("Clocks skip this hour on that day; choose another"),
    "typed.too_many_rows": N_("Enter at most {maximum} rows"),
}
