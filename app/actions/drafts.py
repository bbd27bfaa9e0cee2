"""An applicant lets the officers read a draft, to be helped with it; and takes that back."""

from datetime import datetime, time

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Application
from app.queries.drafts import has_draft, was_read
from app.rules.deadlines import ZONE
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


def note_read(act: Act, application_id: int) -> None:
    """Write down that an officer opened the draft: once for each person and day in Belgrade.

    Only the first look of the day locks the application, so that reading stays quick.
    """
    since = datetime.combine(act.now.astimezone(ZONE).date(), time.min, ZONE)
    if was_read(act.session, application_id, by=act.actor.user_id, since=since):
        return
    application = act.load(Application, application_id, to=Permission.CHECK_APPLICATION)
    # Asked again under the lock: two tabs may have opened it in one moment.
    if not was_read(act.session, application_id, by=act.actor.user_id, since=since):
        act.record(application, "read_draft")
