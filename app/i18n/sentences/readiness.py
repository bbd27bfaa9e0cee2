"""Sentences of `app.rules.readiness`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "readiness.budget_unread": N_(
        "The budget is not complete, or something in it could not be read. Open it and look at the"
        " lines in red."
    ),
    "readiness.budget_empty": N_("Enter the costs and who pays for them."),
    "readiness.document_missing": N_("Add the document “{title}”."),
    "readiness.documents_missing": N_(
        "Add the document “{title}” for every applicant: {there} of {wanted} are there."
    ),
    "readiness.grant_above_total": N_(
        "The grant asked for ({grant}) is more than the total eligible costs ({total})."
    ),
    "readiness.co_applicants_few": N_("Name at least {least} co-applicant(s)."),
}
