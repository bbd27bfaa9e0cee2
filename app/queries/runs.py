"""A computation as a file: its input feeds `envelope rules allocate`, its result must match."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import AllocationRun, Application, Call, Organisation
from app.queries import visible
from app.rules.applicants import PERSONS
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class RunFile:
    filename: str
    content: dict[str, object]


def run_file(session: Session, actor: Actor, run_id: int) -> RunFile:
    """Return a run for staff, or for anybody once its call's decisions are announced."""
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
            or_(_announced(), visible.staff_scope(actor, Permission.SEE_ASSESSMENTS)),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return RunFile(
        filename=f"{row.code}-{row.kind}-{run_id}.json",
        content={"digest": row.digest, "input": row.inputs, "result": row.result},
    )


@dataclass(frozen=True, slots=True)
class PublicRun:
    """An allocation that awards were announced from; `input` feeds the rule as it is."""

    run_id: int
    run_at: datetime
    digest: str


def announced_runs(session: Session, call_id: int) -> tuple[PublicRun, ...]:
    """Return the allocations of a call that everybody may compute again."""
    rows = session.execute(
        select(AllocationRun.id, AllocationRun.run_at, AllocationRun.digest)
        .join(Call, Call.id == AllocationRun.call_id)
        .where(Call.id == call_id, *_to_compute_again())
        .order_by(AllocationRun.id)
    )
    return tuple(PublicRun(*row) for row in rows)


def public_part(session: Session, call_id: int, run_id: int, part: str) -> RunFile:
    """Return what an announced allocation was computed from, or what came out (`result`)."""
    row = session.execute(
        select(Call.code, AllocationRun.inputs, AllocationRun.result)
        .join(Call, Call.id == AllocationRun.call_id)
        .where(AllocationRun.id == run_id, Call.id == call_id, *_to_compute_again())
    ).one_or_none()
    if row is None or part not in ("input", "result"):
        raise NotFound
    content = row.inputs if part == "input" else row.result
    return RunFile(filename=f"{row.code}-{run_id}-{part}.json", content=content)


def _to_compute_again() -> tuple[ColumnElement[bool], ...]:
    """Conditions for what the command divides again; a shortlist is no division of money."""
    return AllocationRun.kind == "allocation", _announced()


def _announced() -> ColumnElement[bool]:
    """Runs that are everybody's; of a person only the region is published, never the place."""
    path = cast("$.applications[*] ? (exists(@.place) || exists(@.district))", JSONPATH)
    of_persons = exists().where(
        Application.call_id == Call.id,
        Organisation.id == Application.organisation_id,
        Organisation.applicant_type.in_(sorted(PERSONS)),
    )
    return and_(
        Call.state.in_(("announced", "archived")),
        AllocationRun.discarded_at.is_(None),
        ~(func.jsonb_path_exists(AllocationRun.inputs, path) & of_persons),
    )
