"""The rest of a request's and an agreement's road: the bank, suspensions, endings, closing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import agreement_steps, payment_steps, payments
from app.actions.payment_steps import OnStatement
from app.errors import Conflict, Forbidden, Invalid
from app.models import Agreement, AuditEntry, Mail, Payment, User
from app.queries.payment_queue import queue
from app.queries.payment_versions import versions
from tests.actions.test_payments import DAY, Case
from tests.actions.test_recoveries import Owed, manager_of
from tests.make.awards import payments_of
from tests.make.people import NOW, act_as


@pytest.fixture
def owed(session: Session) -> Owed:
    return Owed(session)


def test_a_payment_goes_to_the_bank_fails_goes_again_and_is_found_on_the_statement(
    session: Session,
) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    case.check(case.first)
    payments.approve(case.act(case.approver), case.first.id)
    payment_steps.send(case.act(), case.first.id)
    payment_steps.fail(case.act(), case.first.id, reason="The account is closed.")
    payment_steps.send_again(case.act(), case.first.id)
    payments.pay(case.act(), case.first.id, paid_on=DAY, bank_reference="7")
    with pytest.raises(Forbidden, match="prepared this yourself"):
        case.found(case.first, case.finance)
    case.found(case.first)
    payment = session.get_one(Payment, case.first.id)
    assert (payment.state, payment.statement_on, payment.statement_cents) == (
        "reconciled",
        DAY,
        112_000_00,
    )
    trail = session.scalars(
        select(AuditEntry.event)
        .where(AuditEntry.object_type == "payment", AuditEntry.object_id == case.first.id)
        .order_by(AuditEntry.id)
    ).all()
    assert trail == [
        "request", "check", "approve", "send", "fail", "send_again", "pay", "reconcile",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount_cents": 111_999_99}, "amount_cents", "ask the bank to correct it"),
        ({"reference": " "}, "reference", "reference on the bank statement"),
        ({"on": DAY + timedelta(days=1)}, "on", "lies ahead"),
        ({"on": DAY - timedelta(days=1)}, "on", "before the approval"),
    ],
)
def test_a_line_that_is_not_the_payment_reconciles_nothing(
    session: Session, changes: dict[str, Any], field: str, words: str
) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    line = OnStatement(DAY, "IZV-9", 112_000_00)
    with pytest.raises(Invalid) as refused:
        payment_steps.reconcile(case.act(case.approver), case.first.id, replace(line, **changes))
    assert list(refused.value.fields) == [field]
    assert words in str(refused.value.fields[field])
    assert case.first.state == "paid"


def test_what_is_paid_waits_in_the_queue_until_it_is_found(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")

    def waiting(user: User) -> list[tuple[str, bool]]:
        lines = queue(session, case.act(user).actor)
        return [(line.state, line.is_mine) for line in lines if line.is_paid]

    assert waiting(case.approver) == [("paid", True)]
    assert waiting(case.finance) == [("paid", False)]
    case.found(case.first)
    assert waiting(case.approver) == []


@pytest.mark.parametrize("stop", [payments.give_back, payment_steps.suspend])
def test_the_term_of_payment_stands_still_while_something_is_asked(
    session: Session, stop: Callable[..., None]
) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    later = NOW + timedelta(days=12)
    stop(case.act(), case.first.id, reason="The statement is missing.")
    if stop is payments.give_back:
        act = act_as(session, case.person, now=later)
        payments.request(act, case.first.id, payments.Request())
    else:
        payment_steps.resume(act_as(session, case.finance, now=later), case.first.id)
    payment = session.get_one(Payment, case.first.id)
    assert (payment.state, payment.clock_stopped_days, payment.clock_stopped_at) == (
        "requested",
        12,
        None,
    )
    assert payment.first_requested_at == NOW


def test_a_second_person_rejects_a_checked_request_for_good(session: Session) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    case.check(case.first)
    with pytest.raises(Forbidden):
        payment_steps.reject(case.act(), case.first.id, reason="No ground.")
    payment_steps.reject(case.act(case.approver), case.first.id, reason="No ground.")
    assert session.get_one(Agreement, case.agreement.id).committed_cents == 0


def test_a_suspended_agreement_asks_for_nothing_until_it_goes_on(owed: Owed) -> None:
    session = owed.session
    agreement_steps.suspend(owed.act(owed.manager), owed.agreement.id, reason="Floods.")
    assert owed.state()[0] == "suspended"
    agreement_steps.resume(owed.act(owed.manager), owed.agreement.id)
    subjects = session.scalars(select(Mail.subject).order_by(Mail.id.desc()).limit(2)).all()
    assert subjects == ["Your grant agreement goes on", "Your grant agreement is suspended"]


def test_ending_before_its_time_takes_two_people_and_drops_what_is_open(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    manager = manager_of(case)
    with pytest.raises(Conflict, match="propose it first"):
        agreement_steps.end(case.act(manager), case.agreement.id)
    agreement_steps.propose_end(case.act(manager), case.agreement.id, reason="Nothing was built.")
    with pytest.raises(Forbidden, match="prepared this yourself"):
        agreement_steps.end(case.act(manager), case.agreement.id)
    agreement_steps.drop_end(case.act(), case.agreement.id, reason="By finance instead.")
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    agreement_steps.end(case.act(manager), case.agreement.id)
    session.expire_all()
    assert case.agreement.state == "terminated"
    assert [each.state for each in payments_of(session, case.agreement)] == [
        "paid",
        "dropped",
        "dropped",
    ]


def test_money_on_its_way_stops_an_ending(session: Session) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    case.check(case.first)
    payments.approve(case.act(case.approver), case.first.id)
    manager = manager_of(case)
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    with pytest.raises(Conflict, match="approved or with the bank"):
        agreement_steps.end(case.act(manager), case.agreement.id)


def test_an_agreement_is_closed_when_the_bank_and_the_recovery_are_settled(owed: Owed) -> None:
    owed.receive(owed.issued(), 12_000_00)
    with pytest.raises(Conflict, match="statement yet: 2"):
        agreement_steps.close(owed.act(owed.manager), owed.agreement.id)
    for payment in (owed.first, owed.second):
        owed.found(payment)
    agreement_steps.close(owed.act(owed.manager), owed.agreement.id)
    assert owed.state()[0] == "closed"
    entry = owed.session.scalars(select(AuditEntry).where(AuditEntry.event == "close")).one()
    assert entry.detail == {"record_until": "2031-03-19"}


def test_the_versions_of_a_returned_request_are_kept_as_they_were_sent(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00)
    payments.give_back(case.act(), case.second.id, reason="The invoice of May is missing.")
    case.ask(case.second, 90_000_00, 13_500_00)
    payments.give_back(case.act(), case.second.id, reason="One is double.")
    case.ask(case.second, 103_500_00)
    kept = versions(case.session, case.second.id)
    assert [(each.number, each.total_cents, each.reason) for each in kept] == [
        (1, 50_000_00, "The invoice of May is missing."),
        (2, 103_500_00, "One is double."),
    ]
