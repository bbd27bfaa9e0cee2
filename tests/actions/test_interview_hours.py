"""Who of a shortlist comes when, and who is told: with real people and their mail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.actions import applications, interview_hours, stages
from app.actions.interview_hours import DayPlan, NewHour, Planned
from app.errors import Conflict, Forbidden, Invalid
from app.models import (
    AuditEntry,
    Declaration,
    Interview,
    Mail,
    StaffRole,
    Stage,
    StageEntry,
)
from app.queries.interviews import hour_of, panel_hours, stage_interviews
from app.rules.interviews import Hour
from tests.make.interviews import AFTER, BEGIN, DECIDED, END, Desk
from tests.make.people import act_as

MINUTE = timedelta(minutes=1)
ROOM = "City hall, room 12"
REASON = "The chair is ill that morning."


@pytest.fixture
def desk(session) -> Desk:
    desk = Desk(session)
    desk.invite()
    return desk


def day(*, at_most: int | None = None, starts_at=BEGIN, place: str = ROOM) -> DayPlan:
    return DayPlan(starts_at, 40, 10, at_most, place)


def hours(desk: Desk) -> list[Hour | None]:
    found = {each.entry_id: each for each in desk.session.scalars(select(Interview))}
    return [
        Hour(one.starts_at, one.ends_at, one.place) if (one := found.get(entry.id)) else None
        for entry in desk.entries()
    ]


def mails(desk: Desk, start: str) -> list[Mail]:
    query = select(Mail).where(Mail.subject.startswith(start)).order_by(Mail.id)
    return list(desk.session.scalars(query))


def test_a_day_gives_hours_by_reference_and_tells_each_applicant(desk: Desk) -> None:
    done = interview_hours.plan(desk.act("officer"), desk.last, day())

    assert done == Planned(given=2, left=0)
    assert hours(desk) == [
        Hour(BEGIN, BEGIN + 40 * MINUTE, ROOM),
        Hour(BEGIN + 50 * MINUTE, BEGIN + 90 * MINUTE, ROOM),
    ]
    (told,) = [each for each in mails(desk, "Your interview") if each.to == desk.clerk.email]
    assert told.subject == "Your interview: 4 May 2026, 10:00 CEST"
    assert f"Place: {ROOM}" in told.body
    actor = act_as(desk.session, desk.clerk).actor
    own = hour_of(desk.session, actor, desk.applications[0].id, "interview")
    assert own == hours(desk)[0]


def test_the_second_day_is_for_those_who_are_left(desk: Desk) -> None:
    act = desk.act("officer")
    first = interview_hours.plan(act, desk.last, day(at_most=1))
    second = interview_hours.plan(act, desk.last, day(at_most=1, starts_at=END - 40 * MINUTE))

    assert (first, second) == (Planned(1, 1), Planned(1, 0))
    assert hours(desk)[1].ends_at == END
    with pytest.raises(Conflict, match="Everybody who is awaited has an hour"):
        interview_hours.plan(act, desk.last, day())


def test_a_change_needs_a_reason_and_tells_what_was_before(desk: Desk) -> None:
    act, entry = desk.act("officer"), desk.entries()[0]
    interview_hours.plan(act, desk.last, day())
    later = NewHour(BEGIN + 300 * MINUTE, 40, "https://meet.example.org/one")
    with pytest.raises(Invalid) as unexplained:
        interview_hours.change(act, entry.id, later)
    interview_hours.change(act, entry.id, NewHour(later.starts_at, 40, later.place, reason=REASON))

    assert set(unexplained.value.fields) == {"reason"}
    assert hours(desk)[0] == Hour(
        BEGIN + 300 * MINUTE, BEGIN + 340 * MINUTE, "https://meet.example.org/one"
    )
    (told,) = mails(desk, "Your interview is moved")
    assert told.to == desk.clerk.email
    for part in ("4 May 2026, 15:00", "4 May 2026, 10:00", ROOM, REASON):
        assert part in told.body
    trail = desk.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.event == "interview_hour", AuditEntry.object_id == entry.application_id)
        .order_by(AuditEntry.id)
    ).all()
    assert [each.detail.get("reason") for each in trail] == [None, REASON]
    assert trail[1].detail["was"] == trail[0].detail["now"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewHour(BEGIN + 60 * MINUTE, 20, ROOM), "place"),
        (NewHour(BEGIN - MINUTE, 20, ROOM), "starts_at"),
        (NewHour(END - 19 * MINUTE, 20, ROOM), "starts_at"),
        (NewHour(DECIDED, 20, ROOM), "starts_at"),
        (NewHour(BEGIN, 40, ROOM), "starts_at"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_nobody_is_told(desk: Desk, wanted, field) -> None:
    act, entry = desk.act("officer"), desk.entries()[0]
    interview_hours.plan(act, desk.last, day())
    before = hours(desk), len(mails(desk, "Your interview"))

    with pytest.raises(Invalid) as refused:
        interview_hours.change(act, entry.id, replace(wanted, reason=REASON))

    assert set(refused.value.fields) == {field}
    assert (hours(desk), len(mails(desk, "Your interview"))) == before


def test_the_panel_is_told_and_sees_its_day(desk: Desk) -> None:
    entry = desk.entries()[0]
    desk.came(entry)
    desk.interview(entry, "4")
    interview_hours.plan(desk.act("officer"), desk.last, day())

    assert [each.to for each in mails(desk, "Interviews that you hold")] == sorted(
        desk.people[name].email for name in ("one", "two")
    )
    held = panel_hours(desk.session, act_as(desk.session, desk.people["one"]).actor)
    assert [(each.reference, each.hour.starts_at) for each in held] == [
        (desk.applications[0].reference, BEGIN)
    ]
    assert sorted(held[0].panel) == sorted(desk.people[name].name for name in ("one", "two"))
    assert panel_hours(desk.session, act_as(desk.session, desk.clerk).actor) == ()


def test_two_rooms_at_once_need_two_panels(desk: Desk) -> None:
    act, (first, second) = desk.act("officer"), desk.entries()
    for each in (first, second):
        desk.came(each)
        desk.interview(each, "4")
    interview_hours.plan(act, desk.last, day(at_most=1))

    with pytest.raises(Invalid) as refused:
        interview_hours.change(act, second.id, NewHour(BEGIN, 40, "Room 14"))

    assert [said.code for said in refused.value.fields.values()] == ["interview.held_at_once"]
    interview_hours.change(act, second.id, NewHour(BEGIN + 40 * MINUTE, 40, "Room 14"))


def test_the_panel_sees_no_hour_once_the_role_is_gone_or_a_conflict_declared(desk: Desk) -> None:
    for each in desk.entries():
        desk.came(each)
        desk.interview(each, "4")
    interview_hours.plan(desk.act("officer"), desk.last, day())
    seen = [len(panel_hours(desk.session, desk.act(name).actor)) for name in ("one", "two")]

    desk.session.execute(delete(StaffRole).where(StaffRole.user_id == desk.people["one"].id))
    declared = Declaration.user_id == desk.people["two"].id
    conflict = {"has_conflict": True, "reason": "My sister works there."}
    desk.session.execute(update(Declaration).where(declared).values(conflict))

    assert seen == [2, 2]
    gone = [panel_hours(desk.session, desk.act(name).actor) for name in ("one", "two")]
    assert gone == [(), ()]


def test_who_withdraws_is_not_awaited_and_leaves_the_room_free(desk: Desk) -> None:
    act, (first, second) = desk.act("officer"), desk.entries()
    interview_hours.plan(act, desk.last, day())
    applications.withdraw(
        act_as(desk.session, desk.clerk, now=DECIDED), first.application_id, reason="No time."
    )
    interview_hours.change(act, second.id, NewHour(BEGIN, 40, ROOM, reason=REASON))

    assert hours(desk)[1] == Hour(BEGIN, BEGIN + 40 * MINUTE, ROOM)
    with pytest.raises(Conflict, match="Nobody is awaited"):
        interview_hours.change(act, first.id, NewHour(BEGIN + 300 * MINUTE, 40, ROOM))
    page = stage_interviews(desk.session, act.actor, desk.last)
    assert [each.entry_id for each in page.guests] == [second.id]


def test_nobody_gets_an_hour_before_the_announcement_or_after_the_end(session) -> None:
    desk = Desk(session)
    desk.decide()
    stages.set_dates(desk.act(), desk.last, opens_at=BEGIN, closes_at=END)
    with pytest.raises(Conflict, match="Nobody is invited yet"):
        interview_hours.plan(desk.act("officer"), desk.last, day())
    session.get_one(Stage, desk.last).state = "closed"
    session.flush()
    with pytest.raises(Conflict, match="The interviews are over"):
        interview_hours.plan(desk.act("officer", AFTER), desk.last, day())


def test_only_who_assigns_assessors_gives_hours(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        interview_hours.plan(desk.act("one"), desk.last, day())


def test_moved_days_are_told_to_all_who_were_invited(desk: Desk) -> None:
    stages.set_dates(desk.act(), desk.last, opens_at=BEGIN, closes_at=END + timedelta(days=1))
    stages.set_dates(desk.act(), desk.last, opens_at=BEGIN, closes_at=END + timedelta(days=1))

    told = [each for each in mails(desk, "New dates of") if each.to == desk.clerk.email]
    assert [each.subject for each in told] == ["New dates of “Interview”"]
    assert "to 7 May 2026, 10:00 CEST" in told[0].body.replace("\u00a0", " ")
    assert "Until now it was from 4 May 2026, 10:00 CEST to 6 May" in told[0].body.replace(
        "\u00a0", " "
    )


def test_days_do_not_move_away_from_hours_that_were_given(desk: Desk) -> None:
    interview_hours.plan(desk.act("officer"), desk.last, day())

    with pytest.raises(Invalid) as refused:
        stages.set_dates(desk.act(), desk.last, opens_at=BEGIN + MINUTE, closes_at=END)

    assert (set(refused.value.fields), refused.value.values["number"]) == ({"closes_at"}, 1)
    stage = desk.session.get_one(Stage, desk.last)
    assert (stage.opens_at, stage.closes_at) == (BEGIN, END)


def test_before_the_announcement_nobody_is_told_of_dates(session) -> None:
    desk = Desk(session)
    desk.decide()
    stages.set_dates(desk.act(), desk.last, opens_at=BEGIN, closes_at=END)
    stages.set_dates(desk.act(), desk.last, opens_at=BEGIN, closes_at=END + MINUTE)

    assert mails(desk, "New dates of") == []
    assert session.scalars(select(StageEntry).where(StageEntry.stage_id == desk.last)).all() == []
