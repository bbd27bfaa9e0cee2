"""Sentences of `app.rules.scoring`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "scoring.third_needed_percent": N_(
        "The two assessments differ by {difference} % of the higher total, more than {over} %."
        " A third assessment is needed."
    ),
    "scoring.third_needed_points": N_(
        "The two assessments differ by {difference} points, more than {over}."
        " A third assessment is needed."
    ),
    "scoring.section_below_minimum": N_(
        "Section {section} has {points} points. At least {minimum} were needed."
    ),
    "scoring.sub_score_floor": N_(
        "Question {criterion} of section {section} was marked {floor} or lower, which ends the"
        " assessment whatever the total."
    ),
    "scoring.below_threshold": N_(
        "The application has {total} points. At least {threshold} were needed."
    ),
    "scoring.passed": N_("The application has {total} points and meets every minimum."),
}
