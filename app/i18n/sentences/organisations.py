"""Names of identifiers, and what is asked of an organisation."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "identifier.label_PIB": N_("Tax number (PIB)"),
    "identifier.label_MB": N_("Registry number (matični broj)"),
    "identifier.label_JBKJS": N_("Number of a user of public funds (JBKJS)"),
    "identifier.label_BPG": N_("Number of the farm (BPG)"),
    "identifier.label_EDB": N_("Tax number (EDB)"),
    "identifier.label_EMBS": N_("Registry number (EMBS)"),
    "identifier.label_JIB": N_("Unique number (JIB)"),
    "identifier.label_NIPT": N_("Unique number (NIPT, NUIS)"),
    "identifier.label_NUI": N_("Unique number (NUI)"),
    "identifier.label_UNP": N_("Taxpayer number (UNP)"),
    "identifier.label_LEI": N_("Legal entity identifier (LEI)"),
    "identifier.label_PIC": N_("Participant code of the EU portal (PIC)"),
    "identifier.label_VAT": N_("VAT number with the country’s letters"),
}
