"""An applicant's way over HTTP: from "apply" to the receipt, and every refusal on it."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import clock
from app.actions import applications as deeds
from app.models import Application, Attachment, StageEntry, Submission
from tests.actions.test_applications import GARDEN, LINES, PDF, SOURCES
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT, make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user
from tests.web.conftest import errors_of, heading_of, text_of

IN_TIME = CLOSES_AT - timedelta(days=3)
A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(IN_TIME):
        yield


@pytest.fixture
def town(session):
    """A person with an organisation that may apply for gardens, and the open call."""
    person = make_user(session, name="Ana Anić", email="ana@example.org")
    organisation = make_organisation(
        session, contact=person, name="Društvo lipa", applicant_type="CSO"
    )
    call = make_call(session, code="GARDENS", title="Gardens of our town")
    return person, organisation, call


def _begun(session, town):
    person, organisation, call = town
    act = act_as(session, person, now=IN_TIME)
    key = deeds.begin(act, call_id=call.id, lot_code="A", organisation_id=organisation.id)
    session.commit()
    return (
        act,
        key,
        session.scalars(select(StageEntry.id).where(StageEntry.application_id == key)).one(),
    )


def _ready(session, town):
    act, key, entry_id = _begun(session, town)
    deeds.save_section(act, entry_id, "garden", GARDEN)
    deeds.save_budget(act, entry_id, LINES, SOURCES)
    deeds.attach(act, entry_id, "statutes", PDF)
    session.commit()
    return act, key, entry_id


def _budget(**changed):
    return {
        "lines0-0-description": "Trees",
        "lines0-0-unit": "tree",
        "lines0-0-units": "20",
        "lines0-0-value": "10.000,00",
        "flat1": "5 000,00",
        "source0": "150000",
        "source1": "55000",
        **changed,
    }


# --- the whole way ---------------------------------------------------------------------


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
    money = browser.submit(f"{home}/application/budget", _budget())
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
    _, key, _ = _ready(session, town)
    browser = sign_in_as(town[0])
    page = browser.get(f"/applications/{key}/application/submit")
    form = {"declared": "yes", "form_key": re.search(r'form_key" value="([^"]+)"', page.text)[1]}

    first = browser.submit(f"/applications/{key}/application/submit", form)
    second = browser.submit(f"/applications/{key}/application/submit", form)

    assert first.url.path == second.url.path == f"/applications/{key}/application/receipt"
    assert len(session.scalars(select(Submission)).all()) == 1


def test_a_second_person_is_told_who_was_faster(sign_in_as, session, town):
    _, key, _ = _ready(session, town)
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
    _, key, _ = _ready(session, town)
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
    _, key, _ = _ready(session, town)

    refused = sign_in_as(town[0]).submit(f"/applications/{key}/application/submit", {})

    assert refused.status_code == 422
    assert errors_of(refused) == ["Tick the box to make the declaration"]


# --- a section ---------------------------------------------------------------------------


def test_an_incomplete_section_is_kept_and_nobody_is_held_up(sign_in_as, session, town):
    _, key, entry_id = _begun(session, town)

    saved = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/form/garden", {"title": "Linden yard"}
    )

    assert (saved.status_code, heading_of(saved)) == (200, "Budget")
    assert session.get_one(StageEntry, entry_id).answers == {"title": "Linden yard"}


def test_too_many_words_are_kept_and_counted(sign_in_as, session, town):
    _, key, entry_id = _begun(session, town)
    words = "word " * 103

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/form/garden", {"title": "T", "idea": words}
    )

    assert (shown.status_code, errors_of(shown)) == (
        422,
        ["103 words, 100 are allowed: shorten it by 3"],
    )
    assert "What you typed is saved." in text_of(shown)
    assert session.get_one(StageEntry, entry_id).answers["idea"] == words.strip()


def test_amounts_that_cannot_be_read_come_back_as_they_were_typed(sign_in_as, session):
    person = make_user(session)
    town = make_organisation(session, contact=person, applicant_type="LSG_CITY")
    call = make_call(session, scheme=make_scheme("eu_integra_sctm"))
    act = act_as(session, person, now=IN_TIME)
    key = deeds.begin(act, call_id=call.id, lot_code="L1", organisation_id=town.id)
    browser = sign_in_as(person)
    path = f"/applications/{key}/concept_note/form/action"

    for typed, said in {
        "1.234": "“1.234” can be read in two ways; if you mean 1234, write 1234 or 1.234,00",
        "12,345.678": "“12,345.678” has more than 2 decimals; round it first",
        "-5": "“-5” is negative; enter zero or more, without a minus sign",
        "a lot": "“a lot” is not an amount; write it like 1234.56 or 1.234,56",
    }.items():
        shown = browser.submit(path, {"requested": typed})
        assert (shown.status_code, errors_of(shown)) == (422, [said])
        assert f'value="{typed}"' in browser.get(path).text
    browser.submit(path, {"requested": "300.000,50", "total_costs": "400 000"})
    assert 'value="300,000.50"' in browser.get(path).text


def test_rows_are_added_and_removed_without_losing_what_is_typed(sign_in_as, session):
    person = make_user(session)
    town = make_organisation(session, contact=person, applicant_type="LSG_CITY")
    scheme = make_scheme("eu_integra_sctm")
    call = make_call(session, scheme=scheme)
    act = act_as(session, person, now=IN_TIME)
    key = deeds.begin(act, call_id=call.id, lot_code="L1", organisation_id=town.id)
    browser = sign_in_as(person)
    path = f"/applications/{key}/concept_note/form/place_and_strategy"
    first, second = _two_places()

    more = browser.submit(
        path, {"places-0-place": first, "strategy_title": "Strategy", "places-add": "1"}
    )
    assert more.text.count('name="places-') >= 3
    assert 'value="Strategy"' in more.text
    browser.submit(path, {"places-0-place": first, "places-1-place": second})
    entry = session.scalars(select(StageEntry).where(StageEntry.application_id == key)).one()
    assert entry.answers["places"] == [first, second]


def _two_places():
    from app import registers

    return [place.key for place in registers.local_governments()[:2]]


def test_autosave_keeps_and_says_nothing(sign_in_as, session, town):
    _, key, entry_id = _begun(session, town)

    answer = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/form/garden",
        {"title": "Half a tit"},
        headers={"x-autosave": "1"},
    )

    assert (answer.status_code, answer.text) == (204, "")
    assert session.get_one(StageEntry, entry_id).answers == {"title": "Half a tit"}


# --- the budget --------------------------------------------------------------------------


def test_sources_that_do_not_equal_costs_are_told_with_the_difference(sign_in_as, session, town):
    _, key, _ = _begun(session, town)

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget", _budget(source1="54999.99")
    )

    assert (shown.status_code, errors_of(shown)) == (
        422,
        ["The costs are 205,000.00, but the sources add up to 204,999.99: 0.01 is missing."],
    )
    assert "What you typed is saved." in text_of(shown)


def test_a_heading_above_its_share_is_told_at_the_heading(sign_in_as, session, town):
    _, key, _ = _begun(session, town)

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget", _budget(flat1="5000.01", source1="55000.01")
    )

    assert errors_of(shown) == [
        "Heading 2 is 5,000.01, 2.5 % of 200,000.00. At most 2.5 % is allowed."
    ]


def test_a_budget_with_an_unreadable_price_is_kept_as_it_was_typed(sign_in_as, session, town):
    _, key, entry_id = _begun(session, town)
    browser = sign_in_as(town[0])
    path = f"/applications/{key}/application/budget"

    shown = browser.submit(path, _budget(**{"lines0-0-value": "1.234"}))
    again = browser.get(path)

    said = "“1.234” can be read in two ways; if you mean 1234, write 1234 or 1.234,00"
    assert (shown.status_code, errors_of(shown), errors_of(again)) == (422, [said], [said])
    assert 'value="1.234"' in again.text
    browser.submit(path, _budget())
    assert deeds.UNREAD_BUDGET not in session.get_one(StageEntry, entry_id).answers


def test_a_saved_budget_can_be_saved_again_as_it_is_shown(sign_in_as, session, town):
    _, key, _ = _begun(session, town)
    browser = sign_in_as(town[0])
    path = f"/applications/{key}/application/budget"
    browser.submit(path, _budget(**{"lines0-0-units": "1000", "lines0-0-value": "200"}))

    shown = browser.get(path).text
    typed = dict(
        re.findall(r'<input class="govuk-input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', shown)
    )

    assert typed["lines0-0-units"] == "1000"
    assert heading_of(browser.submit(path, typed)) == "Documents"


def test_the_sums_are_computed_while_one_types(sign_in_as, session, town):
    _, key, _ = _begun(session, town)

    part = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/budget/sums", _budget(source1="1")
    )

    assert part.status_code == 200
    assert "54,999.00 is missing" in text_of(part)
    assert (
        '<output class="money" id="lines0-0-end" hx-swap-oob="true">RSD\xa0200,000.00' in part.text
    )


# --- documents ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file first, then press the button."),
        ("empty.pdf", b"", "“empty.pdf” is empty (0 bytes). Open it on your computer,"),
        ("letter.pdf", b"PK\x03\x04 a zip", "“letter.pdf” ends in .pdf, but its content is"),
        ("letter.exe", b"MZ", "“letter.exe” is a .exe file. Accepted here: pdf."),
        (
            "locked.pdf",
            A_PDF.replace(b"<<>>\n%%", b"<</Encrypt 5 0 R>>\n%%"),
            "“locked.pdf” is protected by a password,",
        ),
        (
            "huge.pdf",
            b"%PDF-1.7\n" + b" " * (21 * 1024 * 1024) + b"%%EOF",
            "“huge.pdf” has 21 MB; at most 20 MB are accepted.",
        ),
    ],
    ids=["none", "empty", "renamed", "kind", "encrypted", "huge"],
)
def test_a_file_that_cannot_be_kept_is_refused_in_a_sentence(
    sign_in_as, session, town, name, content, said
):
    _, key, _ = _begun(session, town)
    files = {"file_statutes": (name, io.BytesIO(content), "application/pdf")} if name else None

    refused = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/documents/statutes", files=files
    )

    assert refused.status_code == 422
    assert [error[: len(said)] for error in errors_of(refused)] == [said]
    assert session.scalars(select(Attachment)).all() == []


def test_a_file_is_given_back_to_its_applicant_and_to_nobody_else(sign_in_as, session, town):
    _, key, _ = _begun(session, town)
    browser = sign_in_as(town[0])
    browser.submit(
        f"/applications/{key}/application/documents/statutes",
        files={"file_statutes": ("Šta.pdf", io.BytesIO(A_PDF), "application/pdf")},
    )
    attachment = session.scalars(select(Attachment)).one()
    stranger = make_user(session)
    make_organisation(session, contact=stranger)

    own = browser.get(f"/applications/files/{attachment.id}")
    other = sign_in_as(stranger).get(f"/applications/files/{attachment.id}")

    assert (own.content, other.status_code) == (A_PDF, 404)
    assert own.headers["content-disposition"] == "attachment; filename*=UTF-8''%C5%A0ta.pdf"


def test_a_file_is_removed_and_there_is_room_again(sign_in_as, session, town):
    act, key, entry_id = _begun(session, town)
    attached = deeds.attach(act, entry_id, "statutes", PDF)
    session.commit()

    shown = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/documents/statutes/remove/{attached}"
    )

    assert "“statutes.pdf” is removed." in text_of(shown)
    assert "Add this file" in text_of(shown)


# --- who sees what -------------------------------------------------------------------------


def test_a_person_of_another_organisation_finds_no_page(sign_in_as, session, town):
    _, key, _ = _begun(session, town)
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
    _, key, _ = _ready(session, town)
    browser = sign_in_as(town[0])

    asked = browser.get(f"/applications/{key}/withdraw")
    done = browser.submit(f"/applications/{key}/withdraw", {"reason": "No money"})
    again = browser.submit(f"/applications/{key}/withdraw", {"reason": ""})

    assert heading_of(asked) == "Withdraw this application?"
    assert "GARDENS/A-001 is withdrawn." in text_of(done)
    assert again.status_code == 409


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


def test_a_form_sent_after_signing_out_is_not_lost(client, session, town):
    _, key, _ = _begun(session, town)

    answer = client.post(
        f"/applications/{key}/application/form/garden",
        data={"title": "Typed for an hour, then signed out in another tab"},
    )

    assert answer.status_code == 403
    assert "Typed for an hour, then signed out in another tab" in answer.text


def test_lists_cost_the_same_number_of_statements_for_one_and_three(sign_in_as, session, town):
    from tests.counting import counted_by_engine

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
    from tests.counting import counted_by_engine

    _, key, _ = _ready(session, town)
    browser = sign_in_as(town[0])
    costs = {}
    for path in ("", "/application/form/garden", "/application/budget", "/application/documents",
                 "/application/check", "/application/submit"):  # fmt: skip
        with counted_by_engine(session.get_bind()) as seen:
            browser.get(f"/applications/{key}{path}")
        costs[path] = len([each for each in seen if each.startswith("SELECT")])

    assert {path: cost for path, cost in costs.items() if cost > 8} == {}
