"""Sending in and the receipt over HTTP: the whole way, lateness, two people."""

import io
import re
from datetime import timedelta

from sqlalchemy import select, text

from app import clock
from app.actions import applications as deeds
from app.models import Application, Call, Submission
from tests.actions.test_applications import GARDEN
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT
from tests.make.people import make_user
from tests.web.applicant.conftest import A_PDF, IN_TIME, begun, budget, ready
from tests.web.conftest import errors_of, heading_of, text_of


def test_from_apply_to_the_receipt(sign_in_as, session, town):
    person, organisation, call = town
    browser = sign_in_as(person)

    begun = browser.submit(
        f"/applications/new/{call.id}", {"organisation": organisation.id, "lot": "A"}
    )
    home = begun.url.path
    assert (heading_of(begun), "0 of 3 parts are complete" in text_of(begun)) == (
        "Your application",
        True,
    )
    filled = browser.submit(f"{home}/application/form/garden", {**GARDEN, "action": "continue"})
    assert heading_of(filled) == "Budget"
    money = browser.submit(f"{home}/application/budget", budget())
    assert heading_of(money) == "Documents"
    added = browser.submit(
        f"{home}/application/documents/statutes",
        files={"file_statutes": ("Statut.pdf", io.BytesIO(A_PDF), "application/pdf")},
    )
    assert "“Statut.pdf” is added." in text_of(added)
    assert "3 of 3 parts are complete" in text_of(browser.get(home))
    checked = browser.get(f"{home}/application/check")
    assert "Garden of the old mill" in text_of(checked)
    asked = browser.get(f"{home}/application/submit")
    key = re.search(r'name="form_key" value="([^"]+)"', asked.text)[1]
    sent = browser.submit(f"{home}/application/submit", {"declared": "yes", "form_key": key})

    assert sent.url.path == f"{home}/application/receipt"
    said = text_of(sent)
    submission = session.scalars(select(Submission)).one()
    for told in ("GARDENS/A-001", "28 March 2026, 16:00 CET", "Ana Anić", submission.digest):
        assert told in said
    assert session.scalars(select(Application.state)).one() == "submitted"


def test_the_same_form_sent_twice_is_received_once(sign_in_as, session, town):
    _, key, _ = ready(session, town)
    browser = sign_in_as(town[0])
    page = browser.get(f"/applications/{key}/application/submit")
    form = {"declared": "yes", "form_key": re.search(r'form_key" value="([^"]+)"', page.text)[1]}

    first = browser.submit(f"/applications/{key}/application/submit", form)
    second = browser.submit(f"/applications/{key}/application/submit", form)

    assert first.url.path == second.url.path == f"/applications/{key}/application/receipt"
    assert len(session.scalars(select(Submission)).all()) == 1


def test_a_second_person_is_told_who_was_faster(sign_in_as, session, town):
    _, key, _ = ready(session, town)
    colleague = make_user(session, name="Bojan Bojić")
    session.execute(
        text(
            "INSERT INTO membership (organisation_id, user_id, role, state, asked_at, version)"
            " VALUES (:o, :u, 'member', 'admitted', now(), 1)"
        ),
        {"o": town[1].id, "u": colleague.id},
    )
    first, second = sign_in_as(town[0]), sign_in_as(colleague)

    path = f"/applications/{key}/application/submit"
    first.submit(path, {"declared": "yes", "form_key": "one"})
    late = second.submit(path, {"declared": "yes", "form_key": "two"})

    assert late.status_code == 409
    assert "Ana Anić has already sent in this application" in text_of(late)


def test_what_arrives_late_is_refused_with_both_times(sign_in_as, session, town):
    _, key, _ = ready(session, town)
    with clock.frozen(CLOSES_AT + timedelta(seconds=7)):
        browser = sign_in_as(town[0])
        late = browser.submit(
            f"/applications/{key}/application/submit", {"declared": "yes", "form_key": "k"}
        )

    assert late.status_code == 409
    assert (
        "The deadline was 31 March 2026, 17:00 CEST. Your application arrived after it, on"
        " 31 March 2026, 17:00 CEST (by the clock of this server at 17:00:07), so it cannot be"
        " taken."
    ) in text_of(late)
    assert session.scalars(select(Submission)).all() == []


def test_the_declaration_has_to_be_made(sign_in_as, session, town):
    _, key, _ = ready(session, town)

    refused = sign_in_as(town[0]).submit(f"/applications/{key}/application/submit", {})

    assert refused.status_code == 422
    assert errors_of(refused) == ["Tick the box to make the declaration"]


def test_a_receipt_says_that_it_is_being_prepared_until_the_paper_is_there(
    sign_in_as, session, town
):
    person, organisation, call = town
    made = make_application(session, call=call, organisation=organisation, created_by=person)
    browser = sign_in_as(person)

    shown = browser.get(f"/applications/{made.id}/application/receipt")
    paper = browser.get(f"/applications/{made.id}/application/receipt.pdf")

    assert "The receipt is being prepared as PDF." in text_of(shown)
    assert paper.status_code == 404


def test_what_is_missing_stands_on_top_of_the_check_with_the_way_to_each_place(
    sign_in_as, session, town
):
    act, key, entry_id = begun(session, town)
    home = f"/applications/{key}/application"
    untouched = sign_in_as(town[0]).get(f"{home}/check")
    deeds.save_section(act, entry_id, "garden", {"title": "Lime trees"})
    session.commit()

    shown = sign_in_as(town[0]).get(f"{home}/check")

    top = shown.text.partition('id="missing-title"')[2].partition("section-head")[0]
    assert re.findall(r'href="([^"]+)"', top) == [
        f"{home}/form/garden",
        f"{home}/form/garden#idea",
        f"{home}/budget",
        f"{home}/documents",
    ]
    assert "3 parts are not complete yet." in text_of(shown)
    assert "Your garden : not yet started" in text_of(untouched)
    assert errors_of(shown) == []


def test_the_applicant_reads_why_a_call_stands_still_or_was_changed(sign_in_as, session, town):
    person, _, call = town
    _, key, _ = begun(session, town)
    browser = sign_in_as(person)
    row = session.get_one(Call, call.id)
    said = {}
    for state in ("suspended", "cancelled"):
        row.state, row.stopped_at, row.stop_reason = state, IN_TIME, "The money is not confirmed."
        session.commit()
        said[state] = [
            text_of(browser.get(path)) for path in (f"/applications/{key}", "/applications")
        ]

    assert "The money is not confirmed." in said["suspended"][0]
    assert "no deadline runs out" in said["suspended"][0]
    assert "The call is suspended" in said["suspended"][1]
    assert "Nothing is decided on any application" in said["cancelled"][0]
    assert "The call was cancelled." in said["cancelled"][1]
