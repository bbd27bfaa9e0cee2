"""One call's money, line by line: asked for, awarded, agreed, paid, left; sums to the cent.

Lines come through a server-side cursor, so ten applications and a hundred thousand take
the same memory; a page of them is found by an index. Sums: `award_report_sums`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, case, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    ApplicationLine,
    Award,
    Call,
    Lot,
    Organisation,
    Stage,
    StageEntry,
)
from app.queries import rounds, visible
from app.queries.award_report_filter import ReportFilter
from app.queries.award_report_sums import Totals
from app.queries.kept import Statement, kept
from app.rules.permissions import Actor, Facts, Permission

AT_ONCE = 500
# A page shows so many lines; the downloads have all of them.
SIZE = 50
# An award that was declined is shown, but its money is free again.
COUNTS = Award.state.not_in(("declined", "revoked", "discarded"))
AWARDED = case((COUNTS, Award.awarded_cents), else_=0)
RELEASED = case((COUNTS, Award.released_cents), else_=0)
# The draft of an award that was given back binds nothing.
AGREED = case((COUNTS, Agreement.grant_cents))
PAID = func.coalesce(Agreement.paid_cents, 0)
ORDERED = func.coalesce(Agreement.ordered_cents, 0)
RECOVERED = func.coalesce(Agreement.recovered_cents, 0)


@dataclass(frozen=True, slots=True)
class ReportCall:
    """`has_moved`: money came from an earlier round or went to the next one, asked for one call."""

    call_id: int
    code: str
    title: str
    state: str
    currency: str
    envelope_cents: int
    authority_id: int
    has_moved: bool = False

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


_CALL = bindparam("call_id", type_=BigInteger())
_HEAD = (
    Call.id,
    Call.code,
    Call.title,
    Call.state,
    Call.currency,
    Call.envelope_cents,
    Call.authority_id,
)


def report_call(session: Session, actor: Actor, call_id: int) -> ReportCall:
    """Return the head of the report; NotFound for people who may not see reports of the call."""
    reach = visible.staff_reach(actor, Permission.SEE_REPORTS)
    row = session.execute(_call_of(reach), {"call_id": call_id}).one_or_none()
    if row is None:
        raise NotFound
    return ReportCall(*row)


@kept
def _call_of(reach: visible.Reach) -> Statement:
    return select(*_HEAD, rounds.has_moved(Call.id)).where(Call.id == _CALL, reach.scope())


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
        select(*_HEAD)
        .where(condition, visible.staff_scope(actor, Permission.SEE_REPORTS))
        .order_by(Call.created_at.desc(), Call.id.desc())
    )
    return tuple(ReportCall(*row) for row in rows)


def lines(
    session: Session, call_id: int, wanted: ReportFilter | None = None
) -> Iterator[ReportLine]:
    """Yield the lines by lot and rank; whoever calls it has asked `report_call` first."""
    query = _lines(wanted or ReportFilter())
    rows = session.execute(
        query,
        {"call_id": call_id},
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    )
    for row in rows:
        values: list[Any] = list(row)  # Any: the columns of ReportLine
        yield ReportLine(*values)


@dataclass(frozen=True, slots=True)
class Slice:
    """Of one lot's lines in their order, `most` after the first `skipped`."""

    lot_id: int
    skipped: int
    most: int


def slices(lots: Iterable[tuple[int, int]], skipped: int) -> tuple[Slice, ...]:
    """Cut one page out of lots, given as (id, number of lines) in the order of the report."""
    cut, room = [], SIZE
    for lot_id, number in lots:
        most = min(max(number - skipped, 0), room)
        if most:
            cut.append(Slice(lot_id, skipped, most))
        skipped, room = max(skipped - number, 0), room - most
    return tuple(cut)


def lines_of_page(
    session: Session, call_id: int, wanted: ReportFilter, known: Totals, *, number: int
) -> tuple[ReportLine, ...]:
    """Return the lines of one page, counted from 1.

    The sums tell in which lots they stand; in each lot an index has the lines in their order.
    How many lines of a lot have certain words nobody knows: there each lot is begun at its first.
    """
    skipped = (max(number, 1) - 1) * SIZE
    lots = known.lines_by_lot(wanted)
    if wanted.has_words:
        cut = tuple(Slice(lot, 0, skipped + SIZE) for lot, lines in lots if lines)
    else:
        cut, skipped = slices(lots, skipped), 0
    if not cut:
        return ()
    given: dict[str, object] = {"call_id": call_id, "skipped": skipped, "size": SIZE}
    if len(cut) == 1 and not wanted.has_words:
        given |= {"lot_id": cut[0].lot_id, "skipped": cut[0].skipped}
        query = _page_of_lot(wanted, cut[0].most, is_first=not cut[0].skipped)
    else:
        query = _page(wanted)
        given["lot_ids"] = [each.lot_id for each in cut]
        given["skips"] = [each.skipped for each in cut]
        given["mosts"] = [each.most for each in cut]
    return tuple(ReportLine(*tuple(row)) for row in session.execute(query, given))


@kept
def _page_of_lot(wanted: ReportFilter, most: int, *, is_first: bool) -> Statement:
    """Return the question for a page of lines of one lot, which nearly all pages of a call are.

    `most` stands in it: so that one plan is good for each such page, and need not be made anew.
    """
    lot = bindparam("lot_id", type_=BigInteger())
    page = _in_lot(wanted, lot, ApplicationLine.application_id).limit(most)
    page = page if is_first else page.offset(bindparam("skipped"))
    return _lines(ReportFilter()).where(ApplicationLine.application_id.in_(page))


def _in_lot(wanted: ReportFilter, lot_id: ColumnElement[int], *columns: Any) -> Select[Any]:
    """Select columns (any) of the lines of one lot that fit, in the order of the report."""
    return (
        select(*columns)
        .select_from(ApplicationLine)
        .join(Lot, Lot.id == ApplicationLine.lot_id)
        .where(ApplicationLine.call_id == _CALL, ApplicationLine.lot_id == lot_id)
        .where(*wanted.conditions())
        .order_by(*_ordered(ApplicationLine))
    )


@kept
def _page(wanted: ReportFilter) -> Statement:
    several = ARRAY(BigInteger())
    cut = (
        func.unnest(
            bindparam("lot_ids", type_=several),
            bindparam("skips", type_=several),
            bindparam("mosts", type_=several),
        )
        .table_valued("lot_id", "skipped", "most", with_ordinality="place")
        .render_derived("cut")
    )
    of_lot = _in_lot(wanted, cut.c.lot_id, ApplicationLine.application_id, *_IN_LOT)
    of_lot = of_lot.offset(cut.c.skipped).limit(cut.c.most)
    if wanted.has_words:
        of_lot = of_lot.join(Application, Application.id == ApplicationLine.application_id)
    found = of_lot.correlate(cut).lateral("found")
    page = (
        select(found.c.application_id)
        .select_from(cut.join(found, true()))
        .order_by(cut.c.place, *_ordered(found.c))
        .offset(bindparam("skipped"))
        .limit(bindparam("size"))
    )
    return _lines(ReportFilter()).where(ApplicationLine.application_id.in_(page))


_IN_LOT = (ApplicationLine.rank, ApplicationLine.score, ApplicationLine.reference)


def _ordered(of: Any) -> tuple[ColumnElement[Any], ...]:  # Any: a table or the columns of one
    """As `ix_application_line_report` has them."""
    return of.rank.asc(), of.score.desc().nulls_last(), of.reference.asc()


@kept
def _lines(wanted: ReportFilter) -> Statement:
    place = func.coalesce(func.nullif(Organisation.municipality, ""), Organisation.city)
    query = select(
        Application.id, Lot.code, Lot.title, StageEntry.rank, Application.reference,
        Organisation.name, Application.region, place, Application.title, StageEntry.score,
        func.coalesce(StageEntry.requested_cents, Application.requested_cents, 0),
        func.coalesce(AWARDED, 0), AGREED, PAID, ORDERED, RECOVERED,
        func.coalesce(RELEASED, 0), Agreement.state, Award.state,
        Application.state, Application.outcome, Application.outcome_detail,
        StageEntry.stage_id, StageEntry.id, Award.id, Agreement.id,
    )  # fmt: skip
    found = _joined(query).where(*wanted.conditions())
    return found.order_by(Lot.position, *_ordered(ApplicationLine))


def _joined(query: Statement) -> Statement:
    """Join a line with its application, lot, scored stage, award and agreement.

    The line filters and sorts; every figure that is shown comes from where it was written.
    """
    stage_id = (
        select(Stage.id)
        .join(Call, Call.id == Stage.call_id)
        .where(Call.id == _CALL, Stage.key == Call.scored_stage)
        .scalar_subquery()
    )
    return (
        query.select_from(ApplicationLine)
        .join(Application, Application.id == ApplicationLine.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Lot, Lot.id == ApplicationLine.lot_id)
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
        .where(ApplicationLine.call_id == _CALL)
    )
