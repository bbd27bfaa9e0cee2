"""Days off over HTTP: the list of a year, a ruling, a day that is added, and what is wrong."""

import pytest

from app import clock
from app.rules.permissions import Role
from tests.make.people import NOW, make_authority, make_user
from tests.web.conftest import errors_of, text_of

REASON_MISSING = "Write where it stands, or who decided it; it is kept in the audit trail."


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office(session):
    return make_authority(session, country="BA")


@pytest.fixture
def admin(session, office, sign_in_as):
    return sign_in_as(make_user(session, roles=[Role.ADMIN], authority=office, name="Ana"))


def test_day_that_waits_is_struck_with_its_reason(office, admin) -> None:
    home = f"/admin/authorities/{office.id}/days-off"
    data = {"is_free": "no", "reason": "The moon was seen a day later."}

    before = text_of(admin.get(home))
    after = text_of(admin.submit(f"{home}/2026/3/20", data))

    assert "20 March 2026 Eid al-Fitr To be confirmed" in before.replace("\u00a0", " ")
    assert "People work The moon was seen a day later. (Ana," in after


def test_empty_ruling_is_told_and_what_was_chosen_stays(office, admin) -> None:
    page = f"/admin/authorities/{office.id}/days-off/2026/3/20"

    answer = admin.submit(page, {"is_free": "yes", "reason": ""})

    assert (answer.status_code, errors_of(answer)) == (422, [REASON_MISSING])
    assert 'value="yes" checked' in answer.text


def test_day_is_added_once(office, admin) -> None:
    page = f"/admin/authorities/{office.id}/days-off/2026"
    day = {"day.day": "23", "day.month": "3", "day.year": "2026"}
    words = {"name": "Bridge day", "reason": "Decision of the mayor."}

    first = admin.submit(page, {**day, **words})
    again = admin.submit(page, {**day, **words})
    elsewhere = admin.submit(page, {**day, **words, "day.year": "2027"})
    empty = admin.submit(page, {})

    assert "23 March 2026 Bridge day Nobody works" in text_of(first).replace("\u00a0", " ")
    assert errors_of(again) == ["This day is in the list. Change it there."]
    assert errors_of(elsewhere) == ["This page is for another year."]
    assert errors_of(empty) == ["Enter the day", "Write what day it is", REASON_MISSING]


@pytest.mark.parametrize("day", ["2026/3/21", "2026/13/1", f"2026/3/{10**20}", "2019", "2031"])
def test_day_that_is_not_in_the_list_is_not_there(office, admin, day) -> None:
    assert admin.get(f"/admin/authorities/{office.id}/days-off/{day}").status_code == 404
