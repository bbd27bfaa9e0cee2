"""Who sees what of an application, and what the pages cost."""

from datetime import timedelta

from app.models import Call
from tests.counting import counted_by_engine
from tests.make.applications import make_application
from tests.make.people import make_organisation, make_user
from tests.web.applicant.conftest import IN_TIME, begun, ready
from tests.web.conftest import heading_of, text_of


def test_a_person_of_another_organisation_finds_no_page(sign_in_as, session, town):
    _, key, _ = begun(session, town)
    stranger = make_user(session)
    make_organisation(session, contact=stranger)
    browser = sign_in_as(stranger)

    for path in (
        "",
        "/application/form/garden",
        "/application/budget",
        "/application/documents",
        "/application/check",
        "/application/submit",
        "/application/answers",
        "/application/receipt",
        "/withdraw",
    ):
        assert browser.get(f"/applications/{key}{path}").status_code == 404
    assert browser.submit(f"/applications/{key}/withdraw", {"reason": ""}).status_code == 404


def test_nothing_inside_is_shown_before_it_is_announced(sign_in_as, session, town):
    person, organisation, call = town
    made = make_application(
        session, call=call, organisation=organisation, state="unsuccessful", created_by=person
    )
    browser = sign_in_as(person)

    inside = text_of(browser.get(f"/applications/{made.id}"))
    listed = text_of(browser.get("/applications"))

    assert ("Under assessment" in inside, "Unsuccessful" in inside) == (True, False)
    assert ("Under assessment" in listed, "Unsuccessful" in listed) == (True, False)


def test_withdrawing_asks_first_and_is_final(sign_in_as, session, town):
    _, key, _ = ready(session, town)
    browser = sign_in_as(town[0])

    asked = browser.get(f"/applications/{key}/withdraw")
    done = browser.submit(f"/applications/{key}/withdraw", {"reason": "No money"})
    again = browser.submit(f"/applications/{key}/withdraw", {"reason": ""})

    assert heading_of(asked) == "Withdraw this application?"
    assert "GARDENS/A-001 is withdrawn." in text_of(done)
    assert again.status_code == 409


def test_lists_cost_the_same_number_of_statements_for_one_and_three(sign_in_as, session, town):
    person, organisation, call = town
    make_application(session, call=call, organisation=organisation)
    browser = sign_in_as(person)

    with counted_by_engine(session.get_bind()) as one:
        browser.get("/applications")
    for _ in range(2):
        make_application(session, call=call, organisation=organisation)
    with counted_by_engine(session.get_bind()) as three:
        browser.get("/applications")

    assert (len(one), len(three)) == (len(one), len(one))
    assert len(one) <= 8


def test_no_page_of_a_draft_costs_more_than_its_share_of_statements(sign_in_as, session, town):
    _, key, _ = ready(session, town)
    browser = sign_in_as(town[0])
    costs = {}
    for path in ("", "/application/form/garden", "/application/budget", "/application/documents",
                 "/application/check", "/application/submit"):  # fmt: skip
        with counted_by_engine(session.get_bind()) as seen:
            browser.get(f"/applications/{key}{path}")
        costs[path] = len([each for each in seen if each.startswith("SELECT")])

    assert {path: cost for path, cost in costs.items() if cost > 8} == {}


def test_a_stage_that_opens_later_says_when_and_claims_no_missed_deadline(
    sign_in_as, session, town
):
    person, _, call = town
    _, key, _ = begun(session, town)
    row = session.get_one(Call, call.id)
    row.opens_at = IN_TIME + timedelta(days=1)
    session.commit()

    browser = sign_in_as(person)
    listed, shown = (
        text_of(browser.get("/applications")),
        text_of(browser.get(f"/applications/{key}")),
    )

    assert ("Opens " in listed, "Not sent in" in listed) == (True, False)
    assert ("This stage opens on" in shown, "it cannot be sent in" in shown) == (True, False)
