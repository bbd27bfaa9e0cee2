"""A request for payment as the rule needs it: what came before it, its costs by heading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.models import Agreement, Application, ExpenditureLine, Organisation, Payment
from app.queries.agreement_facts import PAID, SETTLED, UNDER_WAY
from app.queries.amendments import budget_under
from app.rules.applicants import NON_PROFIT
from app.rules.instalments import Claim
from app.rules.payments_headings import Counted, HeadingCosts, counted_cents, within_budget
from app.rules.scheme import Scheme
from app.rules.scheme_money import InstalmentKind

HeadingCost = tuple[str, int, int]
"""The heading of a cost, what was claimed and what is accepted of it."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the earlier requests of an agreement came to, in cents; paid instalments in order.

    `is_blocked` while one of them was neither paid nor dropped. `by_heading` is claimed and
    accepted of what was paid.
    """

    accepted_cents: int
    paid_cents: tuple[int, ...]
    is_blocked: bool
    by_heading: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def claim(
        self,
        asked: Any,  # Any: a row or a page with these names
        *,
        accepted_cents: int,
        revenue_cents: int,
        counted: Sequence[Counted] = (),
    ) -> Claim:
        """Return a request with so much accepted of its own costs.

        Where the agreement has a budget by headings, `counted` says what of all costs counts.
        `asked` names what stands in the request, in its agreement and of the applicant.
        """
        in_all_cents = counted_cents(counted) if counted else self.accepted_cents + accepted_cents
        return Claim(
            kind=InstalmentKind(asked.kind),
            grant_cents=asked.grant_cents,
            rate=Fraction(asked.rate),
            planned_cents=asked.planned_cents,
            paid_cents=self.paid_cents,
            accepted_cents=in_all_cents,
            revenue_cents=revenue_cents,
            forecast_cents=asked.forecast_cents,
            is_non_profit=asked.applicant_type in NON_PROFIT,
        )


def before(session: Session, agreement_id: int, position: int | None = None) -> Before:
    """Return what came before an instalment, or all there is."""
    rows = session.execute(
        select(
            Payment.id, Payment.state, Payment.due_cents, ExpenditureLine.heading,
            func.coalesce(func.sum(ExpenditureLine.amount_cents), 0),
            func.coalesce(func.sum(ExpenditureLine.accepted_cents), 0),
        )
        .outerjoin(ExpenditureLine, ExpenditureLine.payment_id == Payment.id)
        .where(
            Payment.agreement_id == agreement_id,
            true() if position is None else Payment.position < position,
        )
        .group_by(Payment.id, ExpenditureLine.heading)
        .order_by(Payment.position)
    ).all()  # fmt: skip
    states = {key: (state, due_cents) for key, state, due_cents, *_ in rows}
    paid = [row for row in rows if row.state in PAID]
    costs = [
        (heading, int(claimed or 0), int(accepted or 0)) for *_, heading, claimed, accepted in paid
    ]
    return Before(
        accepted_cents=sum(accepted for _, _, accepted in costs),
        paid_cents=tuple(due_cents or 0 for state, due_cents in states.values() if state in PAID),
        is_blocked=any(state not in SETTLED for state, _ in states.values()),
        by_heading=_added(costs),
    )


def bound_by_heading(session: Session, agreement_id: int) -> dict[str, int]:
    """Return by heading what is accepted, in cents, of requests that are approved or paid."""
    rows = session.execute(
        select(ExpenditureLine.heading, func.sum(ExpenditureLine.accepted_cents))
        .join(Payment, Payment.id == ExpenditureLine.payment_id)
        .where(Payment.agreement_id == agreement_id, Payment.state.in_((*UNDER_WAY, *PAID)))
        .group_by(ExpenditureLine.heading)
    )
    return {heading: int(cents or 0) for heading, cents in rows}


def _added(costs: Iterable[HeadingCost]) -> dict[str, tuple[int, int]]:
    """Add up by heading what was claimed and what is accepted."""
    sums: dict[str, tuple[int, int]] = {}
    for heading, claimed_cents, accepted_cents in costs:
        claimed, accepted = sums.get(heading, (0, 0))
        sums[heading] = (claimed + claimed_cents, accepted + accepted_cents)
    return sums


def costs_by_heading(
    session: Session,
    agreement_id: int,
    scheme: Scheme,
    earlier: Before,
    costs: Iterable[HeadingCost],
) -> tuple[HeadingCosts, ...]:
    """Return the agreement's budget as it is now with what was spent; nothing without one."""
    budget = budget_under(session, agreement_id, scheme)
    if not budget or scheme.budget is None:
        return ()
    now, past = _added(costs), earlier.by_heading
    agreed = {each.code: (each.original_cents, each.current_cents) for each in budget}
    nothing = (0, 0)
    found = []
    for code in (each.code for each in scheme.budget.headings):
        if code not in agreed and code not in now and code not in past:
            continue
        original_cents, agreed_cents = agreed.get(code, nothing)
        (claimed_before, accepted_before), (claimed, accepted) = (
            past.get(code, nothing), now.get(code, nothing),
        )  # fmt: skip
        found.append(
            HeadingCosts(
                code, original_cents, agreed_cents, claimed_before, claimed,
                accepted_before, accepted,
            )
        )  # fmt: skip
    return tuple(found)


def counted(scheme: Scheme, costs: Sequence[HeadingCosts]) -> tuple[Counted, ...]:
    """Say of each heading what counts; a scheme that names no limit lets nothing move."""
    if scheme.budget is None or not costs:
        return ()
    percent = scheme.payments.transfer_between_headings_max_percent or Fraction(0)
    return within_budget(costs, scheme.budget, percent)


def kept(found: Iterable[Counted]) -> list[dict[str, Any]]:  # Any: JSON
    """Return what a check found by heading, as it is written down with it."""
    return [asdict(each.costs) | {"counted_cents": each.counted_cents} for each in found]


def as_checked(headings: Iterable[Mapping[str, Any]]) -> tuple[HeadingCosts, ...]:  # Any: JSON
    """Read back what a check was made of."""
    return tuple(
        HeadingCosts(**{name: value for name, value in each.items() if name != "counted_cents"})
        for each in headings
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A request as the rule needs it, and what of its costs counts by heading."""

    claim: Claim
    headings: tuple[Counted, ...]


def claim_of(
    session: Session,
    payment_id: int,
    scheme: Scheme,
    costs: Sequence[HeadingCost],
    *,
    revenue_cents: int,
) -> Found:
    """Return a request with these of its own costs accepted."""
    row = session.execute(
        select(
            Payment.agreement_id,
            Payment.position,
            Payment.kind,
            Payment.planned_cents,
            Payment.forecast_cents,
            Agreement.grant_cents,
            Agreement.rate,
            Organisation.applicant_type,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Payment.id == payment_id)
    ).one()
    earlier = before(session, row.agreement_id, row.position)
    found = counted(scheme, costs_by_heading(session, row.agreement_id, scheme, earlier, costs))
    claim = earlier.claim(
        row,
        accepted_cents=sum(accepted for _, _, accepted in costs),
        revenue_cents=revenue_cents,
        counted=found,
    )
    return Found(claim, found)


def is_outdated(
    session: Session, agreement_id: int, scheme: Scheme, headings: Sequence[Mapping[str, Any]]
) -> bool:  # Any: JSON
    """True when the budget was changed after a check was made of it.

    Also when the check was made by no heading at all and the agreement has them: such a check is
    from before requests were held to the budget.
    """
    agreed = {each.code: each.current_cents for each in budget_under(session, agreement_id, scheme)}
    if not headings:
        known = () if scheme.budget is None else scheme.budget.headings
        return any(each.code in agreed for each in known)
    return any(each["agreed_cents"] != agreed.get(each["code"], 0) for each in headings)
