"""Kinds of objects as the audit trail names them."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "audit.object.agreed_score": N_("Agreed score"),
    "audit.object.agreement": N_("Agreement"),
    "audit.object.allocation_run": N_("Allocation run"),
    "audit.object.application": N_("Application"),
    "audit.object.application_print": N_("Printed application"),
    "audit.object.report_print": N_("Printed report"),
    "audit.object.assessment": N_("Assessment"),
    "audit.object.authority": N_("Authority"),
    "audit.object.award": N_("Award"),
    "audit.object.call": N_("Call"),
    "audit.object.clarification": N_("Question to the applicant"),
    "audit.object.declaration": N_("Declaration"),
    "audit.object.letter": N_("Letter"),
    "audit.object.lot": N_("Lot"),
    "audit.object.membership": N_("Membership"),
    "audit.object.organisation": N_("Organisation"),
    "audit.object.payment": N_("Payment"),
    "audit.object.staff_role": N_("Role"),
    "audit.object.stage": N_("Stage"),
    "audit.object.stage_entry": N_("Stage of an application"),
    "audit.object.user_account": N_("Account"),
}
