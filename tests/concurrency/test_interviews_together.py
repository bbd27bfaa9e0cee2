"""Two people give hours at the same moment: nobody gets two, no room holds two at once."""

from sqlalchemy import func, select

from app import db
from app.actions import interview_hours
from app.actions.interview_hours import DayPlan
from app.models import Interview, Mail
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
