"""Everything of one organisation on one page, in few queries, and of no other one."""

from datetime import date

from tests.make.applications import make_application
from tests.make.awards import make_award
from tests.make.people import make_organisation, make_user
from tests.web.applicant.conftest import begun
from tests.web.conftest import text_of
from tests.web.counting import statements


def test_what_is_to_be_done_stands_first_with_its_date(session, town, sign_in_as):
    _, key, _ = begun(session, town)
    person, organisation, call = town
    offered = make_application(session, call=call, organisation=organisation, state="awarded")
    make_award(session, offered, state="announced").answer_by = date(2026, 3, 27)

    page = sign_in_as(person).get(f"/applicant/organisations/{organisation.id}/everything")

    shown = text_of(page)
    assert shown.index("Accept or decline the offer") < shown.index("Send in")
    assert "3 days left" in shown
    assert "Late" in shown
    assert f"/applications/{key}" in page.text


def test_the_organisation_of_others_is_not_there(session, town, sign_in_as):
    stranger = make_user(session)
    make_organisation(session, contact=stranger)

    page = sign_in_as(stranger).get(f"/applicant/organisations/{town[1].id}/everything")

    assert page.status_code == 404


def test_it_costs_at_most_eight_queries(session, town, sign_in_as):
    person, organisation, call = town
    for _ in range(3):
        make_application(session, call=call, organisation=organisation, state="submitted")
    browser = sign_in_as(person)

    path = f"/applicant/organisations/{organisation.id}/everything"
    seen = statements(session.get_bind(), lambda: browser.get(path))

    assert len([each for each in seen if each.startswith("SELECT")]) <= 8
