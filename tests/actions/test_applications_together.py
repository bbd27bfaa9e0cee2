"""Two people of one organisation at once, on connections of their own: one wins."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text

from app import db
from app.actions import applications as deeds
from app.actions import applications_again, applications_submit
from app.actions.act import Act
from app.actions.applications_draft import open_draft
from app.errors import Conflict, Problem
from app.models import Application, Lot, StageEntry, Submission
from app.queries import applications as reading
from app.queries.actors import actor_of
from tests.actions.test_applications import GARDEN, IN_TIME, _ready
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user


def _at_once(sessions, deeds_of_each):
    """Run each deed in its own transaction at the same moment; return results and refusals."""
    start, outcomes = Barrier(len(deeds_of_each)), []

    def run(deed):
        try:
            with db.in_transaction(sessions) as session:
                start.wait()
                outcomes.append(deed(session))
        except Problem as problem:
            outcomes.append(problem)

    threads = [Thread(target=run, args=[deed]) for deed in deeds_of_each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("attempt", range(3))
def test_two_people_send_in_one_application_and_one_of_them_wins(sessions, attempt):
    with sessions() as session:
        act, entry_id, _ = _ready(session)
        person_id = act.actor.user_id
        session.commit()

    def submit(session):
        act = Act(session, actor_of(session, person_id), IN_TIME)
        return applications_submit.submit(act, entry_id, received_at=IN_TIME)

    outcomes = _at_once(sessions, [submit, submit])

    refusals = [each for each in outcomes if isinstance(each, Problem)]
    assert [type(each) for each in refusals] == [Conflict]
    assert refusals[0].values["name"] == "Ana Anić"
    with sessions() as session:
        assert session.scalar(select(func.count(Submission.id))) == 1
        assert session.scalars(select(Application.state)).all() == ["submitted"]


def test_who_had_to_wait_for_a_draft_is_told_what_became_of_it_meanwhile(sessions):
    with sessions() as session:
        act, entry_id, _ = _ready(session)
        person_id = act.actor.user_id
        session.commit()
    outcomes = []

    def open_it():
        try:
            with db.in_transaction(sessions) as session:
                late = Act(session, actor_of(session, person_id), IN_TIME)
                seen = reading.frame(session, entry_id)
                outcomes.append(open_draft(late, entry_id, seen))
        except Problem as problem:
            outcomes.append(problem)

    waiting = Thread(target=open_it)
    with db.in_transaction(sessions) as session:
        first = Act(session, actor_of(session, person_id), IN_TIME)
        applications_submit.submit(first, entry_id, received_at=IN_TIME)
        waiting.start()
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert waiting.is_alive()
    waiting.join()

    assert [type(each) for each in outcomes] == [Conflict]
    assert outcomes[0].values["name"] == "Ana Anić"


def test_two_begin_at_once_where_only_one_application_is_allowed(sessions):
    with sessions() as session:
        call = make_call(session, scheme=make_scheme("eu_integra_sctm"))
        person = make_user(session)
        town = make_organisation(session, contact=person, applicant_type="LSG_CITY")
        session.commit()
        person_id, town_id = person.id, town.id

    def begin(lot):
        def deed(session):
            act = act_as(session, session.get(type(person), person_id), now=IN_TIME)
            return deeds.begin(act, call_id=call.id, lot_code=lot, organisation_id=town_id)

        return deed

    outcomes = _at_once(sessions, [begin("L1"), begin("L2")])

    assert [isinstance(each, Conflict) for each in outcomes].count(True) == 1
    with sessions() as session:
        assert session.scalar(select(func.count(Application.id))) == 1


def test_two_towns_that_begin_at_once_get_two_numbers(sessions):
    with sessions() as session:
        call = make_call(session)
        people = [make_user(session) for _ in range(4)]
        towns = [make_organisation(session, contact=p, applicant_type="CSO") for p in people]
        session.commit()
        pairs = [(p.id, t.id) for p, t in zip(people, towns, strict=True)]
        user = type(people[0])

    def begin(person_id, town_id):
        def deed(session):
            act = act_as(session, session.get(user, person_id), now=IN_TIME)
            return deeds.begin(act, call_id=call.id, lot_code="A", organisation_id=town_id)

        return deed

    _at_once(sessions, [begin(*pair) for pair in pairs])

    with sessions() as session:
        numbers = session.scalars(select(Application.reference).order_by(Application.reference))
        assert [each[-3:] for each in numbers] == ["001", "002", "003", "004"]
        assert session.scalar(select(Lot.next_number)) == 5


@pytest.mark.parametrize("attempt", range(3))
def test_one_drops_the_changes_while_another_sends_them_in_and_one_submission_stands(
    sessions, attempt
):
    person_id, entry_id = _taken_back(sessions)

    outcomes = _at_once(
        sessions,
        [
            lambda session: applications_submit.submit(
                _act_of(session, person_id), entry_id, received_at=IN_TIME
            ),
            lambda session: applications_again.let_stand(_act_of(session, person_id), entry_id),
        ],
    )

    sent_again = not any(isinstance(each, Conflict) for each in outcomes)
    with sessions() as session:
        entry = session.get_one(StageEntry, entry_id)
        standing = session.scalars(select(Submission).where(Submission.stands)).one()
        assert (entry.state, standing.number) == ("submitted", 2 if sent_again else 1)
        assert entry.answers == standing.snapshot["answers"]


@pytest.mark.parametrize("attempt", range(3))
def test_one_takes_it_back_again_while_another_sends_it_in_and_no_submission_is_lost(
    sessions, attempt
):
    person_id, entry_id = _taken_back(sessions)
    with sessions() as session:
        first = session.scalars(select(Submission.id)).one()

    outcomes = _at_once(
        sessions,
        [
            lambda session: applications_submit.submit(
                _act_of(session, person_id), entry_id, received_at=IN_TIME
            ),
            lambda session: applications_again.take_back(
                _act_of(session, person_id), entry_id, submission_id=first, received_at=IN_TIME
            ),
        ],
    )

    # Who comes second learns that there is a newer one; whoever comes first changes nothing.
    refusals = [each for each in outcomes if isinstance(each, Problem)]
    assert [type(each) for each in refusals] in ([], [Conflict])
    with sessions() as session:
        rows = session.execute(select(Submission.number, Submission.stands).order_by("number"))
        assert [tuple(row) for row in rows] == [(1, False), (2, True)]
        assert session.get_one(StageEntry, entry_id).state == "submitted"


def _act_of(session, person_id):
    return Act(session, actor_of(session, person_id), IN_TIME)


def _taken_back(sessions):
    """An application that was sent in, taken back and changed; who may do what with it."""
    with sessions() as session:
        act, entry_id, _ = _ready(session)
        first = applications_submit.submit(act, entry_id, received_at=IN_TIME)
        applications_again.take_back(act, entry_id, submission_id=first, received_at=IN_TIME)
        deeds.save_section(act, entry_id, "garden", {**GARDEN, "title": "Orchard"})
        session.commit()
        return act.actor.user_id, entry_id
