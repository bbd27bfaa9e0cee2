"""Sections over HTTP: drafts are kept whatever is in them."""

from sqlalchemy import select

from app import registers
from app.actions import applications as deeds
from app.models import Call, CallVersion, StageEntry
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user
from tests.web.applicant.conftest import IN_TIME, begun
from tests.web.conftest import errors_of, heading_of, text_of


def test_an_incomplete_section_is_kept_and_nobody_is_held_up(sign_in_as, session, town):
    _, key, entry_id = begun(session, town)

    saved = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/form/garden", {"title": "Linden yard"}
    )

    assert (saved.status_code, heading_of(saved)) == (200, "Budget")
    assert session.get_one(StageEntry, entry_id).answers == {"title": "Linden yard"}


def test_too_many_words_are_kept_and_counted(sign_in_as, session, town):
    _, key, entry_id = begun(session, town)
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
    return [place.key for place in registers.local_governments()[:2]]


def test_autosave_keeps_and_says_nothing(sign_in_as, session, town):
    _, key, entry_id = begun(session, town)

    answer = sign_in_as(town[0]).submit(
        f"/applications/{key}/application/form/garden",
        {"title": "Half a tit"},
        headers={"x-autosave": "1"},
    )

    assert (answer.status_code, answer.text) == (204, "")
    assert session.get_one(StageEntry, entry_id).answers == {"title": "Half a tit"}


def test_a_form_sent_after_signing_out_is_not_lost(client, session, town):
    _, key, _ = begun(session, town)

    answer = client.post(
        f"/applications/{key}/application/form/garden",
        data={"title": "Typed for an hour, then signed out in another tab"},
    )

    assert answer.status_code == 403
    assert "Typed for an hour, then signed out in another tab" in answer.text


def test_every_part_says_that_the_rules_were_changed_or_the_call_stands_still(
    sign_in_as, session, town
):
    call = town[2]
    _, key, _ = begun(session, town)
    browser, path = sign_in_as(town[0]), f"/applications/{key}/application/form/garden"
    before = text_of(browser.get(path))

    document, digest = {}, "0" * 64
    session.add_all(
        CallVersion(
            call_id=call.id, number=number, document=document, digest=digest,
            rules_digest=digest, reason="Clearer words.", published_at=IN_TIME,
        )
        for number in (1, 2)
    )  # fmt: skip
    session.flush()
    changed = browser.get(path)
    row = session.get_one(Call, call.id)
    row.state, row.stop_reason = "suspended", "A court decides."
    session.flush()
    stopped = text_of(browser.get(path))

    assert "rules of this call were changed" not in before
    assert f'href="/calls/{call.id}/versions/2"' in changed.text
    assert "The rules of this call were changed on" in text_of(changed)
    assert "The call is suspended: nothing can be sent in meanwhile." in stopped
