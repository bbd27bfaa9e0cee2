"""The sums of the award report: by lot, by region, and of the lines that a filter leaves.

The database keeps the sums of lines that are alike (decision 28); those few hundred are added
further here, in whole cents. Only words are looked for line by line, up to `MOST` of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, func, select
from sqlalchemy.orm import Session

from app.models import Application, ApplicationLine, ApplicationTally, Lot
from app.queries.award_report_filter import COUNTING, ReportFilter
from app.queries.kept import Statement, kept

# So many lines with the words of a search are added up for a page, more only on demand.
MOST = 10_000
_SUMS = (
    "asked_cents", "awarded_cents", "agreed_cents", "paid_cents", "ordered_cents",
    "recovered_cents", "released_cents", "left_cents",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LotTotal:
    """Sums of a lot's lines, to the cent.

    available = envelope + transferred = awarded - released + unallocated
    """

    lot_id: int
    code: str
    title: str
    envelope_cents: int
    transferred_cents: int
    applications: int
    awards: int
    requested_cents: int
    awarded_cents: int
    agreed_cents: int
    paid_cents: int
    ordered_cents: int
    recovered_cents: int
    released_cents: int
    left_cents: int

    @property
    def net_paid_cents(self) -> int:
        return self.paid_cents - self.recovered_cents

    @property
    def name(self) -> str:
        return f"{self.code}: {self.title}" if self.title else self.code

    @property
    def available_cents(self) -> int:
        return self.envelope_cents + self.transferred_cents

    @property
    def unallocated_cents(self) -> int:
        return self.available_cents - self.awarded_cents + self.released_cents


@dataclass(frozen=True, slots=True)
class RegionTotal:
    region: str
    awards: int
    awarded_cents: int


@dataclass(frozen=True, slots=True)
class LineSums:
    """The sums of the lines that a filter leaves, in the order of `_SUMS`."""

    applications: int
    requested_cents: int
    awarded_cents: int
    agreed_cents: int
    paid_cents: int
    ordered_cents: int
    recovered_cents: int
    released_cents: int
    left_cents: int

    @property
    def net_paid_cents(self) -> int:
        return self.paid_cents - self.recovered_cents


_NUMBERS = tuple(each.name for each in fields(LineSums))


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of lines that are alike."""

    lot_id: int
    lot_code: str
    region: str
    application_state: str
    award: str
    agreement_state: str
    sums: LineSums


@dataclass(frozen=True, slots=True)
class Totals:
    """What all lines of a call add up to; `groups` are the parts that sums are made of."""

    lots: tuple[LotTotal, ...]
    regions: tuple[RegionTotal, ...]
    groups: tuple[Group, ...]

    def sum_of(self, name: str) -> int:
        """Return the sum of one amount over all lots."""
        return sum(getattr(lot, name) for lot in self.lots)

    def lines_by_lot(self, wanted: ReportFilter) -> tuple[tuple[int, int], ...]:
        """Return (lot, number of lines that fit but for words), in the order of the report."""
        found = dict.fromkeys((lot.lot_id for lot in self.lots), 0)
        for each in self.groups:
            if wanted.fits(each):
                found[each.lot_id] += each.sums.applications
        return tuple(found.items())


@kept
def _groups() -> Statement:
    """Return the question for every lot with the sums of its lines that are alike, if it has any.

    Sums of whole cents stay whole numbers: the database would make decimals of them.
    """
    tally, call_id = ApplicationTally, bindparam("call_id", type_=BigInteger())
    sums = (tally.number, *(getattr(tally, name) for name in _SUMS))
    return (
        select(*_OF_LOT, *_alike(), *(cast(func.sum(each), BigInteger) for each in sums))
        .outerjoin(tally, and_(tally.lot_id == Lot.id, tally.call_id == call_id))
        .where(Lot.call_id == call_id)
        .group_by(Lot.id, *_alike())
        .order_by(Lot.position)
    )


_OF_LOT = (Lot.id, Lot.code, Lot.title, Lot.envelope_cents, Lot.transferred_cents)


def _alike() -> tuple[ColumnElement[str], ...]:
    names = ("region", "application_state", "award", "agreement_state")
    return tuple(getattr(ApplicationTally, name) for name in names)


@kept
def _worded(wanted: ReportFilter) -> Statement:
    line = ApplicationLine
    found = (
        select(*(getattr(line, name) for name in _SUMS))
        .join(Application, Application.id == line.application_id)
        .join(Lot, Lot.id == line.lot_id)
        .where(line.call_id == bindparam("call_id"), *wanted.conditions())
        .limit(bindparam("most"))
        .subquery()
    )
    return select(func.count(), *(func.sum(found.c[name]) for name in _SUMS))


def totals(session: Session, call_id: int) -> Totals:
    """Return the sums of all lines, by lot (empty ones too) and by region."""
    rows = session.execute(_groups(), {"call_id": call_id}).all()
    lots = {tuple(row[: len(_OF_LOT)]): None for row in rows}
    groups = tuple(_of_group(row) for row in rows if row[_NUMBER])
    regions = [_of_region(name, groups) for name in {each.region for each in groups}]
    return Totals(
        lots=tuple(_of_lot(lot, groups) for lot in lots),
        regions=tuple(sorted(regions, key=lambda each: (-each.awarded_cents, each.region))),
        groups=groups,
    )


def line_sums(session: Session, call_id: int, wanted: ReportFilter, known: Totals) -> LineSums:
    """Return the sums of the lines that fit: from what is known, where words do not decide."""
    if not wanted.has_words:
        return _together(each.sums for each in known.groups if wanted.fits(each))
    return _of_words(session, call_id, wanted, most=None)


def quick_sums(
    session: Session, call_id: int, wanted: ReportFilter, known: Totals
) -> LineSums | None:
    """Return the same for a page, or None where more than `MOST` lines have the words."""
    if not wanted.has_words:
        return line_sums(session, call_id, wanted, known)
    found = _of_words(session, call_id, wanted, most=MOST + 1)
    return found if found.applications <= MOST else None


def _of_words(
    session: Session, call_id: int, wanted: ReportFilter, *, most: int | None
) -> LineSums:
    row = session.execute(_worded(wanted), {"call_id": call_id, "most": most}).one()
    return _whole(row)


# Where the number of lines stands in a row of `_groups`, and the sums after it.
_NUMBER = len(_OF_LOT) + len(_alike())


def _of_group(row: Any) -> Group:  # Any: a row of `_groups`
    return Group(
        lot_id=row.id,
        lot_code=row.code,
        region=row.region,
        application_state=row.application_state,
        award=row.award,
        agreement_state=row.agreement_state,
        sums=_whole(row[_NUMBER:]),
    )


def _of_lot(lot: tuple[Any, ...], groups: Iterable[Group]) -> LotTotal:  # Any: as `_OF_LOT` has it
    lot_id, code, title, envelope_cents, transferred_cents = lot
    mine = [each for each in groups if each.lot_id == lot_id]
    sums = _together(each.sums for each in mine)
    return LotTotal(
        lot_id=lot_id,
        code=code,
        title=title,
        envelope_cents=envelope_cents,
        transferred_cents=transferred_cents,
        awards=_awards(mine),
        **{name: getattr(sums, name) for name in _NUMBERS},
    )


def _of_region(region: str, groups: Iterable[Group]) -> RegionTotal:
    mine = [each for each in groups if each.region == region]
    return RegionTotal(region, _awards(mine), sum(each.sums.awarded_cents for each in mine))


def _awards(groups: Iterable[Group]) -> int:
    return sum(each.sums.applications for each in groups if each.award in COUNTING)


def _whole(row: Iterable[Any]) -> LineSums:  # Any: sums as the database gives them
    return LineSums(*(int(value or 0) for value in row))


def _together(parts: Iterable[LineSums]) -> LineSums:
    listed = list(parts)
    return LineSums(*(sum(getattr(each, name) for each in listed) for name in _NUMBERS))
