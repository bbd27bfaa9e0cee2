"""Sentences of `app.rules.stand_ins`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "stand_in.role": N_(
        "Nobody stands in for this role. Committees and assessors are named in person: give the "
        "role to somebody else instead."
    ),
    "stand_in.not_held": N_("The absent person does not hold this role."),
    "stand_in.same_person": N_("Nobody stands in for themselves. Choose another person."),
    "stand_in.own": N_("You cannot name yourself. Another administrator has to do it."),
    "stand_in.auditor": N_("An auditor cannot act for somebody else. Choose another person."),
    "stand_in.stranger": N_("This person has no role in the authority yet. Invite them first."),
    "stand_in.period": N_("The last day must not come before the first."),
    "stand_in.over": N_("This period is over already."),
    "stand_in.too_long": N_("A stand-in is named for at most {days} days. Give the role instead."),
}
