"""The start page's list: each role is told what it may do, and nobody what is not theirs."""

from datetime import timedelta

from app.models import Call
from app.queries.waiting import Task, waiting
from tests.make.calls import CLOSES_AT
from tests.make.people import act_as
from tests.web.assessing import assign, declare, mark, world

LATER = CLOSES_AT + timedelta(days=2)


def told(session, person) -> list[tuple[Task, int]]:
    actor = act_as(session, person).actor
    return [(each.task, each.count) for each in waiting(session, actor, LATER)]


def test_officer_is_told_how_many_applications_wait_for_the_check(session) -> None:
    made = world(session, admitted=False)

    assert told(session, made.officer) == [(Task.CHECK, 2)]
    assert told(session, made.assessors[0]) == []


def test_nobody_is_told_to_check_for_a_call_that_was_cancelled(session) -> None:
    made = world(session, admitted=False)
    session.get_one(Call, made.call.id).state = "cancelled"
    session.flush()

    assert told(session, made.officer) == []


def test_assessor_is_told_of_own_open_files_until_they_are_submitted(session) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    session.flush()
    before = [told(session, each) for each in made.assessors]

    declare(session, made, made.assessors[0])
    mark(session, made, made.entries[0], made.assessors[0])
    session.flush()

    assert before == [[(Task.ASSESS, 1)], [(Task.ASSESS, 1)], []]
    assert (told(session, made.assessors[0]), told(session, made.officer)) == ([], [])
