"""Sentences of `app.queries.applications_begin` and `app.actions.applications`, `uploads`."""

from app.i18n.marks import N_

SENTENCES: dict[str, str] = {
    "applications.kind_not_admitted": N_(
        "“{name}” is not one of the kinds of organisation that may apply here."
    ),
    "applications.not_named": N_(
        "This grant is awarded without a competition; only those who are named in its rules may "
        "apply, and “{name}” is not. If it is, add its registry number to the organisation first."
    ),
    "applications.country_not_admitted": N_(
        "“{name}” is not established in a country whose organisations may apply."
    ),
    "applications.region_not_admitted": N_("This lot is not open to the region of “{name}”."),
    "upload.too_many_files": N_(
        "There are {allowed} file(s) already, which is the most. Remove one first."
    ),
}
