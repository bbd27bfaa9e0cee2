"""Taking back, changing and sending in again, and printing, from the pages of the applicant."""

from sqlalchemy import select

from app.actions import applications_submit
from app.models import ApplicationPrint, StageEntry, Submission
from tests.web.applicant.conftest import IN_TIME, ready
from tests.web.conftest import heading_of, text_of
from tests.web.test_office_applications import counted


def _sent(session, town):
    act, key, entry_id = ready(session, town)
    submission_id = applications_submit.submit(act, entry_id, received_at=IN_TIME)
    session.commit()
    return key, entry_id, submission_id


def _state(session, entry_id):
    return session.scalar(select(StageEntry.state).where(StageEntry.id == entry_id))


def test_what_was_sent_in_is_taken_back_changed_and_sent_in_again(session, town, sign_in_as):
    key, _, sent = _sent(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application"

    asked = browser.get(f"{path}/take-back")
    taken = browser.submit(f"{path}/take-back", {"submission": str(sent)})
    browser.submit(f"{path}/form/garden", {"title": "Orchard", "idea": "Apples."})
    again = browser.submit(f"{path}/submit", {"declared": "yes"})

    assert heading_of(asked) == "Take it back and change it?"
    assert "stands until you send it in again" in text_of(taken)
    assert "Received on" in text_of(again)
    numbers = session.execute(select(Submission.number, Submission.stands).order_by("number"))
    assert [tuple(row) for row in numbers] == [(1, False), (2, True)]


def test_the_receipt_of_each_time_can_be_opened(session, town, sign_in_as):
    key, _, sent = _sent(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application"
    browser.submit(f"{path}/take-back", {"submission": str(sent)})
    browser.submit(f"{path}/submit", {"declared": "yes"})

    overview = browser.get(f"/applications/{key}")
    before = browser.get(f"{path}/receipt?number=1")

    assert f"{path}/receipt?number=1" in overview.text
    assert "You sent it in again later." in text_of(before)
    assert browser.get(f"{path}/receipt?number=3").status_code == 404


def test_the_changes_are_dropped_and_it_stands_as_it_was(session, town, sign_in_as):
    key, entry_id, sent = _sent(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application"
    browser.submit(f"{path}/take-back", {"submission": str(sent)})

    shown = browser.submit(f"{path}/let-stand")

    assert "It stands as you sent it in." in text_of(shown)
    assert _state(session, entry_id) == "submitted"


def test_who_looked_at_an_older_one_gets_a_page_that_says_so(session, town, sign_in_as):
    key, entry_id, _ = _sent(session, town)
    browser = sign_in_as(town[0])

    refused = browser.submit(f"/applications/{key}/application/take-back", {"submission": "999"})

    assert (refused.status_code, "sent it in again" in text_of(refused)) == (409, True)
    assert _state(session, entry_id) == "submitted"


def test_a_draft_is_printed_and_waits_for_the_printer(session, town, sign_in_as):
    _, key, _ = ready(session, town)
    browser = sign_in_as(town[0])

    shown = browser.submit(f"/applications/{key}/application/print")
    print_id = session.scalars(select(ApplicationPrint.id)).one()

    assert "It is being prepared as PDF." in text_of(shown)
    assert browser.get(f"/applications/prints/{print_id}.pdf").status_code == 404


def test_the_page_of_an_application_that_was_taken_back_asks_at_most_eight_times(
    session, town, sign_in_as
):
    key, _, sent = _sent(session, town)
    browser = sign_in_as(town[0])
    browser.submit(f"/applications/{key}/application/take-back", {"submission": str(sent)})

    assert counted(session, browser, f"/applications/{key}") <= 8
    assert counted(session, browser, f"/applications/{key}/application/check") <= 8
