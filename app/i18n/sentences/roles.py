"""Names of the roles of `app.rules.permissions`, and what each is there for."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "role.public": N_("Public"),
    "role.applicant": N_("Applicant"),
    "role.assessor": N_("Assessor"),
    "role.officer": N_("Officer"),
    "role.fund_manager": N_("Fund manager"),
    "role.chair": N_("Chair of the committee"),
    "role.secretary": N_("Secretary of the committee"),
    "role.committee": N_("Member of the committee"),
    "role.observer": N_("Observer"),
    "role.finance": N_("Finance officer"),
    "role.approver": N_("Approver of payments"),
    "role.monitor": N_("Monitor"),
    "role.auditor": N_("Auditor"),
    "role.admin": N_("Administrator"),
    "role_hint.assessor": N_("Marks applications without names."),
    "role_hint.officer": N_("Checks applications, assigns assessors, prepares letters."),
    "role_hint.fund_manager": N_("Runs calls from the template to the announcement."),
    "role_hint.chair": N_("Agrees scores, runs the allocation, decides."),
    "role_hint.secretary": N_("Assigns assessors, ranks, allocates, prepares letters."),
    "role_hint.committee": N_("Reads assessments and agrees scores."),
    "role_hint.observer": N_("Reads applications and scores, changes nothing."),
    "role_hint.finance": N_("Prepares agreements, checks and records payments."),
    "role_hint.approver": N_("Approves payments that another person checked."),
    "role_hint.monitor": N_("Reads agreements and payments."),
    "role_hint.auditor": N_("Reads everything of the authority, changes nothing."),
    "role_hint.admin": N_("Changes the authority and gives roles; sees no applications."),
}
