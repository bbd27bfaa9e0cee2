"""What is missing in an assessment, in words."""

from app.i18n.marks import N_

SENTENCES = {
    "marking.mark": N_("Give a mark for {criterion}."),
    "marking.mark_off_scale": N_(
        "The mark for {criterion} is not on the scale from {lowest} to {highest}."
    ),
    "marking.comment": N_("A mark of {mark} for {criterion} needs a comment."),
    "marking.section_comment": N_("Write a comment on section {section}."),
}
