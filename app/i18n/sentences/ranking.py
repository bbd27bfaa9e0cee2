"""Sentences of `app.rules.ranking`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "ranking.settled_by_section": N_(
        "Same total as the application above; that one has more points in “{section}”:"
        " {above} against {below}."
    ),
    "ranking.settled_by_request": N_(
        "Same total as the application above; that one requests less: {lower} against {higher}."
    ),
    "ranking.settled_by_arrival": N_("Received later than the application above."),
    "ranking.settled_by_committee": N_(
        "Same total as the application above; the committee set the order, with a written reason."
    ),
    "ranking.shared": N_("Equal to the application above in everything that counts."),
    "ranking.preselection_passed": N_(
        "It has {total} points and is among those invited. The last one invited has {cut_off}"
        " points."
    ),
    "ranking.preselection_below_threshold": N_(
        "It has {total} points. At least {threshold} were needed."
    ),
    "ranking.preselection_outside_limit": N_(
        "It has {total} points, enough for the threshold of {threshold}. Only the best were"
        " invited, until their requests reached {limit_percent} % of the money available; the"
        " last one invited has {cut_off} points."
    ),
}
