"""The interview as people see it: who announces it, who applied, who reads the call."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assessment
from app.web.public_words import scoring_words
from tests.make.interviews import Desk
from tests.make.profiles import profile
from tests.web.conftest import text_of


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
