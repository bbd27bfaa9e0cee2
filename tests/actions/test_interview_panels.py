"""Who holds interviews is in one place at a time, over all calls, and is told what changes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.actions import applications, assessments, bulk, calls, interview_hours
from app.actions.interview_hours import DayPlan, NewHour
from app.errors import Invalid
from app.models import Assessment, Interview, Mail, Stage, StageEntry
from app.queries.interviews_off import hours_off
from app.rules.interviews import Hour
from app.rules.messages import Message
from tests.counting import counted
from tests.make.applications import make_application, make_entry
from tests.make.calls import make_call
from tests.make.interviews import BEGIN, DECIDED, Desk
from tests.make.people import act_as, make_organisation

MINUTE = timedelta(minutes=1)
ROOM = "City hall, room 12"
ELSEWHERE = Hour(BEGIN + 20 * MINUTE, BEGIN + 50 * MINUTE, "Room 3")


@pytest.fixture
def desk(session) -> Desk:
    desk = Desk(session)
    desk.invite()
    return desk


def day(*, at_most: int | None = None, starts_at: datetime = BEGIN) -> DayPlan:
    return DayPlan(starts_at, 40, 10, at_most, ROOM)


def hold_elsewhere(desk: Desk, name: str, *, state: str = "admitted") -> Assessment:
    """Let somebody hold an interview in another call of the authority."""
    session = desk.session
    call = make_call(session, scheme=desk.call.scheme, authority=desk.authority)
    stage = session.get_one(Stage, call.stages["interview"])
    stage.state = "open"
    guest = make_application(
        session, call=call, organisation=make_organisation(session), entry=False
    )
    entry = make_entry(session, guest, stage=stage, state=state)
    hour = {"starts_at": ELSEWHERE.starts_at, "ends_at": ELSEWHERE.ends_at}
    session.add(Interview(entry_id=entry.id, **hour, place=ELSEWHERE.place, told_at=DECIDED))
    held = Assessment(
        entry_id=entry.id, assessor_id=desk.people[name].id, position=1, assigned_at=DECIDED
    )
    session.add(held)
    session.flush()
    return held


def admitted(desk: Desk) -> list[StageEntry]:
    entries = desk.entries()
    for each in entries:
        desk.came(each)
    return entries


def assign(desk: Desk, entry: StageEntry, *names: str) -> None:
    people = [desk.people[name].id for name in names]
    assessments.assign(desk.act("officer"), entry.id, people)


def told(desk: Desk, start: str) -> list[Mail]:
    query = select(Mail).where(Mail.subject.startswith(start)).order_by(Mail.id)
    return list(desk.session.scalars(query))


def given(letter: Mail) -> tuple[str, ...]:
    """The interviews that a message puts into a calendar, and how new each is."""
    lines = letter.calendar.split("\r\n")
    assert lines.count("STATUS:CONFIRMED") == lines.count("BEGIN:VEVENT")
    return tuple(line for line in lines if line.startswith(("UID:", "SEQUENCE:")))


def busy(name: str, hour: Hour) -> Message:
    values = {"from_at": hour.starts_at, "until_at": hour.ends_at, "place": hour.place}
    return Message("assigning.held_at_once", {"name": name, **values})


def test_an_hour_meets_no_interview_that_the_panel_holds_in_another_call(desk: Desk) -> None:
    entry = admitted(desk)[0]
    assign(desk, entry, "one", "two")
    hold_elsewhere(desk, "two")

    with pytest.raises(Invalid) as refused:
        interview_hours.plan(desk.act("officer"), desk.last, day())

    values = {"from_at": ELSEWHERE.starts_at, "until_at": ELSEWHERE.ends_at, "place": "Room 3"}
    assert refused.value.fields == {"starts_at": Message("interview.held_at_once", values)}
    after = NewHour(ELSEWHERE.ends_at, 40, ROOM)
    interview_hours.change(desk.act("officer"), entry.id, after)


def test_nobody_is_given_an_interview_at_the_hour_of_another_one(desk: Desk) -> None:
    first, second = admitted(desk)
    hold_elsewhere(desk, "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())

    with pytest.raises(Invalid) as refused:
        assign(desk, first, "one", "two")
    assign(desk, second, "one", "two")
    assign(desk, first, "one")

    assert refused.value.fields == {"assessors": busy(desk.people["two"].name, ELSEWHERE)}


def test_an_interview_to_which_nobody_comes_keeps_nobody_busy(desk: Desk) -> None:
    entry = admitted(desk)[0]
    for state in ("withdrawn", "failed"):
        hold_elsewhere(desk, "two", state=state)
    interview_hours.plan(desk.act("officer"), desk.last, day())

    assign(desk, entry, "two")


def test_who_gave_the_other_one_back_is_free_and_gets_no_second_one_back(desk: Desk) -> None:
    entry = admitted(desk)[0]
    held = hold_elsewhere(desk, "two", state="admitted")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    officer = desk.act("officer")
    assessments.remove(officer, held.id, reason="Two at once.")
    assign(desk, entry, "two")

    with pytest.raises(Invalid) as refused:
        assessments.assign(officer, held.entry_id, [desk.people["two"].id])

    own = Hour(BEGIN, BEGIN + 40 * MINUTE, ROOM)
    assert refused.value.fields == {"assessors": busy(desk.people["two"].name, own)}


def test_a_lot_is_assigned_around_the_hours(desk: Desk) -> None:
    entries = admitted(desk)
    hold_elsewhere(desk, "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    both = [desk.people[name].id for name in ("one", "two")]

    done = assessments.assign_many(
        desk.act("officer"), desk.last, desk.call.lot_id, both, turn_by_turn=True
    )

    assert done.assigned == ((entries[1].id, tuple(both)),)
    assert [given(each) for each in told(desk, "Interviews that you hold")] == [
        (f"UID:interview-{entries[1].id}@127.0.0.1", "SEQUENCE:0")
    ] * 2
    names = (desk.people["two"].name,)
    assert done.skipped == ((entries[0].id, Message("assigning.busy", {"names": names})),)


def test_many_are_assigned_around_the_hours(desk: Desk) -> None:
    entries = admitted(desk)
    hold_elsewhere(desk, "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    both = [desk.people[name].id for name in ("one", "two")]
    seen = {each.id: each.version for each in entries}

    done = bulk.assign(desk.act("officer"), desk.call.id, seen, both)

    assert [row.entry_id for row in done.touched] == [entries[1].id]
    assert [given(each) for each in told(desk, "Interviews that you hold")] == [
        (f"UID:interview-{entries[1].id}@127.0.0.1", "SEQUENCE:0")
    ] * 2
    assert [(row.entry_id, why.code) for row, why in done.left] == [(entries[0].id, "bulk.barred")]


def test_who_joins_a_panel_is_told_the_hours_that_were_given_before(desk: Desk) -> None:
    first, second = admitted(desk)
    assign(desk, first, "one")
    interview_hours.plan(desk.act("officer"), desk.last, day(at_most=1))

    for entry in (first, second):
        assign(desk, entry, "two")

    joined = told(desk, "Interviews that you hold")[1:]
    assert [each.to for each in joined] == [desk.people["two"].email]
    assert given(joined[0]) == (f"UID:interview-{first.id}@127.0.0.1", "SEQUENCE:0")


def test_who_comes_back_to_a_panel_gets_an_entry_that_is_not_older_than_its_end(
    desk: Desk,
) -> None:
    entry = admitted(desk)[0]
    assign(desk, entry, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    assessments.remove(desk.act("officer"), held_by(desk, "two", entry), reason="On leave.")
    (off,) = told(desk, "You hold an interview no longer")
    assert "SEQUENCE:1" in off.calendar.split("\r\n")

    assign(desk, entry, "two")

    back = told(desk, "Interviews that you hold")[-1]
    assert back.to == desk.people["two"].email
    assert given(back) == (f"UID:interview-{entry.id}@127.0.0.1", "SEQUENCE:1")


def test_the_panel_is_told_the_other_hour_and_why(desk: Desk) -> None:
    entry = admitted(desk)[0]
    assign(desk, entry, "one", "two")
    act = desk.act("officer")
    interview_hours.plan(act, desk.last, day())

    later = NewHour(BEGIN + 300 * MINUTE, 40, "Room 14", reason="The room is taken.")
    interview_hours.change(act, entry.id, later)

    moved = told(desk, "An interview that you hold is moved")
    assert sorted(each.to for each in moved) == sorted(
        desk.people[name].email for name in ("one", "two")
    )
    body = moved[0].body.replace("\u00a0", " ")
    reference = desk.applications[0].reference
    for part in (reference, "4 May 2026, 15:00", "4 May 2026, 10:00", ROOM, "The room is taken."):
        assert part in body
    (given,) = [each for each in told(desk, "Interviews that you hold") if each.to == moved[0].to]
    lines = [mail.calendar.split("\r\n") for mail in (given, moved[0])]
    for line in (f"UID:interview-{entry.id}@127.0.0.1", "STATUS:CONFIRMED", "METHOD:PUBLISH"):
        assert [line in each for each in lines] == [True, True]
    assert ["SEQUENCE:0" in lines[0], "SEQUENCE:1" in lines[1]] == [True, True]
    assert ["DTSTART:20260504T080000Z" in lines[0], "DTSTART:20260504T130000Z" in lines[1]] == [
        True,
        True,
    ]


def test_the_panel_is_told_that_nobody_comes_and_the_entry_is_taken_away(desk: Desk) -> None:
    first, second = admitted(desk)
    for each in (first, second):
        assign(desk, each, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    clerk = act_as(desk.session, desk.clerk, now=DECIDED)

    applications.withdraw(clerk, first.application_id, reason="No time.")

    off = told(desk, "An interview that you hold does not take place")
    assert sorted(each.to for each in off) == sorted(
        desk.people[name].email for name in ("one", "two")
    )
    assert desk.applications[0].reference in off[0].body
    assert "No time." not in off[0].body
    lines = off[0].calendar.split("\r\n")
    wanted = (
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
        "SEQUENCE:1",
        f"UID:interview-{first.id}@127.0.0.1",
    )
    assert [line in lines for line in wanted] == [True] * 4


def taken_away(letter: Mail) -> set[str]:
    """The interviews that a message takes out of a calendar, by their names there."""
    lines = letter.calendar.split("\r\n")
    assert "METHOD:CANCEL" in lines
    assert lines.count("STATUS:CANCELLED") == lines.count("BEGIN:VEVENT")
    return {line.removeprefix("UID:") for line in lines if line.startswith("UID:")}


def held_by(desk: Desk, name: str, entry: StageEntry) -> int:
    mine = (Assessment.entry_id == entry.id, Assessment.assessor_id == desk.people[name].id)
    return desk.session.scalars(select(Assessment.id).where(*mine)).one()


def test_who_leaves_a_panel_is_told_and_the_entry_is_taken_away(desk: Desk) -> None:
    first, second = admitted(desk)
    for each in (first, second):
        assign(desk, each, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day(at_most=1))

    for entry in (first, second):
        assessments.remove(desk.act("officer"), held_by(desk, "two", entry), reason="On leave.")
    assessments.decline(desk.act("one"), held_by(desk, "one", first), reason="No time.")

    off = told(desk, "You hold an interview no longer")
    assert [each.to for each in off] == [desk.people[name].email for name in ("two", "one")]
    assert [taken_away(each) for each in off] == [{f"interview-{first.id}@127.0.0.1"}] * 2
    assert [desk.applications[0].reference in each.body for each in off] == [True, True]
    assert ["On leave." in each.body for each in off] == [False, False]


def test_a_conflict_takes_the_interviews_of_its_lot_out_of_the_calendar(desk: Desk) -> None:
    entries = admitted(desk)
    for each in entries:
        assign(desk, each, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())

    assessments.declare(
        desk.act("one"),
        stage_id=desk.last,
        lot_id=desk.call.lot_id,
        has_conflict=True,
        reason="My brother works there.",
    )

    off = told(desk, "You hold an interview no longer")
    assert [each.to for each in off] == [desk.people["one"].email] * 2
    assert [taken_away(each) for each in off] == [
        {f"interview-{each.id}@127.0.0.1"} for each in entries
    ]


def test_a_cancelled_call_is_told_to_the_panel_and_leaves_every_calendar(desk: Desk) -> None:
    entries = admitted(desk)
    for each in entries:
        assign(desk, each, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())

    calls.cancel(desk.act(), desk.call.id, reason="No money left.")

    letters = {each.to: each for each in told(desk, "The call “")}
    one, two, clerk = desk.people["one"].email, desk.people["two"].email, desk.clerk.email
    assert {one, two, clerk} <= letters.keys()
    both = {f"interview-{each.id}@127.0.0.1" for each in entries}
    assert [taken_away(letters[to]) for to in (one, two)] == [both, both]
    assert taken_away(letters[clerk]) == {f"interview-{entries[0].id}@127.0.0.1"}
    for each in (letters[one], letters[clerk]):
        assert "No money left." in each.body
        assert "No interview takes place." in each.body


def test_who_was_found_ineligible_leaves_the_calendar_of_the_panel(desk: Desk) -> None:
    first, second = admitted(desk)
    for each in (first, second):
        assign(desk, each, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    actor = desk.act("one").actor
    assert hours_off(desk.session, actor) == ()

    first.state = "failed"
    desk.session.flush()

    assert [each.entry_id for each in hours_off(desk.session, actor)] == [first.id]


def test_of_an_interview_that_was_nobody_is_told(desk: Desk) -> None:
    entry = admitted(desk)[0]
    assign(desk, entry, "one", "two")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    clerk = act_as(desk.session, desk.clerk, now=BEGIN + 40 * MINUTE)

    applications.withdraw(clerk, entry.application_id, reason="No time.")

    assert told(desk, "An interview that you hold does not take place") == []


def test_hours_of_a_day_are_given_by_as_many_statements_as_one_hour(session) -> None:
    numbers = []
    for at_most in (1, 2):
        desk = Desk(session)
        desk.invite()
        for each in admitted(desk):
            assign(desk, each, "one", "two")
        with counted(session) as seen:
            done = interview_hours.plan(desk.act("officer"), desk.last, day(at_most=at_most))
        numbers.append((done.given, seen.number))

    assert [given for given, _ in numbers] == [1, 2]
    assert numbers[0][1] == numbers[1][1]
