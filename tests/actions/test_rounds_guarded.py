"""What the database itself refuses of rounds and of money that moves between them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models import Call, CallVersion, RoundMove
from tests.actions.test_rounds import FREE, LINES
from tests.make.rounds import DECIDED_AT, LAPSED_AT, Rolling


@pytest.fixture
def world(session: Session) -> Rolling:
    return Rolling(session)


def agreed_rows(world: Rolling, amount_cents: int) -> int:
    """A move whose amount is not what its versions tell."""
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)
    world.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    world.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    move = RoundMove(
        giver_id=world.one.id, receiver_id=two.id, state="agreed", amount_cents=amount_cents,
        lots={"I": amount_cents}, reason="By hand.", proposed_by=world.first.id,
        decided_by=world.second.id, proposed_at=DECIDED_AT, giver_version=1, receiver_version=1,
    )  # fmt: skip
    world.session.add(move)
    world.session.flush()
    return two.id


def test_database_refuses_a_move_that_its_versions_do_not_tell(
    session: Session, world: Rolling
) -> None:
    agreed_rows(world, 1)

    with pytest.raises(DBAPIError, match="has to arrive in the other"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("DELETE FROM round_move", "written once"),
        ("UPDATE round_move SET amount_cents = amount_cents + 1", "amount_cents is frozen"),
        ("UPDATE round_move SET state = 'dropped'", "state is frozen"),
        ("UPDATE call SET follows_id = :two WHERE id = :one OR id = :two", "uq_call_follows"),
    ],
)
def test_database_keeps_what_was_agreed(
    session: Session, world: Rolling, statement: str, refusal: str
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)
    keys = {"one": world.one.id, "two": two.id}
    given = {name: key for name, key in keys.items() if f":{name}" in statement}

    with pytest.raises(DBAPIError, match=refusal):
        session.execute(text(statement), given)


@pytest.mark.parametrize("state", ["announced", "cancelled"])
def test_database_lets_no_envelope_of_a_round_that_is_over_shrink_without_a_move(
    session: Session, world: Rolling, state: str
) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    document = {"rules": {"envelope_cents": 120_000_00, "lots": []}}
    session.add(
        CallVersion(
            call_id=world.one.id, number=1, document=document, digest="a", rules_digest="b",
            published_at=DECIDED_AT,
        )
    )  # fmt: skip
    session.get_one(Call, world.one.id).state = state
    session.flush()
    session.execute(
        text("UPDATE call SET envelope_cents = 12000000 WHERE id = :key"), {"key": world.one.id}
    )

    with pytest.raises(DBAPIError, match="shrinks only by a move to a round"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.mark.parametrize(
    ("proposed", "decided"), [("first", None), (None, "first"), (None, None), ("first", "first")]
)
def test_database_takes_no_agreed_move_without_two_people(
    session: Session, world: Rolling, proposed: str | None, decided: str | None
) -> None:
    two = world.after(world.one)
    people = {"first": world.first.id, None: None}
    session.add(
        RoundMove(
            giver_id=world.one.id, receiver_id=two.id, state="agreed", amount_cents=1,
            lots={"I": 1}, reason="By hand.", proposed_by=people[proposed],
            decided_by=people[decided], proposed_at=DECIDED_AT, giver_version=1,
            receiver_version=1,
        )
    )  # fmt: skip

    with pytest.raises(DBAPIError, match="four_eyes"):
        session.flush()
