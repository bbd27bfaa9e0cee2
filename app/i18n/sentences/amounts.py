"""Sentences of `app.rules.amounts`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "amount.missing": N_("Enter an amount"),
    "amount.negative": N_("“{typed}” is negative; enter zero or more, without a minus sign"),
    "amount.not_a_number": N_("“{typed}” is not an amount; write it like 1234.56 or 1.234,56"),
    "amount.not_whole": N_("“{typed}” is not a whole number; write it in digits, like 1500"),
    "amount.ambiguous": N_(
        "“{typed}” can be read in two ways; if you mean {plain}, write {plain} or {grouped}"
    ),
    "amount.too_many_decimals": N_("“{typed}” has more than {places} decimals; round it first"),
    "amount.too_large": N_("“{typed}” is too large"),
}
