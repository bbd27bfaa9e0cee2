"""Tests of app/actions/calls_stop.py: suspended calls, and how they go on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.actions import applications, applications_submit, calls, calls_stop, stages
from app.actions.calls_stop import Deadline, Resumption
from app.errors import Conflict, Forbidden, Invalid
from app.models import Call, CallVersion, Mail, Stage, StageEntry
from app.rules.permissions import SYSTEM, Role
from tests.actions.test_calls import events, manager_of
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT, make_call
from tests.make.people import NOW, act_as, make_organisation, make_user

WHY = "The form has an error."


def suspended(session, call=None):
    call = call or make_call(session)
    act = act_as(session, manager_of(session, call))
    calls_stop.suspend(act, call.id, reason=WHY)
    return call, act


def closing(session, call) -> tuple[datetime, datetime]:
    row = session.execute(
        select(Call.closes_at, Stage.closes_at).where(
            Call.id == call.id, Stage.id == call.stage_id, Stage.call_id == Call.id
        )
    ).one()
    return row[0], row[1]


def test_suspended_call_says_why_to_everybody_who_began(session) -> None:
    call = make_call(session)
    ana = make_user(session, email="ana@example.org")
    town = make_organisation(session, contact=ana)
    make_application(session, call=call, organisation=town, state="draft")

    suspended(session, call)

    row = session.get(Call, call.id)
    mail = session.scalars(select(Mail)).one()
    assert (row.state, row.stopped_at, row.stop_reason) == ("suspended", NOW, WHY)
    assert (mail.to, WHY in mail.body) == ("ana@example.org", True)


def test_nothing_is_begun_or_sent_in_while_a_call_is_suspended(session) -> None:
    call = make_call(session)
    person = make_user(session)
    town = make_organisation(session, contact=person)
    made = make_application(session, call=call, organisation=town, state="draft")
    entry_id = session.scalars(
        select(StageEntry.id).where(StageEntry.application_id == made.id)
    ).one()
    suspended(session, call)

    with pytest.raises(Conflict) as refusal:
        applications_submit.submit(act_as(session, person), entry_id, received_at=NOW)
    with pytest.raises(Conflict):
        applications.begin(
            act_as(session, person),
            call_id=call.id,
            lot_code=next(iter(call.lots)),
            organisation_id=town.id,
        )

    assert refusal.value.message == applications_submit.SUSPENDED


def test_clock_closes_nothing_while_a_call_is_suspended(session) -> None:
    call, act = suspended(session)
    much_later = replace(act, actor=SYSTEM, now=CLOSES_AT + timedelta(days=3))

    assert stages.by_clock(much_later, call.id) == 0


def test_time_lost_is_given_back_in_whole_days_at_the_same_hour(session) -> None:
    """Two days and an hour are three days; 31 March, 17:00 becomes 3 April, 17:00."""
    call, act = suspended(session)
    back = replace(act, now=NOW + timedelta(days=2, hours=1))

    calls_stop.resume(back, call.id, Resumption(Deadline.MAKE_UP, "Mended."))

    moved = CLOSES_AT + timedelta(days=3)
    row = session.get(Call, call.id)
    numbers = session.scalars(select(CallVersion.number).order_by(CallVersion.number)).all()
    assert closing(session, call) == (moved, moved)
    assert (row.state, row.stopped_at, row.stop_reason) == ("published", None, "")
    assert numbers == [1, 2]
    assert events(session, call.id) == ["suspend", "resume"]


def test_deadline_may_stay_where_it_was_and_then_no_version_is_written(session) -> None:
    call, act = suspended(session)

    calls_stop.resume(act, call.id, Resumption(Deadline.KEEP, "Mended."))

    assert closing(session, call) == (CLOSES_AT, CLOSES_AT)
    assert session.scalars(select(CallVersion)).all() == []


@pytest.mark.parametrize(
    ("wanted", "after", "field"),
    [
        (Resumption(Deadline.KEEP, "x"), timedelta(days=30), "deadline"),
        (Resumption(Deadline.CHOOSE, "x"), timedelta(), "closes_at"),
        (
            Resumption(Deadline.CHOOSE, "x", CLOSES_AT - timedelta(seconds=1)),
            timedelta(),
            "closes_at",
        ),
        (
            Resumption(Deadline.CHOOSE, "x", CLOSES_AT + timedelta(days=1)),
            timedelta(days=30),
            "closes_at",
        ),
        (Resumption(Deadline.MAKE_UP, " "), timedelta(), "reason"),
    ],
)
def test_deadline_that_is_over_or_earlier_is_refused(session, wanted, after, field) -> None:
    call, act = suspended(session)

    with pytest.raises(Invalid) as refusal:
        calls_stop.resume(replace(act, now=NOW + after), call.id, wanted)

    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("state", ["draft", "closed", "decided", "cancelled"])
def test_only_a_published_call_is_suspended(session, state) -> None:
    call = make_call(session, state=state)

    with pytest.raises(Conflict):
        suspended(session, call)


def test_suspending_and_cancelling_need_a_reason(session) -> None:
    call = make_call(session)
    act = act_as(session, manager_of(session, call))

    for deed in (calls_stop.suspend, calls.cancel):
        with pytest.raises(Invalid):
            deed(act, call.id, reason=" ")


def test_suspended_call_can_be_cancelled(session) -> None:
    call, act = suspended(session)

    calls.cancel(act, call.id, reason="No money left")

    row = session.get(Call, call.id)
    assert (row.state, row.stop_reason) == ("cancelled", "No money left")


def test_officer_suspends_nothing(session) -> None:
    call = make_call(session)
    officer = make_user(session, roles=[Role.OFFICER], call=call)

    with pytest.raises(Forbidden):
        calls_stop.suspend(act_as(session, officer), call.id, reason=WHY)
