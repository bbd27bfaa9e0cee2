"""Sentences of `app.rules.identifiers` and `app.rules.bank_accounts`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "identifier.missing": N_("Enter the number"),
    "identifier.form_RS_PIB": N_("“{typed}” is not a PIB: it has 9 digits, like 101134702"),
    "identifier.form_RS_MB": N_(
        "“{typed}” is not a registry number: it has 8 digits, leading zeros included"
    ),
    "identifier.form_RS_JBKJS": N_(
        "“{typed}” is not a JBKJS: it has 5 digits, leading zeros included"
    ),
    "identifier.form_RS_BPG": N_("“{typed}” is not a farm number: it has 12 digits"),
    "identifier.form_ME_PIB": N_("“{typed}” is not a PIB of Montenegro: it has 8 digits"),
    "identifier.form_MK_EDB": N_("“{typed}” is not an EDB: it has 13 digits"),
    "identifier.form_MK_EMBS": N_("“{typed}” is not an EMBS: it has 7 digits"),
    "identifier.form_BA_JIB": N_("“{typed}” is not a JIB: it has 13 digits and begins with 4"),
    "identifier.form_AL_NIPT": N_(
        "“{typed}” is not a NIPT: it has a letter, 8 digits and a letter, like J91402501L"
    ),
    "identifier.form_XK_NUI": N_("“{typed}” is not a unique number: it has 9 digits"),
    "identifier.form_BY_UNP": N_("“{typed}” is not a UNP: it has 9 characters"),
    "identifier.form_LEI": N_("“{typed}” is not an LEI: it has 20 characters"),
    "identifier.form_PIC": N_("“{typed}” is not a PIC: it has 9 digits"),
    "identifier.form_VAT": N_("“{typed}” is not a VAT number: it begins with two letters"),
    "identifier.check_digit": N_(
        "{number} cannot be a {scheme}: the last digit does not fit the others."
        " Compare it with the paper, digit by digit"
    ),
    "identifier.check_digit_unsure": N_(
        "The last digit of {number} does not seem to fit the others. Compare it with the paper;"
        " if it is the same there, you may keep it"
    ),
    "iban.missing": N_("Enter the account number"),
    "iban.form": N_(
        "“{typed}” is not an IBAN: it begins with two letters and two digits,"
        " like RS35 2600 0560 1001 6113 79"
    ),
    "iban.country": N_("{country} is not a country with IBANs; check the first two letters"),
    "iban.length": N_(
        "An IBAN of {country} cannot have {length} characters; one is missing or too many"
    ),
    "iban.check_digits": N_(
        "This IBAN contains a typing error, perhaps two digits in the wrong order."
        " Compare it with the paper"
    ),
    "iban.domestic_check_digits": N_(
        "The last two digits of {typed} do not fit the others. Compare it with the paper"
    ),
    "bic.form": N_("“{typed}” is not a BIC: it has 8 or 11 characters, like NBSRRSBG"),
    "bic.country": N_("{country} in the BIC is not a country; check the fifth and sixth letter"),
}
