"""Money moves between rounds while others spend it: one waits, nothing is spent twice.

Separate connections, real commits: the first deed holds its transaction open until the second
waits for its lock.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.actions import allocation, ranking, reserve, round_moves
from app.actions.act import Act
from app.errors import Conflict
from app.models import Award, Call, Lot
from app.queries.actors import actor_of
from tests.actions.test_envelope_together import _until_one_waits
from tests.make.rounds import DECIDED_AT, ENVELOPE, LAPSED_AT, Rolling

Deed = Callable[[Act], object]
# 60,000 and 60,000 are awarded, 45,000 do not fit: 30,000 are left, and the second declines.
LINES = (("92", 60_000_00), ("90", 60_000_00), ("85", 45_000_00))
FREE = 90_000_00


class Together:
    """Round 1 announced with 90,000 free and one who waits; its move to round 2 is proposed."""

    def __init__(self, sessions: db.Sessions) -> None:
        self.sessions = sessions
        with db.in_transaction(sessions) as session:
            world = Rolling(session)
            two = world.after(world.one)
            made = world.announced(world.one, *LINES)
            award = session.scalars(select(Award).where(Award.application_id == made[1].id)).one()
            award.state = "declined"
            world.applied(two, ("88", 40_000_00), ("80", 60_000_00))
            ranking.rank(world.act(), world.last_stage(two))
            session.flush()
            lot = world.one.scheme.lots[0].code
            act = world.act(now=LAPSED_AT)
            self.move = round_moves.propose(
                act, world.one.id, amounts={lot: FREE}, reason="Left over."
            )
            self.one, self.two = world.one.id, two.id
            self.people = (world.first.id, world.second.id)

    def both(self, first: tuple[Deed, datetime], second: tuple[Deed, datetime]) -> object:
        """Do one deed, let the other begin and wait, commit; return what the other came to."""
        with ThreadPoolExecutor(1) as pool, db.in_transaction(self.sessions) as session:
            first[0](Act(session, actor_of(session, self.people[1]), first[1]))
            waiting = pool.submit(self._alone, *second)
            _until_one_waits(session)
            session.commit()
            return waiting.result()

    def _alone(self, deed: Deed, now: datetime) -> object:
        try:
            with db.in_transaction(self.sessions) as session:
                return deed(Act(session, actor_of(session, self.people[1]), now))
        except Conflict as problem:
            return problem.message

    def agree(self, act: Act) -> None:
        round_moves.agree(act, self.move)

    def money(self) -> list[tuple[int, int]]:
        """Return (envelope, counted awards) of both rounds; the sums kept must be the sums."""
        with db.reading(self.sessions) as session:
            return [self._of(session, key) for key in (self.one, self.two)]

    def _of(self, session: Session, key: int) -> tuple[int, int]:
        call = session.get_one(Call, key)
        lot = session.scalars(select(Lot).where(Lot.call_id == key)).one()
        counted = session.scalars(
            select(Award.awarded_cents).where(
                Award.call_id == key, Award.state.not_in(("declined", "discarded", "revoked"))
            )
        )
        given = sum(counted)
        assert (call.awarded_cents, lot.awarded_cents) == (given, given)
        assert call.envelope_cents == lot.envelope_cents >= given
        return call.envelope_cents, given


@pytest.fixture
def together(sessions: db.Sessions) -> Together:
    return Together(sessions)


def test_reserve_list_that_is_called_during_a_move_finds_the_money_gone(
    together: Together,
) -> None:
    """The list is called with the clock of its last day, the move with that of the next."""
    told = together.both(
        (together.agree, LAPSED_AT),
        (lambda act: reserve.propose(act, together.one), DECIDED_AT),
    )

    assert "nobody on the list can get it" in str(told)
    assert together.money() == [(ENVELOPE - FREE, 60_000_00), (FREE, 0)]


def test_move_that_is_agreed_to_while_the_reserve_list_is_called_is_refused(
    together: Together,
) -> None:
    told = together.both(
        (lambda act: reserve.propose(act, together.one), DECIDED_AT),
        (together.agree, LAPSED_AT),
    )

    assert "being given to its reserve list" in str(told)
    assert together.money() == [(ENVELOPE, 105_000_00), (0, 0)]


def test_allocation_that_begins_during_a_move_divides_the_money_that_has_arrived(
    together: Together,
) -> None:
    run = together.both(
        (together.agree, LAPSED_AT),
        (lambda act: allocation.allocate(act, together.two), LAPSED_AT),
    )

    assert isinstance(run, int)
    assert together.money() == [(ENVELOPE - FREE, 60_000_00), (FREE, 40_000_00)]


def test_move_that_two_agree_to_at_once_happens_once(together: Together) -> None:
    told = together.both((together.agree, LAPSED_AT), (together.agree, LAPSED_AT))

    assert "does not wait for a decision any more" in str(told)
    assert together.money() == [(ENVELOPE - FREE, 60_000_00), (FREE, 0)]
