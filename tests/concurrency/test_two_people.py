"""Two people press at once, on two servers: one wins, the other reads why, the sums are right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    AllocationRun,
    Application,
    AuditEntry,
    Award,
    Call,
    Mail,
    Membership,
    Payment,
    Submission,
    User,
)
from app.rules.permissions import Role
from app.rules.scheme_json import digest
from tests.actions.test_allocation import A2, Office
from tests.actions.test_applications import _ready
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award, make_payment
from tests.make.calls import make_call
from tests.make.people import NOW, make_authority, make_organisation, make_user
from tests.make.scores import Scored
from tests.servers import Person, at_once, sentence

Pair = Callable[[User, User], tuple[Person, Person]]
ROUNDS = [pytest.param(2, id="2 rounds"), pytest.param(100, id="100", marks=pytest.mark.soak)]


def told(answers: list[httpx2.Response]) -> str:
    """Return what the one who came second reads; there must be exactly one winner."""
    lost = [answer for answer in answers if answer.status_code != 200]
    assert [answer.status_code for answer in lost] == [409], [sentence(a)[:200] for a in answers]
    return sentence(lost[0])


def count(session: Session, model: type, *where: object) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model).where(*where))


def audited(session: Session, table: str, key: int, event: str) -> int:
    """Return how often the trail tells this event of this row."""
    return count(
        session,
        AuditEntry,
        AuditEntry.object_type == table,
        AuditEntry.object_id == key,
        AuditEntry.event == event,
    )


def receipts_asked(session: Session, submission_id: int) -> int:
    query = text(
        "SELECT count(*) FROM procrastinate_jobs "
        "WHERE task_name = 'receipts.render' AND (args ->> 'submission_id')::int = :key"
    )
    return session.execute(query, {"key": submission_id}).scalar_one()


# --- two managers ---------------------------------------------------------------------


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_managers_run_the_allocation_at_once(session: Session, pair: Pair, rounds: int) -> None:
    office = Office(session)
    office.ranked([Scored(*line) for line in A2])
    call_id, path = office.call.id, f"/office/stages/{office.stage_id}/ranking"
    first, second = pair(office.first, office.second)
    for number in range(1, rounds + 1):
        one, two = first.form(path), second.form(path)

        answers = at_once(
            lambda one=one: first.post(f"{path}/allocate", data=one),
            lambda two=two: second.post(f"{path}/allocate", data=two),
        )

        assert "The call is “allocated”: an allocation is not possible now." in told(answers)
        runs = (AllocationRun.call_id == call_id, AllocationRun.kind == "allocation")
        assert count(session, AllocationRun, *runs) == number
        assert count(session, AllocationRun, *runs, AllocationRun.discarded_at.is_(None)) == 1
        assert awarded(session, call_id) == 10_140_000_00
        assert audited(session, "call", call_id, "allocate") == number
        undo = {**first.form(f"{path}/discard"), "reason": "Once more."}
        assert first.post(f"{path}/discard", data=undo).status_code == 200


def awarded(session: Session, call_id: int) -> int:
    live = (Award.call_id == call_id, Award.state != "discarded")
    return session.scalar(select(func.sum(Award.awarded_cents)).where(*live))


def test_two_managers_publish_one_call_at_once(session: Session, pair: Pair) -> None:
    call = make_call(
        session,
        state="draft",
        opens_at=NOW + timedelta(days=1),
        closes_at=datetime(2026, 5, 28, 15, 0, tzinfo=UTC),
    )
    managers = [make_user(session, roles=[Role.FUND_MANAGER], call=call) for _ in range(2)]
    first, second = pair(*managers)
    path = f"/office/calls/{call.id}/publish"
    one, two = ({**each.form(path), "confirmed": "yes"} for each in (first, second))

    answers = at_once(
        lambda: first.post(path, data=one),
        lambda: second.post(path, data=two),
    )

    assert "published" in told(answers)
    assert audited(session, "call", call.id, "publish") == 1
    session.rollback()
    row = session.get_one(Call, call.id)
    assert (row.state, row.digest) == ("published", digest(row.template))


# --- two officers of finance ----------------------------------------------------------


class Paying:
    """An active agreement of RSD 300,000.00 with two checked requests, and two approvers."""

    def __init__(self, session: Session, due_cents: int) -> None:
        authority = make_authority(session)
        call = make_call(session, state="announced", authority=authority)
        town = make_organisation(session, contact=make_user(session))
        application = make_application(session, call=call, organisation=town, state="awarded")
        award = make_award(session, application, state="agreed", awarded_cents=300_000_00)
        self.agreement = make_agreement(session, award, state="draft")
        self.agreement.state = "active"
        checker = make_user(session, roles=[Role.FINANCE], authority=authority)
        self.approvers = [
            make_user(session, roles=[Role.APPROVER], authority=authority) for _ in range(2)
        ]
        self.payments = [
            make_payment(
                session,
                self.agreement,
                position=position,
                kind=kind,
                planned_cents=due_cents,
                state="checked",
                requested_cents=due_cents,
                due_cents=due_cents,
                accepted_cents=due_cents,
                checked_by=checker.id,
                checked_at=NOW,
            )
            for position, kind in ((1, "prefinancing"), (2, "interim"))
        ]


def approve(person: Person, payment: Payment) -> Callable[[], httpx2.Response]:
    path = f"/finance/payments/{payment.id}"
    form = person.form(path)
    return lambda: person.post(f"{path}/approve", data=form)


def test_two_officers_approve_one_payment_at_once(session: Session, pair: Pair) -> None:
    paying = Paying(session, 150_000_00)
    first, second = pair(*paying.approvers)
    payment = paying.payments[0]

    answers = at_once(approve(first, payment), approve(second, payment))

    assert "This request does not wait for approval any more." in told(answers)
    assert audited(session, "payment", payment.id, "approve") == 1
    assert committed(session, paying) == 150_000_00


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_payments_that_together_exceed_the_agreement_are_not_both_approved(
    session: Session, pair: Pair, rounds: int
) -> None:
    made = [Paying(session, 200_000_00) for _ in range(rounds)]
    for paying in made:
        first, second = pair(*paying.approvers)

        answers = at_once(
            approve(first, paying.payments[0]),
            approve(second, paying.payments[1]),
        )

        lost = told(answers)
        assert "RSD 200,000.00 is more than the RSD 100,000.00 left" in lost.replace("\xa0", " ")
        approved = [audited(session, "payment", each.id, "approve") for each in paying.payments]
        assert sorted(approved) == [0, 1]
        assert committed(session, paying) == 200_000_00


def committed(session: Session, paying: Paying) -> int:
    """Return what is bound by the row of the agreement, which must be what its payments say."""
    session.rollback()
    bound = select(func.sum(Payment.due_cents)).where(
        Payment.agreement_id == paying.agreement.id,
        Payment.state.in_(("approved", "sent", "paid", "reconciled")),
    )
    by_payments = session.scalar(bound)
    query = select(Agreement.committed_cents).where(Agreement.id == paying.agreement.id)
    assert session.scalar(query) == by_payments
    return by_payments


# --- two people of one organisation ---------------------------------------------------


def test_two_people_of_one_organisation_send_in_one_application_at_once(
    session: Session, pair: Pair
) -> None:
    act, _, application_id = _ready(session, now=NOW)
    ana = session.get_one(User, act.actor.user_id)
    organisation_id = session.get_one(Application, application_id).organisation_id
    boris = _member(session, organisation_id)
    first, second = pair(ana, boris)
    path = f"/applications/{application_id}/application/submit"
    one, two = ({**each.form(path), "declared": "yes"} for each in (first, second))
    letters = count(session, Mail)

    answers = at_once(
        lambda: first.post(path, data=one),
        lambda: second.post(path, data=two),
    )

    lost = told(answers)
    winner = "Ana Anić" if answers[0].status_code == 200 else "Boris Borić"
    assert winner in lost
    query = select(Submission.id).where(Submission.application_id == application_id)
    sent = session.scalars(query).all()
    assert audited(session, "application", application_id, "submit") == len(sent) == 1
    assert receipts_asked(session, sent[0]) == 1
    state = select(Application.state).where(Application.id == application_id)
    assert session.scalar(state) == "submitted"
    assert count(session, Mail) - letters == 2


def _member(session: Session, organisation_id: int) -> User:
    boris = make_user(session, name="Boris Borić")
    session.add(
        Membership(
            organisation_id=organisation_id,
            user_id=boris.id,
            role="member",
            state="admitted",
            asked_at=NOW,
            answered_at=NOW,
        )
    )
    session.flush()
    return boris
