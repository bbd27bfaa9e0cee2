"""A computation as a file for staff; what everybody may read of it is in `published`."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import AllocationRun, Call
from app.queries import visible
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class RunFile:
    filename: str
    content: dict[str, object]


def run_file(session: Session, actor: Actor, run_id: int) -> RunFile:
    """Return a run as it is on file, for those who may see assessments."""
    row = session.execute(
        select(
            Call.code,
            AllocationRun.kind,
            AllocationRun.inputs,
            AllocationRun.result,
            AllocationRun.digest,
        )
        .join(Call, Call.id == AllocationRun.call_id)
        .where(AllocationRun.id == run_id, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS))
    ).one_or_none()
    if row is None:
        raise NotFound
    return RunFile(
        filename=f"{row.code}-{row.kind}-{run_id}.json",
        content={"digest": row.digest, "input": row.inputs, "result": row.result},
    )
