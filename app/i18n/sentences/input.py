"""Sentences of `app.rules.json_reader`, `allocation_checks` and `scoring_input`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "input.unreadable": N_("The input cannot be read: {reason}."),
    "input.not_utf8": N_("The text is not UTF-8."),
    "input.not_json": N_("This is not JSON: look at line {line}, column {column}."),
    "input.not_a_json_number": N_("This is not JSON: {number} is not a number."),
    "input.too_deep": N_("The JSON is nested too deeply."),
    "input.not_an_object": N_("Here must be an object in braces."),
    "input.not_a_list": N_("Here must be a list in square brackets."),
    "input.not_text": N_("Here must be a text in quotes."),
    "input.empty_text": N_("The text is empty."),
    "input.broken_text": N_("The text holds half of a character."),
    "input.no_byte_form": N_("The file holds half of a character or a number that is too large."),
    "input.empty_list": N_("The list is empty."),
    "input.not_a_decimal": N_('Here must be a decimal number in quotes, like "60" or "91.25".'),
    "input.not_a_date": N_('Here must be a date in quotes, like "2026-03-31".'),
    "input.negative_amount": N_("An amount cannot be negative."),
    "input.negative_number": N_("This number cannot be negative."),
    "input.too_many_decimals": N_("An amount has at most two decimals."),
    "input.not_a_whole_number": N_("Here must be a whole number without quotes, like 1."),
    "input.not_true_or_false": N_("Here must be true or false, without quotes."),
    "input.not_one_of": N_("Here must be one of these words: {choices}."),
    "input.unknown_key": N_("The key “{key}” is not known here."),
    "input.key_twice": N_("The key “{key}” is given twice."),
    "input.missing": N_("“{key}” is missing."),
    "input.not_two_or_three": N_("There must be two or three assessments."),
    "input.assessor_twice": N_("This assessor is named twice."),
    "input.no_criteria": N_("The grid has no criteria."),
    "input.code_twice": N_("The code “{code_used}” is used twice."),
    "input.criteria_or_carried_over": N_(
        "A section has either criteria or a carried-over total, not both and not neither."
    ),
    "input.multiplier_zero": N_("The multiplier must be above 0."),
    "input.floor_section": N_("The floor must name a section that has criteria."),
    "input.mark_outside": N_("The mark must be from {least} to {most}."),
    "allocation_input.share_outside": N_("The share must be from 0 to 1."),
    "allocation_input.fixed_key": N_("“{key}” has a meaning of its own and cannot be used here."),
    "allocation_input.under_one": N_("The number must be 1 or more."),
    "allocation_input.floors_in_common_pot": N_("Floors cannot be used with a common pot."),
    "allocation_input.floors_with_pro_rata": N_("Floors cannot be used with a pro rata cut."),
    "allocation_input.caps_with_pro_rata": N_("Caps cannot be used with a pro rata cut."),
    "allocation_input.no_lots": N_("There must be at least one lot."),
    "allocation_input.lot_twice": N_("The lot “{lot}” is given twice."),
    "allocation_input.min_above_max": N_(
        "The smallest grant of lot “{lot}” is above its largest grant."
    ),
    "allocation_input.realloc_order": N_("“{lot}” is not a lot, or is named twice."),
    "allocation_input.realloc_order_incomplete": N_(
        "Every lot must be named once; “{lot}” is missing."
    ),
    "allocation_input.id_twice": N_("The id “{application}” is used twice."),
    "allocation_input.unknown_lot": N_("There is no lot “{lot}”."),
    "allocation_input.above_max": N_(
        "The request of {requested} is above the largest grant of its lot, {limit}."
    ),
    "allocation_input.below_min": N_(
        "The request of {requested} is below the smallest grant of its lot, {limit}."
    ),
}
