"""Taking back what was sent in, to change it and send it in again before the deadline.

What was received stands until the next one is received: there is no moment in which an
application that arrived counts for nothing. Who takes it back and does not send it in again
has applied with what stands, exactly as it was received.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete

from app import i18n
from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict
from app.i18n.marks import N_
from app.models import (
    Application,
    Attachment,
    BudgetLine,
    BudgetSource,
    CheckItem,
    Judgement,
    Stage,
    StageEntry,
    Submission,
)
from app.queries import applications as reading
from app.queries.applications import Entry
from app.queries.applications_parts import all_files_of
from app.rules.permissions import Permission
from app.rules.scheme_text import said

TO = Permission.APPLY


def take_back(act: Act, entry_id: int, *, submission_id: int, received_at: datetime) -> None:
    """Make the entry a draft again; `submission_id` is the one that the person looked at.

    Lateness is judged by when the request arrived. Conflict says that it is late, that the
    authority is at work with it already, or that somebody else sent it in again meanwhile.
    """
    application, row, entry = _loaded(act, entry_id)
    refuse_after_deadline(entry, received_at)
    stands = _standing(act, application, row)
    if entry.is_draft:
        return
    if stands is None or stands.id != submission_id:
        raise Conflict(
            N_("{name} sent it in again on {received_at}. Read that first."),
            name=entry.submitted_by,
            received_at=entry.received_at,
        )
    if row.state != "submitted" or application.state == "withdrawn":
        raise Conflict(N_("The authority is at work with it already: it cannot be changed now."))
    act.move(row, "take_back", submission=stands.number, received_at=stands.received_at)


def let_stand(act: Act, entry_id: int) -> None:
    """Give up the changes of a draft that was taken back: what was sent in stands, as it was."""
    application, row, entry = _loaded(act, entry_id)
    stands = _standing(act, application, row)
    if stands is None:
        raise Conflict(N_("It was never sent in, so there is nothing that could stand."))
    if entry.is_draft:
        _restore(act, application, row, stands)
        act.move(row, "let_stand", submission=stands.number, received_at=stands.received_at)


def let_all_stand(act: Act, stage: Stage) -> None:
    """At the deadline: what was taken back and not sent in again stands; its people are told."""
    keys = reading.taken_back(act.session, stage.id)
    for entry_id in keys:
        let_stand(act, entry_id)
        entry = reading.frame(act.session, entry_id)
        if entry.applicant.email:
            mail.write(
                act,
                "application_stands",
                to=entry.applicant.email,
                call=entry.call_title,
                stage=said(entry.stage.title, entry.scheme.languages[0]),
                reference=entry.reference,
                received_at=entry.received_at,
                closes_at=entry.closes_at,
                path=f"/applications/{entry.application_id}/{entry.stage_key}/receipt",
            )


def replace_standing(act: Act, application: Application, row: StageEntry) -> Submission | None:
    """Let the submission before no longer stand, for the one that is about to; return it.

    Both happen in one transaction. What an officer has found in the one before is dropped:
    it was said about other papers.
    """
    before = _standing(act, application, row)
    if before is None:
        return None
    before.stands = False
    act.session.execute(delete(CheckItem).where(CheckItem.entry_id == row.id))
    act.session.execute(delete(Judgement).where(Judgement.application_id == application.id))
    act.session.flush()
    act.record(application, "send_again", replaces=before.number)
    return before


def refuse_after_deadline(entry: Entry, received_at: datetime) -> None:
    """Raise the Conflict that names both times; the last instant of the deadline is in time."""
    if entry.call_state == "cancelled":
        raise Conflict(N_("This call was cancelled."))
    if entry.closes_at is None or received_at > entry.closes_at:
        raise Conflict(
            N_(
                "The deadline was {closes_at}. You asked to take it back on {received_at} (by the"
                " clock of this server at {clock}), so what you sent in stands."
            ),
            closes_at=entry.closes_at,
            received_at=received_at,
            clock=received_at.astimezone(i18n.formats.ZONE).strftime("%H:%M:%S"),
        )


def _loaded(act: Act, entry_id: int) -> tuple[Application, StageEntry, Entry]:
    application = act.load(Application, reading.application_of(act.session, entry_id), to=TO)
    row = act.load_many(StageEntry, StageEntry.id == entry_id, to=TO, within=application)[0]
    return application, row, reading.frame(act.session, entry_id)


def _standing(act: Act, application: Application, row: StageEntry) -> Submission | None:
    found = act.load_many(
        Submission,
        Submission.entry_id == row.id,
        Submission.stands.is_(True),
        to=TO,
        within=application,
    )
    return found[0] if found else None


def _restore(act: Act, application: Application, row: StageEntry, stands: Submission) -> None:
    """Put answers, budget and files back to what the submission holds."""
    snapshot = stands.snapshot
    row.answers = dict(snapshot["answers"])
    row.saved_at, row.saved_by = stands.received_at, stands.submitted_by
    for model, given in ((BudgetLine, snapshot["lines"]), (BudgetSource, snapshot["sources"])):
        act.session.execute(delete(model).where(model.entry_id == row.id))
        act.create_many(model, _numbered(row.id, given), to=TO, within=application)
    _restore_files(act, application, row, snapshot["files"])


def _numbered(
    entry_id: int,
    given: Sequence[Mapping[str, Any]],  # Any: JSON of a snapshot
) -> list[dict[str, Any]]:  # Any: columns of a row
    return [
        {"entry_id": entry_id, "position": place, **each}
        | ({"units": Decimal(each["units"])} if "units" in each else {})
        for place, each in enumerate(given, start=1)
    ]


def _restore_files(
    act: Act,
    application: Application,
    row: StageEntry,
    files: Sequence[Mapping[str, Any]],  # Any: JSON of a snapshot
) -> None:
    """Put back files that were taken out since, and take out those that came since."""
    wanted = {(file["requirement"], file["sha256"]) for file in files}
    newest = {
        (file.requirement, file.sha256): file.attachment_id
        for file in all_files_of(act.session, row.id)
    }
    kept = {key for what, key in newest.items() if what in wanted}
    for attachment in act.load_many(
        Attachment, Attachment.entry_id == row.id, to=TO, within=application
    ):
        if attachment.id in kept:
            attachment.removed_at = None
        elif attachment.removed_at is None:
            attachment.removed_at = act.now
