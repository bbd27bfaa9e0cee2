"""Visits over HTTP: recorded once, and the refusal that may follow."""

import pytest

from app import clock
from app.models import Application
from tests.actions.test_site_visits import Office
from tests.make.people import NOW
from tests.web.conftest import errors_of, text_of


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office(session) -> Office:
    return Office(session)


TYPED = {
    "visited_on.day": "19", "visited_on.month": "3", "visited_on.year": "2026",
    "visitors": "Petar Provera", "findings": "There is no workshop.",
    "result": "not_confirmed",
}  # fmt: skip


def test_a_visit_is_recorded_and_leads_to_a_refusal_with_the_published_condition(
    sign_in_as, session, office
) -> None:
    officer = sign_in_as(office.officer)
    visits = f"/office/applications/{office.first.id}/visits"
    one = text_of(officer.get(f"/office/applications/{office.first.id}"))
    assert "Visits" in one

    wrong = officer.submit(f"{visits}/new", {**TYPED, "findings": ""})
    assert errors_of(wrong) == ["Write what was seen."]
    assert 'value="Petar Provera"' in wrong.text
    page = officer.submit(f"{visits}/new", TYPED)
    assert "There is no workshop." in text_of(page)
    assert "Find ineligible" in text_of(page)

    form = officer.get(f"{visits}/refuse")
    assert "The green gate is passed" in text_of(form)
    assert officer.submit(f"{visits}/refuse", {"key": "green_gate"}).status_code == 422
    done = officer.submit(
        f"{visits}/refuse", {"key": "green_gate", "reason": "There is no workshop."}
    )

    assert "Found ineligible." in text_of(done)
    assert session.get_one(Application, office.first.id).state == "ineligible"


def test_the_ranking_page_says_who_is_not_visited_yet(sign_in_as, office) -> None:
    manager = sign_in_as(office.manager)

    refused = manager.submit(f"/office/stages/{office.call.stage_id}/ranking/rank")

    assert refused.status_code == 409
    assert f"These are not visited yet: {office.first.reference}" in text_of(refused)
