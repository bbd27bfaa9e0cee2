"""The officer's pages: list, one application, its files."""

import re
from datetime import timedelta

from sqlalchemy import event

from app.models import Attachment
from tests.make.applications import RECEIVED, make_application
from tests.make.people import make_organisation, make_user
from tests.web.assessing import add_application, assign, world
from tests.web.conftest import errors_of, heading_of, text_of


def counted(session, browser, path):
    statements = []
    engine = session.get_bind()

    def note(*arguments):
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        response = browser.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert response.status_code == 200
    return len(statements)


def test_list_shows_what_was_sent_in_with_sums_and_never_a_draft(session, sign_in_as) -> None:
    made = world(session)
    draft = make_application(
        session, call=made.call, organisation=make_organisation(session), state="draft",
        title="Not yet sent",
    )  # fmt: skip

    response = sign_in_as(made.officer).get(f"/office/calls/{made.call.id}/applications")

    shown = text_of(response)
    assert heading_of(response) == "Applications"
    assert [application.reference in shown for application in made.applications] == [True, True]
    assert (draft.reference in shown, "Not yet sent" in shown) == (False, False)
    assert "RSD\xa0300,000.00".replace("\xa0", " ") in shown


def test_search_finds_names_in_any_script(session, sign_in_as) -> None:
    made = world(session, applications=3)

    response = sign_in_as(made.officer).get("/office/applications?words=Шумадија")

    shown = text_of(response)
    assert [name in shown for name in ("Šumadija Šume", "Udruženje Lipa")] == [True, False]


def test_filters_narrow_and_an_unknown_value_is_said(session, sign_in_as) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    browser = sign_in_as(made.officer)
    path = f"/office/calls/{made.call.id}/applications"

    mine = text_of(browser.get(f"{path}?assessor={made.assessors[0].id}"))
    unchecked = text_of(browser.get(f"{path}?check=not_checked"))
    odd = browser.get(f"{path}?assessor=nobody&page=x&sort=;drop")

    assert [application.reference in mine for application in made.applications] == [True, False]
    assert "No application was found." in unchecked
    assert odd.status_code == 200


def test_sorting_by_amount_puts_the_largest_first(session, sign_in_as) -> None:
    made = world(session, applications=3)

    shown = text_of(sign_in_as(made.officer).get("/office/applications?sort=requested"))

    places = [shown.index(application.reference) for application in made.applications]
    assert places == sorted(places, reverse=True)


def test_list_asks_as_often_for_three_rows_as_for_one(session, sign_in_as) -> None:
    made = world(session, applications=1)
    browser = sign_in_as(made.officer)
    path = f"/office/calls/{made.call.id}/applications"
    browser.get(path)

    one = counted(session, browser, path)
    add_application(session, made, 1)
    add_application(session, made, 2)
    three = counted(session, browser, path)

    assert one == three
    assert three <= 8


def test_people_of_another_authority_find_nothing(session, sign_in_as) -> None:
    made = world(session)
    stranger = world(session, named=False).officer
    browser = sign_in_as(stranger)

    answers = [
        browser.get(f"/office/calls/{made.call.id}/applications").status_code,
        browser.get(f"/office/applications/{made.applications[0].id}").status_code,
        browser.get(f"/office/entries/{made.entries[0].id}/check").status_code,
        browser.get(f"/office/stages/{made.stage_id}/assessments").status_code,
    ]

    assert answers == [404, 404, 404, 404]
    assert made.applications[0].reference not in text_of(browser.get("/office/applications"))


def test_one_application_shows_answers_files_organisation_and_trail(session, sign_in_as) -> None:
    made = world(session)

    response = sign_in_as(made.officer).get(f"/office/applications/{made.applications[0].id}")

    shown = text_of(response)
    assert heading_of(response) == "Green yard 0 Admitted"
    wanted = ("Plant 40 lime trees.", "Tajni trg 5", "Statut-Tajnovic.pdf", "0" * 64, "100000024",
              "Opština Tajnović", "Pera Tajni", "50.00 %", "Admitted", "Olga Officer")  # fmt: skip
    assert [text for text in wanted if text not in shown] == []


def test_eligibility_says_what_nobody_told_is_to_clarify(session, sign_in_as) -> None:
    made = world(session)

    shown = text_of(sign_in_as(made.officer).get(f"/office/applications/{made.applications[0].id}"))

    assert "To clarify Registered for at least two years" in shown


def test_file_is_sent_to_be_saved_and_only_to_staff(session, sign_in_as, app) -> None:
    made = world(session)
    attachment = session.query(Attachment).order_by(Attachment.id).first()
    kept = _keep(app, b"%PDF-1.4 statutes")
    session.get_one(type(_file_of(session, attachment)), attachment.file_id).sha256 = kept
    session.flush()

    response = sign_in_as(made.officer).get(f"/office/files/{attachment.id}")
    assessor = sign_in_as(made.assessors[0]).get(f"/office/files/{attachment.id}")
    nobody = sign_in_as(make_user(session)).get(f"/office/files/{attachment.id}")

    assert response.content == b"%PDF-1.4 statutes"
    assert response.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''Statut-Tajnovic.pdf"
    )
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert (assessor.status_code, nobody.status_code) == (404, 404)


def _file_of(session, attachment):
    from app.models import StoredFile

    return session.get_one(StoredFile, attachment.file_id)


def _keep(app, data: bytes) -> str:
    from app.documents.store import Store

    return Store(app.state.settings.files_dir).keep(data).sha256


def test_check_page_shows_what_the_system_sees(session, sign_in_as) -> None:
    made = world(session, admitted=False)

    shown = text_of(sign_in_as(made.officer).get(f"/office/entries/{made.entries[0].id}/check"))

    assert "so it is in time." in shown
    assert "is not linked to an entry of the register of local governments." in shown
    assert "The statutes are there." in shown
    assert (RECEIVED + timedelta(hours=1)).strftime("%d %B %Y, %H:%M") in shown


def test_check_is_saved_as_a_draft_then_admitted(session, sign_in_as) -> None:
    made = world(session, admitted=False)
    browser = sign_in_as(made.officer)
    path = f"/office/entries/{made.entries[0].id}/check"

    browser.submit(path, {"result_0": "to_clarify", "reason_0": "Page 2 is missing."})
    draft = browser.get(path)
    response = browser.submit(path, {"result_0": "met", "reason_0": "", "action": "admit"})

    assert re.search(r">\s*Page 2 is missing\.\s*</textarea>", draft.text)
    assert "The application is admitted." in text_of(response)
    assert session.get_one(type(made.entries[0]), made.entries[0].id).state == "admitted"


def test_admitting_names_each_item_that_nobody_has_answered(session, sign_in_as) -> None:
    made = world(session, admitted=False)
    path = f"/office/entries/{made.entries[0].id}/check"

    response = sign_in_as(made.officer).submit(path, {"action": "admit"})

    (said,) = errors_of(response)
    assert said.startswith("Choose whether this is met: ")
    assert len(said) > len("Choose whether this is met: ")
    assert response.status_code == 422


def test_what_was_typed_stays_when_a_reason_is_missing(session, sign_in_as) -> None:
    made = world(session, admitted=False)
    path = f"/office/entries/{made.entries[0].id}/check"

    response = sign_in_as(made.officer).submit(
        path, {"result_0": "not_met", "reason_0": "", "reason": "It fell.", "action": "admit"}
    )

    assert response.status_code == 422
    assert "Write the reason; the applicant has a right to it." in text_of(response)
    assert "It fell.</textarea>" in response.text
    assert session.get_one(type(made.entries[0]), made.entries[0].id).state == "submitted"


def test_found_ineligible_keeps_the_reason_for_the_letter(session, sign_in_as) -> None:
    made = world(session, admitted=False)
    path = f"/office/entries/{made.entries[0].id}/check"

    response = sign_in_as(made.officer).submit(
        path,
        {
            "result_0": "not_met",
            "reason_0": "No statutes.",
            "reason": "The statutes were not sent in.",
            "action": "find_ineligible",
        },
    )

    shown = text_of(response)
    assert "The application is found ineligible." in shown
    assert "The statutes were not sent in." in shown
    application = session.get_one(type(made.applications[0]), made.applications[0].id)
    assert (application.state, application.outcome) == ("ineligible", "CHECK_FAILED")


def test_auditor_reads_the_check_and_cannot_change_it(session, sign_in_as) -> None:
    made = world(session, admitted=False)
    authority = session.get_one(type(_authority(session, made)), made.call.authority_id)
    browser = sign_in_as(make_user(session, roles=["auditor"], authority=authority))
    path = f"/office/entries/{made.entries[0].id}/check"

    response = browser.get(path)
    refused = browser.submit(path, {"result_0": "met", "action": "admit"})

    assert "Save and admit" not in response.text
    assert refused.status_code == 403


def _authority(session, made):
    from app.models import Authority

    return session.get_one(Authority, made.call.authority_id)
