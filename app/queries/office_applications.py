"""The officer's list: every application that was sent in, narrowed, sorted, added up, by pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
)
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
    Stage,
    StageEntry,
)
from app.queries import visible
from app.queries.kept import kept
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Facts, Permission
from app.rules.search_text import search_text

SIZE = 50
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
_FILTERS = ("call_id", "lot", "stage", "state", "check", "region", "assessor")
_WORD = "word"
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


def call_head(session: Session, actor: Actor, call_id: int) -> CallHead:
    reach = visible.staff_reach(actor, Permission.SEE_APPLICATIONS)
    row = session.execute(_call_head(reach), {"call_id": call_id}).one_or_none()
    if row is None:
        raise NotFound
    facts = Facts(authority_id=row.authority_id, call_id=row.id)
    return CallHead(row.id, row.code, row.title, row.state, facts)


@kept
def _call_head(reach: visible.Reach) -> Select[int, str, str, str, int]:
    return select(Call.id, Call.code, Call.title, Call.state, Call.authority_id).where(
        Call.id == bindparam("call_id"), reach.scope()
    )


def application_list(session: Session, actor: Actor, wanted: ListFilter) -> ApplicationList:
    """Return one page of the list and the sums over all of its pages: two queries.

    The page is found first, with no more tables than filter and order ask for: what the rest
    of a line costs, fifty lines cost and not all.
    """
    reach = visible.staff_reach(actor, Permission.SEE_APPLICATIONS)
    values = _values(wanted)
    shape = frozenset(values)
    skipped = (max(wanted.page, 1) - 1) * SIZE
    rows = session.execute(_lines(reach, shape, wanted.sort), {**values, "skipped": skipped})
    sums = session.execute(_sums(reach, shape), values)
    return ApplicationList(
        lines=tuple(ListLine(*row) for row in rows),
        sums=tuple(Sum(currency, number, int(cents)) for currency, number, cents in sums),
    )


@kept
def _lines(reach: visible.Reach, shape: frozenset[str], sort: str) -> Select[Any]:  # Any: a line
    order = (*_SORTS.get(sort, _SORTS["reference"]), Application.id)
    page = _found(reach, shape, Application.id).order_by(*order)
    if sort == "organisation":
        page = page.join(Organisation, Organisation.id == Application.organisation_id)
    page = page.limit(SIZE).offset(bindparam("skipped"))
    return (
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


@kept
def _sums(reach: visible.Reach, shape: frozenset[str]) -> Select[Any]:  # Any: a sum
    cents = func.coalesce(func.sum(Application.requested_cents), 0)
    found = _found(reach, shape, Call.currency, func.count(), cents)
    return found.group_by(Call.currency).order_by(Call.currency)


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


def _found(
    reach: visible.Reach, shape: frozenset[str], *columns: Any
) -> Select[Any]:  # Any: columns
    """Select what is asked for, joined with the tables of its filters alone."""
    query = select(*columns).select_from(Application).join(Call, Call.id == Application.call_id)
    if "lot" in shape:
        query = query.join(Lot, Lot.id == Application.lot_id)
    if shape & {"stage", "check", "assessor"}:
        query = query.join(StageEntry, StageEntry.id == _last_sent())
        query = query.join(Stage, Stage.id == StageEntry.stage_id)
    return query.where(reach.scope(), Application.submitted_at.is_not(None), *_where(shape))


def _where(shape: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the condition of each filter that is set; what it looks for is given later."""
    plain = {
        "call_id": Call.id,
        "lot": Lot.code,
        "stage": Stage.key,
        "state": Application.state,
        "region": Application.region,
        "check": check_of(),
    }
    for name in sorted(shape):
        if name in plain:
            yield plain[name] == bindparam(name)
        elif name.startswith(_WORD):
            yield Application.search_text.like(bindparam(name), escape="/")
    if "assessor" in shape:
        theirs = Assessment.assessor_id == bindparam("assessor")
        mine = exists().where(Assessment.entry_id == StageEntry.id, theirs)
        yield mine.where(Assessment.state.not_in(GONE))


def _values(wanted: ListFilter) -> dict[str, object]:
    """Return what the filters that are set look for; words are found anywhere, in any order.

    People type "sabac trg" and mean the square of Šabac.
    """
    found = {name: getattr(wanted, name) for name in _FILTERS}
    for number, word in enumerate(search_text(wanted.words).split()):
        found[f"{_WORD}{number}"] = f"%{_literally(word)}%"
    return {name: value for name, value in found.items() if value}


def _literally(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
