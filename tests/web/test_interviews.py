"""The interview as people see it: who announces it, who applied, who reads the call."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import applications, calls, interview_hours
from app.actions.interview_hours import NewHour
from app.models import Assessment
from app.web.public_words import scoring_words
from tests.make.interviews import BEGIN, Desk
from tests.make.people import act_as, make_user
from tests.make.profiles import profile
from tests.web.conftest import errors_of, text_of


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_the_manager_announces_when_the_interviews_are_held(sign_in_as, desk: Desk) -> None:
    desk.decide()
    browser = sign_in_as(desk.people["manager"])

    page = browser.get(f"/office/stages/{desk.first}/ranking/announce_interviews")

    shown = text_of(page)
    assert "The interviews begin" in shown
    assert "Nobody has to hand anything in." in shown
    letters = text_of(browser.get(f"/office/stages/{desk.first}/letters"))
    assert "announce_preselection" not in letters
    call = browser.get(f"/office/calls/{desk.call.id}").text
    assert f'href="/office/calls/{desk.call.id}/stages/{desk.last}/dates"' in call


def test_the_applicant_is_told_of_the_interview_and_asked_for_nothing(
    sign_in_as, desk: Desk
) -> None:
    desk.invite()

    shown = text_of(sign_in_as(desk.clerk).get(f"/applications/{desk.applications[0].id}"))

    assert "You are invited: Interview." in shown
    assert "The interviews are held from 4 May 2026, 10:00" in shown
    assert "Take back and change" not in shown


def test_officer_and_assessor_work_on_what_was_sent_in_before(
    sign_in_as, session: Session, desk: Desk
) -> None:
    desk.invite()
    entry = desk.entries()[0]
    officer = sign_in_as(desk.people["officer"])

    pages = [
        officer.get(f"/office/applications/{desk.applications[0].id}"),
        officer.get(f"/office/entries/{entry.id}/check"),
        officer.get(f"/office/stages/{desk.last}/ranking"),
    ]
    assert [page.status_code for page in pages] == [200] * 3
    assert "The city came to the interview." in text_of(pages[1])
    desk.came(entry)
    desk.interview(entry, "4")
    key = session.scalars(select(Assessment.id).where(Assessment.entry_id == entry.id)).first()
    read = text_of(sign_in_as(desk.people["one"]).get(f"/assessor/assessments/{key}"))
    assert "Your territory" in read
    assert "Ready to begin?" in read


def test_the_call_says_who_holds_the_interview() -> None:
    interview = profile("sp2_territorial_strategies").stages[1]

    assert scoring_words(interview)[0] == "2 assessors hold the interview and mark each applicant."


def test_hours_are_given_to_a_day_changed_and_shown_to_all_three(sign_in_as, desk: Desk) -> None:
    desk.invite()
    officer = sign_in_as(desk.people["officer"])
    address = f"/office/stages/{desk.last}/interviews"
    asked = {
        "starts_at.day": "4", "starts_at.month": "5", "starts_at.year": "2026",
        "starts_at.time": "10:00", "minutes": "40", "pause": "10", "at_most": "", "place": "",
    }  # fmt: skip

    assert "Without an hour 2" in text_of(officer.get(address))
    refused = officer.submit(address, asked)
    assert (refused.status_code, errors_of(refused)) == (422, ["Enter the place or the link"])
    given = text_of(officer.submit(address, {**asked, "place": "Room 12"}))

    assert "Hours given and told by mail: 2. Still without an hour: 0." in given
    assert "4 May 2026 Hour Application Place Held by Told Action 10:00–10:40" in given
    entry = desk.entries()[0]
    one = f"/office/entries/{entry.id}/interview"
    assert 'value="40"' in officer.get(one).text
    moved = {**asked, "starts_at.time": "15:30", "place": "https://meet.example.org/1"}
    unexplained = officer.submit(one, moved)
    assert errors_of(unexplained) == ["Write why the hour changes. The applicant reads it."]
    assert 'value="15:30"' in unexplained.text
    officer.submit(one, {**moved, "reason": "The chair is ill."})
    own = text_of(sign_in_as(desk.clerk).get(f"/applications/{entry.application_id}"))
    assert "You are awaited from 4 May 2026, 15:30" in own
    assert "Place: https://meet.example.org/1" in own
    desk.came(entry)
    desk.interview(entry, "4")
    panel = text_of(sign_in_as(desk.people["one"]).get("/assessor/interviews"))
    assert "4 May 2026 Hour Applicant Place Held by Call Action 15:30–16:10" in panel


def test_a_day_has_a_sheet_for_each_room_and_all_three_take_their_hours_along(
    sign_in_as, desk: Desk
) -> None:
    desk.invite()
    first, second = desk.entries()
    act = desk.act("officer")
    desk.came(first)
    desk.interview(first, "4")
    interview_hours.change(act, first.id, NewHour(BEGIN, 40, "Room 12"))
    interview_hours.change(act, second.id, NewHour(BEGIN, 40, "Annex, room 3"))
    officer = sign_in_as(desk.people["officer"])
    place = f"/office/stages/{desk.last}/interviews"

    sheets = text_of(officer.get(f"{place}/2026-05-04"))
    assert sheets.index("Annex, room 3") < sheets.index("Room 12")
    assert "10:00–10:40" in sheets
    assert officer.get(f"{place}/2026-05-05").status_code == 404
    assert officer.get(f"{place}/may").status_code == 404

    own = sign_in_as(desk.clerk).get(f"/applications/{first.application_id}/interview.ics")
    assert own.headers["content-type"] == "text/calendar; charset=utf-8"
    assert f"UID:interview-{first.id}@" in own.text
    assert (own.text.count("BEGIN:VEVENT"), "LOCATION:Room 12" in own.text) == (1, True)
    panel = sign_in_as(desk.people["one"])
    assert panel.get("/assessor/interviews.ics").text.count("STATUS:CONFIRMED") == 1
    assert officer.get(f"{place}.ics").text.count("STATUS:CONFIRMED") == 2
    applications.withdraw(
        act_as(desk.session, desk.clerk, now=BEGIN), first.application_id, reason="No time."
    )
    for client, address in ((officer, f"{place}.ics"), (panel, "/assessor/interviews.ics")):
        taken = client.get(address).text
        assert (taken.count("STATUS:CANCELLED"), taken.count("SEQUENCE:1")) == (1, 1)


def test_calendars_forget_a_cancelled_call(sign_in_as, desk: Desk) -> None:
    desk.invite()
    entry = desk.entries()[0]
    desk.came(entry)
    desk.interview(entry, "4")
    interview_hours.change(desk.act("officer"), entry.id, NewHour(BEGIN, 40, "Room 12"))

    calls.cancel(desk.act(), desk.call.id, reason="No money left.")

    for person, address in (
        (desk.people["officer"], f"/office/stages/{desk.last}/interviews.ics"),
        (desk.people["one"], "/assessor/interviews.ics"),
        (desk.clerk, f"/applications/{entry.application_id}/interview.ics"),
    ):
        taken = sign_in_as(person).get(address)
        assert (taken.text.count("STATUS:CANCELLED"), taken.text.count("SEQUENCE:1")) == (1, 1)
        assert "/" not in taken.headers["content-disposition"]


def test_nobody_takes_the_hours_of_others_along(sign_in_as, desk: Desk) -> None:
    desk.invite()
    entry = desk.entries()[0]
    interview_hours.change(desk.act("officer"), entry.id, NewHour(BEGIN, 40, "Room 12"))

    own = f"/applications/{entry.application_id}/interview.ics"
    stranger = sign_in_as(make_user(desk.session))
    assert stranger.get(own).status_code == 404
    assert "BEGIN:VEVENT" not in sign_in_as(desk.people["one"]).get("/assessor/interviews.ics").text
