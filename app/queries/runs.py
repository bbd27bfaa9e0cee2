"""A computation as a file: its input feeds `envelope rules allocate`, its result must match."""

from dataclasses import dataclass

from sqlalchemy import or_, select
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
    """Return a run for staff, or for anybody once its call's decisions are announced."""
    announced = Call.state.in_(("announced", "archived")) & AllocationRun.discarded_at.is_(None)
    row = session.execute(
        select(
            Call.code,
            AllocationRun.kind,
            AllocationRun.inputs,
            AllocationRun.result,
            AllocationRun.digest,
        )
        .join(Call, Call.id == AllocationRun.call_id)
        .where(
            AllocationRun.id == run_id,
            or_(announced, visible.staff_scope(actor, Permission.SEE_ASSESSMENTS)),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return RunFile(
        filename=f"{row.code}-{row.kind}-{run_id}.json",
        content={"digest": row.digest, "input": row.inputs, "result": row.result},
    )
