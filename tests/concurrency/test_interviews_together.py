"""Two people give hours at the same moment: nobody gets two, no room holds two at once."""

from sqlalchemy import func, select

from app import db
from app.actions import assessments, interview_hours
from app.actions.act import Act
from app.actions.interview_hours import DayPlan, NewHour
from app.errors import Invalid
from app.models import Assessment, Interview, Mail
from tests.actions.test_payments_concurrent import at_once
from tests.make.interviews import BEGIN, DECIDED, Desk


def test_of_two_who_give_the_same_hours_one_is_told_that_it_is_done(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = Desk(session)
        desk.invite()
        stage_id = desk.last
        people = [desk.people[name].id for name in ("officer", "second")]
    day = DayPlan(BEGIN, 40, 10, None, "Room 12")

    answers = at_once(
        sessions,
        [(person, lambda act: interview_hours.plan(act, stage_id, day)) for person in people],
        now=DECIDED,
    )

    (refused,) = [answer for answer in answers if answer is not None]
    assert "Everybody who is awaited has an hour" in refused.message
    with sessions() as session:
        begins = session.scalars(select(Interview.starts_at).order_by(Interview.starts_at)).all()
        assert (len(begins), len(set(begins))) == (2, 2)
        written = select(func.count(Mail.id)).where(Mail.subject.startswith("Your interview"))
        assert session.scalar(written) == 1


def test_nobody_is_given_two_interviews_at_one_hour_by_two_people(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = Desk(session)
        desk.invite()
        entries = [each.id for each in desk.entries()]
        for each, room in zip(desk.entries(), ("Room 12", "Room 14"), strict=True):
            desk.came(each)
            interview_hours.change(desk.act("officer"), each.id, NewHour(BEGIN, 40, room))
        officers = [desk.people[name].id for name in ("officer", "second")]
        assessor = desk.people["one"].id
    refused: list[str] = []

    def assign(act: Act, entry_id: int) -> None:
        try:
            assessments.assign(act, entry_id, [assessor])
        except Invalid as problem:
            refused.append(problem.fields["assessors"].code)

    deeds = [
        (person, lambda act, key=key: assign(act, key))
        for person, key in zip(officers, entries, strict=True)
    ]
    assert at_once(sessions, deeds, now=DECIDED) == [None, None]

    assert refused == ["assigning.held_at_once"]
    with sessions() as session:
        assert len(session.scalars(select(Assessment.id)).all()) == 1
