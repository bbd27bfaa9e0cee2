"""Deeds for many applications: one transaction, an audit row each, changed rows are told."""

from datetime import date

import pytest
from sqlalchemy import select

from app.actions import bulk, checks, clarifications
from app.actions.checks import Answer
from app.errors import Forbidden, Invalid
from app.models import Assessment, AuditEntry, Clarification, StageEntry
from app.queries.bulk import rows_of
from app.rules.permissions import Permission
from tests.make.people import act_as
from tests.web.assessing import admit, world

ASKED = clarifications.Question(("statutes",), "Which version holds?", date(2026, 3, 26))


@pytest.fixture
def made(session):
    return world(session, applications=3, admitted=False)


@pytest.fixture
def act(session, made):
    return act_as(session, made.officer)


def seen(session, made, act) -> dict[int, int]:
    keys = [entry.id for entry in made.entries]
    rows = rows_of(session, act.actor, made.call.id, keys, Permission.CHECK_APPLICATION, at=act.now)
    return {row.entry_id: row.version for row in rows}


def left(plan) -> dict[str, str]:
    return {row.reference: why.code for row, why in plan.left}


def test_those_with_every_item_met_are_admitted_and_the_others_named(session, made, act) -> None:
    for entry in made.entries[:2]:
        checks.answer(act, entry.id, {"statutes": Answer("met")})

    done = bulk.admit(act, made.call.id, seen(session, made, act))

    events = session.scalars(
        select(AuditEntry.object_id).where(
            AuditEntry.event == "admit", AuditEntry.object_type == "stage_entry"
        )
    ).all()
    assert [row.entry_id for row in done.touched] == [each.id for each in made.entries[:2]]
    assert left(done) == {made.applications[2].reference: "bulk.items_unmet"}
    assert sorted(events) == sorted(each.id for each in made.entries[:2])


def test_row_that_somebody_changed_meanwhile_is_left_alone(session, made, act) -> None:
    for entry in made.entries:
        checks.answer(act, entry.id, {"statutes": Answer("met")})
    shown = seen(session, made, act)
    admit(session, made, made.entries[0])
    session.get_one(StageEntry, made.entries[1].id).score = 1
    session.flush()

    done = bulk.admit(act, made.call.id, shown)

    assert [row.entry_id for row in done.touched] == [made.entries[2].id]
    assert left(done) == {
        made.applications[0].reference: "bulk.changed",
        made.applications[1].reference: "bulk.changed",
    }


def test_all_are_asked_the_same_and_reminded_where_nobody_answered(session, made, act) -> None:
    clarifications.ask(act, made.entries[0].id, ASKED)

    asked = bulk.ask(act, made.call.id, seen(session, made, act), ASKED)
    reminded = bulk.remind(act, made.call.id, seen(session, made, act))

    assert (len(asked.touched), left(asked)) == (
        2,
        {made.applications[0].reference: "bulk.question_waits"},
    )
    assert len(reminded.touched) == 3
    assert session.scalars(select(Clarification.reminded_at)).all() == [act.now] * 3


def test_wrong_question_touches_nobody(session, made, act) -> None:
    wrong = clarifications.Question((), "", None)

    with pytest.raises(Invalid):
        bulk.ask(act, made.call.id, seen(session, made, act), wrong)

    assert session.scalars(select(Clarification.id)).all() == []


def test_assessors_are_given_turn_by_turn(session, made, act) -> None:
    for entry in made.entries:
        admit(session, made, entry)
    people = [each.id for each in made.assessors]

    done = bulk.assign(act, made.call.id, seen(session, made, act), people)

    counts = session.scalars(select(Assessment.assessor_id)).all()
    assert len(done.touched) == 3
    assert sorted(counts.count(key) for key in people) == [2, 2, 2]


def test_assessor_does_nothing_for_many(session, made, act) -> None:
    with pytest.raises(Forbidden):
        bulk.admit(act_as(session, made.assessors[0]), made.call.id, seen(session, made, act))
