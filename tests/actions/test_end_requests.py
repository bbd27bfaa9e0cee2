"""A beneficiary asks to end an agreement: answered by one person, ended by a second, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.actions import agreement_steps, end_requests
from app.actions.act import Act
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Agreement, Award, EndRequest, Mail, Payment, StaffRole
from app.queries import agreements_trail
from app.queries.actors import actor_of
from app.queries.agreements import staff_agreement
from app.queries.waiting import Task, waiting
from app.rules.permissions import Role
from tests.actions.test_payments import DAY, Case
from tests.actions.test_payments_concurrent import at_once
from tests.actions.test_recoveries import manager_of
from tests.make.people import NOW, act_as, make_user

LATER = DAY + timedelta(days=30)
WHY = "The mill was sold."


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)


def asked(case: Case, ends_on=DAY) -> int:
    act = case.act(case.person)
    return end_requests.ask(act, case.agreement.id, reason=WHY, ends_on=ends_on)


def later(case: Case, user, days: int = 30) -> Act:
    return act_as(case.session, user, now=NOW + timedelta(days=days))


def subjects(session: Session) -> list[tuple[str, str]]:
    found = session.execute(select(Mail.to, Mail.subject).order_by(Mail.id))
    return [tuple(each) for each in found]


def tasks(case: Case, user, at=NOW) -> set[Task]:
    return {each.task for each in waiting(case.session, actor_of(case.session, user.id, at), at)}


def test_what_the_beneficiary_asks_for_is_proposed_by_one_and_ended_by_another(case: Case) -> None:
    case.settle(case.first, report="")
    manager = manager_of(case)
    key = asked(case, ends_on=LATER)
    assert tasks(case, case.finance) >= {Task.ANSWER_END}

    end_requests.answer(case.act(), key, accept=True, reason="")
    with pytest.raises(Conflict, match="asked to end it on"):
        agreement_steps.end(case.act(manager), case.agreement.id)
    before, then = tasks(case, manager), tasks(case, manager, NOW + timedelta(days=30))
    agreement_steps.end(later(case, manager), case.agreement.id)

    agreement = case.session.get_one(Agreement, case.agreement.id)
    assert (before & {Task.END_AGREEMENT}, then & {Task.END_AGREEMENT}) == (
        set(),
        {Task.END_AGREEMENT},
    )
    assert (agreement.state, agreement.end_reason, agreement.end_proposed_by) == (
        "terminated", WHY, case.finance.id,
    )  # fmt: skip
    states = select(Payment.state).order_by(Payment.position)
    assert case.session.scalars(states).all() == ["paid", "dropped", "dropped"]
    case.session.expire_all()
    assert case.session.get_one(Award, case.award.id).released_cents == 88_000_00
    asks = f"A beneficiary asks to end their agreement: {agreement.reference}"
    assert [each for each in subjects(case.session) if "end" in each[1]] == [
        *((email, asks) for email in sorted((case.finance.email, case.approver.email))),
        (case.person.email, "The authority agrees to end your agreement"),
        (case.person.email, "Your grant agreement has ended before its time"),
    ]
    events = [line.event for line in agreements_trail.trail(case.session, agreement.id)]
    assert [each for each in reversed(events) if "end" in each] == [
        "ask_end", "accept_end", "propose_end",
    ]  # fmt: skip


def test_who_agreed_does_not_end_it_as_well(case: Case) -> None:
    both = make_user(
        case.session, roles=[Role.FINANCE, Role.FUND_MANAGER], authority=case.authority
    )
    end_requests.answer(case.act(both), asked(case), accept=True, reason="")

    with pytest.raises(Forbidden):
        agreement_steps.end(case.act(both), case.agreement.id)


def test_a_refusal_needs_a_reason_and_is_mailed_with_it(case: Case) -> None:
    key = asked(case)
    with pytest.raises(Invalid) as wrong:
        end_requests.answer(case.act(), key, accept=False, reason=" ")

    end_requests.answer(case.act(), key, accept=False, reason="Only the roof is missing.")

    request = case.session.get_one(EndRequest, key)
    mail = case.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert "reason" in wrong.value.fields
    assert (request.state, case.agreement.end_proposed_at) == ("refused", None)
    assert "does not agree: Only the roof is missing." in mail.body
    assert asked(case) != key


def test_a_proposal_that_is_taken_back_refuses_the_request_after_all(case: Case) -> None:
    key = asked(case)
    end_requests.answer(case.act(), key, accept=True, reason="")

    agreement_steps.drop_end(case.act(), case.agreement.id, reason="A partner takes over.")

    request = case.session.get_one(EndRequest, key)
    assert (request.state, request.answer_reason) == ("refused", "A partner takes over.")
    assert subjects(case.session)[-1] == (
        case.person.email, "The authority does not end your agreement",
    )  # fmt: skip


def test_an_end_that_the_authority_proposed_itself_answers_the_request(case: Case) -> None:
    key = asked(case, ends_on=LATER)
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    agreement_steps.end(case.act(manager_of(case)), case.agreement.id)

    assert case.session.get_one(EndRequest, key).state == "accepted"


def test_what_is_taken_back_cannot_be_answered_and_a_second_one_not_asked(case: Case) -> None:
    key = asked(case)
    with pytest.raises(Conflict, match="asked for it already"):
        asked(case)
    end_requests.take_back(case.act(case.person), key)

    with pytest.raises(Conflict, match="does not wait"):
        end_requests.answer(case.act(), key, accept=True, reason="")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": DAY.replace(year=2028, month=4, day=1)}, "ends_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(case: Case, changes, field: str) -> None:
    given = {"reason": WHY, "ends_on": DAY} | changes
    with pytest.raises(Invalid) as wrong:
        end_requests.ask(case.act(case.person), case.agreement.id, **given)
    assert list(wrong.value.fields) == [field]


def test_only_the_beneficiary_asks_and_only_finance_answers(case: Case) -> None:
    with pytest.raises(NotFound):
        end_requests.ask(
            act_as(case.session, make_user(case.session)), case.agreement.id,
            reason=WHY, ends_on=DAY,
        )  # fmt: skip
    key = asked(case)
    monitor = make_user(case.session, roles=[Role.MONITOR], authority=case.authority)
    with pytest.raises(Forbidden):
        end_requests.answer(case.act(monitor), key, accept=True, reason="")
    with pytest.raises((Forbidden, NotFound)):
        end_requests.answer(case.act(case.person), key, accept=True, reason="")


def test_nobody_answers_what_they_asked_for_on_the_other_side(case: Case) -> None:
    place = {"user_id": case.person.id, "authority_id": case.authority.id, "given_at": NOW}
    case.session.add_all(
        StaffRole(role=role.value, **place) for role in (Role.FINANCE, Role.FUND_MANAGER)
    )
    case.session.flush()
    key = asked(case)
    with pytest.raises(Conflict, match="asked to end this agreement yourself"):
        end_requests.answer(case.act(case.person), key, accept=True, reason="")
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    with pytest.raises(Conflict, match="asked to end this agreement yourself"):
        agreement_steps.end(case.act(case.person), case.agreement.id)


def test_a_request_that_nobody_answered_before_the_end_waits_for_nobody(case: Case) -> None:
    asked(case)
    case.agreement.state = "completed"
    case.session.flush()

    assert Task.ANSWER_END not in tasks(case, case.finance)
    page = staff_agreement(case.session, case.act().actor, case.agreement.id)
    assert page.end_asked_on is None


def test_two_answers_and_a_taking_back_at_once_leave_one_of_them(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        case = Case(session)
        key, agreement_id = asked(case), case.agreement.id
        deeds = [
            (case.finance.id, lambda act: end_requests.answer(act, key, accept=True, reason="")),
            (
                case.approver.id,
                lambda act: end_requests.answer(act, key, accept=False, reason="No"),
            ),
            (case.person.id, lambda act: end_requests.take_back(act, key)),
        ]

    answers = at_once(sessions, deeds, now=NOW)

    assert sorted(type(each).__name__ for each in answers) == ["Conflict", "Conflict", "NoneType"]
    with db.reading(sessions) as session:
        state = session.get_one(EndRequest, key).state
        is_proposed = session.get_one(Agreement, agreement_id).end_proposed_at is not None
    assert is_proposed == (state == "accepted")
