"""Sentences of `app.actions.templates` and of the rules on schemes."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "template.unknown_key_did_you_mean": N_("Unknown key “{key}”. Did you mean “{meant}”?"),
    "template.unknown_key": N_("Unknown key “{key}”. Known here: {known}."),
    "template.float": N_('{value} is not exact; write it in quotes, like "17.5".'),
    "template.money": N_(
        '“{value}” is not a sum of money; write it in quotes with a point, like "1500.00".'
    ),
    "template.decimal": N_('“{value}” is not a number; write 7 or "7.5".'),
    "template.missing": N_("“{key}” is missing."),
    "template.not_one_of": N_("“{value}” is not known here; write one of {expected}."),
    "template.whole_number": N_("Write a whole number, without quotes."),
    "template.text": N_("Write a text in quotes."),
    "template.true_or_false": N_("Write true or false, without quotes."),
    "template.list": N_("Write a list in square brackets."),
    "template.table": N_("Write a table of keys and values here."),
    "template.date": N_("Write a date as year-month-day, like 2027-03-19."),
    "template.not_understood": N_("“{value}” cannot be understood here."),
    "template.unknown_visibility": N_("There is no visibility profile “{name}”. Known: {known}."),
    "template.too_large": N_("The file is larger than {kilobytes} KB."),
    "template.not_utf8": N_("{filename} is not text in UTF-8."),
    "template.not_toml": N_("{filename} is not valid TOML: {problem}"),
}
