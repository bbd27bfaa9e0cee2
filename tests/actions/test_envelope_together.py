"""A corrigendum of the envelope beside a running allocation or announcement: one waits.

Separate connections, real commits: the first deed holds its transaction open until the second
waits for its lock. Whoever comes second decides with what the first has committed.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import db
from app.actions import allocation, calls_correct, calls_edit, decisions
from app.actions.act import Act
from app.actions.calls_correct import Correction
from app.actions.calls_edit import Edit
from app.errors import Conflict, Invalid
from app.models import AllocationRun, Award, Call, CallVersion, Lot
from app.queries.actors import actor_of
from app.rules.money import format_cents, parse_cents
from tests.actions.test_allocation import A2, Office
from tests.make.people import NOW
from tests.make.scores import Scored

MORE, LESS = 500_000_00, -1_000_000_00
WANTED = Correction("The donor decided so.")


class Ranked:
    """The two-lot call of the handbook, ranked, with a corrigendum of its first lot in work."""

    def __init__(self, sessions: db.Sessions, change_cents: int) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            office = Office(session)
            office.ranked([Scored(*line) for line in A2])
            self.call_id, self.scheme = office.call.id, office.call.scheme
            self.managers = [office.first.id, office.second.id]
            act = self.act(session)
            calls_correct.prepare(act, self.call_id)
            self.whole = self.scheme.envelope_cents + change_cents
            lot = self.scheme.lots[0].envelope_cents + change_cents
            values = {"envelope": self.whole, "lots[0].envelope": lot}
            calls_edit.change_rules(act, self.call_id, Edit(values))

    def act(self, session: Session, who: int = 0) -> Act:
        return Act(session, actor_of(session, self.managers[who]), NOW)

    def correct(self, session: Session) -> object:
        return calls_correct.correct(self.act(session), self.call_id, WANTED)

    def allocate(self, session: Session) -> object:
        return allocation.allocate(self.act(session), self.call_id)

    def decide(self) -> None:
        with db.in_transaction(self.sessions) as session:
            decisions.decide(self.act(session, who=1), self.call_id, reason="As computed.")

    @contextmanager
    def first(self, deed: Callable[[Session], object]) -> Iterator[Callable[..., Future[object]]]:
        """Do a deed, then let others begin theirs; it is committed when they wait for it."""
        with ThreadPoolExecutor(1) as pool, db.in_transaction(self.sessions) as session:
            deed(session)
            begun: list[Future[object]] = []

            def then(other: Callable[[Session], object]) -> Future[object]:
                begun.append(pool.submit(self._alone, other))
                _until_one_waits(session)
                return begun[0]

            yield then

    def _alone(self, deed: Callable[[Session], object]) -> object:
        try:
            with db.in_transaction(self.sessions) as session:
                return deed(session)
        except (Conflict, Invalid) as problem:
            return problem

    def figures(self) -> tuple[int, int, int, int]:
        """Envelope of the newest version, of the row, of the run; what is awarded."""
        with self.sessions() as session:
            rules = session.scalars(
                select(CallVersion.document["rules"])
                .order_by(CallVersion.number.desc())
                .limit(1)
                .where(CallVersion.call_id == self.call_id)
            ).first()
            run = session.scalars(
                select(AllocationRun).where(
                    AllocationRun.call_id == self.call_id, AllocationRun.kind == "allocation"
                )
            ).one()
            row = session.get_one(Call, self.call_id).envelope_cents
            lots = session.scalars(
                select(func.sum(Lot.envelope_cents)).where(Lot.call_id == self.call_id)
            ).one()
            awarded = session.scalars(
                select(func.sum(Award.awarded_cents)).where(
                    Award.call_id == self.call_id, Award.state != "discarded"
                )
            ).one()
        assert lots == row
        version = rules["envelope_cents"] if rules else self.scheme.envelope_cents
        return version, row, parse_cents(run.result["totals"]["envelope"]), awarded


def _until_one_waits(session: Session) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks"
        " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    )
    for _ in range(2_000):
        if session.execute(waiting).scalar_one():
            return
        time.sleep(0.01)
    raise AssertionError("The second deed did not wait for the first.")


@pytest.mark.parametrize("change_cents", [MORE, LESS])
def test_allocation_that_begins_during_a_corrigendum_divides_the_new_envelope(
    sessions, change_cents
) -> None:
    world = Ranked(sessions, change_cents)

    with world.first(world.correct) as then:
        second = then(world.allocate)

    assert isinstance(second.result(), int)
    version, row, run, awarded = world.figures()
    assert (version, row, run) == (world.whole, world.whole, world.whole)
    assert awarded <= world.whole


@pytest.mark.parametrize("change_cents", [MORE, LESS])
def test_corrigendum_that_comes_during_an_allocation_is_refused_and_changes_nothing(
    sessions, change_cents
) -> None:
    world = Ranked(sessions, change_cents)

    with world.first(world.allocate) as then:
        second = then(world.correct)

    assert isinstance(second.result(), Conflict)
    old = world.scheme.envelope_cents
    assert world.figures() == (old, old, old, old)


def test_less_money_that_is_published_during_the_announcement_is_refused(sessions) -> None:
    world = Ranked(sessions, LESS)
    with db.in_transaction(sessions) as session:
        world.allocate(session)
    world.decide()

    def announce(session: Session) -> None:
        call = session.get_one(Call, world.call_id, with_for_update=True)
        # The letters have their own tests; what matters is the state in which the money stands.
        world.act(session).move(call, "announce", letters=0)

    with world.first(announce) as then:
        second = then(world.correct)

    problem = second.result()
    old = world.scheme.envelope_cents
    assert isinstance(problem, Invalid)
    assert "corrigendum.money_promised" in {each.code for each in problem.fields.values()}
    assert world.figures() == (old, old, old, old)
    assert format_cents(old) == "10140000.00"
