"""Inviting a shortlist to interviews: a stage in which nobody hands anything in.

Each invited application takes part with what it asked for before. Where the stage has a
checklist an officer says who came; without one all are admitted and assessed at once.
"""

from collections.abc import Sequence
from datetime import datetime

from app.actions.act import Act
from app.actions.entries import opened
from app.errors import Invalid
from app.i18n.marks import N_
from app.models import Application, Stage, StageEntry
from app.rules.permissions import Permission
from app.rules.scheme_grid import Stage as SchemeStage

TO = Permission.ANNOUNCE


def refuse_begun(opens_at: datetime, now: datetime) -> None:
    """Nobody can come to an interview that began before the letters left."""
    if opens_at < now:
        said = N_("This moment has passed. Enter a beginning that lies ahead.")
        raise Invalid({"opens_at": said})


def call_in(
    act: Act,
    before: Stage,
    stage: Stage,
    rules: SchemeStage,
    invited: Sequence[Application],
) -> None:
    """Open the entries of a locked stage; part of the announcement of the stage before."""
    keys = [each.id for each in invited]
    passed = act.load_many(
        StageEntry,
        StageEntry.stage_id == before.id,
        StageEntry.application_id.in_(keys),
        to=TO,
        within=before,
    )
    act.create_many(
        StageEntry, (_entry(act, stage.id, each) for each in passed), to=TO, within=stage
    )
    act.move_many(invited, "call_to_interview", stage=stage.key)
    if rules.checklist:
        return
    entries = act.load_many(StageEntry, StageEntry.stage_id == stage.id, to=TO, within=stage)
    act.move_many(entries, "admit")
    act.move_many(invited, "admit")


def _entry(act: Act, stage_id: int, passed: StageEntry) -> dict[str, object]:
    return opened(
        passed.application_id,
        stage_id,
        "submitted",
        requested_cents=passed.requested_cents,
        total_cents=passed.total_cents,
        received_at=act.now,
    )
