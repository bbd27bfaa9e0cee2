"""The board of progress, and an assessor who gives a file back, over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.models import Assessment, SignIn
from tests.web.assessing import assessment_of, assign, declare, world
from tests.web.conftest import errors_of, text_of
from tests.web.test_account_resume import form_of, sign_in_with
from tests.web.test_office_applications import counted

DAY = {"assess_by.day": "30", "assess_by.month": "4", "assess_by.year": "2026"}


@pytest.fixture
def made(session):
    found = world(session, applications=1)
    assign(session, found, found.entries[0], found.assessors[:2])
    declare(session, found, *found.assessors[:2])
    return found


def test_secretary_sets_a_date_and_reminds(session, sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)
    path = f"/office/stages/{made.stage_id}/progress"

    dated = browser.submit(f"{path}/deadline", DAY | {"assess_by.time": "12:00"})
    reminded = browser.submit(f"{path}/remind", {"assessor": str(made.assessors[0].id)})

    shown = text_of(sign_in_as(made.assessors[0]).get("/assessor"))
    assert "The date is kept." in text_of(dated)
    assert "Assessors reminded by mail: 1." in text_of(reminded)
    assert "30 April 2026" in shown


def test_past_date_comes_back_with_its_message(sign_in_as, made) -> None:
    past = {"assess_by.day": "1", "assess_by.month": "3", "assess_by.year": "2026"}
    path = f"/office/stages/{made.stage_id}/progress/deadline"

    response = sign_in_as(made.officer).submit(path, past | {"assess_by.time": "12:00"})

    assert (response.status_code, len(errors_of(response))) == (422, 1)


def test_assessor_gives_a_file_back_and_the_board_offers_somebody_else(
    session, sign_in_as, made
) -> None:
    key = assessment_of(session, made.entries[0], made.assessors[0])
    browser = sign_in_as(made.assessors[0])

    empty = browser.submit(f"/assessor/assessments/{key}/decline", {"reason": ""})
    given = browser.submit(f"/assessor/assessments/{key}/decline", {"reason": "No time."})

    board = sign_in_as(made.officer).get(f"/office/stages/{made.stage_id}/progress")
    assert (empty.status_code, given.url.path) == (422, "/assessor")
    assert "No time." in text_of(board)
    assert f"/office/entries/{made.entries[0].id}/assessors" in board.text
    assert browser.get(f"/assessor/assessments/{key}").status_code == 404


@pytest.mark.parametrize("page", ["progress", "assessments"])
def test_boards_ask_the_database_no_more_than_eight_times(session, sign_in_as, made, page) -> None:
    browser = sign_in_as(made.officer)

    assert counted(session, browser, f"/office/stages/{made.stage_id}/{page}") <= 8


def test_marks_sent_after_the_session_ended_are_saved_after_signing_in(
    session, sign_in_as, made
) -> None:
    person = made.assessors[0]
    person.email = "ana@grad.example"
    key = assessment_of(session, made.entries[0], person)
    browser = sign_in_as(person)
    typed = {"mark_0_0": "7.5", "comment_0": "Typed at night.", "csrf_token": browser.token()}
    session.execute(update(SignIn).values(expires_at=clock.now() - timedelta(minutes=1)))

    asked = browser.post(f"/assessor/assessments/{key}", data=typed)
    address, carried = form_of(sign_in_with(browser, asked))
    browser.post(address, data=carried)

    row = session.get_one(Assessment, key)
    assert asked.status_code == 403
    assert (row.marks, row.comments, row.state) == (
        {"A1": "7.5"},
        {"A": "Typed at night."},
        "in_progress",
    )
