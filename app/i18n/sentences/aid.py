"""Sentences of `app.rules.aid_ceiling`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "aid.above_the_ceiling": N_(
        "The applicant and the enterprises linked with it have {known} of de minimis aid in the"
        " time that counts, given or offered. An award of {award} would pass the ceiling of"
        " {ceiling}, and then none of it is de minimis aid, so there is no award. Up to {left}"
        " could still be given."
    ),
}
