"""Why a deed for many applications leaves one of them alone."""

from app.i18n.marks import N_

SENTENCES = {
    "bulk.changed": N_("Somebody has changed it since the list was shown. Look at it by itself."),
    "bulk.withdrawn": N_("The applicant has withdrawn it."),
    "bulk.check_over": N_("The awards of this call are decided, so its check is closed."),
    "bulk.no_checklist": N_("Its stage has no checklist."),
    "bulk.check_closed": N_("Its check is closed."),
    "bulk.question_waits": N_("A question to the applicant waits for its answer."),
    "bulk.judged_against": N_("A criterion of eligibility is not judged as met."),
    "bulk.items_unmet": N_("Items of the checklist that are not marked as met: {number}."),
    "bulk.unjudged": N_("Criteria of eligibility that nobody has judged yet: {number}."),
    "bulk.no_question": N_("No question to the applicant waits for an answer."),
    "bulk.not_admitted": N_("It is not admitted, or has a score already."),
    "bulk.not_assessed": N_("Its stage is checked, not assessed."),
    "bulk.enough_assessors": N_("It has enough assessors."),
    "bulk.barred": N_("Not enough of the chosen assessors may assess it and are free at its hour."),
}
