"""Two decline while a third person gives the free money out: no deadlock, nothing overspent."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from app import db
from app.actions import offers, reserve
from app.actions.act import Act
from app.errors import Conflict
from app.models import Award, Call, Lot, ReserveActivation
from app.queries.actors import actor_of
from tests.make.reserve import ANNOUNCED_AT, make_reserve


@pytest.mark.parametrize("number", range(3))
def test_two_declines_and_a_proposal_at_once_never_overspend(
    sessions: db.Sessions, number: int
) -> None:
    del number  # The order in which the three arrive differs from run to run.
    with db.in_transaction(sessions) as session:
        made = make_reserve(session)
        call_id, manager = made.call.id, made.manager.id
        deeds = [(manager, lambda act: reserve.propose(act, call_id))]
        for name in ("T1", "T3"):
            key = made.award(session, name).id
            deeds.append((made.applicants[name].id, lambda act, key=key: offers.decline(act, key)))
    ready = Barrier(len(deeds))

    def one(deed):
        person, work = deed
        try:
            with db.in_transaction(sessions) as session:
                act = Act(session, actor_of(session, person), ANNOUNCED_AT)
                ready.wait(10)
                work(act)
        except Conflict as conflict:
            return conflict.message
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        proposed, *declined = pool.map(one, deeds)

    # Both declines count. The proposal saw what was free at its turn, or found nothing.
    assert declined == [None, None]
    assert proposed is None or "nobody on the list" in proposed
    with db.reading(sessions) as session:
        lot = session.scalars(select(Lot).where(Lot.call_id == call_id)).one()
        counted = session.scalars(
            select(Award.awarded_cents).where(Award.state.not_in(("declined", "discarded")))
        ).all()
        promised = sum(
            line["added_cents"]
            for activation in session.scalars(select(ReserveActivation))
            for line in activation.lines
            if not line["is_new"]
        )
        call = session.scalars(select(Call)).one()
        assert sum(counted) == lot.awarded_cents == call.awarded_cents
        assert lot.awarded_cents + promised <= 900_000_00
