"""Many rows by one statement: what is written, what is refused, and at what price."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import db
from app.actions import allocation, ranking
from app.actions.together import write_changes
from app.errors import Conflict
from app.models import Application, AuditEntry, Award, Call, Lot, StageEntry
from app.rules.permissions import Role
from tests.counting import counted
from tests.make.calls import MadeCall, make_call
from tests.make.people import act_as, make_authority, make_user
from tests.make.scores import Scored, make_scored


@pytest.fixture
def rows(session: Session) -> list[Application]:
    call = make_call(session, state="closed")
    lot = next(iter(call.lots))
    return make_scored(session, call, [Scored(lot, "80", 100_000_00 + n) for n in range(4)])


def test_what_changed_is_written_with_its_version_and_the_rest_is_left(
    session: Session, rows: list[Application]
) -> None:
    first, second, third, same = rows
    versions = [each.version for each in rows]
    for each in (first, second):
        each.outcome, each.outcome_detail = "AWARDED_FULL", {"values": {"cents": each.id}}
    third.requested_cents = None
    same.outcome = str(same.outcome)

    with counted(session) as asked:
        write_changes(session, rows)
    session.flush()

    # The third changed alone, so the session wrote it; nothing was written of the last.
    assert asked.number == 1
    session.expire_all()
    assert [(each.outcome, each.outcome_detail) for each in (first, second)] == [
        ("AWARDED_FULL", {"values": {"cents": each.id}}) for each in (first, second)
    ]
    assert third.requested_cents is None
    assert [each.version for each in rows] == [n + 1 for n in versions[:3]] + versions[3:]


def test_a_list_in_json_is_one_value_and_no_row_of_values(
    session: Session, rows: list[Application]
) -> None:
    kept: list[object] = [["a", 1], [], None]
    for each, value in zip(rows, kept, strict=False):
        each.outcome_detail = value

    write_changes(session, rows)

    session.expire_all()
    assert [each.outcome_detail for each in rows[:3]] == kept


def test_rows_that_somebody_else_changed_meanwhile_are_refused(
    session: Session, rows: list[Application]
) -> None:
    session.execute(
        text("UPDATE application SET version = version + 1 WHERE id = :id"), {"id": rows[1].id}
    )
    for each in rows:
        each.outcome = "AWARDED_FULL"

    with pytest.raises(Conflict), db.refusals():
        write_changes(session, rows)


def ranked(session: Session, number: int) -> tuple[MadeCall, int, list[Application]]:
    """Rank and allocate so many applications; return how many statements wrote it."""
    authority = make_authority(session)
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
    call = make_call(session, state="closed", authority=authority)
    lot = next(iter(call.lots))
    lines = [Scored(lot, str(Decimal(60) + Decimal(n) / 8), 100_000_00) for n in range(number)]
    applications = make_scored(session, call, lines)
    session.flush()
    act = act_as(session, manager)
    with counted(session) as asked:
        ranking.rank(act, call.stage_id)
        allocation.allocate(act, call.id)
    written = [each for each in asked.texts if each.startswith(("INSERT", "UPDATE"))]
    return call, len(written), applications


def test_twelve_are_ranked_and_awarded_by_as_many_writes_as_five(session: Session) -> None:
    _, of_few, _ = ranked(session, 5)
    call, of_many, applications = ranked(session, 12)

    assert of_many == of_few
    by_rank = session.scalars(
        select(Application.id)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(Application.call_id == call.id)
        .order_by(StageEntry.rank)
    ).all()
    assert by_rank == [each.id for each in reversed(applications)]


def test_sums_of_call_and_lots_are_those_of_awards_that_came_at_once(session: Session) -> None:
    call, _, _ = ranked(session, 12)
    counted_cents = sum(session.scalars(select(Award.awarded_cents).filter_by(call_id=call.id)))

    def sums() -> tuple[int, int]:
        session.expire_all()
        lots = session.scalars(select(Lot.awarded_cents).where(Lot.call_id == call.id)).all()
        return session.get_one(Call, call.id).awarded_cents, sum(lots)

    assert counted_cents > 0
    assert sums() == (counted_cents, counted_cents)
    session.execute(text("UPDATE award SET awarded_cents = awarded_cents - 1"))
    less = counted_cents - len(session.scalars(select(Award.id).filter_by(call_id=call.id)).all())
    assert sums() == (less, less)
    session.execute(text("UPDATE award SET released_cents = 1"))
    assert sums() == (less - (counted_cents - less),) * 2
    session.execute(text("UPDATE award SET state = 'discarded'"))
    assert sums() == (0, 0)


def test_the_trail_tells_of_each_row_its_own_and_what_is_true_of_all(
    session: Session, rows: list[Application]
) -> None:
    act = act_as(session, make_user(session))
    own = {rows[0].id: {"awarded_cents": 5}, rows[2].id: {"awarded_cents": 7}}

    act.move_many(rows, "refuse", own, reason="So it was decided.")

    told = session.execute(
        select(AuditEntry.object_id, AuditEntry.before, AuditEntry.after, AuditEntry.detail)
        .where(AuditEntry.object_type == "application", AuditEntry.event == "refuse")
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(each) for each in told] == [
        (each.id, "assessed", "unsuccessful",
         own.get(each.id, {}) | {"reason": "So it was decided."})
        for each in rows
    ]  # fmt: skip
