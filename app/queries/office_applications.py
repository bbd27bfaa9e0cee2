"""The officer's list: every application that was sent in, narrowed, sorted, added up, by pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    Application,
    Assessment,
    Call,
    CheckItem,
    Lot,
    Organisation,
    StaffRole,
    Stage,
    StageEntry,
    User,
)
from app.queries import visible
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Facts, Permission
from app.rules.scheme_text import Text
from app.rules.search_text import search_text

SIZE = 50
# Nobody finds a name in a longer list; the progress of a stage names everybody.
MOST_ASSESSORS = 300
_SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "reference": (Application.reference.asc(),),
    "received": (Application.submitted_at.desc(), Application.reference.asc()),
    "organisation": (Organisation.search_text.asc(), Application.reference.asc()),
    "requested": (
        Application.requested_cents.desc().nulls_last(),
        Application.reference.asc(),
    ),
}
SORTS = tuple(_SORTS)
CHECKS = ("not_checked", "to_clarify", "not_met", "met")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What to look for; empty means all. `stage` is a key, `assessor` a person's id."""

    words: str = ""
    call_id: int | None = None
    lot: str = ""
    stage: str = ""
    state: str = ""
    check: str = ""
    region: str = ""
    assessor: int | None = None
    sort: str = "reference"
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListLine:
    """One application at the last stage that was sent in."""

    application_id: int
    entry_id: int
    reference: str
    title: str
    organisation: str
    region: str
    call_id: int
    call_code: str
    lot_code: str
    stage_key: str
    state: str
    entry_state: str
    check: str
    submitted_at: datetime
    requested_cents: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How many applications ask for how much, in one currency."""

    currency: str
    number: int
    requested_cents: int


@dataclass(frozen=True, slots=True)
class ApplicationList:
    lines: tuple[ListLine, ...]
    sums: tuple[Sum, ...]

    @property
    def total(self) -> int:
        return sum(each.number for each in self.sums)


@dataclass(frozen=True, slots=True)
class CallHead:
    """The call above its list; `stages` and `lots` are (key, id) and (code, title)."""

    id: int
    code: str
    title: str
    state: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: whatever occurs in what this person may see."""

    lots: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]
    stages: tuple[tuple[str, Text], ...]
    assessors: tuple[tuple[int, str], ...]


def call_head(session: Session, actor: Actor, call_id: int) -> CallHead:
    row = session.execute(
        select(Call.id, Call.code, Call.title, Call.state, Call.authority_id).where(
            Call.id == call_id, visible.staff_scope(actor, Permission.SEE_APPLICATIONS)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    facts = Facts(authority_id=row.authority_id, call_id=row.id)
    return CallHead(row.id, row.code, row.title, row.state, facts)


def application_list(session: Session, actor: Actor, wanted: ListFilter) -> ApplicationList:
    """Return one page of the list and the sums over all of its pages: two queries.

    The page is found first, with no more tables than filter and order ask for: what the rest
    of a line costs, fifty lines cost and not all.
    """
    order = (*_SORTS.get(wanted.sort, _SORTS["reference"]), Application.id)
    page = _found(actor, wanted, Application.id).order_by(*order)
    if wanted.sort == "organisation":
        page = page.join(Organisation, Organisation.id == Application.organisation_id)
    page = page.limit(SIZE).offset((max(wanted.page, 1) - 1) * SIZE)
    rows = session.execute(
        _joined(
            Application.id,
            StageEntry.id,
            Application.reference,
            Application.title,
            Organisation.name,
            Application.region,
            Call.id,
            Call.code,
            Lot.code,
            Stage.key,
            Application.state,
            StageEntry.state,
            check_of(),
            Application.submitted_at,
            Application.requested_cents,
            Call.currency,
        )
        .where(Application.id.in_(page))
        .order_by(*order)
    )
    return ApplicationList(
        lines=tuple(ListLine(*row) for row in rows),
        sums=_sums(session, actor, wanted),
    )


def _sums(session: Session, actor: Actor, wanted: ListFilter) -> tuple[Sum, ...]:
    rows = session.execute(
        _found(
            actor,
            wanted,
            Call.currency,
            func.count(),
            func.coalesce(func.sum(Application.requested_cents), 0),
        )
        .group_by(Call.currency)
        .order_by(Call.currency)
    )
    return tuple(Sum(currency, number, int(cents)) for currency, number, cents in rows)


def choices(session: Session, actor: Actor, call_id: int | None) -> Choices:
    """Return what the filters may offer, for one call or for all that the person may see."""
    seen = [visible.staff_scope(actor, Permission.SEE_APPLICATIONS)]
    if call_id is not None:
        seen.append(Call.id == call_id)
    stages = session.execute(
        select(Stage.key, stage_title())
        .join(Call, Call.id == Stage.call_id)
        .where(*seen)
        .order_by(Stage.position, Call.id.desc(), Stage.key)
    )
    found: dict[str, list[tuple[str, str]]] = {"lot": [], "region": [], "assessor": []}
    occurring = union_all(_lots(seen), _regions(seen), _assessors(seen))
    for kind, key, name in session.execute(occurring.order_by("kind", "name", "key")):
        found[kind].append((key, name))
    if len(found["assessor"]) > MOST_ASSESSORS:
        found["assessor"] = []
    return Choices(
        lots=tuple(sorted(found["lot"])),
        regions=tuple(sorted(key for key, _ in found["region"])),
        stages=_newest([(key, title) for key, title in stages]),
        assessors=tuple((int(key), name) for key, name in found["assessor"]),
    )


def _lots(seen: Sequence[ColumnElement[bool]]) -> Select[str, str, str]:
    kind, name = literal("lot").label("kind"), func.min(Lot.title).label("name")
    found = select(kind, Lot.code.label("key"), name).join(Call, Call.id == Lot.call_id)
    return found.where(*seen).group_by(Lot.code)


def _regions(seen: Sequence[ColumnElement[bool]]) -> Select[str, str, str]:
    """Step from region to region through the index, instead of looking at every application."""
    first = select(Call.id.label("call_id"), _region_after(Call.id, literal("")).label("region"))
    steps = first.where(*seen).cte("region_steps", recursive=True)
    further = select(steps.c.call_id, _region_after(steps.c.call_id, steps.c.region))
    steps = steps.union_all(further.where(steps.c.region.is_not(None)))
    found = select(literal("region"), steps.c.region, literal("")).distinct()
    return found.where(steps.c.region.is_not(None))


def _region_after(call_id: Any, region: Any) -> ColumnElement[Any]:  # Any: columns of any table
    return (
        select(func.min(Application.region))
        .where(
            Application.call_id == call_id,
            Application.submitted_at.is_not(None),
            Application.region > region,
        )
        .scalar_subquery()
    )


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


def stage_of_scheme() -> ColumnElement[Any]:  # Any: JSON
    """Read the row's stage out of the frozen scheme, without loading all of it."""
    stages = Call.template["stages"]
    return stages.op("->", return_type=JSONB())(Stage.position - 1)


def stage_title() -> ColumnElement[Any]:  # Any: JSON
    return stage_of_scheme()["title"]


def check_of() -> ColumnElement[str]:
    """Say how far the check of the row's entry is: the worst answer counts."""
    return case(
        (and_(StageEntry.state == "submitted", _has("not_met")), "not_met"),
        (and_(StageEntry.state == "submitted", _has("to_clarify")), "to_clarify"),
        (StageEntry.state == "submitted", "not_checked"),
        (_has("not_met"), "not_met"),
        else_="met",
    )


def _has(result: str) -> ColumnElement[bool]:
    return exists().where(CheckItem.entry_id == StageEntry.id, CheckItem.result == result)


def _joined(*columns: Any) -> Select[Any]:  # Any: columns of every kind
    return (
        select(*columns)
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.id == _last_sent())
        .join(Stage, Stage.id == StageEntry.stage_id)
    )


def _last_sent() -> ColumnElement[int]:
    entry, stage = aliased(StageEntry), aliased(Stage)
    return (
        select(entry.id)
        .join(stage, stage.id == entry.stage_id)
        .where(entry.application_id == Application.id, entry.received_at.is_not(None))
        .order_by(stage.position.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )


def _found(actor: Actor, wanted: ListFilter, *columns: Any) -> Select[Any]:  # Any: columns
    """Select what is asked for, joined with the tables of its filters alone."""
    query = select(*columns).select_from(Application).join(Call, Call.id == Application.call_id)
    if wanted.lot:
        query = query.join(Lot, Lot.id == Application.lot_id)
    if wanted.stage or wanted.check or wanted.assessor:
        query = query.join(StageEntry, StageEntry.id == _last_sent())
        query = query.join(Stage, Stage.id == StageEntry.stage_id)
    return query.where(*_where(actor, wanted))


def _where(actor: Actor, wanted: ListFilter) -> Sequence[ColumnElement[bool]]:
    found = [
        visible.staff_scope(actor, Permission.SEE_APPLICATIONS),
        Application.submitted_at.is_not(None),
    ]
    plain = (
        (wanted.call_id, Call.id),
        (wanted.lot, Lot.code),
        (wanted.stage, Stage.key),
        (wanted.state, Application.state),
        (wanted.region, Application.region),
    )
    found += [column == value for value, column in plain if value]
    # Each word anywhere, in any order: people type "sabac trg" and mean the square of Šabac.
    found += [
        Application.search_text.contains(word, autoescape=True)
        for word in search_text(wanted.words).split()
    ]
    if wanted.check:
        found.append(check_of() == wanted.check)
    if wanted.assessor:
        mine = (Assessment.entry_id == StageEntry.id, Assessment.assessor_id == wanted.assessor)
        found.append(exists().where(*mine, Assessment.state.not_in(GONE)))
    return found
