"""One call's money, line by line: asked for, awarded, agreed, paid, left; sums to the cent.

Lines come through a server-side cursor, so ten applications and a hundred thousand take
the same memory; sums are made by the database from the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Agreement, Application, Award, Call, Lot, Organisation, Stage, StageEntry
from app.queries import visible
from app.queries.award_report_filter import COUNTS, ReportFilter
from app.queries.schemes import scheme_of
from app.rules.permissions import Actor, Facts, Permission

AT_ONCE = 500
_AWARDED = case((COUNTS, Award.awarded_cents), else_=0)
_RELEASED = case((COUNTS, Award.released_cents), else_=0)
# The draft of an award that was given back binds nothing.
_AGREED = case((COUNTS, Agreement.grant_cents))
_PAID = func.coalesce(Agreement.paid_cents, 0)
_ORDERED = func.coalesce(Agreement.ordered_cents, 0)
_RECOVERED = func.coalesce(Agreement.recovered_cents, 0)


@dataclass(frozen=True, slots=True)
class ReportCall:
    call_id: int
    code: str
    title: str
    state: str
    currency: str
    envelope_cents: int
    authority_id: int

    @property
    def facts(self) -> Facts:
        return Facts(authority_id=self.authority_id, call_id=self.call_id)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One application that was sent in. `state` is the furthest thing's: agreement, award, …

    `outcome` and `detail` are the rule's code and values that the letter quotes too. The
    numbers at the end lead to where each figure comes from.
    """

    application_id: int
    lot_code: str
    lot_title: str
    rank: int | None
    reference: str
    applicant: str
    region: str
    municipality: str
    title: str
    score: Decimal | None
    requested_cents: int
    awarded_cents: int
    agreed_cents: int | None
    paid_cents: int
    ordered_cents: int
    recovered_cents: int
    released_cents: int
    agreement_state: str | None
    award_state: str | None
    application_state: str
    outcome: str
    detail: dict[str, Any]  # Any: JSON of a rule's message
    stage_id: int | None = None
    entry_id: int | None = None
    award_id: int | None = None
    agreement_id: int | None = None

    @property
    def net_paid_cents(self) -> int:
        """What the beneficiary has: paid less what came back."""
        return self.paid_cents - self.recovered_cents

    @property
    def left_cents(self) -> int:
        """What is still to be paid of what was agreed or, before that, awarded.

        agreed = net paid + free for others again + left, to the cent.
        """
        bound = self.awarded_cents if self.agreed_cents is None else self.agreed_cents
        return bound - self.released_cents - self.net_paid_cents

    @property
    def state(self) -> tuple[str, str]:
        """Return the kind and state that tell most."""
        if self.agreement_state is not None:
            return "agreement", self.agreement_state
        if self.award_state is not None:
            return "award", self.award_state
        return "application", self.application_state


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
class Totals:
    lots: tuple[LotTotal, ...]
    regions: tuple[RegionTotal, ...]

    def sum_of(self, name: str) -> int:
        """Return the sum of one amount over all lots."""
        return sum(getattr(lot, name) for lot in self.lots)


def report_call(session: Session, actor: Actor, call_id: int) -> ReportCall:
    """Return the head of the report; NotFound for people who may not see reports of the call."""
    found = _calls(session, actor, Call.id == call_id)
    if not found:
        raise NotFound
    return found[0]


def report_calls(session: Session, actor: Actor) -> tuple[ReportCall, ...]:
    """Return the calls whose reports the person may see, the newest first."""
    return _calls(session, actor, Call.state != "draft")


def find_call(session: Session, actor: Actor, wanted: str) -> ReportCall:
    """Return a call by its id or its code; NotFound where it is none or not the only one."""
    by_code = _calls(session, actor, Call.code == wanted)
    if len(by_code) == 1:
        return by_code[0]
    if wanted.isdecimal() and len(wanted) < 18:
        return report_call(session, actor, int(wanted))
    raise NotFound


def _calls(
    session: Session, actor: Actor, condition: ColumnElement[bool]
) -> tuple[ReportCall, ...]:
    rows = session.execute(
        select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.currency,
            Call.envelope_cents,
            Call.authority_id,
        )
        .where(condition, visible.staff_scope(actor, Permission.SEE_REPORTS))
        .order_by(Call.created_at.desc(), Call.id.desc())
    )
    return tuple(ReportCall(*row) for row in rows)


def lines(
    session: Session, call_id: int, wanted: ReportFilter | None = None, *, most: int | None = None
) -> Iterator[ReportLine]:
    """Yield the lines by lot and rank; whoever calls it has asked `report_call` first."""
    query = _lines(session, call_id).where(*(wanted or ReportFilter()).conditions())
    query = query if most is None else query.limit(most)
    rows = session.execute(query, execution_options={"stream_results": True, "yield_per": AT_ONCE})
    for row in rows:
        values: list[Any] = list(row)  # Any: the columns of ReportLine
        yield ReportLine(*values)


def _lines(session: Session, call_id: int) -> Select[*tuple[Any, ...]]:  # Any: the columns
    place = func.coalesce(func.nullif(Organisation.municipality, ""), Organisation.city)
    query = select(
        Application.id, Lot.code, Lot.title, StageEntry.rank, Application.reference,
        Organisation.name, Application.region, place, Application.title, StageEntry.score,
        func.coalesce(StageEntry.requested_cents, Application.requested_cents, 0),
        func.coalesce(_AWARDED, 0), _AGREED, _PAID, _ORDERED, _RECOVERED,
        func.coalesce(_RELEASED, 0), Agreement.state, Award.state,
        Application.state, Application.outcome, Application.outcome_detail,
        StageEntry.stage_id, StageEntry.id, Award.id, Agreement.id,
    )  # fmt: skip
    return _from(query, session, call_id).order_by(
        Lot.position,
        StageEntry.rank.asc().nulls_last(),
        StageEntry.score.desc().nulls_last(),
        Application.reference,
    )


def _from(
    query: Select[*tuple[Any, ...]], session: Session, call_id: int
) -> Select[*tuple[Any, ...]]:  # Any: whatever was selected
    """Join an application with its lot, its scored stage, its award and its agreement."""
    scored = scheme_of(session, call_id).last_scored_stage()
    stage_id = (
        select(Stage.id)
        .where(Stage.call_id == call_id, Stage.key == (scored.key if scored else ""))
        .scalar_subquery()
    )
    return (
        query.select_from(Application)
        .join(Lot, Lot.id == Application.lot_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(
            StageEntry,
            and_(StageEntry.application_id == Application.id, StageEntry.stage_id == stage_id),
        )
        .outerjoin(
            Award,
            and_(
                Award.application_id == Application.id,
                Award.state.not_in(("revoked", "discarded")),
            ),
        )
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(Application.call_id == call_id, Application.submitted_at.is_not(None))
    )


def _sums() -> tuple[ColumnElement[Any], ...]:  # Any: sums of cents
    """Of whatever lines are grouped, the sums in the order of `LineSums`."""
    bound = func.coalesce(_AGREED, _AWARDED, 0)
    released = func.coalesce(_RELEASED, 0)
    return (
        func.sum(func.coalesce(StageEntry.requested_cents, Application.requested_cents, 0)),
        func.sum(func.coalesce(_AWARDED, 0)),
        func.sum(func.coalesce(_AGREED, 0)),
        func.sum(_PAID),
        func.sum(_ORDERED),
        func.sum(_RECOVERED),
        func.sum(released),
        func.sum(bound - released - _PAID + _RECOVERED),
    )


def line_sums(session: Session, call_id: int, wanted: ReportFilter) -> LineSums:
    """Return the sums of the lines that fit, made by the database from the same rows."""
    query = select(func.count(Application.id), *_sums())
    row = session.execute(_from(query, session, call_id).where(*wanted.conditions())).one()
    return LineSums(*(int(value or 0) for value in row))


def totals(session: Session, call_id: int) -> Totals:
    """Return the sums of the same lines, by lot (empty ones too) and by region."""
    sums = _from(
        select(
            Application.lot_id,
            func.count(Application.id),
            func.count(Award.id).filter(COUNTS),
            *_sums(),
        ).group_by(Application.lot_id),
        session,
        call_id,
    )
    by_lot = {row[0]: [int(value) for value in row[1:]] for row in session.execute(sums)}
    lots = session.execute(
        select(Lot.id, Lot.code, Lot.title, Lot.envelope_cents, Lot.transferred_cents)
        .where(Lot.call_id == call_id)
        .order_by(Lot.position)
    )
    awarded = func.coalesce(func.sum(_AWARDED), 0)
    regions = session.execute(
        _from(
            select(Application.region, func.count(Award.id).filter(COUNTS), awarded).group_by(
                Application.region
            ),
            session,
            call_id,
        ).order_by(awarded.desc(), Application.region)
    )
    return Totals(
        lots=tuple(LotTotal(*row[1:], *by_lot.get(row[0], [0] * 10)) for row in lots),
        regions=tuple(RegionTotal(row[0], row[1], int(row[2])) for row in regions),
    )
