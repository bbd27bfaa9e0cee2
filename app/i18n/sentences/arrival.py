"""Sentences of `app.rules.first_come`: those of the allocation where the order is of receipt."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "arrival.awarded_full": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. When its turn came, {remaining}"
        " remained, so the request of {requested} is awarded in full."
    ),
    "arrival.awarded_floor": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. It is among the first of"
        " “{value}”, and the published rule gives a place to each such group first, so the request"
        " of {requested} is awarded in full."
    ),
    "arrival.awarded_partial": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. When its turn came, {remaining}"
        " remained. This is {share_percent} % of the request of {requested}, enough for a partial"
        " offer of {awarded}."
    ),
    "arrival.partial_floor_applied": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. Others were placed first by the"
        " published rule for each region or group, so {remaining} remained: a partial offer of"
        " {awarded} instead of the request of {requested}."
    ),
    "arrival.cap_reached": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. Its lead applicant already holds"
        " the largest number of awards allowed ({awards_per_lead}), so it gets no award."
    ),
    "arrival.cap_floor_applied": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. Another application of the same"
        " lead applicant was placed first by the published rule for each region or group. A lead"
        " applicant may hold no more than {awards_per_lead}."
    ),
    "arrival.reserve_nothing_left": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. All money had been awarded to"
        " earlier applications when its turn came. It has place {reserve_position} on the reserve"
        " list."
    ),
    "arrival.reserve_does_not_fit": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. When its turn came, {remaining}"
        " remained, less than the request of {requested}. It has place {reserve_position} on the"
        " reserve list."
    ),
    "arrival.reserve_below_min_grant": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. When its turn came, {remaining}"
        " remained, less than the request of {requested} and less than the smallest grant of"
        " {min_grant}. It has place {reserve_position} on the reserve list."
    ),
    "arrival.reserve_below_share": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. When its turn came, {remaining}"
        " remained. This is {share_percent} % of the request of {requested}; at least"
        " {least_percent} % is needed for a partial offer. It has place {reserve_position} on the"
        " reserve list."
    ),
    "arrival.reserve_after_stop": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. The money ran out at an earlier"
        " application, and the published rule passes nobody over. It has place"
        " {reserve_position} on the reserve list."
    ),
    "arrival.reserve_floor_applied": N_(
        "The application was received on {received_at} and is number {rank} in the order of"
        " receipt; it reached the threshold with {score} points. Others were placed first by the"
        " published rule for each region or group, so {remaining} remained when its turn came,"
        " less than the request of {requested}. It has place {reserve_position} on the reserve"
        " list."
    ),
}
