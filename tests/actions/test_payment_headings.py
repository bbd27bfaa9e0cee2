"""A payment keeps to the headings of the agreed budget, as it is changed, to the cent (S8)."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.actions import amendments, payments
from app.actions.payments import NewExpenditure, Request
from app.errors import Conflict, Forbidden
from app.models import AuditEntry, Payment
from app.queries.payments import counted_of, staff_payment
from tests.actions.test_amendments import Budgeted
from tests.actions.test_payments import DAY
from tests.actions.test_payments_concurrent import at_once
from tests.actions.test_recoveries import manager_of

# 250,000.00, of which heading 3 has 40,000.00: 10,000.00 may move to it without a decision.
LINES = {"1": 200_000_00, "3": 40_000_00, "8": 10_000_00}
# 10,000.00 of heading 3 is more than may move there without a decision.
LAST = {"1": 76_500_00, "3": 60_000_00, "8": 10_000_00}
Costs = Mapping[str, int]


class Spending(Budgeted):
    lines = LINES

    def claim(self, payment: Payment, costs: Costs, **more) -> None:
        lines = [NewExpenditure(code, f"Cost {code}", cents) for code, cents in costs.items()]
        asked = Request(report="Done.", lines=lines, **more)
        payments.request(self.act(self.person), payment.id, asked)

    def paid(self, payment: Payment, costs: Costs, **more) -> int:
        self.claim(payment, costs, **more)
        due = self.check(payment)
        payments.approve(self.act(self.approver), payment.id)
        payments.pay(self.act(), payment.id, paid_on=DAY, bank_reference="2026-78")
        return due.amount_cents

    def decided(self, cents: int) -> None:
        change = self.move(cents)
        manager = self.act(manager_of(self))
        amendments.decide(manager, change.id, approve=True, reason="The results stay.")

    def held(self, payment: Payment) -> dict[str, int]:
        page = staff_payment(self.session, self.act().actor, payment.id)
        found = counted_of(self.session, page)
        return {each.costs.code: each.held_cents for each in found if each.held_cents}


@pytest.fixture
def case(session: Session) -> Spending:
    """The first 112,000.00 and the second 68,000.00 are paid; heading 1 has 103,500.00 of costs."""
    case = Spending(session)
    case.settle(case.first, report="")
    case.paid(case.second, {"1": 103_500_00}, forecast_cents=100_000_00)
    return case


def test_what_a_heading_does_not_cover_is_told_and_not_paid(case: Spending) -> None:
    """80 % of 240,000.00 and not of 250,000.00, less the 180,000.00 that are paid."""
    case.claim(case.last, LAST)
    due = case.check(case.last)

    assert (due.amount_cents, case.held(case.last)) == (12_000_00, {"3": 10_000_00})
    assert case.last.accepted_cents == 146_500_00
    query = select(AuditEntry.detail).where(AuditEntry.event == "check").order_by(AuditEntry.id)
    assert case.session.scalars(query).all()[-1]["held_cents"] == 10_000_00


def test_costs_within_the_headings_are_paid_in_full(case: Spending) -> None:
    assert case.paid(case.last, LAST | {"3": 50_000_00}) == 12_000_00
    assert case.held(case.last) == {}


def test_nothing_is_approved_by_a_budget_that_was_changed_after_the_check(case: Spending) -> None:
    case.claim(case.last, LAST)
    case.check(case.last)
    case.decided(20_000_00)
    with pytest.raises(Conflict, match="checked again"):
        payments.approve(case.act(case.approver), case.last.id)

    due = case.check(case.last)
    payments.approve(case.act(case.approver), case.last.id)

    assert (due.amount_cents, case.last.due_cents, case.held(case.last)) == (20_000_00,) * 2 + ({},)


def test_a_check_that_knew_no_headings_is_made_again_before_approval(case: Spending) -> None:
    """A check from before payments were held to the headings: it would pay 10,000.00 too much."""
    case.claim(case.last, LAST)
    case.check(case.last)
    case.last.headings = []
    case.session.flush()
    with pytest.raises(Conflict, match="checked again"):
        payments.approve(case.act(case.approver), case.last.id)

    case.check(case.last)
    payments.approve(case.act(case.approver), case.last.id)
    assert case.last.due_cents == 12_000_00


def test_nobody_approves_what_they_checked_again(case: Spending) -> None:
    case.claim(case.last, LAST)
    case.check(case.last)
    payments.check(case.act(case.approver), case.last.id, case.accepted(case.last))
    with pytest.raises(Forbidden):
        payments.approve(case.act(case.approver), case.last.id)


def test_what_was_held_back_counts_with_the_next_request_after_the_change(session: Session) -> None:
    """68,000.00 is what the cap leaves; 242,000.00 count in the end, 193,600.00 of it are paid."""
    case = Spending(session)
    case.settle(case.first, report="")
    costs = {"1": 103_500_00, "3": 52_000_00}
    assert case.paid(case.second, costs, forecast_cents=100_000_00) == 68_000_00
    assert case.held(case.second) == {"3": 2_000_00}
    case.decided(20_000_00)
    assert case.paid(case.last, {"1": 76_500_00, "8": 10_000_00}) == 13_600_00
    assert case.held(case.second) == {"3": 2_000_00}


def test_a_returned_request_forgets_what_its_check_found(case: Spending) -> None:
    case.claim(case.last, LAST)
    case.check(case.last)
    payments.give_back(case.act(), case.last.id, reason="The invoice of the pump is missing.")
    assert case.last.headings == []


def test_a_payment_is_approved_before_its_budget_changes_or_not_at_all(
    sessions: db.Sessions,
) -> None:
    """Both lock the agreement first, so whoever comes second sees what the first has done."""
    with db.in_transaction(sessions) as session:
        case = Spending(session)
        case.settle(case.first, report="")
        case.claim(case.second, {"1": 103_500_00, "3": 52_000_00}, forecast_cents=100_000_00)
        case.check(case.second)
        change, manager = case.move(20_000_00).id, manager_of(case).id
        payment, approver = case.second.id, case.approver.id

    refused, nothing = at_once(
        sessions,
        [
            (approver, lambda act: payments.approve(act, payment)),
            (manager, lambda act: amendments.decide(act, change, approve=True, reason="Fine.")),
        ],
    )

    assert nothing is None
    with db.reading(sessions) as session:
        query = select(AuditEntry.object_type).where(AuditEntry.event == "approve")
        told = session.scalars(query.order_by(AuditEntry.id)).all()
    # The first entry is that of the first instalment.
    if refused is None:
        assert told[1:] == ["payment", "amendment"]
    else:
        assert ("checked again" in refused.message, told[1:]) == (True, ["amendment"])
