"""Many applications at once over HTTP: first what would happen, then the deed."""

import re

import pytest

from app.actions import checks
from app.actions.checks import Answer
from tests.make.people import act_as
from tests.web.assessing import admit, world
from tests.web.conftest import errors_of, text_of
from tests.web.test_office_applications import counted


@pytest.fixture
def made(session):
    found = world(session, applications=3, admitted=False)
    for entry in found.entries[:2]:
        checks.answer(act_as(session, found.officer), entry.id, {"statutes": Answer("met")})
    return found


def path(made) -> str:
    return f"/office/calls/{made.call.id}/applications/bulk"


def chosen(made) -> list[str]:
    return [str(entry.id) for entry in made.entries]


def seen_in(response) -> list[str]:
    return re.findall(r'name="seen" value="([^"]*)"', response.text)


def test_plan_is_shown_first_and_done_when_it_was_seen(session, sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)

    shown = browser.submit(path(made), {"deed": "admit", "entry": chosen(made)})
    states = [entry.state for entry in made.entries]
    done = browser.submit(path(made), {"deed": "admit", "action": "do", "seen": seen_in(shown)})

    assert "Items of the checklist that are not marked as met: 1." in text_of(shown)
    assert (len(seen_in(shown)), states) == (2, ["submitted"] * 3)
    assert "Done for applications: 2." in text_of(done)
    assert [entry.state for entry in made.entries] == ["admitted", "admitted", "submitted"]


def test_row_that_changed_between_is_named(session, sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)
    shown = browser.submit(path(made), {"deed": "admit", "entry": chosen(made)})
    admit(session, made, made.entries[0])

    done = browser.submit(path(made), {"deed": "admit", "action": "do", "seen": seen_in(shown)})

    told = f"Changed meanwhile and left alone: {made.applications[0].reference}."
    assert [each in text_of(done) for each in ("Done for applications: 1.", told)] == [True, True]


def test_question_for_many_comes_back_with_what_was_typed(sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)
    shown = browser.submit(path(made), {"deed": "ask", "entry": chosen(made)})

    wrong = browser.submit(
        path(made),
        {"deed": "ask", "action": "do", "seen": seen_in(shown), "question": "Which version?"},
    )

    assert (wrong.status_code, len(errors_of(wrong))) == (422, 2)
    assert ("Which version?" in wrong.text, seen_in(wrong)) == (True, seen_in(shown))


@pytest.mark.parametrize("data", [{"deed": "admit"}, {"entry": "1"}, {"deed": "burn"}])
def test_half_a_wish_is_told_what_is_missing(sign_in_as, made, data) -> None:
    response = sign_in_as(made.officer).submit(path(made), data)

    assert response.url.path == f"/office/calls/{made.call.id}/applications"


def test_list_offers_the_deeds_to_who_may_do_them(session, sign_in_as, made) -> None:
    browser = sign_in_as(made.officer)
    address = f"/office/calls/{made.call.id}/applications"

    assert browser.get(address).text.count('name="deed"') == 4
    assert counted(session, browser, address) <= 8
