"""Who is in the running at one stage: the input of ranking, preselection and allocation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Application, Call, Lot, Organisation, Stage, StageEntry
from app.queries import visible
from app.rules.permissions import Actor, Permission

# States of an entry that was checked and found in order, whatever was decided since.
IN_RUNNING = ("admitted", "assessed", "passed", "failed", "reserve")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One application at a stage, with what the rules and the committee's list need."""

    application_id: int
    entry_id: int
    reference: str
    title: str
    organisation_id: int
    organisation: str
    region: str
    lot_id: int
    lot: str
    application_state: str
    entry_state: str
    requested_cents: int
    score: Decimal | None
    sections: Mapping[str, str]
    rank: int | None
    reserve_position: int | None
    outcome: str
    outcome_detail: Mapping[str, object]
    committee_order: int | None
    committee_reason: str


def candidates(session: Session, actor: Actor, stage_id: int) -> tuple[Candidate, ...]:
    """Return every application that was sent in at the stage, by lot and reference."""
    rows = session.execute(
        select(
            Application.id.label("application_id"),
            StageEntry.id.label("entry_id"),
            Application.reference,
            Application.title,
            Application.organisation_id,
            Organisation.name.label("organisation"),
            Application.region,
            Application.lot_id,
            Lot.code.label("lot"),
            Application.state.label("application_state"),
            StageEntry.state.label("entry_state"),
            StageEntry.requested_cents,
            StageEntry.score,
            StageEntry.sections,
            StageEntry.rank,
            StageEntry.reserve_position,
            StageEntry.outcome,
            StageEntry.outcome_detail,
            Application.committee_order,
            Application.committee_reason,
        )
        .join(StageEntry, StageEntry.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            StageEntry.stage_id == stage_id,
            StageEntry.received_at.is_not(None),
            visible.staff_scope(actor, Permission.SEE_ASSESSMENTS),
        )
        .order_by(Lot.position, Application.reference)
    )
    return tuple(
        Candidate(**{**row._mapping, "requested_cents": row.requested_cents or 0})  # noqa: SLF001 - SQLAlchemy's documented way to a mapping
        for row in rows
    )


def failed_checks(session: Session, call_id: int, stage_keys: Sequence[str]) -> frozenset[int]:
    """Return the applications that did not pass the check of the provisionally selected."""
    rows = session.execute(
        select(StageEntry.application_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(Stage.call_id == call_id, Stage.key.in_(stage_keys), StageEntry.state == "failed")
    ).scalars()
    return frozenset(rows)


@dataclass(frozen=True, slots=True)
class OpenCheck:
    """A proposed award whose applicant has not passed the last check; `failed` for good."""

    entry_id: int
    reference: str
    failed: bool


def open_checks(session: Session, call_id: int, stage_keys: Sequence[str]) -> tuple[OpenCheck, ...]:
    """Return what stands between the proposed awards and the decision, by reference."""
    if not stage_keys:
        return ()
    rows = session.execute(
        select(StageEntry.id, Application.reference, StageEntry.state == "failed")
        .join(Application, Application.id == StageEntry.application_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .where(
            Application.call_id == call_id,
            Application.state == "proposed",
            Stage.key.in_(stage_keys),
            StageEntry.state != "admitted",
        )
        .order_by(Application.reference)
    )
    return tuple(OpenCheck(*row) for row in rows)
