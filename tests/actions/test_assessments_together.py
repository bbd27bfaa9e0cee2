"""A conflict declared while scores are agreed, and two people at one question: real commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest
from sqlalchemy import select

from app import db
from app.actions import assessments, checks, clarifications, scores
from app.actions.act import Act
from app.actions.checks import Answer
from app.errors import Conflict
from app.models import AgreedScore, Assessment, Clarification, StageEntry
from app.queries.actors import actor_of
from tests.conftest import NOW
from tests.make.people import make_user
from tests.web.assessing import act_authority, assign, declare, mark, world

ASKED = clarifications.Question(("statutes",), "Which version holds?", date(2026, 3, 26))


@pytest.fixture
def made(sessions):
    """One application, marked by two assessors; ids only, as threads have their own sessions."""
    with sessions.begin() as session:
        found = world(session, applications=1)
        assign(session, found, found.entries[0], found.assessors[:2])
        declare(session, found, *found.assessors[:2])
        for person in found.assessors[:2]:
            mark(session, found, found.entries[0], person)
        chair = make_user(session, roles=["chair"], authority=act_authority(session, found.call))
        session.flush()
        return {
            "stage": found.stage_id,
            "lot": found.lot_id,
            "entry": found.entries[0].id,
            "assessor": found.assessors[0].id,
            "chair": chair.id,
        }


def after_the_first(sessions, first, second) -> list[object]:
    """Run both; the second begins while the first has done its work but not committed."""
    done, begun = Event(), Event()

    def one() -> object:
        with db.in_transaction(sessions) as session:
            result = first(session)
            done.set()
            # The other one is at the lock by now, or has gone past it, which would be the bug.
            begun.wait(5)
            Event().wait(0.3)
            return result

    def two() -> object:
        done.wait(10)
        begun.set()
        with db.in_transaction(sessions) as session:
            return second(session)

    with ThreadPoolExecutor(2) as pool:
        return [each.result(30) for each in (pool.submit(one), pool.submit(two))]


def agree(made):
    def deed(session) -> scores.Agreement:
        return scores.agree_all(Act(session, actor_of(session, made["chair"]), NOW), made["stage"])

    return deed


def conflict(made):
    def deed(session) -> None:
        assessments.declare(
            Act(session, actor_of(session, made["assessor"]), NOW),
            stage_id=made["stage"],
            lot_id=made["lot"],
            has_conflict=True,
            reason="My cousin runs it.",
        )

    return deed


def standing(sessions, made) -> tuple[str, list[str], int]:
    with sessions() as session:
        state = session.get_one(StageEntry, made["entry"]).state
        marks = session.scalars(select(Assessment.state).order_by(Assessment.id)).all()
        return state, list(marks), len(session.scalars(select(AgreedScore.id)).all())


def test_conflict_that_comes_while_scores_are_agreed_comes_after_them(sessions, made) -> None:
    agreed, _ = after_the_first(sessions, agree(made), conflict(made))

    # The score was agreed before; the committee learns of the conflict and changes it if need be.
    assert agreed.agreed == (made["entry"],)
    assert standing(sessions, made) == ("assessed", ["submitted", "submitted"], 1)


def test_marks_with_a_conflict_do_not_count_when_scores_are_agreed_next(sessions, made) -> None:
    _, agreed = after_the_first(sessions, conflict(made), agree(made))

    assert (agreed.agreed, agreed.waiting) == ((), (made["entry"],))
    assert standing(sessions, made) == ("admitted", ["conflict", "submitted"], 0)


def test_of_two_who_ask_one_applicant_one_is_told(sessions) -> None:
    with sessions.begin() as session:
        found = world(session, applications=1, admitted=False)
        officer, entry_id = found.officer.id, found.entries[0].id
    gate = Barrier(2)

    def ask(_place: int) -> object:
        gate.wait()
        try:
            with db.in_transaction(sessions) as session:
                act = Act(session, actor_of(session, officer), NOW)
                return clarifications.ask(act, entry_id, ASKED)
        except Conflict as told:
            return told

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(ask, range(2)))

    with sessions() as session:
        numbers = session.scalars(select(Clarification.number)).all()
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "int"]
    assert list(numbers) == [1]


def test_nobody_is_admitted_over_a_question_asked_at_the_same_moment(sessions) -> None:
    with sessions.begin() as session:
        found = world(session, applications=1, admitted=False)
        officer, entry_id = found.officer.id, found.entries[0].id
        act = Act(session, actor_of(session, officer), NOW)
        checks.answer(act, entry_id, {"statutes": Answer("met")})

    def ask(session) -> int:
        act = Act(session, actor_of(session, officer), NOW)
        return clarifications.ask(act, entry_id, ASKED)

    def admit(session) -> object:
        try:
            checks.admit(Act(session, actor_of(session, officer), NOW), entry_id)
        except Exception as told:  # noqa: BLE001 - which refusal it is, the assertion says
            return told
        return None

    _, refused = after_the_first(sessions, ask, admit)

    with sessions() as session:
        assert session.get_one(StageEntry, entry_id).state == "submitted"
    assert refused is not None
