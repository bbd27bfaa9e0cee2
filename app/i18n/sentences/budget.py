"""Sentences of `app.rules.budget` and `budget_changes`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "budget.unknown_heading": N_("The call has no budget heading “{heading}” for lines like this."),
    "budget.unknown_item": N_("Heading {heading} has no line “{item}”; choose one of its lines."),
    "budget.unknown_source": N_("The call has no source of money “{source}”."),
    "budget.negative_line": N_("Units and amounts cannot be negative."),
    "budget.negative_source": N_("The money of a source cannot be negative."),
    "budget.share_below_minimum": N_(
        "Heading {heading} is {part}, {share_percent} % of {whole}. At least {limit_percent} % is"
        " needed."
    ),
    "budget.share_above_maximum": N_(
        "Heading {heading} is {part}, {share_percent} % of {whole}. At most {limit_percent} % is"
        " allowed."
    ),
    "budget.sources_below_uses": N_(
        "The costs are {uses}, but the sources add up to {sources}: {difference} is missing."
    ),
    "budget.sources_above_uses": N_(
        "The costs are {uses}, but the sources add up to {sources}: {difference} too much."
    ),
    "budget.grant_below_minimum": N_(
        "The grant requested is {grant}. The smallest grant is {limit}."
    ),
    "budget.grant_above_maximum": N_(
        "The grant requested is {grant}. The largest grant is {limit}."
    ),
    "budget.rate_below_minimum": N_(
        "The grant is {rate_percent} % of the total eligible costs. At least {limit_percent} % must"
        " be requested."
    ),
    "budget.rate_above_maximum": N_(
        "The grant is {rate_percent} % of the total eligible costs. At most {limit_percent} % can"
        " be granted."
    ),
    "budget.amount_changed_too_much": N_(
        "The request was {previous} at the stage before and may change by {limit_percent} %: from"
        " {least} to {most}. It is now {requested}."
    ),
    "budget.transfer_untouchable": N_(
        "Heading {heading} cannot be changed without an amendment of the agreement."
    ),
    "budget.transfer_too_large": N_(
        "Heading {heading} changes by {moved}. Up to {limit} ({limit_percent} % of its original"
        " amount) needs only a notification; more needs an amendment of the agreement."
    ),
    "budget.transfer_changes_total": N_(
        "The headings add up to {after} after the change and to {before} before. A transfer cannot"
        " change the total."
    ),
}
