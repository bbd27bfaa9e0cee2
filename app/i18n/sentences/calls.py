"""Sentences of `app.queries.calls_findings`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "calls.no_dates": N_("The call has no dates yet. Set when it opens and when it closes."),
    "calls.closes_in_the_past": N_("The closing, {closes_at}, has passed. Set a later one."),
}
