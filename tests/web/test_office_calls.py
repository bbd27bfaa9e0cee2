"""Tests of app/web/office_calls*.py: the fund manager's pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.models import Call
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, make_user
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements

OPENS = NOW + timedelta(days=1)
CLOSES = datetime(2026, 5, 28, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def officer(session, authority, sign_in_as):
    return sign_in_as(make_user(session, roles=[Role.OFFICER], authority=authority))


def draft(session, authority, **more):
    more = {"opens_at": OPENS, "closes_at": CLOSES, **more}
    return make_call(session, state="draft", authority=authority, **more)


def moment(name: str, day: int, month: int, year: int, time: str) -> dict[str, str]:
    return {
        f"{name}.day": str(day),
        f"{name}.month": str(month),
        f"{name}.year": str(year),
        f"{name}.time": time,
    }


# --- list and start -------------------------------------------------------------------


def test_list_shows_the_calls_of_the_own_authority_only(session, authority, manager) -> None:
    make_call(session, authority=authority, title="Ours")
    make_call(session, title="Theirs")

    page = text_of(manager.get("/office/calls"))

    assert "Ours" in page
    assert "Theirs" not in page


def test_search_finds_cyrillic_by_latin_without_accents(session, authority, manager) -> None:
    make_call(session, authority=authority, title="Позив за Шабац")
    make_call(session, authority=authority, title="Other")

    page = text_of(manager.get("/office/calls?words=sabac"))

    assert "Позив за Шабац" in page
    assert "Other" not in page


def test_fund_manager_starts_a_call_from_a_template(session, authority, manager) -> None:
    answer = manager.submit(
        "/office/calls/new",
        {
            "authority_id": str(authority.id),
            "template_key": "eu_integra_sctm",
            "code": "integra-2026-01",
            "title": "Integrated projects",
        },
    )

    call = session.query(Call).one()
    assert answer.url.path == f"/office/calls/{call.id}"
    assert heading_of(answer) == "Integrated projects Draft"
    assert "must be mended before the call can be published" in text_of(answer)
    assert "The call has no dates yet." in text_of(answer)


def test_double_click_starts_one_call(session, authority, manager) -> None:
    wanted = {
        "authority_id": str(authority.id),
        "template_key": "eu_integra_sctm",
        "code": "TWICE-1",
        "title": "Once",
        "form_key": "the same form",
    }

    first = manager.submit("/office/calls/new", wanted)
    second = manager.submit("/office/calls/new", wanted)

    assert first.url.path == second.url.path
    assert session.query(Call).count() == 1


def test_wrong_start_keeps_what_was_typed(authority, manager) -> None:
    answer = manager.submit(
        "/office/calls/new",
        {"authority_id": str(authority.id), "code": "a b", "title": "Kept as typed"},
    )

    assert answer.status_code == 422
    assert errors_of(answer) == ["Choose a scheme template"]
    assert 'value="Kept as typed"' in answer.text


def test_officer_is_not_offered_to_start_a_call(officer) -> None:
    assert "Start a call" not in text_of(officer.get("/office/calls"))
    assert officer.get("/office/calls/new").status_code == 403


# --- reading --------------------------------------------------------------------------


def test_call_is_one_page_with_everything_that_counts(session, authority, manager) -> None:
    call = draft(session, authority, scheme=make_scheme("eu_integra_sctm"))

    page = text_of(manager.get(f"/office/calls/{call.id}"))

    for expected in (
        "EUR\u00a04,140,000.00",
        "EUR\u00a06,000,000.00",
        "EUR\u00a010,140,000.00",
        "50\u00a0% to 90\u00a0%",
        "at least 75\u00a0% of its request",
        "Extract from the territorial strategy",
        "At least 30 points are needed.",
        "at most 7\u00a0% of 7 Direct eligible costs",
        "Funded by the European Union",
        "28 May 2026, 17:00\u00a0CEST",
    ):
        assert expected.replace("\u00a0", " ") in page.replace("\u00a0", " ")


def test_call_of_another_authority_does_not_exist(session, manager) -> None:
    call = make_call(session)

    assert manager.get(f"/office/calls/{call.id}").status_code == 404


def test_opening_the_page_closes_what_the_clock_closed(session, authority, manager) -> None:
    call = make_call(session, authority=authority, closes_at=NOW - timedelta(minutes=3))

    page = manager.get(f"/office/calls/{call.id}")

    assert session.get(Call, call.id).state == "closed"
    assert heading_of(page).endswith("Closed")


def test_officer_sees_no_links_to_change(session, authority, officer) -> None:
    call = draft(session, authority)

    page = officer.get(f"/office/calls/{call.id}")

    assert f"/office/calls/{call.id}/dates" not in page.text
    assert "Go to publishing" not in text_of(page)
    assert officer.get(f"/office/calls/{call.id}/dates").status_code == 403


# --- changing -------------------------------------------------------------------------


def test_dates_are_typed_in_belgrade_and_kept_in_utc(session, authority, manager) -> None:
    call = draft(session, authority, opens_at=None, closes_at=None)

    answer = manager.submit(
        f"/office/calls/{call.id}/dates",
        {
            **moment("opens_at", 23, 3, 2026, "9:00"),
            **moment("closes_at", 28, 5, 2026, "24:00"),
            "reserve_valid_until.day": "31",
            "reserve_valid_until.month": "3",
            "reserve_valid_until.year": "2027",
        },
    )

    row = session.get(Call, call.id)
    assert row.opens_at == datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
    assert row.closes_at == datetime(2026, 5, 28, 21, 59, 59, 999999, tzinfo=UTC)
    assert "28 May 2026, 24:00 CEST" in text_of(answer).replace("\u00a0", " ")


def test_hour_that_summer_time_skips_is_refused(session, authority, manager) -> None:
    call = draft(session, authority)

    answer = manager.submit(
        f"/office/calls/{call.id}/dates",
        {**moment("opens_at", 29, 3, 2026, "2:30"), **moment("closes_at", 28, 5, 2026, "17:00")},
    )

    assert answer.status_code == 422
    assert len(errors_of(answer)) == 1
    assert 'value="2:30"' in answer.text


def test_closing_before_opening_is_told_beside_the_field(session, authority, manager) -> None:
    call = draft(session, authority)

    answer = manager.submit(
        f"/office/calls/{call.id}/dates",
        {**moment("opens_at", 1, 6, 2026, "9:00"), **moment("closes_at", 1, 5, 2026, "9:00")},
    )

    assert answer.status_code == 422
    assert errors_of(answer) == ["The closing must come after the opening."]


LOTS = {
    "envelope": "3,000,000.00",
    "lots-A-title": "Parks",
    "lots-A-envelope": "2.900.000,00",
    "lots-A-min_grant": "50000",
    "lots-A-max_grant": "",
    "lots-A-min_rate_percent": "0",
    "lots-A-max_rate_percent": "90",
}


def test_sum_that_does_not_fit_is_saved_and_told_at_once(session, authority, manager) -> None:
    call = draft(session, authority)

    answer = manager.submit(f"/office/calls/{call.id}/lots", LOTS)

    assert answer.url.path == f"/office/calls/{call.id}/lots"
    assert "Saved, but something does not fit yet." in text_of(answer)
    assert "RSD 100,000.00" in text_of(answer).replace("\u00a0", " ")
    assert scheme_of(session, call.id).lots[0].envelope_cents == 2_900_000_00


@pytest.mark.parametrize("typed", ["1.234", "12,345", "-5", "1.2345"])
def test_unclear_amount_is_asked_about_and_kept(session, authority, manager, typed) -> None:
    call = draft(session, authority)

    answer = manager.submit(f"/office/calls/{call.id}/lots", {**LOTS, "lots-A-envelope": typed})

    assert answer.status_code == 422
    assert len(errors_of(answer)) == 1
    assert f'value="{typed}"' in answer.text


def test_two_managers_over_each_other_are_told(session, authority, manager) -> None:
    call = draft(session, authority)
    first = {"code": call.code, "title": "First", "summary": "", "version": "1"}
    manager.submit(f"/office/calls/{call.id}/basics", first)

    answer = manager.submit(f"/office/calls/{call.id}/basics", {**first, "title": "Second"})

    assert answer.status_code == 422
    assert "Somebody changed this call after you opened this page." in errors_of(answer)[0]
    assert 'value="Second"' in answer.text
    assert session.get(Call, call.id).title == "First"


# --- previews and later stages --------------------------------------------------------


def test_form_is_previewed_with_the_applicants_own_fields(session, authority, manager) -> None:
    call = draft(session, authority, scheme=make_scheme("eu_integra_sctm"))

    page = manager.get(f"/office/calls/{call.id}/form/concept_note")
    unknown = manager.get(f"/office/calls/{call.id}/form/nothing")

    assert "Which territorial strategy does the project carry out?" in text_of(page)
    assert page.text.count("<fieldset") >= 4
    assert "disabled" in page.text
    assert unknown.status_code == 404


def test_points_are_previewed(session, authority, manager) -> None:
    call = draft(session, authority, scheme=make_scheme("eu_integra_sctm"))

    page = text_of(manager.get(f"/office/calls/{call.id}/grid/full_application"))

    assert "The score of the stage “Concept note” is kept; it is not scored again." in page
    assert "At least 12 points are needed here." in page


def test_later_stage_is_planned_on_its_own_page(session, authority, manager) -> None:
    call = make_call(session, authority=authority, scheme=make_scheme("eu_integra_sctm"))
    stage_id = call.stages["full_application"]

    answer = manager.submit(
        f"/office/calls/{call.id}/stages/{stage_id}/dates",
        {**moment("opens_at", 1, 9, 2026, "9:00"), **moment("closes_at", 16, 10, 2026, "17:00")},
    )

    assert "1 September 2026, 09:00 CEST to 16 October 2026, 17:00 CEST" in text_of(answer).replace(
        "\u00a0", " "
    )


def test_list_costs_the_same_queries_for_one_call_and_for_three(
    session, authority, manager, engine
) -> None:
    make_call(session, authority=authority)
    one = statements(engine, lambda: manager.get("/office/calls"))
    make_call(session, authority=authority)
    make_call(session, authority=authority, scheme=replace(make_scheme(), version=2))

    three = statements(engine, lambda: manager.get("/office/calls"))

    assert len(one) == len(three)
