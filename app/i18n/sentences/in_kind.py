"""Sentences of `app.rules.in_kind`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "given.no_offer": N_("Choose one of the offers for this item."),
    "given.does_not_comply": N_(
        "This offer does not meet the specification, so it cannot be chosen."
    ),
    "given.too_few_offers": N_(
        "There are {there} of at least {least} offers. Ask for more, or write why there are so few."
    ),
    "given.not_the_cheapest": N_(
        "This offer is {difference} dearer than the cheapest one that meets the specification."
        " Write why it is chosen."
    ),
    "given.retention_runs": N_("The authority keeps the title until {until}."),
    "given.condition_open": N_("Confirm that the condition of the agreement is met."),
    "given.above_the_ceiling": N_(
        "Together with {known} of aid known here this passes the ceiling of {ceiling} in {years}"
        " years, so it cannot be given as de minimis aid. Choose somebody else."
    ),
}
