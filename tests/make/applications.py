"""Applications in any state, as rows: the quick way for tests that begin after submission."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Application,
    Attachment,
    BudgetLine,
    BudgetSource,
    Call,
    Lot,
    Organisation,
    Stage,
    StageEntry,
    StoredFile,
    Submission,
    User,
)
from app.rules import scheme_json
from app.rules.search_text import search_text
from tests.make.calls import MadeCall

RECEIVED = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
_codes = count(1)

# An application in this state has sent in its present stage, which then stands so.
ENTRY_STATES = {
    "draft": "open",
    "invited": "passed",
    "ineligible": "failed",
    "unsuccessful": "failed",
    "rejected": "failed",
    "withdrawn": "withdrawn",
    "submitted": "submitted",
    "admitted": "admitted",
    "assessed": "assessed",
    "proposed": "passed",
    "awarded": "passed",
    "declined": "passed",
    "reserve": "reserve",
}


def make_application(
    session: Session,
    *,
    call: Call | MadeCall,
    organisation: Organisation,
    lot: Lot | str = "",
    state: str = "submitted",
    title: str = "Renewal of the market square",
    requested_cents: int | None = 300_000_00,
    total_cents: int | None = 400_000_00,
    answers: Mapping[str, Any] | None = None,
    region: str = "",
    created_by: User | None = None,
    received_at: datetime = RECEIVED,
    entry: bool = True,
) -> Application:
    """Add an application, and its entry in the first stage (`entry=False`: without).

    The lot is a row or its code; without one it is the first. Times, sums and the
    submission are there from the state `submitted` on; the entry stands as the state
    says (`ENTRY_STATES`).
    """
    lot = lot if isinstance(lot, Lot) else _lot(session, call.id, lot)
    sent = state != "draft"
    number = lot.next_number
    lot.next_number = number + 1
    code = next(_codes)
    application = Application(
        call_id=call.id,
        lot_id=lot.id,
        organisation_id=organisation.id,
        reference=f"{call.code}/{lot.code}-{number:03d}",
        blind_code=f"T{code // 10_000:02d}-{code % 10_000:04d}",
        title=title,
        state=state,
        requested_cents=requested_cents if sent else None,
        region=region or organisation.region,
        submitted_at=received_at if sent else None,
        created_at=received_at - timedelta(days=7),
        created_by=created_by.id if created_by else None,
        search_text=search_text(f"{call.code} {lot.code}-{number:03d} {title} {organisation.name}"),
    )
    session.add(application)
    session.flush()
    if entry:
        make_entry(
            session,
            application,
            state=ENTRY_STATES[state],
            answers=answers,
            requested_cents=requested_cents,
            total_cents=total_cents,
            submitted_by=created_by,
            received_at=received_at,
        )
    return application


def make_entry(
    session: Session,
    application: Application,
    *,
    stage: Stage | None = None,
    state: str = "submitted",
    answers: Mapping[str, Any] | None = None,
    requested_cents: int | None = 300_000_00,
    total_cents: int | None = 400_000_00,
    submitted_by: User | None = None,
    received_at: datetime = RECEIVED,
) -> StageEntry:
    """Add the application's entry in a stage (the call's first one, if none is named)."""
    if stage is None:
        stage = _stage(session, application.call_id)
    sent = state not in {"open", "lapsed"}
    entry = StageEntry(
        application_id=application.id,
        stage_id=stage.id,
        state=state,
        answers=dict(answers or {}),
        requested_cents=requested_cents if sent else None,
        total_cents=total_cents if sent else None,
        received_at=received_at if sent else None,
        submitted_by=submitted_by.id if submitted_by and sent else None,
        saved_at=received_at,
    )
    session.add(entry)
    session.flush()
    if sent:
        make_submission(session, entry)
    return entry


def make_submission(session: Session, entry: StageEntry) -> Submission:
    """Add what was received for an entry; the receipt itself is not printed."""
    snapshot = {"answers": dict(entry.answers), "lines": [], "sources": [], "files": []}
    submission = Submission(
        entry_id=entry.id,
        application_id=entry.application_id,
        received_at=entry.received_at or RECEIVED,
        submitted_by=entry.submitted_by,
        snapshot=snapshot,
        digest=scheme_json.digest(snapshot),
    )
    session.add(submission)
    session.flush()
    return submission


def make_budget(
    session: Session,
    entry: StageEntry,
    *,
    lines: tuple[tuple[str, str, int], ...] = (("6", "Works on the square", 400_000_00),),
    sources: tuple[tuple[str, int], ...] = (("grant", 300_000_00), ("own", 100_000_00)),
) -> None:
    """Add budget lines (heading, description, cents) and sources (code, cents)."""
    for place, (heading, description, cents) in enumerate(lines, start=1):
        session.add(
            BudgetLine(
                entry_id=entry.id,
                position=place,
                heading=heading,
                description=description,
                unit="lump sum",
                units=1,
                unit_value_cents=cents,
                total_cents=cents,
            )
        )
    for place, (kind, cents) in enumerate(sources, start=1):
        session.add(BudgetSource(entry_id=entry.id, position=place, kind=kind, amount_cents=cents))
    session.flush()


def make_attachment(
    session: Session,
    entry: StageEntry,
    *,
    requirement: str,
    filename: str = "decision.pdf",
    sha256: str = "0" * 64,
    size_bytes: int = 12_345,
) -> Attachment:
    """Add a file to an entry; its bytes are in no store."""
    file = StoredFile(
        sha256=sha256,
        size_bytes=size_bytes,
        media_type="application/pdf",
        filename=filename,
        created_at=RECEIVED,
    )
    session.add(file)
    session.flush()
    attachment = Attachment(
        entry_id=entry.id, requirement=requirement, file_id=file.id, added_at=RECEIVED
    )
    session.add(attachment)
    session.flush()
    return attachment


def _lot(session: Session, call_id: int, code: str) -> Lot:
    query = select(Lot).where(Lot.call_id == call_id).order_by(Lot.position)
    return session.scalars(query.where(Lot.code == code) if code else query.limit(1)).one()


def _stage(session: Session, call_id: int) -> Stage:
    query = select(Stage).where(Stage.call_id == call_id).order_by(Stage.position)
    return session.scalars(query.limit(1)).one()
