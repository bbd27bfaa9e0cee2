"""Sentences of `app.rules.deadlines`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "deadlines.late": N_(
        "The deadline was {closes_at}. Your application arrived at {received_at}, so it is late."
    ),
    "deadlines.too_short": N_(
        "At least {min_days} days are needed from publication: {earliest_on} at the earliest."
    ),
    "deadlines.not_a_working_day": N_(
        "{closes_on} is a weekend or a holiday. {better_on} is the next working day."
    ),
    "deadlines.new_year": N_(
        "{closes_on} lies in the days of New Year and Christmas, when offices are closed."
    ),
}
