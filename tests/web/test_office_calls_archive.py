"""A call is put away when nothing of it is open; the page says what still is."""

import pytest

from app.models import AuditEntry, Call
from app.rules.permissions import Role
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award
from tests.make.calls import make_call
from tests.make.people import make_authority, make_organisation, make_user
from tests.web.conftest import errors_of, text_of


@pytest.fixture
def world(session, sign_in_as):
    """An announced call with one active agreement and one offer that waits, and its manager."""
    authority = make_authority(session)
    call = make_call(session, state="announced", authority=authority)
    made = []
    for state in ("agreed", "announced"):
        application = make_application(
            session, call=call, organisation=make_organisation(session), state="awarded",
            requested_cents=100_000_00, total_cents=200_000_00,
        )  # fmt: skip
        made.append(make_award(session, application, state=state))
    agreement = make_agreement(session, made[0])
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
    return call, agreement, made[1], sign_in_as(manager)


def test_page_says_what_is_open_and_the_deed_is_refused(session, world) -> None:
    call, _, _, browser = world
    path = f"/office/calls/{call.id}/archive"

    page = text_of(browser.get(path))
    refused = browser.submit(path, {"reason": "All done."})

    assert ["1 offer without an agreement" in page, "1 agreement that is not closed" in page] == [
        True,
        True,
    ]
    assert "Archive the call" not in page.split("not at an end yet")[1]
    assert (refused.status_code, session.get_one(Call, call.id).state) == (409, "announced")


def test_call_is_archived_with_its_reason_and_stays_readable(session, world, client) -> None:
    call, agreement, offer, browser = world
    agreement.state, offer.state = "closed", "declined"
    session.flush()
    path = f"/office/calls/{call.id}/archive"

    empty = browser.submit(path, {"reason": " "})
    answer = browser.submit(path, {"reason": "The last balance is paid."})
    again = browser.get(path)

    trail = session.query(AuditEntry).filter_by(event="archive", object_id=call.id).one()
    assert errors_of(empty) == ["Write why the call is put away; it is kept in the audit trail."]
    assert "The call is archived." in text_of(answer)
    assert session.get_one(Call, call.id).state == "archived"
    assert trail.detail["reason"] == "The last balance is paid."
    assert (client.get(f"/calls/{call.id}").status_code, again.status_code) == (200, 409)
