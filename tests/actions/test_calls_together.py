"""Two people at one call at the same moment: separate connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import func, select

from app import db
from app.actions import calls, calls_correct, stages
from app.actions.act import Act
from app.actions.calls_correct import Correction
from app.errors import Conflict
from app.models import AuditEntry, Call, CallVersion
from app.queries.actors import actor_of
from app.rules.permissions import SYSTEM, Role
from tests.make.calls import CLOSES_AT, make_call
from tests.make.people import NOW, make_user


def at_once(work, number: int = 2) -> list[object]:
    """Run the same deed in several threads that start together; a Conflict is a result."""
    gate = Barrier(number)

    def one(_place: int) -> object:
        gate.wait()
        try:
            return work()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def entries(sessions, call_id: int, event: str) -> int:
    with sessions() as session:
        return session.execute(
            select(func.count())
            .select_from(AuditEntry)
            .where(
                AuditEntry.call_id == call_id,
                AuditEntry.object_type == "call",
                AuditEntry.event == event,
            )
        ).scalar_one()


def test_of_two_who_publish_one_wins_and_the_other_is_told(sessions) -> None:
    with sessions.begin() as session:
        call = make_call(
            session,
            state="draft",
            opens_at=NOW + timedelta(days=1),
            closes_at=datetime(2026, 5, 28, 15, 0, tzinfo=UTC),
        )
        manager = make_user(session, roles=[Role.FUND_MANAGER], call=call)

    def publish() -> str:
        with db.in_transaction(sessions) as session:
            act = Act(session, actor_of(session, manager.id), NOW)
            return calls.publish(act, call.id)

    results = at_once(publish)

    with sessions() as session:
        row = session.get_one(Call, call.id)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "str"]
    assert row.digest in results
    assert entries(sessions, call.id, "publish") == 1


def test_two_clocks_close_a_call_once(sessions) -> None:
    with sessions.begin() as session:
        call = make_call(session)
    later = CLOSES_AT + timedelta(hours=1)

    def close() -> int:
        with db.in_transaction(sessions) as session:
            return stages.by_clock(Act(session, SYSTEM, later))

    at_once(close)

    assert entries(sessions, call.id, "close") == 1


def test_of_two_who_publish_a_corrigendum_one_wins_and_the_other_is_told(sessions) -> None:
    with sessions.begin() as session:
        call = make_call(session)
        manager = make_user(session, roles=[Role.FUND_MANAGER], call=call)
        calls_correct.prepare(Act(session, actor_of(session, manager.id), NOW), call.id)

    def publish() -> int:
        with db.in_transaction(sessions) as session:
            act = Act(session, actor_of(session, manager.id), NOW)
            wanted = Correction("More time for all", CLOSES_AT + timedelta(days=5))
            return calls_correct.correct(act, call.id, wanted)

    results = at_once(publish)

    with sessions() as session:
        numbers = session.scalars(
            select(CallVersion.number)
            .where(CallVersion.call_id == call.id)
            .order_by(CallVersion.number)
        ).all()
        closes_at = session.get_one(Call, call.id).closes_at
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    assert (numbers, closes_at) == ([1, 2], CLOSES_AT + timedelta(days=5))
    assert entries(sessions, call.id, "correct") == 1
