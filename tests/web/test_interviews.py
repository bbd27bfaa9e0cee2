"""The interview as people see it: who announces it, who applied, who reads the call."""

import pytest
from sqlalchemy.orm import Session

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

    assert "You are invited to an interview: Interview." in shown
    assert "The interviews are held from 4 May 2026, 10:00" in shown
    assert "Take back and change" not in shown


def test_the_call_says_who_holds_the_interview() -> None:
    interview = profile("sp2_territorial_strategies").stages[1]

    assert scoring_words(interview)[0] == "2 assessors hold the interview and mark each applicant."
