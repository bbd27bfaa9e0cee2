"""An applicant lets the officers read a draft, to be helped with it; and takes that back."""

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Application
from app.queries.drafts import has_draft
from app.rules.permissions import Permission

TO = Permission.APPLY


def share(act: Act, application_id: int) -> None:
    """Let the officers of the call read the draft until it is sent in; twice changes nothing."""
    application = act.load(Application, application_id, to=TO)
    if not has_draft(act.session, application_id):
        raise Conflict(N_("There is no draft to show: it was sent in, or cannot be changed now."))
    if application.draft_shared_at is not None:
        return
    application.draft_shared_at, application.draft_shared_by = act.now, act.actor.user_id
    act.record(application, "share_draft")


def hide(act: Act, application_id: int) -> None:
    """End the consent; from now on the draft is the applicant's alone again."""
    application = act.load(Application, application_id, to=TO)
    if application.draft_shared_at is None:
        return
    application.draft_shared_at = application.draft_shared_by = None
    act.record(application, "hide_draft")
