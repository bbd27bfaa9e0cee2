"""What the filters above the officer's list of applications offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Session

from app.models import ApplicationTally, Assessment, Call, Lot, StaffRole, Stage, StageEntry, User
from app.queries import visible
from app.queries.kept import kept
from app.queries.office_applications import stage_title
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Permission
from app.rules.scheme_text import Text

# Nobody finds a name in a longer list; the progress of a stage names everybody.
MOST_ASSESSORS = 300


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: whatever occurs in what this person may see."""

    lots: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]
    stages: tuple[tuple[str, Text], ...]
    assessors: tuple[tuple[int, str], ...]


def choices(session: Session, actor: Actor, call_id: int | None) -> Choices:
    """Return what the filters may offer, for one call or for all that the person may see."""
    reach = visible.staff_reach(actor, Permission.SEE_APPLICATIONS)
    is_one, values = call_id is not None, {"call_id": call_id}
    stages = session.execute(_stages(reach, of_one_call=is_one), values)
    found: dict[str, list[tuple[str, str]]] = {"lot": [], "region": [], "assessor": []}
    for kind, key, name in session.execute(_occurring(reach, of_one_call=is_one), values):
        found[kind].append((key, name))
    if len(found["assessor"]) > MOST_ASSESSORS:
        found["assessor"] = []
    return Choices(
        lots=tuple(sorted(found["lot"])),
        regions=tuple(sorted(key for key, _ in found["region"])),
        stages=_newest([(key, title) for key, title in stages]),
        assessors=tuple((int(key), name) for key, name in found["assessor"]),
    )


def _seen(reach: visible.Reach, *, of_one_call: bool) -> tuple[ColumnElement[bool], ...]:
    one = (Call.id == bindparam("call_id"),) if of_one_call else ()
    return (reach.scope(), *one)


@kept
def _stages(reach: visible.Reach, *, of_one_call: bool) -> Select[str, Any]:  # Any: JSON
    return (
        select(Stage.key, stage_title())
        .join(Call, Call.id == Stage.call_id)
        .where(*_seen(reach, of_one_call=of_one_call))
        .order_by(Stage.position, Call.id.desc(), Stage.key)
    )


@kept
def _occurring(reach: visible.Reach, *, of_one_call: bool) -> CompoundSelect[str, str, str]:
    seen = _seen(reach, of_one_call=of_one_call)
    occurring = union_all(_lots(seen), _regions(seen), _assessors(seen))
    return occurring.order_by("kind", "name", "key")


def _lots(seen: Sequence[ColumnElement[bool]]) -> Select[str, str, str]:
    kind, name = literal("lot").label("kind"), func.min(Lot.title).label("name")
    found = select(kind, Lot.code.label("key"), name).join(Call, Call.id == Lot.call_id)
    return found.where(*seen).group_by(Lot.code)


def _regions(seen: Sequence[ColumnElement[bool]]) -> Select[str, str, str]:
    """Regions of what was sent in: those that the tallies have."""
    tally = ApplicationTally
    found = select(literal("region"), tally.region, literal("")).join(
        Call, Call.id == tally.call_id
    )
    found = found.where(tally.region != "", *seen).group_by(tally.region)
    return found.having(func.sum(tally.number) > 0)


def _assessors(seen: Sequence[ColumnElement[bool]]) -> Select[str, str, str]:
    """People of the staff who have a file in these calls.

    Asked person by person: the files of all together are more than the applications.
    """
    staff = select(StaffRole.user_id).distinct().cte("staff")
    theirs = (
        select(Assessment.id)
        .join(StageEntry, StageEntry.id == Assessment.entry_id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Call, Call.id == Stage.call_id)
        .where(Assessment.assessor_id == staff.c.user_id, Assessment.state.not_in(GONE), *seen)
        .limit(1)
        .correlate(staff)
        .scalar_subquery()
    )
    # One more than are offered tells that there are too many.
    named = select(staff.c.user_id).where(theirs.is_not(None)).limit(MOST_ASSESSORS + 1).subquery()
    found = select(literal("assessor"), cast(User.id, SqlText), User.name)
    return found.join(named, named.c.user_id == User.id)


def _newest(stages: Sequence[tuple[str, Text]]) -> tuple[tuple[str, Text], ...]:
    """Keep each key once, in order, with the title of the newest call."""
    titles: dict[str, Text] = {}
    for key, title in stages:
        titles.setdefault(key, title)
    return tuple(titles.items())
