"""The board of a stage: who assesses what, assigning one or many, taking back."""

import pytest
from sqlalchemy import select

from app.actions import assessments
from app.models import Assessment
from tests.make.people import act_as
from tests.web.assessing import add_application, admit, assessment_of, assign, declare, mark, world
from tests.web.conftest import errors_of, text_of
from tests.web.test_office_applications import counted


@pytest.fixture
def made(session):
    return world(session)


@pytest.fixture
def board(made) -> str:
    return f"/office/stages/{made.stage_id}/assessments"


def test_call_leads_to_the_board_of_its_stage(sign_in_as, made, board) -> None:
    response = sign_in_as(made.officer).get(f"/office/calls/{made.call.id}/assessments")

    assert response.url.path == board
    assert text_of(response).count("2 assessors missing") == 2


def test_third_assessor_is_asked_for_with_the_difference(session, sign_in_as, made, board) -> None:
    assign(session, made, made.entries[0], made.assessors[:2])
    declare(session, made, *made.assessors[:2])
    mark(session, made, made.entries[0], made.assessors[0], {"A1": "9", "B1": "8"})
    browser = sign_in_as(made.officer)

    before = text_of(browser.get(board))
    mark(session, made, made.entries[0], made.assessors[1], {"A1": "6", "B1": "8.5"})
    after = text_of(browser.get(board))

    assert "26.00" not in before
    assert "Third assessor needed: difference 5.50 points" in after
    assert ("26.00" in after, "20.50" in after) == (True, True)


def test_board_asks_as_often_for_three_rows_as_for_one(session, sign_in_as, board) -> None:
    made = world(session, applications=1, named=False)
    board = f"/office/stages/{made.stage_id}/assessments"
    browser = sign_in_as(made.officer)
    browser.get(board)

    one = counted(session, browser, board)
    for number in (1, 2):
        add_application(session, made, number)
        admit(session, made, made.entries[number])
    three = counted(session, browser, board)

    assert one == three


def test_two_are_chosen_and_who_is_barred_is_named_with_the_reason(
    session, sign_in_as, made
) -> None:
    assessments.declare(
        act_as(session, made.assessors[2]), stage_id=made.stage_id, lot_id=made.lot_id,
        has_conflict=True, reason="A friend.",
    )  # fmt: skip
    browser = sign_in_as(made.officer)
    path = f"/office/entries/{made.entries[0].id}/assessors"

    asked = text_of(browser.get(path))
    chosen = [str(each.id) for each in made.assessors]
    refused = browser.submit(path, {"assessors": chosen})
    browser.submit(path, {"assessors": chosen[:2]})

    assert "Assessor C: declared a conflict of interest in this lot" in asked
    assert errors_of(refused) == ["One of them declared a conflict of interest in this lot."]
    given = session.scalars(select(Assessment.assessor_id).order_by(Assessment.position)).all()
    assert given == [each.id for each in made.assessors[:2]]


def test_plan_for_a_lot_is_shown_before_it_is_done(session, sign_in_as, made) -> None:
    assign(session, made, made.entries[0], made.assessors[:2])
    browser = sign_in_as(made.officer)
    path = f"/office/stages/{made.stage_id}/lots/{made.lot_id}/assessors"
    typed = {"assessors": [str(each.id) for each in made.assessors], "way": "turns"}

    plan = browser.submit(path, {**typed, "action": "preview"})
    before = session.scalars(select(Assessment.id)).all()
    done = browser.submit(path, {**typed, "action": "assign"})

    shown = text_of(plan)
    assert f"{made.applications[1].reference} Assessor A, Assessor B" in shown
    assert f"{made.applications[0].reference} It has enough assessors." in shown
    assert len(before) == 2
    assert "Applications assigned: 1. Left as they are: 1." in text_of(done)
    assert len(session.scalars(select(Assessment.id)).all()) == 4


def test_too_few_for_a_lot_are_refused_and_the_choice_stays(sign_in_as, made) -> None:
    path = f"/office/stages/{made.stage_id}/lots/{made.lot_id}/assessors"

    response = sign_in_as(made.officer).submit(
        path, {"assessors": [str(made.assessors[0].id)], "way": "same", "action": "preview"}
    )

    assert response.status_code == 422
    assert errors_of(response) == ["Choose at least as many as each application needs."]
    assert response.text.count(" checked") == 2


def test_file_is_taken_back_with_a_reason(session, sign_in_as, made) -> None:
    assign(session, made, made.entries[0], made.assessors[:2])
    key = assessment_of(session, made.entries[0], made.assessors[0])
    browser = sign_in_as(made.officer)
    path = f"/office/assessments/{key}/remove"

    silent = browser.submit(path, {"reason": " "})
    done = browser.submit(path, {"reason": "On leave."})

    assert silent.status_code == 422
    assert "The file is taken from the assessor." in text_of(done)
    assert session.get_one(Assessment, key).state == "removed"


def test_assessors_do_not_reach_the_board(sign_in_as, made, board) -> None:
    browser = sign_in_as(made.assessors[0])

    answers = [
        browser.get(board).status_code,
        browser.get(f"/office/entries/{made.entries[0].id}/assessors").status_code,
    ]

    assert answers == [404, 404]
