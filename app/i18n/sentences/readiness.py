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
    "readiness.co_applicants_many": N_(
        "At most {most} co-applicant(s) are allowed; {number} are named."
    ),
    "readiness.partner_kind": N_("This call does not admit a co-applicant of the kind “{kind}”."),
    "readiness.partner_is_lead": N_(
        "{number} is the number of the organisation that applies. Name another organisation."
    ),
    "readiness.partner_twice": N_("{number} is named twice. Name each co-applicant once."),
    "readiness.partner_shares": N_(
        "The shares of the co-applicants ({shares}) are more than the total costs ({total})."
    ),
}
