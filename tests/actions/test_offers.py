"""Offers: accepted or declined by their applicant, in time, once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import offers
from app.errors import Conflict, NotFound
from app.models import Application, Award, Lot
from tests.make.letters import Decided, make_decided
from tests.make.people import act_as, make_user

# 5 June 2026 ends at 22:00 UTC in Belgrade.
LAST_DAY = date(2026, 6, 5)
LAST_MOMENT = datetime(2026, 6, 5, 21, 59, 59, 999999, tzinfo=UTC)
TOO_LATE = datetime(2026, 6, 5, 22, 0, tzinfo=UTC)


@pytest.fixture
def decided(session: Session) -> Decided:
    made = make_decided(session)
    for award in session.scalars(select(Award).where(Award.state == "decided")):
        award.state, award.answer_by = "announced", LAST_DAY
        session.get_one(Application, award.application_id).state = "awarded"
    session.flush()
    return made


def award_of(session: Session, decided: Decided, outcome: str) -> Award:
    query = select(Award).where(
        Award.application_id == decided.applications[outcome].id, Award.state != "discarded"
    )
    return session.scalars(query).one()


def test_an_offer_is_accepted_until_its_last_day_ends_in_belgrade(
    session: Session, decided: Decided
) -> None:
    award = award_of(session, decided, "AWARDED_FULL")
    applicant = decided.applicants["AWARDED_FULL"]
    offers.accept(act_as(session, applicant, now=LAST_MOMENT), award.id)
    assert (award.state, award.answered_at, award.answered_by) == (
        "accepted",
        LAST_MOMENT,
        applicant.id,
    )


def test_an_answer_after_the_last_day_is_refused_with_both_times(
    session: Session, decided: Decided
) -> None:
    award = award_of(session, decided, "AWARDED_FULL")
    act = act_as(session, decided.applicants["AWARDED_FULL"], now=TOO_LATE)
    with pytest.raises(Conflict) as refused:
        offers.accept(act, award.id)
    assert refused.value.values == {"answer_by_at": LAST_MOMENT, "received_at": TOO_LATE}
    assert award.state == "announced"


def test_an_answer_that_arrived_in_time_counts_although_it_is_worked_on_later(
    session: Session, decided: Decided
) -> None:
    award = award_of(session, decided, "AWARDED_FULL")
    act = act_as(session, decided.applicants["AWARDED_FULL"], now=TOO_LATE)
    offers.accept(act, award.id, received_at=LAST_MOMENT)
    assert award.state == "accepted"


def test_declining_frees_the_money_of_the_lot(session: Session, decided: Decided) -> None:
    award = award_of(session, decided, "AWARDED_PARTIAL")
    lot = session.get_one(Lot, award.lot_id)
    session.refresh(lot)
    before = lot.awarded_cents
    act = act_as(session, decided.applicants["AWARDED_PARTIAL"], now=LAST_MOMENT)
    offers.decline(act, award.id, reason="  The council has no own share.  ")
    session.refresh(lot)
    assert before - lot.awarded_cents == 500_000_00
    application = session.get_one(Application, award.application_id)
    assert (award.state, application.state, award.answer_reason) == (
        "declined",
        "declined",
        "The council has no own share.",
    )


def test_an_answered_offer_is_not_answered_again(session: Session, decided: Decided) -> None:
    award = award_of(session, decided, "AWARDED_FULL")
    act = act_as(session, decided.applicants["AWARDED_FULL"], now=LAST_MOMENT)
    offers.accept(act, award.id)
    with pytest.raises(Conflict, match="already answered"):
        offers.decline(act, award.id)


def test_another_applicant_cannot_even_see_the_offer(session: Session, decided: Decided) -> None:
    award = award_of(session, decided, "AWARDED_FULL")
    for stranger in (decided.applicants["RESERVE"], make_user(session)):
        with pytest.raises(NotFound):
            offers.accept(act_as(session, stranger, now=LAST_MOMENT), award.id)


def test_what_nobody_answered_lapses_after_the_last_day(session: Session, decided: Decided) -> None:
    accepted = award_of(session, decided, "AWARDED_FULL")
    act = act_as(session, decided.applicants["AWARDED_FULL"], now=LAST_MOMENT)
    offers.accept(act, accepted.id)
    assert offers.lapse_due(act_as(session, now=LAST_MOMENT)) == 0
    assert offers.lapse_due(act_as(session, now=TOO_LATE)) == 1
    assert offers.lapse_due(act_as(session, now=TOO_LATE)) == 0
    lapsed = award_of(session, decided, "AWARDED_PARTIAL")
    states = (accepted.state, lapsed.state, decided.applications["AWARDED_PARTIAL"].state)
    assert states == ("accepted", "declined", "declined")


def test_only_the_system_lets_offers_lapse(session: Session, decided: Decided) -> None:
    with pytest.raises(NotFound):
        offers.lapse_due(act_as(session, decided.applicants["RESERVE"], now=TOO_LATE))
