"""Tests of app/web/office_calls_rules.py, …_correct.py and …_stop.py: changing what a call says."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256

import pytest
from lxml import html as parser

from app import clock
from app.models import Call, CallVersion
from app.queries.schemes import scheme_of
from tests.make.calls import CLOSES_AT, make_call, make_scheme
from tests.make.people import NOW
from tests.web.conftest import errors_of, text_of
from tests.web.counting import statements

OPENS, CLOSES = NOW + timedelta(days=1), datetime(2026, 5, 28, 15, 0, tzinfo=UTC)
WHY = "Two applicants asked about it."


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def call(session, authority):
    scheme = make_scheme("eu_integra_sctm")
    return make_call(
        session,
        state="draft",
        authority=authority,
        scheme=scheme,
        opens_at=OPENS,
        closes_at=CLOSES,
    )


@pytest.fixture
def given(session, authority):
    scheme = make_scheme("green_growth_grants")
    return make_call(session, state="draft", authority=authority, scheme=scheme,
                     opens_at=OPENS, closes_at=CLOSES)  # fmt: skip


def rules(call, topic: str) -> str:
    return f"/office/calls/{call.id}/rules/{topic}"


TOPICS = [
    *("applicants", "eligibility", "eligibility/0", "policy", "texts"),
    *("stages/0", "stages/0/points", "stages/0/points/0", "stages/1/points/1"),
    *("stages/0/documents", "stages/0/documents/0", "stages/0/checklist"),
    *("stages/0/form", "stages/0/form/0"),
    *("lots", "lots/0", "lots/1", "budget", "budget/0", "budget/7", "budget/totals"),
    *("budget/sources", "payments", "letters", "letters/0", "letters/8", "in-kind"),
    *("period", "visibility", "state-aid", "reports", "indicators"),
]
# A template in which things are given: conditions, terms, visits, other limits of grants.
GIVEN = ["state-aid", "lots/0", "in-kind", "payments", "budget", "budget/0", "stages/0"]


@pytest.mark.parametrize("topic", TOPICS)
def test_page_that_is_saved_as_it_stands_changes_nothing(session, manager, call, topic) -> None:
    """What a page shows of a rule is what it reads back: no rounding, no order, no empty text."""
    page = manager.get(rules(call, topic))

    answer = manager.submit(rules(call, topic), fields_of(page.text))

    assert (page.status_code, answer.status_code) == (200, 200)
    assert scheme_of(session, call.id) == call.scheme


@pytest.mark.parametrize("topic", GIVEN)
def test_page_of_things_that_is_saved_as_it_stands_changes_nothing(
    session, manager, given, topic
) -> None:
    page = manager.get(rules(given, topic))

    answer = manager.submit(rules(given, topic), fields_of(page.text))

    assert (page.status_code, answer.status_code) == (200, 200)
    assert scheme_of(session, given.id) == given.scheme


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send of a page that nobody touched."""
    form = next(each for each in parser.fromstring(html).forms if "version" in each.fields)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    sent.pop("csrf_token", None)
    return sent


def test_finding_stands_at_the_field_that_mends_it(manager, call) -> None:
    points = {"stages-concept_note-grid-maximum": "60", "stages-concept_note-grid-threshold": "30"}

    answer = manager.submit(rules(call, "stages/0/points"), points)
    page = text_of(manager.get(f"/office/calls/{call.id}"))

    assert answer.url.path == rules(call, "stages/0/points")
    assert errors_of(answer) == ["The sections add up to 50, but the grid says 60."]
    assert "Stage “Concept note” › Points › Most points of all sections together:" in page
    assert "stages[0]" not in page


def test_second_manager_is_told_and_sees_both(session, manager, call) -> None:
    path = rules(call, "stages/0/points")
    first = {"stages-concept_note-grid-maximum": "50", "version": "1"}
    manager.submit(path, {**first, "stages-concept_note-grid-threshold": "31"})

    answer = manager.submit(path, {**first, "stages-concept_note-grid-threshold": "32"})

    assert answer.status_code == 422
    assert "Somebody changed this call after you opened this page." in errors_of(answer)[0]
    assert "Points needed in all 31 32" in text_of(answer)
    assert scheme_of(session, call.id).stages[0].grid.threshold == Fraction(31)


def test_new_item_may_be_taken_out_before_it_is_filled_in(session, manager, call) -> None:
    path = rules(call, "stages/0/checklist")
    sent = fields_of(manager.get(path).text)
    added = manager.submit(path, {**sent, "op": "add:Save and add a check"})
    number = len(call.scheme.stages[0].checklist)

    sent = fields_of(added.text)
    answer = manager.submit(path, {**sent, "op": f"remove:stages[0].checklist[{number}]"})

    assert answer.status_code == 200
    assert scheme_of(session, call.id) == call.scheme


@pytest.mark.parametrize("topic", ["stages/9", "nothing", "stages/0/points/99", "eligibility/99"])
def test_page_that_is_not_there_is_said_so(manager, call, topic) -> None:
    assert manager.get(rules(call, topic)).status_code == 404


def test_page_asks_few_questions_of_the_database(engine, manager, call) -> None:
    asked = statements(engine, lambda: manager.get(rules(call, "stages/0/form/0")))

    assert len(asked) <= 8


def test_corrigendum_is_read_before_and_after_and_published_for_all(
    session, authority, manager, client
) -> None:
    call = make_call(session, authority=authority)
    path = f"/office/calls/{call.id}/correction"
    manager.submit(f"{path}/begin")
    manager.submit(
        f"/office/calls/{call.id}/basics", {"title": "Clearer title", "summary": "", "version": ""}
    )
    page = manager.get(path)
    seen = page.text.split('name="seen" value="')[1].split('"')[0]

    answer = manager.submit(path, {"seen": seen, "reason": WHY})
    public = text_of(client.get(f"/calls/{call.id}"))
    version = client.get(f"/calls/{call.id}/versions/2")
    file = client.get(f"/calls/{call.id}/versions/2/version.json").content

    digest = session.query(CallVersion.digest).filter_by(call_id=call.id, number=2).scalar()
    assert "clearer words" in text_of(page)
    assert "Version 2 is published." in text_of(answer)
    assert f"(version 2): {WHY}" in public
    assert "Title of the call" in text_of(version)
    assert "Clearer title" in text_of(version)
    assert sha256(file).hexdigest() == digest
    assert client.get(f"/calls/{call.id}/versions/3").status_code == 404


def test_corrigendum_that_may_not_be_published_keeps_what_was_typed(
    session, authority, manager
) -> None:
    call = make_call(session, authority=authority)
    path = f"/office/calls/{call.id}/correction"
    manager.submit(f"{path}/begin")

    answer = manager.submit(path, {"seen": "", "reason": WHY})

    assert answer.status_code == 422
    assert errors_of(answer) == ["The corrigendum cannot be published yet. See below."]
    assert WHY in answer.text
    assert "Nothing is changed yet." in text_of(answer)


def test_suspended_call_says_so_to_everybody_and_goes_on(
    session, authority, manager, client
) -> None:
    call = make_call(session, authority=authority)
    base = f"/office/calls/{call.id}"
    manager.submit(f"{base}/suspend", {"reason": WHY})
    public = text_of(client.get(f"/calls/{call.id}"))

    page = text_of(manager.get(f"{base}/resume"))
    manager.submit(f"{base}/resume", {"deadline": "make_up", "reason": "Mended."})

    row = session.get(Call, call.id)
    assert "This call is suspended since 19 March 2026" in public
    assert WHY in public
    assert "Move it by the time lost: 31 March 2026, 17:00" in page.replace("\u00a0", " ")
    assert (row.state, row.closes_at) == ("published", CLOSES_AT)


def test_cancelled_call_keeps_its_page_which_says_why(session, authority, manager, client) -> None:
    call = make_call(session, authority=authority)

    manager.submit(f"/office/calls/{call.id}/cancel", {"reason": "No money left."})

    page = text_of(client.get(f"/calls/{call.id}"))
    assert "This call was cancelled on 19 March 2026" in page
    assert "No money left." in page


def test_copy_says_what_has_to_be_set_again(session, authority, manager) -> None:
    call = make_call(session, authority=authority, code="FIRST-1")

    answer = manager.submit(
        f"/office/calls/{call.id}/clone", {"code": "second-1", "title": "Second", "form_key": "k"}
    )

    copy = session.query(Call).filter_by(code="SECOND-1").one()
    page = text_of(answer)
    assert answer.url.path == f"/office/calls/{copy.id}"
    assert "Copied from FIRST-1: set again Opening and closing Not yet started" in page


def test_letter_is_previewed_with_the_words_of_the_call(manager, call) -> None:
    path = rules(call, "letters/8")
    key = call.scheme.letters.letters[8].key
    added = manager.submit(path, {**fields_of(manager.get(path).text), "op": PARAGRAPH})
    sent = fields_of(added.text)
    new = f"letters-letters-{key}-paragraphs-{len(call.scheme.letters.letters[8].paragraphs)}"

    saved = manager.submit(path, {**sent, new: "Bring the plan of the square."})
    page = manager.get(f"/office/calls/{call.id}/letters/{key}/preview.pdf")

    assert "Saved." in text_of(saved)
    assert (page.status_code, page.headers["content-type"]) == (200, "application/pdf")
    assert page.content[:5] == b"%PDF-"
    assert manager.get(f"/office/calls/{call.id}/letters/none/preview.pdf").status_code == 404


PARAGRAPH = "add:Save and add a paragraph"


def test_list_of_months_is_whole_numbers_and_what_was_typed_stays(session, manager, given) -> None:
    path = rules(given, "in-kind")
    sent = fields_of(manager.get(path).text)

    answer = manager.submit(path, {**sent, "in_kind-visit_months": "1, six"})

    assert answer.status_code == 422
    assert errors_of(answer) == ["Enter whole numbers with commas between them."]
    assert 'value="1, six"' in answer.text
    assert scheme_of(session, given.id) == given.scheme


def test_payments_that_are_not_the_whole_keep_the_person_on_their_page(manager, call) -> None:
    path = rules(call, "payments")
    sent = fields_of(manager.get(path).text)
    first = next(name for name in sent if name.endswith("-percent"))

    answer = manager.submit(path, {**sent, first: "60"})

    assert answer.url.path == path
    assert "not to 100 %" in text_of(answer)


def test_empty_day_of_the_period_is_told_and_the_rest_stays_typed(session, manager, call) -> None:
    path = rules(call, "period")
    sent = fields_of(manager.get(path).text)
    empty = {name: [""] for name in sent if name.startswith("period-ends_on")}

    answer = manager.submit(path, {**sent, **empty, "retention-granted_years": ["7"]})

    assert answer.status_code == 422
    assert errors_of(answer) == ["Enter the last day"]
    assert 'value="7"' in answer.text
    assert scheme_of(session, call.id) == call.scheme


def test_block_of_another_funder_is_put_in_place_by_one_button(session, manager, call) -> None:
    path = rules(call, "visibility")
    sent = fields_of(manager.get(path).text)

    manager.submit(path, {**sent, "op": "switch:visibility=OWN_FUNDS"})

    found = scheme_of(session, call.id).visibility
    assert (found.key, found.emblem) == ("OWN_FUNDS", "none")
    assert "Funded from the budget of the granting authority" in found.statement.values()


def test_reports_and_indicators_are_written_and_told_to_applicants(session, manager, call) -> None:
    path = rules(call, "indicators")
    sent = fields_of(manager.get(path).text)
    added = manager.submit(path, {**sent, "op": "add:Save and add an indicator"})
    new = {"indicators-I1-title": "Trees", "indicators-I1-unit": "trees planted"}

    manager.submit(path, {**fields_of(added.text), **new})
    path = rules(call, "reports")
    sent = fields_of(manager.get(path).text)
    wrong = manager.submit(path, {**sent, "reports-final-every_months": "6"})
    page = text_of(manager.get(f"/office/calls/{call.id}"))

    assert errors_of(wrong) == [
        "A final report comes once, after the end: leave this empty or choose an interim report."
    ]
    assert "and Trees (trees planted)" in page
    assert "Final report: every 6 months while the action runs" in page


def test_days_of_reminders_are_whole_numbers_within_two_months(session, manager, call) -> None:
    address = rules(call, "stages/0")
    typed = fields_of(manager.get(address).text)
    (name,) = (each for each in typed if each.endswith("-reminder_days"))

    soon = manager.submit(address, {**typed, name: "a week before"})
    manager.submit(address, {**typed, name: "21, 3"})
    kept = scheme_of(session, call.id).stages[0].reminder_days
    wrong = manager.submit(address, {**fields_of(manager.get(address).text), name: "61"})

    assert (typed[name], soon.status_code) == (["7, 1"], 422)
    assert errors_of(soon) == ["Enter whole numbers with commas between them."]
    assert "a week before" in soon.text
    assert kept == (21, 3)
    assert errors_of(wrong) == [
        "A reminder of drafts goes out 1 to 60 days before the deadline. Change the others."
    ]
