"""Who hears of money that moves between rounds, and what is not put away before it has moved."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import calls, calls_archive
from app.errors import Conflict
from app.models import Application, Award, Call, Lot, Mail, Membership
from app.queries.rounds import left_for_next
from tests.actions.test_rounds import FREE, LINES
from tests.make.applications import make_application
from tests.make.people import make_organisation, make_user
from tests.make.rounds import DECIDED_AT, LAPSED_AT, Rolling


@pytest.fixture
def world(session: Session) -> Rolling:
    return Rolling(session)


def person_of(session: Session, application: Application, name: str) -> None:
    """Give an application somebody who reads its mails."""
    user = make_user(session, email=f"{name}@grad.example")
    session.add(
        Membership(
            organisation_id=application.organisation_id, user_id=user.id, state="admitted",
            asked_at=DECIDED_AT,
        )
    )  # fmt: skip
    session.flush()


def told(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Mail.to, Mail.subject).order_by(Mail.to))
    return [(to, subject) for to, subject in rows]


def test_those_who_may_get_more_and_those_who_wait_are_told_once_it_is_agreed(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    first = world.announced(world.one, *LINES)
    waits = next(each for each in first if each.state == "reserve")
    awarded = next(each for each in first if each.state == "awarded")
    draft = make_application(
        session, call=two, organisation=make_organisation(session), lot="I", state="draft"
    )
    gone = make_application(
        session, call=two, organisation=make_organisation(session), lot="I", state="withdrawn"
    )
    for name, application in {
        "waits": waits, "awarded": awarded, "draft": draft, "gone": gone
    }.items():  # fmt: skip
        person_of(session, application, name)

    world.moved(world.one, FREE, now=LAPSED_AT)

    one = session.get_one(Call, world.one.id).title
    assert told(session) == [
        ("draft@grad.example", "There is more money in “Round 2”"),
        ("waits@grad.example", f"Money of “{one}” has moved to the next round"),
    ]
    bodies = {each.to.split("@")[0]: each.body for each in session.scalars(select(Mail))}
    assert "I: EUR 30,000.00" in bodies["draft"].replace("\u00a0", " ")
    assert "valid until 30 June 2026. Nobody on it can be called any more." in bodies["waits"]
    assert f"/calls/{two.id}" in bodies["waits"]


def test_who_is_on_a_list_that_still_holds_reads_that_the_place_stays(
    session: Session, world: Rolling
) -> None:
    """60,000 of 150,000 stay for the one who waits; what is above may move at once."""
    world.after(world.one)
    listed = world.announced(world.one, ("92", 60_000_00), ("90", 60_000_00), ("85", 45_000_00))
    _decline(session, listed[1])
    person_of(session, listed[2], "waits")

    world.moved(world.one, 45_000_00, now=DECIDED_AT)

    (body,) = session.scalars(select(Mail.body))
    assert "still valid until 30 June 2026" in body
    assert "your place on the list is what it was" in body


def test_a_list_that_was_computed_and_cancelled_is_told_to_nobody(
    session: Session, world: Rolling
) -> None:
    world.after(world.one)
    *_, last = world.applied(world.one, ("92", 60_000_00), ("90", 60_000_00), ("85", 45_000_00))
    world.allocated(world.one)
    calls.cancel(world.act(), world.one.id, reason="The donor has withdrawn.")
    person_of(session, last, "waits")

    world.moved(world.one, 150_000_00, now=LAPSED_AT)

    assert last.state == "reserve"
    assert told(session) == []


def _decline(session: Session, application: Application) -> None:
    award = session.scalars(select(Award).where(Award.application_id == application.id)).one()
    award.state = "declined"
    application.state = "declined"
    session.flush()


def test_a_round_is_put_away_only_when_no_later_one_could_get_what_it_has_left(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, ("40", 60_000_00))
    act = world.act(now=LAPSED_AT)

    with pytest.raises(Conflict) as refused:
        calls_archive.archive(act, world.one.id, reason="Nobody was awarded.")
    world.moved(world.one, 150_000_00, now=LAPSED_AT)
    calls_archive.archive(act, world.one.id, reason="Nobody was awarded.")

    assert refused.value.values == {"left_cents": 150_000_00, "currency": "EUR", "code": two.code}
    assert session.get_one(Call, world.one.id).state == "archived"


@pytest.mark.parametrize("state", ["cancelled", "archived"])
def test_a_round_is_put_away_with_what_it_has_left_where_nobody_can_get_it(
    session: Session, world: Rolling, state: str
) -> None:
    two = world.after(world.one)
    world.announced(world.one, ("40", 60_000_00))
    session.get_one(Call, two.id).state = state
    session.flush()

    assert left_for_next(session, world.one.id) is None
    calls_archive.archive(world.act(now=LAPSED_AT), world.one.id, reason="Nobody was awarded.")

    assert session.get_one(Call, world.one.id).state == "archived"


def test_money_of_a_lot_that_the_next_round_does_not_have_keeps_nothing_open(
    session: Session, world: Rolling
) -> None:
    two = world.after(world.one)
    world.announced(world.one, ("40", 60_000_00))
    session.scalars(select(Lot).where(Lot.call_id == two.id)).one().code = "II"
    session.flush()

    assert left_for_next(session, world.one.id) is None
