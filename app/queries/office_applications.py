"""The officer's list: every application that was sent in, narrowed, sorted, added up, by pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    any_,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Application,
    ApplicationLine,
    ApplicationTally,
    Assessment,
    Call,
    Lot,
    Organisation,
    Stage,
    StageEntry,
)
from app.queries import visible
from app.queries.kept import Statement, kept
from app.rules.assigning import GONE
from app.rules.permissions import Actor, Facts, Permission
from app.rules.search_text import search_text

SIZE = 50
# So many are added up for a page where no sums are kept of what fits, more only on demand.
MOST = 10_000
# So few are remembered while they are added up: their page needs no second search.
FEW = 1_000
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
# Filters that nothing is kept for: whoever they leave is looked for among the applications.
_LOOKED_FOR = ("assessor", _WORD)
CHECKS = ("not_checked", "to_clarify", "not_met", "met")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What to look for; empty means all. `stage` is a key, `assessor` a person's id.

    `add_all`: count and add up what fits also where that means looking at very many.
    """

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
    add_all: bool = False


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
    """One page; `is_more` where more than `MOST` fit, which were not added up."""

    lines: tuple[ListLine, ...]
    sums: tuple[Sum, ...]
    is_more: bool = False

    @property
    def total(self) -> int:
        return MOST if self.is_more else sum(each.number for each in self.sums)


@dataclass(frozen=True, slots=True)
class _Page:
    """What shapes the question for a page; with no size, the plan would be one for all lines."""

    sort: str
    size: int
    is_first: bool
    are_known: bool

    @property
    def order(self) -> tuple[Any, ...]:  # Any: columns and directions
        return (*_SORTS.get(self.sort, _SORTS["reference"]), Application.id)


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
    of a line costs, fifty lines cost and not all. The sums are kept (decision 28), but for
    words and assessors.
    """
    reach = visible.staff_reach(actor, Permission.SEE_APPLICATIONS)
    values = _values(wanted)
    shape = frozenset(values)
    sums, keys = _sums(session, reach, shape, values, most=None if wanted.add_all else MOST + 1)
    found = sum(each.number for each in sums)
    if not found:
        return ApplicationList((), sums)
    is_more = not wanted.add_all and found > MOST and _is_looked_for(shape)
    # Beyond the last page stands the last one, as its numbers say.
    last = ((MOST if is_more else found) - 1) // SIZE
    skipped = min(max(wanted.page - 1, 0), last) * SIZE
    are_known = len(keys) == found <= MOST
    page = _Page(wanted.sort, SIZE, is_first=not skipped, are_known=are_known)
    given = {**({"keys": keys} if are_known else values), "skipped": skipped}
    lines = tuple(ListLine(*row) for row in session.execute(_lines(reach, shape, page), given))
    return ApplicationList(lines, () if is_more else sums, is_more)


def _is_looked_for(shape: frozenset[str]) -> bool:
    return any(name.startswith(_LOOKED_FOR) for name in shape)


def _sums(
    session: Session,
    reach: visible.Reach,
    shape: frozenset[str],
    values: Mapping[str, object],
    *,
    most: int | None,
) -> tuple[tuple[Sum, ...], list[int]]:
    """Return the sums and, of what had to be looked for, the first `FEW` in each currency."""
    if not _is_looked_for(shape):
        rows = session.execute(_tallied(reach, shape), values)
        return tuple(Sum(each, int(number), int(cents)) for each, number, cents in rows), []
    found = session.execute(_added_up(reach, shape), {**values, "most": most}).all()
    keys = [key for row in found for key in row[3]]
    return tuple(Sum(each, number, int(cents)) for each, number, cents, _ in found), keys


@kept
def _lines(reach: visible.Reach, shape: frozenset[str], page: _Page) -> Select[Any]:  # Any: a line
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
            ApplicationLine.check_state,
            Application.submitted_at,
            Application.requested_cents,
            Call.currency,
        )
        .where(Application.id.in_(_page(reach, shape, page)))
        .order_by(*page.order)
    )


def _page(reach: visible.Reach, shape: frozenset[str], page: _Page) -> Select[int]:
    """Return the applications of a page; `skipped` and, if they are known, `keys` are given."""
    of_a_call = "call_id" in shape and not any(name.startswith(_WORD) for name in shape)
    if of_a_call and page.sort not in _OTHER_SORTS and not page.are_known:
        # One index has the order and all filters.
        line = ApplicationLine
        found = _narrowed(select(line.application_id).select_from(line), reach, shape, line)
        found = found.order_by(line.reference)
    else:
        found = _known() if page.are_known else _found(reach, shape, Application.id)
        found = found.order_by(*page.order)
        if page.sort == "organisation":
            found = found.join(Organisation, Organisation.id == Application.organisation_id)
    found = found.limit(page.size)
    return found if page.is_first else found.offset(bindparam("skipped"))


def _known() -> Select[int]:
    keys = bindparam("keys", type_=ARRAY(BigInteger()))
    return select(Application.id).where(Application.id == any_(keys))


_OTHER_SORTS = tuple(sort for sort in SORTS if sort != "reference")


@kept
def _tallied(reach: visible.Reach, shape: frozenset[str]) -> Select[Any]:  # Any: a sum
    tally = ApplicationTally
    number = func.sum(tally.number)
    query = select(Call.currency, number, func.sum(tally.requested_cents)).select_from(tally)
    found = _narrowed(query, reach, shape, tally)
    return found.group_by(Call.currency).having(number > 0).order_by(Call.currency)


@kept
def _added_up(reach: visible.Reach, shape: frozenset[str]) -> Select[Any]:  # Any: a sum
    cents = func.coalesce(Application.requested_cents, 0).label("cents")
    looked_at = _found(reach, shape, Call.currency, cents, Application.id)
    found = looked_at.limit(bindparam("most")).subquery()
    keys = func.array_agg(found.c.id, type_=ARRAY(BigInteger()))[1:FEW]
    sums = select(found.c.currency, func.count(), func.sum(found.c.cents), keys)
    return sums.group_by(found.c.currency).order_by(found.c.currency)


def stage_of_scheme() -> ColumnElement[Any]:  # Any: JSON
    """Read the row's stage out of the frozen scheme, without loading all of it."""
    stages = Call.template["stages"]
    return stages.op("->", return_type=JSONB())(Stage.position - 1)


def stage_title() -> ColumnElement[Any]:  # Any: JSON
    return stage_of_scheme()["title"]


def _joined(*columns: Any) -> Select[Any]:  # Any: columns of every kind
    return (
        select(*columns)
        .select_from(Application)
        .join(ApplicationLine, ApplicationLine.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(StageEntry, StageEntry.id == ApplicationLine.entry_id)
        .join(Stage, Stage.id == ApplicationLine.stage_id)
    )


def _found(
    reach: visible.Reach, shape: frozenset[str], *columns: Any
) -> Select[Any]:  # Any: columns
    """Select from applications what is asked for, with the tables of the filters alone."""
    query = select(*columns).select_from(Application)
    words = (
        Application.search_text.like(bindparam(name), escape="/")
        for name in sorted(shape)
        if name.startswith(_WORD)
    )
    query = query.where(Application.submitted_at.is_not(None), *words)
    if not shape & _OF_LINES:
        return _narrowed(query, reach, shape, Application)
    query = query.join(ApplicationLine, ApplicationLine.application_id == Application.id)
    return _narrowed(query, reach, shape, ApplicationLine)


# What a line knows of its application and the application itself does not.
_OF_LINES = frozenset({"stage", "check", "assessor"})


def _narrowed(
    query: Statement, reach: visible.Reach, shape: frozenset[str], of: Any
) -> Statement:  # Any: applications, their lines or tallies of them
    """Add call and filters; what they look for is given when it is executed."""
    query = query.join(Call, Call.id == of.call_id).where(reach.scope())
    if "call_id" in shape:
        query = query.where(of.call_id == bindparam("call_id"))
    if "lot" in shape:
        query = query.join(Lot, Lot.id == of.lot_id).where(Lot.code == bindparam("lot"))
    if "stage" in shape:
        query = query.join(Stage, Stage.id == of.stage_id).where(Stage.key == bindparam("stage"))
    if "state" in shape:
        state = of.state if of is Application else of.application_state
        query = query.where(state == bindparam("state"))
    if "region" in shape:
        query = query.where(of.region == bindparam("region"))
    if "check" in shape:
        query = query.where(of.check_state == bindparam("check"))
    if "assessor" in shape:
        mine = exists().where(
            Assessment.entry_id == ApplicationLine.entry_id,
            Assessment.assessor_id == bindparam("assessor"),
            Assessment.state.not_in(GONE),
        )
        query = query.where(mine)
    return query


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
