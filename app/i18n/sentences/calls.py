"""Sentences of `app.queries.calls_findings` and `app.rules.corrigendum`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "calls.no_dates": N_("The call has no dates yet. Set when it opens and when it closes."),
    "calls.closes_in_the_past": N_("The closing, {closes_at}, has passed. Set a later one."),
    "corrigendum.nothing_changed": N_(
        "Nothing is changed yet. Change rules, words or the deadline, or drop the corrigendum."
    ),
    "corrigendum.deadline_passed": N_(
        "The deadline was {closes_at}. A call is corrected before its deadline, not after."
    ),
    "corrigendum.no_deadline": N_(
        "No stage takes applications now, so there is no deadline to move. Set the dates of the "
        "next stage instead."
    ),
    "corrigendum.earlier": N_("The deadline is {closes_at}. It may move later, never earlier."),
    "corrigendum.in_the_past": N_("{closes_at} has passed. Enter a moment that lies ahead."),
    "corrigendum.never": N_(
        "This cannot be changed once a call is published. Take it back, or cancel the call and "
        "start a new one."
    ),
    "corrigendum.rules_settled": N_(
        "The first deadline is over: words may be made clearer, rules may no longer be changed. "
        "Take it back."
    ),
    "corrigendum.open_already": N_(
        "The call has been open since {opens_at}. Only an opening that lies ahead can move."
    ),
    "corrigendum.less_time": N_(
        "A later opening must not leave less time to apply: the deadline is {earliest_at} at the "
        "earliest."
    ),
    "corrigendum.money_promised": N_(
        "Awards are decided out of this money: the envelope and the share of each lot can only "
        "grow. Take it back."
    ),
    "corrigendum.only_money": N_(
        "The deadline is over: only the envelope and the shares of the lots may still change. "
        "Take it back."
    ),
    "corrigendum.against_begun": N_(
        "This works against {number} application(s) that were begun under the published rules. "
        "Take it back."
    ),
    "corrigendum.prolong": N_(
        "Such a change needs a later deadline for all: {days} days more, {earliest_at} at the "
        "earliest."
    ),
}
