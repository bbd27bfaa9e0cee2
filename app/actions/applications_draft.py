"""A draft that may be changed: locked, and said to be nobody else's by now where it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import Application, StageEntry
from app.queries import applications as reading
from app.queries.applications import Entry
from app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Draft:
    """An open entry, locked after its application; `entry` has no budget and no files."""

    application: Application
    row: StageEntry
    entry: Entry

    def saved_by(self, act: Act) -> None:
        """Keep when it was last saved and by whom, for a colleague who saves at the same time."""
        self.row.saved_at, self.row.saved_by = act.now, act.actor.user_id


def open_draft(act: Act, entry_id: int, seen: Entry | None = None) -> Draft:
    """Lock an entry that is still a draft; Conflict says who sent it in, and when.

    `seen` is the entry as the caller has read it in this transaction. It is read again only
    where somebody has changed it before the rows were locked.
    """
    entry = seen or reading.frame(act.session, entry_id)
    application, row = act.load_with(Application, StageEntry, entry_id, to=Permission.APPLY)
    if (row.version, application.version) != (entry.version, entry.application_version):
        entry = reading.frame(act.session, entry_id)
    if entry.is_draft:
        return Draft(application, row, entry)
    if entry.received_at is not None and entry.state == "submitted":
        raise Conflict(
            N_("{name} has already sent in this application, on {received_at}."),
            name=entry.submitted_by,
            received_at=entry.received_at,
        )
    if entry.state == "lapsed":
        raise Conflict(
            N_("This draft was not sent in before the deadline, {closes_at}."),
            closes_at=entry.closes_at,
        )
    raise Conflict(N_("This application can no longer be changed."))


class EditedMeanwhile(Conflict):
    """Somebody else changed the same answers since they were read; nothing was written.

    `keys` are the questions that both changed, `answers` the ones that stand.
    """

    def __init__(
        self, draft: Draft, keys: Sequence[str], answers: Mapping[str, Any]
    ) -> None:  # Any: answers
        super().__init__(
            N_("{name} changed this part at the same time. Look at both and choose."),
            name=draft.entry.saved_by or "–",
        )
        self.keys = tuple(keys)
        self.answers = answers
