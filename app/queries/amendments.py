"""The budget of an agreement by heading: as it was applied for, as it is now, what was asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import Agreement, Amendment, BudgetLine, Stage, StageEntry, User
from app.queries.schemes import scheme_of
from app.rules.budget_reduced import reduced
from app.rules.scheme import Scheme
from app.rules.scheme_money import HeadingKind
from app.rules.scheme_text import said

IN_FORCE = ("noted", "approved")


@dataclass(frozen=True, slots=True)
class HeadingBudget:
    """Cents of one heading: `applied` for, `original` of the agreement, `current` after what is
    in force.
    """

    code: str
    title: str
    applied_cents: int
    original_cents: int
    current_cents: int


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """`lines` are JSON: code, title, `before_cents` and `after_cents` of each heading."""

    amendment_id: int
    number: int
    state: str
    lines: tuple[Mapping[str, Any], ...]  # Any: JSON
    reason: str
    asked_at: datetime
    asked_by: str
    asked_by_id: int | None
    decided_at: datetime | None
    decided_by: str
    decision_reason: str


def budget_of(session: Session, agreement_id: int) -> tuple[HeadingBudget, ...]:
    """Return the headings that the budget has; none where the scheme asks for no budget."""
    query = select(Agreement.call_id).where(Agreement.id == agreement_id)
    scheme = scheme_of(session, session.execute(query).scalar_one())
    return budget_under(session, agreement_id, scheme)


def budget_under(session: Session, agreement_id: int, scheme: Scheme) -> tuple[HeadingBudget, ...]:
    """Return the same under rules that are known, in one query."""
    if scheme.budget is None:
        return ()
    in_force = (
        select(Amendment.lines)
        .where(Amendment.agreement_id == agreement_id, Amendment.state.in_(IN_FORCE))
        .order_by(Amendment.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    agreed = select(Agreement.budget).where(Agreement.id == agreement_id).scalar_subquery()
    rows = session.execute(
        select(BudgetLine.heading, func.sum(BudgetLine.total_cents), in_force, agreed)
        .where(BudgetLine.entry_id == _last_budget(agreement_id))
        .group_by(BudgetLine.heading)
    ).all()
    applied = _by_heading(scheme, rows)
    changed, reduced_to = rows[0][2:] if rows else (None, None)
    original = applied | {each["code"]: int(each["cents"]) for each in reduced_to or ()}
    current = original | {line["code"]: int(line["after_cents"]) for line in changed or ()}
    language = scheme.languages[0]
    return tuple(
        HeadingBudget(
            each.code, f"{each.code} {said(each.title, language)}",
            applied.get(each.code, 0), original.get(each.code, 0), current.get(each.code, 0),
        )
        for each in scheme.budget.headings
        if each.code in current
    )  # fmt: skip


def reduced_budget(
    session: Session, agreement_id: int, scheme: Scheme, total_cents: int
) -> list[dict[str, Any]]:  # Any: JSON
    """Return what each heading is agreed with where so much is agreed in all, as it is kept."""
    if scheme.budget is None:
        return []
    applied = {
        each.code: each.applied_cents for each in budget_under(session, agreement_id, scheme)
    }
    agreed = reduced(applied, total_cents, scheme.budget)
    return [{"code": code, "cents": cents} for code, cents in agreed.items()]


def untouchable(scheme: Scheme) -> frozenset[str]:
    """Return the headings that no notification may touch: indirect costs and the reserve."""
    headings = scheme.budget.headings if scheme.budget else ()
    return frozenset(each.code for each in headings if each.kind is not HeadingKind.DIRECT)


def _last_budget(agreement_id: int) -> ScalarSelect[int]:
    """Return the entry of the last stage that had a budget; an interview only keeps its sum."""
    line = aliased(BudgetLine)
    has_lines = select(line.id).where(line.entry_id == StageEntry.id).exists()
    return (
        select(StageEntry.id)
        .join(Stage, Stage.id == StageEntry.stage_id)
        .join(Agreement, Agreement.application_id == StageEntry.application_id)
        .where(Agreement.id == agreement_id, StageEntry.total_cents.is_not(None), has_lines)
        .order_by(Stage.position.desc())
        .limit(1)
        .scalar_subquery()
    )


def _by_heading(scheme: Scheme, rows: Iterable[Sequence[Any]]) -> dict[str, int]:  # Any: columns
    """Add up lines by the heading of the subheading that they stand under."""
    sums: dict[str, int] = {}
    headings = scheme.budget.headings if scheme.budget else ()
    parents = {item.code: each.code for each in headings for item in each.items}
    for code, cents, *_ in rows:
        heading = parents.get(code, code)
        sums[heading] = sums.get(heading, 0) + int(cents)
    return sums


def amendments(session: Session, agreement_id: int) -> tuple[AmendmentLine, ...]:
    """Return what was asked, newest first; the agreement was found by a query that asked."""
    asker, decider = User.__table__.alias("asker"), User.__table__.alias("decider")
    rows = session.execute(
        select(
            Amendment.id, Amendment.number, Amendment.state, Amendment.lines, Amendment.reason,
            Amendment.asked_at, func.coalesce(asker.c.name, ""), Amendment.asked_by,
            Amendment.decided_at, func.coalesce(decider.c.name, ""), Amendment.decision_reason,
        )
        .outerjoin(asker, asker.c.id == Amendment.asked_by)
        .outerjoin(decider, decider.c.id == Amendment.decided_by)
        .where(Amendment.agreement_id == agreement_id)
        .order_by(Amendment.number.desc())
    )  # fmt: skip
    found = []
    for row in rows:
        values: list[Any] = list(row)  # Any: the columns of AmendmentLine
        values[3] = tuple(values[3])
        found.append(AmendmentLine(*values))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WaitingChange:
    number: int
    asked_at: datetime


def waiting_change(session: Session, agreement_id: int) -> WaitingChange | None:
    """Return the change of the budget that nobody has decided on, if there is one."""
    query = select(Amendment.number, Amendment.asked_at).where(
        Amendment.agreement_id == agreement_id, Amendment.state == "asked"
    )
    row = session.execute(query).one_or_none()
    return None if row is None else WaitingChange(*row)


def agreement_of_amendment(session: Session, amendment_id: int) -> int:
    query = select(Amendment.agreement_id).where(Amendment.id == amendment_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
