"""One entry's marks side by side: what the committee looks at before it agrees or changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import AgreedScore, Application, Call, Organisation, Stage, StageEntry, User
from app.queries import scores, visible
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_grid import Grid
from app.rules.scheme_text import said
from app.rules.scoring_model import SUB_SCORE_FLOOR_BY_ONE


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    total: Fraction
    outcome: str
    reason: str
    agreed_by: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class EntryScores:
    entry_id: int
    stage_id: int
    stage_key: str
    stage_state: str
    entry_state: str
    call_code: str
    reference: str
    title: str
    organisation: str
    language: str
    facts: Facts
    grid: Grid
    marked: tuple[scores.Marked, ...]
    agreed: scores.Agreed | None
    carried: Mapping[str, Fraction]
    # The title of the stage that agreed them, by the section of this grid.
    carried_from: Mapping[str, str]
    versions: tuple[Version, ...]

    @property
    def all_submitted(self) -> bool:
        return bool(self.marked) and all(each.state == "submitted" for each in self.marked)

    @property
    def flag_open(self) -> bool:
        """One assessor's mark is at the floor, and the committee has not said what it means."""
        agreed = self.agreed
        return bool(agreed and SUB_SCORE_FLOOR_BY_ONE in agreed.flags and not agreed.reason)

    @property
    def can_change(self) -> bool:
        return self.all_submitted and self.stage_state in ("open", "closed", "assessed")


def entry_scores(session: Session, actor: Actor, entry_id: int) -> EntryScores:
    """Return one entry's scores; NotFound for people who may not see assessments."""
    row = _head(session, actor, entry_id)
    scheme = scheme_of(session, row.call_id)
    stage = scheme.stage(row.key)
    if stage.grid is None:
        raise NotFound
    scored = scores.of_stage(session, actor, row.stage_id).get(entry_id)
    return EntryScores(
        entry_id=entry_id,
        stage_id=row.stage_id,
        stage_key=row.key,
        stage_state=row.state,
        entry_state=row.entry_state,
        call_code=row.code,
        reference=row.reference,
        title=row.title,
        organisation=row.name,
        language=scheme.languages[0],
        facts=Facts(authority_id=row.authority_id, call_id=row.call_id),
        grid=stage.grid,
        marked=scored.marked if scored else (),
        agreed=scored.agreed if scored else None,
        carried=scores.carried_totals(session, row.call_id, stage, only=row.application_id)[
            row.application_id
        ],
        carried_from={
            each.code: said(scheme.stage(each.carry_over.stage).title, scheme.languages[0])
            for each in stage.grid.sections
            if each.carry_over is not None
        },
        versions=_versions(session, entry_id),
    )


def _head(session: Session, actor: Actor, entry_id: int) -> Any:  # Any: a row of these columns
    row = session.execute(
        select(
            StageEntry.stage_id, StageEntry.application_id, StageEntry.state.label("entry_state"),
            Stage.key, Stage.state, Call.id.label("call_id"), Call.code, Call.authority_id,
            Application.reference, Application.title, Organisation.name,
        )
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Application, Application.id == StageEntry.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            StageEntry.id == entry_id,
            StageEntry.received_at.is_not(None),
            visible.staff_scope(actor, Permission.SEE_ASSESSMENTS),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row


def _versions(session: Session, entry_id: int) -> tuple[Version, ...]:
    rows = session.execute(
        select(
            AgreedScore.number,
            AgreedScore.total,
            AgreedScore.outcome,
            AgreedScore.reason,
            User.name,
            AgreedScore.agreed_at,
        )
        .outerjoin(User, User.id == AgreedScore.agreed_by)
        .where(AgreedScore.entry_id == entry_id)
        .order_by(AgreedScore.number)
    )
    return tuple(
        Version(number, Fraction(total), outcome, reason, name or "", at)
        for number, total, outcome, reason, name, at in rows
    )
