"""The sums of the award report: by lot, by region, and of the lines that a filter leaves.

All lines are added up once, by lot, region and whether they have an award; those few hundred
sums are added further here, in whole cents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.models import Application, Award, Lot, StageEntry
from app.queries.award_report import (
    AGREED,
    AWARDED,
    ORDERED,
    PAID,
    RECOVERED,
    RELEASED,
    joined,
    scored_stage,
)
from app.queries.award_report_filter import COUNTS, UNKNOWN_REGION, ReportFilter
from app.queries.kept import Statement, kept


@dataclass(frozen=True, slots=True)
class LotTotal:
    """Sums of a lot's lines, to the cent.

    available = envelope + transferred = awarded - released + unallocated
    """

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
    """The sums of the lines that a filter leaves."""

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


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of the lines of one lot and region, with or without an award that counts."""

    lot_id: int
    lot_code: str
    region: str
    has_award: bool
    sums: LineSums


@dataclass(frozen=True, slots=True)
class Totals:
    """What all lines of a call add up to; `groups` are the parts that sums are made of."""

    lots: tuple[LotTotal, ...]
    regions: tuple[RegionTotal, ...]
    groups: tuple[Group, ...]
    scored_stage: str

    def sum_of(self, name: str) -> int:
        """Return the sum of one amount over all lots."""
        return sum(getattr(lot, name) for lot in self.lots)


def _sums() -> tuple[ColumnElement[Any], ...]:  # Any: sums of cents
    """Of whatever lines are grouped, the sums in the order of `LineSums`."""
    bound = func.coalesce(AGREED, AWARDED, 0)
    released = func.coalesce(RELEASED, 0)
    return (
        func.sum(func.coalesce(StageEntry.requested_cents, Application.requested_cents, 0)),
        func.sum(func.coalesce(AWARDED, 0)),
        func.sum(func.coalesce(AGREED, 0)),
        func.sum(PAID),
        func.sum(ORDERED),
        func.sum(RECOVERED),
        func.sum(released),
        func.sum(bound - released - PAID + RECOVERED),
    )


@kept
def _groups() -> Statement:
    has_award = and_(Award.id.is_not(None), COUNTS)
    by = (Application.lot_id, Lot.code, Application.region, has_award)
    return joined(select(*by, func.count(), *_sums())).group_by(*by)


@kept
def _narrowed(wanted: ReportFilter) -> Statement:
    return joined(select(func.count(), *_sums())).where(*wanted.conditions())


def totals(session: Session, call_id: int) -> Totals:
    """Return the sums of all lines, by lot (empty ones too) and by region."""
    scored = scored_stage(session, call_id)
    rows = session.execute(_groups(), {"call_id": call_id, "scored": scored})
    groups = tuple(
        Group(lot_id, code, region, has_award, _whole(sums))
        for lot_id, code, region, has_award, *sums in rows
    )
    lots = session.execute(
        select(Lot.id, Lot.code, Lot.title, Lot.envelope_cents, Lot.transferred_cents)
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    )
    regions = [_of_region(name, groups) for name in {each.region for each in groups}]
    return Totals(
        lots=tuple(_of_lot(row, groups) for row in lots),
        regions=tuple(sorted(regions, key=lambda each: (-each.awarded_cents, each.region))),
        groups=groups,
        scored_stage=scored,
    )


def line_sums(session: Session, call_id: int, wanted: ReportFilter, known: Totals) -> LineSums:
    """Return the sums of the lines that fit: from what is known, where the filter is so simple."""
    if wanted == ReportFilter(wanted.awards_only, wanted.lot, wanted.region):
        region = "" if wanted.region == UNKNOWN_REGION else wanted.region
        return _together(
            each.sums
            for each in known.groups
            if (each.has_award or not wanted.awards_only)
            and wanted.lot in {"", each.lot_code}
            and (not wanted.region or region == each.region)
        )
    given = {"call_id": call_id, "scored": known.scored_stage}
    return _whole(session.execute(_narrowed(wanted), given).one())


def _of_lot(row: Any, groups: Iterable[Group]) -> LotTotal:  # Any: a row of Lot
    mine = [each for each in groups if each.lot_id == row.id]
    sums = _together(each.sums for each in mine)
    return LotTotal(
        code=row.code,
        title=row.title,
        envelope_cents=row.envelope_cents,
        transferred_cents=row.transferred_cents,
        awards=_awards(mine),
        **{each.name: getattr(sums, each.name) for each in fields(sums)},
    )


def _of_region(region: str, groups: Iterable[Group]) -> RegionTotal:
    mine = [each for each in groups if each.region == region]
    return RegionTotal(region, _awards(mine), sum(each.sums.awarded_cents for each in mine))


def _awards(groups: Iterable[Group]) -> int:
    return sum(each.sums.applications for each in groups if each.has_award)


def _whole(row: Iterable[Any]) -> LineSums:  # Any: sums as the database gives them
    return LineSums(*(int(value or 0) for value in row))


def _together(parts: Iterable[LineSums]) -> LineSums:
    listed = list(parts)
    return LineSums(
        *(sum(getattr(each, name.name) for each in listed) for name in fields(LineSums))
    )
