"""An award without a competition, as the public, the manager and the second manager see it."""

from datetime import timedelta

import pytest

from app import clock
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_direct import DirectGround
from tests.actions.test_calls import CLOSES, OPENS
from tests.make.calls import make_call
from tests.make.people import NOW, make_organisation, make_user
from tests.make.profiles import profile
from tests.make.scores import Scored, make_scored
from tests.web.conftest import text_of
from tests.web.test_office_calls_rules import fields_of

DAY = timedelta(days=1)
WHY = "By law only the correctional service runs workshops in its institutions."


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


def make(session, authority, state="published", name="sp3_institutions", **more):
    times = {"opens_at": NOW - DAY, "closes_at": NOW + 30 * DAY, **more}
    scheme = profile(name)
    return make_call(session, state=state, scheme=scheme, authority=authority, **times)


def test_the_public_reads_why_and_is_invited_to_nothing(session, client, authority) -> None:
    direct = make(session, authority, title="Workshops of the service")
    make(session, authority, name="sp6_digital_hub", title="Services for all")

    page = text_of(client.get(f"/calls/{direct.id}"))
    lists = [text_of(client.get(where)) for where in ("/", "/calls")]

    assert "This grant is awarded without a competition." in page
    assert f"Ground in law: Only this body has the competence that is needed. {WHY}" in page
    assert "Named: XK:NUI:810000007." in page
    assert "May we apply?" not in page
    assert client.get(f"/calls/{direct.id}/may-we-apply").status_code == 404
    assert ["Services for all" in each for each in lists] == [True, True]
    assert ["Workshops of the service" in each for each in lists] == [False, False]


def test_the_second_manager_begins_with_the_legal_ground(session, sign_in_as, authority) -> None:
    call = make(session, authority, state="closed")
    service = make_organisation(session)
    make_scored(session, call, [Scored("W", "20", 20_000_00, organisation=service)])
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)

    page = sign_in_as(manager).get(f"/office/stages/{call.stage_id}/ranking/decide")

    assert f">{WHY}</textarea>" in page.text.replace("\n", "")


def test_a_draft_becomes_a_direct_award_and_a_competition_again(
    session, sign_in_as, authority
) -> None:
    call = make(session, authority, "draft", "sp6_digital_hub", opens_at=OPENS, closes_at=CLOSES)
    desk = sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))
    where = f"/office/calls/{call.id}/rules/applicants"

    shown = desk.get(where)
    assert "Award directly to somebody who is named" in text_of(shown)
    begun = desk.submit(where, fields_of(shown.text) | {"op": "switch:call.direct"})
    sent = fields_of(begun.text) | {
        "call-direct-ground": "EMERGENCY",
        "call-direct-justification": "Floods of May.",
        "call-direct-named": "RS:PIB:101134702, LEI:5493001KJTIIGC8Y1R12",
    }
    desk.submit(where, sent)

    direct = scheme_of(session, call.id).call.direct
    assert direct is not None
    assert (direct.ground, dict(direct.justification), direct.named) == (
        DirectGround.EMERGENCY,
        {"en": "Floods of May."},
        ("RS:PIB:101134702", "LEI:5493001KJTIIGC8Y1R12"),
    )
    desk.submit(where, fields_of(desk.get(where).text) | {"op": "switch:call.direct"})
    assert scheme_of(session, call.id).call.direct is None


def test_publishing_shows_who_could_not_be_invited_and_what_to_do(
    session, sign_in_as, authority
) -> None:
    call = make(session, authority, "draft", opens_at=OPENS, closes_at=CLOSES)
    desk = sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))
    where = f"/office/calls/{call.id}/publish"
    digest = desk.get(where).text.split('name="seen" value="')[1][:64]

    page = desk.submit(where, {"seen": digest, "confirmed": "yes"})

    shown = text_of(page)
    assert page.url.path == f"/office/calls/{call.id}/named"
    assert "1 of those who are named could not be written to." in shown
    assert f"http://127.0.0.1:8000/calls/{call.id}" in shown
    assert "XK:NUI:810000007 No account with this number Not reached" in shown
    refused = desk.submit(page.url.path, {})
    assert (refused.status_code, "was invited already" in text_of(refused)) == (409, True)
    assert "Who is invited" in text_of(desk.get(f"/office/calls/{call.id}"))


def test_who_has_applied_is_told_to_those_who_see_applications(
    session, sign_in_as, authority
) -> None:
    call = make(session, authority)
    where = f"/office/calls/{call.id}/named"
    answers = {}
    for role in (Role.OFFICER, Role.AUDITOR, Role.ASSESSOR, Role.FINANCE):
        desk = sign_in_as(make_user(session, roles=[role], authority=authority))
        answers[role] = desk.get(where).status_code, where in desk.get(where[:-6]).text

    assert answers == {
        Role.OFFICER: (200, True),
        Role.AUDITOR: (200, True),
        Role.ASSESSOR: (403, False),
        Role.FINANCE: (403, False),
    }


def test_nobody_is_sent_an_address_once_the_call_is_closed(session, sign_in_as, authority) -> None:
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
    call = make(session, authority, opens_at=NOW - 3 * DAY, closes_at=NOW - DAY)

    shown = text_of(sign_in_as(manager).get(f"/office/calls/{call.id}/named"))

    assert "No account with this number Not reached" in shown
    assert "could not be written to" not in shown
