"""Two people, two connections, real commits: nobody pays above the agreement together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from app import db
from app.actions import payments
from app.actions.act import Act
from app.errors import Conflict
from app.models import Agreement, Payment
from app.queries.actors import actor_of
from app.rules.permissions import Role
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award, make_payment
from tests.make.calls import make_call
from tests.make.people import NOW, make_authority, make_organisation, make_user


@pytest.fixture
def case(sessions: db.Sessions) -> tuple[int, list[int], list[int]]:
    """An agreement over 100,000.00 with two checked requests of 60,000.00 each."""
    with db.in_transaction(sessions) as session:
        authority = make_authority(session)
        call = make_call(session, state="announced", authority=authority)
        application = make_application(
            session,
            call=call,
            organisation=make_organisation(session),
            state="awarded",
            requested_cents=100_000_00,
        )
        agreement = make_agreement(session, make_award(session, application))
        session.execute(text("DELETE FROM payment"))
        checker = make_user(session, roles=[Role.FINANCE], authority=authority)
        checked = {"state": "checked", "due_cents": 60_000_00, "checked_by": checker.id}
        both = [make_payment(session, agreement, position=place, **checked) for place in (1, 2)]
        roles = [Role.APPROVER, Role.FINANCE]
        people = [make_user(session, roles=roles, authority=authority) for _ in both]
        return agreement.id, [each.id for each in both], [person.id for person in people]


def at_once(sessions: db.Sessions, deeds, now=NOW) -> list[Conflict | None]:
    """Run the deeds in threads that start together; return what each was refused with."""
    ready = Barrier(len(deeds))

    def one(deed):
        user_id, work = deed
        try:
            with db.in_transaction(sessions) as session:
                act = Act(session, actor_of(session, user_id), now)
                ready.wait(10)
                work(act)
        except Conflict as conflict:
            return conflict
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_of_two_approvals_that_together_exceed_the_grant_one_is_refused(sessions, case) -> None:
    agreement_id, payment_ids, people = case

    answers = at_once(
        sessions,
        [
            (person, lambda act, key=key: payments.approve(act, key))
            for person, key in zip(people, payment_ids, strict=True)
        ],
    )

    (refused,) = [answer for answer in answers if answer is not None]
    assert (refused.values["due_cents"], refused.values["left_cents"]) == (60_000_00, 40_000_00)
    assert "left in the agreement" in refused.message
    with sessions() as session:
        agreement = session.get_one(Agreement, agreement_id)
        assert (agreement.committed_cents, agreement.paid_cents) == (60_000_00, 0)
        states = [session.get_one(Payment, key).state for key in payment_ids]
        assert sorted(states) == ["approved", "checked"]


def test_of_two_who_approve_the_same_request_one_is_told_it_is_done(sessions, case) -> None:
    agreement_id, (first, _), people = case

    answers = at_once(
        sessions, [(person, lambda act: payments.approve(act, first)) for person in people]
    )

    (refused,) = [answer for answer in answers if answer is not None]
    assert "does not wait for approval any more" in refused.message
    with sessions() as session:
        assert session.get_one(Agreement, agreement_id).committed_cents == 60_000_00


def test_of_two_who_record_one_payment_one_is_refused(sessions, case) -> None:
    agreement_id, (first, _), people = case
    with db.in_transaction(sessions) as session:
        payments.approve(Act(session, actor_of(session, people[0]), NOW), first)

    answers = at_once(
        sessions,
        [
            (
                person,
                lambda act, number=number: payments.pay(
                    act, first, paid_on=NOW.date(), bank_reference=str(number)
                ),
            )
            for number, person in enumerate(people)
        ],
    )

    assert sum(answer is None for answer in answers) == 1
    with sessions() as session:
        assert session.get_one(Agreement, agreement_id).paid_cents == 60_000_00
