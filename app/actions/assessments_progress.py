"""The secretary keeps the assessments moving: a date for all, reminders to those who are behind."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from app.actions import notices
from app.actions.act import Act
from app.errors import Conflict, Invalid
from app.i18n.marks import N_
from app.models import Assessment, Stage
from app.queries import assessing
from app.rules.permissions import Permission

TO = Permission.ASSIGN_ASSESSORS
ON_DESK = ("assigned", "in_progress", "reopened")


def set_deadline(act: Act, stage_id: int, assess_by: datetime) -> None:
    """Ask for all assessments of a stage by a moment; it closes nothing, it shows who is late."""
    stage = act.load(Stage, stage_id, to=TO)
    if assess_by <= act.now:
        raise Invalid({"assess_by": N_("This moment has passed. Give assessors time to read.")})
    act.record(stage, "set_assess_by", before=stage.assess_by, after=assess_by)
    stage.assess_by = assess_by


def remind(act: Act, stage_id: int, assessor_ids: Collection[int]) -> int:
    """Write to assessors with open files in the stage; return how many people were written to."""
    stage = act.load(Stage, stage_id, to=TO)
    rows = act.load_many(
        Assessment,
        Assessment.entry_id.in_(assessing.open_entries_of(stage.id)),
        Assessment.assessor_id.in_(sorted(assessor_ids)),
        Assessment.state.in_(ON_DESK),
        to=TO,
        within=stage,
    )
    if not rows:
        raise Conflict(N_("Nobody of them has an open file any more. Nobody was written to."))
    for row in rows:
        row.reminded_at = act.now
        act.record(row, "remind")
    counted = Counter(row.assessor_id for row in rows)
    notices.remind_assessors(act, stage.call_id, counted)
    return len(counted)
