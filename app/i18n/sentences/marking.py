"""What is missing in an assessment, in words."""

from app.i18n.marks import N_

SENTENCES = {
    "marking.mark": N_("Give a mark for {criterion}."),
    "marking.mark_off_scale": N_(
        "The mark for {criterion} is not on the scale from {lowest} to {highest}."
    ),
    "marking.comment": N_("A mark of {mark} for {criterion} needs a comment."),
    "marking.section_comment": N_("Write a comment on section {section}."),
    "marking.below_minimum": N_(
        "Section {section} has {points} points by your marks. Below {minimum} an application is "
        "rejected, whatever its total."
    ),
    "marking.at_floor": N_(
        "You give {mark} for {criterion}. So low a mark there may reject the application by itself."
    ),
    "marking.below_threshold": N_(
        "Your total is {points}. Below {threshold} an application is rejected."
    ),
    "marking.no_reason": N_(
        "There is no comment on {criteria}. The applicant reads your comments as the reason for "
        "the points."
    ),
}
