"""Sentences of `app.rules.allocation_explain` and `allocation_ties`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "allocation.ineligible": N_("The application is not eligible, so it was not ranked."),
    "allocation.withdrawn": N_("The application was withdrawn, so it was not ranked."),
    "allocation.below_threshold": N_(
        "The application has {score} points. At least {threshold} points were needed."
    ),
    "allocation.awarded_full": N_(
        "The application has rank {rank} with {score} points. When its turn came, {remaining}"
        " remained, so the request of {requested} is awarded in full."
    ),
    "allocation.awarded_floor": N_(
        "The application has rank {rank} with {score} points. It is among the best of “{value}”,"
        " and the published rule gives a place to each such group first, so the request of"
        " {requested} is awarded in full."
    ),
    "allocation.awarded_partial": N_(
        "The application has rank {rank} with {score} points. When its turn came, {remaining}"
        " remained. This is {share_percent} % of the request of {requested}, enough for a partial"
        " offer of {awarded}."
    ),
    "allocation.partial_floor_applied": N_(
        "The application has rank {rank} with {score} points. Others were placed first by the"
        " published rule for each region or group, so {remaining} remained: a partial offer of"
        " {awarded} instead of the request of {requested}."
    ),
    "allocation.awarded_pro_rata": N_(
        "All requests together are {all_requests}, more than the {envelope} available, so every"
        " request is cut by the same share: {awarded} of {requested}."
    ),
    "allocation.cap_reached": N_(
        "The application has rank {rank} with {score} points. Its lead applicant already holds the"
        " largest number of awards allowed ({awards_per_lead}), so it gets no award."
    ),
    "allocation.cap_floor_applied": N_(
        "The application has rank {rank} with {score} points. Another application of the same lead"
        " applicant was placed first by the published rule for each region or group. A lead"
        " applicant may hold no more than {awards_per_lead}."
    ),
    "allocation.reserve_nothing_left": N_(
        "The application has rank {rank} with {score} points. All money had been awarded to better"
        " ranked applications when its turn came. It has place {reserve_position} on the reserve"
        " list."
    ),
    "allocation.reserve_does_not_fit": N_(
        "The application has rank {rank} with {score} points. When its turn came, {remaining}"
        " remained, less than the request of {requested}. It has place {reserve_position} on the"
        " reserve list."
    ),
    "allocation.reserve_below_min_grant": N_(
        "The application has rank {rank} with {score} points. When its turn came, {remaining}"
        " remained, less than the request of {requested} and less than the smallest grant of"
        " {min_grant}. It has place {reserve_position} on the reserve list."
    ),
    "allocation.reserve_below_share": N_(
        "The application has rank {rank} with {score} points. When its turn came, {remaining}"
        " remained. This is {share_percent} % of the request of {requested}; at least"
        " {least_percent} % is needed for a partial offer. It has place {reserve_position} on the"
        " reserve list."
    ),
    "allocation.reserve_after_stop": N_(
        "The application has rank {rank} with {score} points. The money ran out at a better ranked"
        " application, and the published rule passes nobody over. It has place"
        " {reserve_position} on the reserve list."
    ),
    "allocation.reserve_floor_applied": N_(
        "The application has rank {rank} with {score} points. Others were placed first by the"
        " published rule for each region or group, so {remaining} remained when its turn came,"
        " less than the request of {requested}. It has place {reserve_position} on the reserve"
        " list."
    ),
    "allocation.offer_raised": N_(
        "Money has become free. The partial offer is raised by {added} to {awarded} of the"
        " {requested} requested."
    ),
    "allocation.reserve_activated": N_(
        "Money has become free, and the application is next on the reserve list with rank {rank}."
        " It is awarded {awarded} of the {requested} requested."
    ),
    "allocation.unresolved_tie": N_(
        "These applications share rank {rank} and would be treated differently: {applications}."
        " The committee has to set their order, with a written reason."
    ),
}
