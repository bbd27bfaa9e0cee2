"""A question over HTTP: the officer asks, the applicant answers with a file, both see it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.models import Clarification, Membership, Stage
from tests.conftest import NOW
from tests.make.people import make_user
from tests.web.assessing import world
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.test_office_applications import counted

ASKED = {
    "items": "statutes",
    "question": "Which version holds?",
    "reply_on.day": "26",
    "reply_on.month": "3",
    "reply_on.year": "2026",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def made(session):
    return world(session, applications=2, admitted=False)


@pytest.fixture
def applicant(session, made):
    person = make_user(session, name="Ana Applicant")
    session.add(
        Membership(
            organisation_id=made.applications[0].organisation_id,
            user_id=person.id,
            role="contact",
            state="admitted",
            asked_at=NOW,
            answered_at=NOW,
        )
    )
    session.flush()
    return person


def ask(sign_in_as, made):
    browser = sign_in_as(made.officer)
    path = f"/office/entries/{made.entries[0].id}/clarifications/new"
    return browser, browser.submit(path, ASKED)


def test_officer_asks_and_the_check_says_that_it_waits(session, sign_in_as, made) -> None:
    browser, response = ask(sign_in_as, made)

    shown = text_of(response)
    assert response.url.path == f"/office/entries/{made.entries[0].id}/check"
    assert ["A question waits for its answer" in shown, "Which version holds?" in shown] == [
        True,
        True,
    ]
    refused = browser.submit(response.url.path, {"action": "admit", "result_0": "met"})
    assert (refused.status_code, "waits for the applicant’s answer" in text_of(refused)) == (
        409,
        True,
    )


def test_nothing_is_asked_while_the_applicant_may_change_it_and_the_way_back_is_there(
    session, sign_in_as, made
) -> None:
    stage = session.get_one(Stage, made.entries[0].stage_id)
    stage.state, stage.closes_at = "open", clock.now() + timedelta(days=1)
    session.flush()
    check = f"/office/entries/{made.entries[0].id}"

    refused = sign_in_as(made.officer).get(f"{check}/clarifications/new")

    assert (refused.status_code, f'href="{check}/check"' in refused.text) == (409, True)
    assert [
        "<form" in refused.text.split("<main")[1],
        "The check begins after that." in text_of(refused),
    ] == [
        False,
        True,
    ]


def test_wrong_question_comes_back_with_what_was_typed(sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)
    path = f"/office/entries/{made.entries[0].id}/clarifications/new"

    response = browser.submit(path, ASKED | {"reply_on.day": "20"})

    assert (response.status_code, len(errors_of(response))) == (422, 1)
    assert "Which version holds?" in text_of(response)


def test_applicant_answers_with_a_file_and_the_officer_reads_it(
    session, sign_in_as, made, applicant
) -> None:
    officer, asked = ask(sign_in_as, made)
    key = session.scalars(select(Clarification.id)).one()
    browser = sign_in_as(applicant)

    home = browser.get("/account")
    opened = text_of(browser.get(f"/clarifications/{key}"))
    answered = browser.submit(
        f"/clarifications/{key}",
        {"reply": "The second one holds."},
        files={"file_1": ("decision.pdf", PDF, "application/pdf")},
    )

    read = officer.get(asked.url.path)
    assert f"/clarifications/{key}" in home.text
    assert f"/clarifications/{key}" not in browser.get("/account").text
    assert "Which version holds?" in opened
    assert "The second one holds." in text_of(answered)
    assert [each in text_of(read) for each in ("The second one holds.", "decision.pdf")] == [
        True,
        True,
    ]
    file = browser.get("/clarifications/files/1")
    assert (file.status_code, file.content) == (200, PDF)


def test_late_answer_is_refused_with_both_times_and_stays_to_be_copied(
    session, sign_in_as, made, applicant, monkeypatch
) -> None:
    ask(sign_in_as, made)
    key = session.scalars(select(Clarification.id)).one()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 26, 23, 0, tzinfo=UTC))
    browser = sign_in_as(applicant)

    response = browser.submit(f"/clarifications/{key}", {"reply": "Typed at night."})

    shown = text_of(response)
    assert response.status_code == 409
    assert ["Typed at night." in shown, "The last moment for your answer was" in shown] == [
        True,
        True,
    ]


def test_file_that_is_none_is_refused_beside_it(session, sign_in_as, made, applicant) -> None:
    ask(sign_in_as, made)
    key = session.scalars(select(Clarification.id)).one()

    response = sign_in_as(applicant).submit(
        f"/clarifications/{key}",
        {"reply": "See the file."},
        files={"file_1": ("virus.exe", b"MZ", "application/octet-stream")},
    )

    assert (response.status_code, len(errors_of(response))) == (422, 1)
    assert "See the file." in text_of(response)


def test_nobody_else_finds_a_question(session, sign_in_as, made, applicant) -> None:
    ask(sign_in_as, made)
    key = session.scalars(select(Clarification.id)).one()
    stranger = sign_in_as(make_user(session))
    assessor = sign_in_as(made.assessors[0])

    answers = [
        stranger.get(f"/clarifications/{key}").status_code,
        stranger.get(f"/clarifications/{key}.pdf").status_code,
        assessor.get(f"/office/entries/{made.entries[0].id}/clarifications/new").status_code,
        sign_in_as(applicant).get(f"/office/clarifications/{key}/take-back").status_code,
    ]

    assert answers == [404] * 4


def test_pages_ask_the_database_no_more_than_eight_times(
    session, sign_in_as, made, applicant
) -> None:
    officer, _ = ask(sign_in_as, made)
    key = session.scalars(select(Clarification.id)).one()
    browser = sign_in_as(applicant)
    browser.get(f"/clarifications/{key}")

    assert counted(session, browser, "/clarifications") <= 8
    assert counted(session, browser, f"/clarifications/{key}") <= 8
    assert heading_of(officer.get(f"/office/clarifications/{key}/take-back")) == (
        "Take the question back"
    )


def test_admitted_application_offers_its_assessors_and_the_later_refusal(
    session, sign_in_as
) -> None:
    made = world(session, applications=1)
    browser = sign_in_as(made.officer)
    entry_id = made.entries[0].id

    check = browser.get(f"/office/entries/{entry_id}/check")
    refused = browser.submit(
        f"/office/entries/{entry_id}/ineligible",
        {"key": "statutes", "document": "Register", "finding": "It was dissolved."},
    )

    assert f"/office/entries/{entry_id}/assessors" in check.text
    assert "The application is found ineligible." in text_of(refused)
    session.refresh(made.entries[0])
    assert made.entries[0].outcome == "INELIGIBLE"
