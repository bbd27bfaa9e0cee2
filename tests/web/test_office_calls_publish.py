"""Tests of app/web/office_calls_publish.py: publishing a call, and cancelling one."""

from hashlib import sha256

import pytest

from app import clock
from app.models import Call
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.test_office_calls import LOTS, draft


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


def test_publishing_asks_to_confirm_and_shows_the_digest(session, authority, manager) -> None:
    call = draft(session, authority)
    before = manager.get(f"/office/calls/{call.id}/publish")
    digest = before.text.split('name="seen" value="')[1][:64]

    answer = manager.submit(
        f"/office/calls/{call.id}/publish", {"seen": digest, "confirmed": "yes"}
    )

    row = session.get(Call, call.id)
    assert (row.state, row.digest) == ("published", digest)
    assert digest in text_of(answer)
    assert "The call is published and its rules are frozen." in text_of(answer)


def test_publishing_without_confirmation_is_asked_again(session, authority, manager) -> None:
    call = draft(session, authority)

    answer = manager.submit(f"/office/calls/{call.id}/publish", {"seen": ""})

    assert answer.status_code == 422
    assert session.get(Call, call.id).state == "draft"


def test_call_with_errors_cannot_be_published_and_says_where_to_mend(
    session, authority, manager
) -> None:
    scheme = make_scheme(envelope_cents=1_00)
    call = draft(session, authority, scheme=scheme, opens_at=None, closes_at=None)

    page = manager.get(f"/office/calls/{call.id}/publish")
    answer = manager.submit(f"/office/calls/{call.id}/publish", {"seen": "", "confirmed": "yes"})

    assert f'href="/office/calls/{call.id}/lots"' in page.text
    assert f'href="/office/calls/{call.id}/dates"' in page.text
    assert "Publish and freeze" not in text_of(page)
    assert answer.status_code in {409, 422}
    assert session.get(Call, call.id).state == "draft"


def test_published_call_cannot_be_changed_by_an_old_form(session, authority, manager) -> None:
    call = make_call(session, authority=authority)

    answer = manager.submit(f"/office/calls/{call.id}/lots", LOTS)

    assert answer.status_code == 409
    assert "Its rules are frozen" in text_of(answer)


def test_download_of_the_rules_is_what_the_digest_says(session, authority, manager) -> None:
    call = make_call(session, authority=authority)

    content = manager.get(f"/office/calls/{call.id}/rules.json").content

    assert sha256(content).hexdigest() == session.get(Call, call.id).digest


def test_cancelling_asks_for_a_reason(session, authority, manager) -> None:
    call = make_call(session, authority=authority)

    refused = manager.submit(f"/office/calls/{call.id}/cancel", {"reason": ""})
    answer = manager.submit(f"/office/calls/{call.id}/cancel", {"reason": "No money"})

    assert errors_of(refused) == ["Enter why the call is cancelled"]
    assert heading_of(answer).endswith("Cancelled")
