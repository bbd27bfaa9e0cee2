"""The acknowledgement of receipt: its contents when it is received, the paper by a job.

The contents are frozen with the submission, so the paper can be printed again years later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions import paper_parts, printing, printing_failures
from app.actions.act import Act
from app.documents import contexts as c
from app.documents.child import Renderer
from app.documents.store import Store
from app.i18n.formats import ZONE
from app.models import Application, Submission
from app.queries import applications_receipts, letterhead
from app.queries.applications import Entry
from app.queries.applications_parts import Attached
from app.rules.permissions import Permission
from app.rules.readiness import Money
from app.rules.scheme_text import said

DOCUMENT = "submission_receipt"
TASK = "receipts.render"


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt tells: the entry as it was sent in, its files, the digest of it all."""

    entry: Entry
    files: tuple[Attached, ...]
    digest: str
    money: Money
    number: int = 1
    replaces_received_at: datetime | None = None
    partners: tuple[str, ...] = ()
    rules_version: int = 1
    rules_digest: str = ""


def context(session: Session, received: Received) -> dict[str, Any]:  # Any: JSON
    """Return the contents of the paper as JSON (`documents.contexts.SubmissionReceipt`)."""
    entry = received.entry
    if entry.received_at is None or entry.closes_at is None:
        raise ValueError("Only what was received has a receipt.")
    language = entry.scheme.languages[0]
    titles = {each.key: said(each.title, language) for each in entry.stage.documents}
    paper = c.SubmissionReceipt(
        letter=_letter(session, entry, received.number),
        stage=said(entry.stage.title, language),
        submitted_by=entry.submitted_by,
        received_at=entry.received_at,
        closes_at=entry.closes_at,
        answers_sha256=received.digest,
        files=tuple(
            c.FileEntry(
                title=titles.get(file.requirement, file.requirement),
                name=file.filename,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
            )
            for file in received.files
        ),
        currency=entry.currency,
        requested_cents=received.money.requested_cents,
        replaces_received_at=received.replaces_received_at,
        partners=received.partners,
        rules_version=received.rules_version,
        rules_sha256=received.rules_digest,
    )
    return c.to_json(paper)


def render(act: Act, submission_id: int, *, renderer: Renderer, store: Store) -> None:
    """Print a receipt once (the job `receipts.render`); a second run finds it and does nothing."""
    waiting = applications_receipts.unprinted(act.session, submission_id)
    if waiting is None:
        return
    # The name of the file needs rows that are locked only after printing.
    contents = printing.Waiting(DOCUMENT, waiting.context, filename="")
    printed = printing.lay_out(contents, renderer=renderer, store=store)
    application, submission = _held(act, submission_id, waiting.application_id)
    if submission.receipt_file_id is not None:
        return
    filename = _filename(application, submission)
    submission.receipt_file_id = printing.keep(
        act, printed, filename, to=Permission.APPLY, within=application
    )
    submission.receipt_failure = ""
    act.record(application, "receipt_printed", sha256=printed.sha256)


def fail(act: Act, submission_id: int, error: Exception) -> None:
    """Keep why the receipt could not be printed, after the last attempt."""
    waiting = applications_receipts.unprinted(act.session, submission_id)
    if waiting is None:
        return
    application, submission = _held(act, submission_id, waiting.application_id)
    if submission.receipt_file_id is None:
        submission.receipt_failure = printing_failures.code_of(error)
        act.record(application, "receipt_failed", cause=printing_failures.cause_of(error))


def retry(act: Act, submission_id: int) -> None:
    """Have a receipt that failed printed again, by whoever may see it."""
    waiting = applications_receipts.unprinted(act.session, submission_id)
    if waiting is None:
        return
    to = Permission.SEE_OWN_APPLICATION
    application, submission = _held(act, submission_id, waiting.application_id, to=to)
    if submission.receipt_file_id is None and submission.receipt_failure:
        submission.receipt_failure = ""
        act.record(application, "receipt_again")
        act.enqueue(TASK, submission_id=submission.id)


def _held(
    act: Act, submission_id: int, application_id: int, *, to: Permission = Permission.APPLY
) -> tuple[Application, Submission]:
    application = act.load(Application, application_id, to=to)
    mine = Submission.id == submission_id
    return application, act.load_many(Submission, mine, to=to, within=application)[0]


def _filename(application: Application, submission: Submission) -> str:
    again = f"-{submission.number}" if submission.number > 1 else ""
    return f"receipt-{application.reference.replace('/', '-')}{again}.pdf"


def _letter(session: Session, entry: Entry, number: int) -> c.Letter:
    place = [stage.key for stage in entry.scheme.stages].index(entry.stage_key) + 1
    assert entry.received_at is not None
    return paper_parts.letter_to(
        letterhead.sender(session, entry.call_id),
        entry,
        reference=f"{entry.reference}-R{place}" + (f"-{number}" if number > 1 else ""),
        written_on=entry.received_at.astimezone(ZONE).date(),
    )
