"""What an agreement leaves when it ends is free for the next on the list, once, and in order."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import agreement_steps, offers, reserve, reserve_release
from app.errors import Conflict
from app.models import Agreement, AuditEntry, Authority, Award, Call, Lot
from app.queries.award_report_sums import totals
from app.queries.reserve_page import reserve_page
from app.rules.permissions import Role
from tests.actions.test_payments_concurrent import at_once
from tests.actions.test_recoveries import Case, Owed, manager_of
from tests.make.awards import make_agreement, make_payment
from tests.make.people import act_as, make_user
from tests.make.reserve import ANNOUNCED_AT, Reserve, make_reserve, print_letters


def lot_of(session: Session, award: Award) -> Lot:
    session.expire_all()
    return session.get_one(Lot, award.lot_id)


def released(session: Session, award: Award) -> tuple[int, int, int]:
    """What the award has freed; what still counts in its lot and its call."""
    lot = lot_of(session, award)
    call = session.get_one(Call, award.call_id)
    return award.released_cents, lot.awarded_cents, call.awarded_cents


def ended(case: Case) -> None:
    agreement_steps.propose_end(case.act(), case.agreement.id, reason="Nothing was built.")
    agreement_steps.end(case.act(manager_of(case)), case.agreement.id)


def test_an_ended_agreement_frees_what_was_never_paid(session: Session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    assert released(session, case.award) == (0, 200_000_00, 200_000_00)

    ended(case)

    assert released(session, case.award) == (88_000_00, 112_000_00, 112_000_00)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "release")).one()
    assert (entry.object_type, entry.detail["now_cents"]) == ("award", 88_000_00)


def test_a_closed_agreement_frees_what_the_final_grant_leaves(session: Session) -> None:
    owed = Owed(session)
    owed.receive(owed.issued(), 12_000_00)
    # What came back is free at once, the rest when the agreement is closed.
    assert released(session, owed.award)[0] == 12_000_00
    for payment in (owed.first, owed.second):
        owed.found(payment)

    agreement_steps.close(owed.act(owed.manager), owed.agreement.id)

    assert released(session, owed.award) == (32_000_00, 168_000_00, 168_000_00)
    (lot,) = [each for each in totals(session, owed.call.id).lots if each.awards]
    assert lot.available_cents == lot.awarded_cents - lot.released_cents + lot.unallocated_cents
    assert lot.left_cents == 0


def test_a_debt_that_comes_back_after_the_end_is_free_too(session: Session) -> None:
    case = Owed(session)
    # The balance left 12,000.00 owed; the agreement is still active and ends before its time.
    ended(case)
    assert released(session, case.award)[0] == 20_000_00

    case.receive(case.issued(), 5_000_00)

    assert released(session, case.award)[0] == 25_000_00


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE award SET released_cents = awarded_cents + 1", "released_within_award"),
        ("UPDATE award SET released_cents = -1", "released_within_award"),
    ],
)
def test_the_database_refuses_to_free_what_was_not_given(
    session: Session, statement: str, refusal: str
) -> None:
    Case(session)
    with pytest.raises(DBAPIError, match=refusal):
        session.execute(text(statement))


# --- The reserve list ---------------------------------------------------------------------


def signed(session: Session, made: Reserve, name: str) -> Agreement:
    award = made.award(session, name)
    assert award is not None
    award.state = "accepted"
    return make_agreement(session, award)


def propose_end(session: Session, made: Reserve, agreement: Agreement) -> None:
    finance = make_user(
        session, roles=[Role.FINANCE], authority=session.get_one(Authority, made.call.authority_id)
    )
    agreement_steps.propose_end(
        act_as(session, finance, now=ANNOUNCED_AT), agreement.id, reason="No own share."
    )


def test_the_next_on_the_list_are_called_in_order(session: Session) -> None:
    made = make_reserve(session)
    agreement = signed(session, made, "T3")
    propose_end(session, made, agreement)
    manager = act_as(session, made.manager, now=ANNOUNCED_AT)
    with pytest.raises(Conflict, match="nobody on the list"):
        reserve.propose(manager, made.call.id)
    agreement_steps.end(act_as(session, made.second, now=ANNOUNCED_AT), agreement.id)
    session.expire_all()

    page = reserve_page(session, manager.actor, made.call.id)
    assert [(each.why, each.reference, each.cents) for each in page.freed] == [
        ("released", made.applications["T3"].reference, 350_000_00)
    ]
    key = reserve.propose(manager, made.call.id)
    reserve_release.decide(
        act_as(session, made.second, now=ANNOUNCED_AT), key, reason="In order of the list."
    )
    print_letters(session, key)
    reserve_release.announce(manager, key)
    session.expire_all()

    # A4 once more: first the partial offer is made whole, then the reserve list.
    given = {name: made.award(session, name) for name in ("T2", "T4")}
    assert {name: each.awarded_cents for name, each in given.items() if each} == {
        "T2": 300_000_00,
        "T4": 250_000_00,
    }
    assert made.awarded_cents(session) == 840_123_46
    with pytest.raises(Conflict):
        reserve.propose(manager, made.call.id)


def test_what_is_given_to_others_cannot_be_paid_any_more(session: Session) -> None:
    made = make_reserve(session)
    agreement = signed(session, made, "T3")
    propose_end(session, made, agreement)
    agreement_steps.end(act_as(session, made.second, now=ANNOUNCED_AT), agreement.id)
    reserve.propose(act_as(session, made.manager, now=ANNOUNCED_AT), made.call.id)

    late = make_payment(session, agreement, position=9, due_cents=350_000_00)
    with pytest.raises(DBAPIError, match="within_envelope"):
        session.execute(text("UPDATE payment SET state = 'paid' WHERE id = :key"), {"key": late.id})


def test_one_ends_while_another_proposes_and_nothing_is_given_twice(
    sessions: db.Sessions,
) -> None:
    with db.in_transaction(sessions) as session:
        made = make_reserve(session)
        agreement = signed(session, made, "T3")
        propose_end(session, made, agreement)
        agreement_id, call_id = agreement.id, made.call.id
        declined = made.award(session, "T1")
        assert declined is not None
        deeds = [
            (made.second.id, lambda act: agreement_steps.end(act, agreement_id)),
            (made.manager.id, lambda act: reserve.propose(act, call_id)),
            (made.applicants["T1"].id, lambda act, key=declined.id: offers.decline(act, key)),
        ]

    answers = at_once(sessions, deeds, now=ANNOUNCED_AT)

    assert [answers[0], answers[2]] == [None, None]
    with db.reading(sessions) as session:
        lot = session.scalars(select(Lot).where(Lot.call_id == call_id)).one()
        counted = session.execute(
            select(Award.awarded_cents - Award.released_cents).where(
                Award.state.not_in(("declined", "discarded"))
            )
        ).scalars()
        assert lot.awarded_cents == sum(counted)
        assert lot.awarded_cents <= lot.envelope_cents
