"""Organisations over HTTP: describing in three steps, joining, admitting, changing."""

import re

import pytest
from sqlalchemy import func, select

from app.models import Membership, Organisation
from tests.make.people import make_organisation, make_user
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements

HOME = "/applicant/organisations"
PIB, MB = "101134702", "07461429"
DETAILS = {
    "name": "Grad Šabac", "number_PIB": PIB, "number_MB": MB, "address": "Gospodar Jevremova 6",
    "postcode": "15000", "city": "Šabac", "representative_name": "Ana Anić",
    "representative_title": "Mayor", "email": "grad@sabac.example",
}  # fmt: skip
LOCAL = f"{HOME}/new/details?kind=LOCAL_GOVERNMENT&country=RS&place=sabac"
FIRM = f"{HOME}/new/details?kind=SME&country=RS&place=sabac"


def organisations(session) -> int:
    return session.execute(select(func.count()).select_from(Organisation)).scalar_one()


def test_municipality_is_found_in_any_script_and_described(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    kind = browser.submit(f"{HOME}/new", {"kind": "LOCAL_GOVERNMENT", "country": "RS"})
    found = [
        browser.get(f"{kind.url.path}?kind=LOCAL_GOVERNMENT&words={words}").text
        for words in ("Шабац", "sabac", "ŠABA")
    ]
    details = browser.submit(
        f"{kind.url.path}?kind=LOCAL_GOVERNMENT&words=sabac", {"place": "sabac"}
    )
    saved = browser.submit(str(details.url), DETAILS)

    assert [text.count('name="place"') for text in found] == [1, 1, 1]
    assert 'value="Šabac"' in details.text
    assert (heading_of(saved), "You are its contact." in text_of(saved)) == ("Grad Šabac", True)
    shown = text_of(saved)
    for told in ("City", "Mačvanski", "Tax number (PIB)", PIB, "Registry number", MB, "Not known"):
        assert told in shown


def test_person_who_came_from_a_page_is_led_back_to_it_after_three_steps(
    session, sign_in_as
) -> None:
    browser = sign_in_as(make_user(session))

    kind = browser.submit(
        f"{HOME}/new?next=/account/details", {"kind": "LOCAL_GOVERNMENT", "country": "RS"}
    )
    search = re.findall(r'type="hidden" name="next" value="([^"]*)"', kind.text)
    details = browser.submit(f"{kind.url}&words=sabac", {"place": "sabac"})
    saved = browser.submit(str(details.url), DETAILS)

    assert search == ["/account/details"]
    assert saved.url.path == "/account/details"
    assert "Your organisation is described." in text_of(saved)


def test_nobody_is_led_to_another_site(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    saved = browser.submit(f"{LOCAL}&next=//evil.example", DETAILS)

    assert heading_of(saved) == "Grad Šabac"


def test_place_must_be_chosen_and_words_without_a_place_are_told(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))
    path = f"{HOME}/new/place?kind=LOCAL_GOVERNMENT"

    none = browser.get(f"{path}&words=Atlantis")
    unchosen = browser.submit(f"{path}&words=novi")

    assert "No place in the register has “Atlantis” in its name." in text_of(none)
    assert errors_of(unchosen) == ["Choose the city or municipality"]


def test_wrong_pib_is_told_and_everything_typed_stays(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    answer = browser.submit(LOCAL, {**DETAILS, "number_PIB": "101134703"})

    said = (
        "101134703 cannot be a PIB: the last digit does not fit the others."
        " Compare it with the paper, digit by digit"
    )
    assert (answer.status_code, errors_of(answer)) == (422, [said])
    kept = re.findall(r'value="(101134703|Gospodar Jevremova 6|15000|Ana Anić)"', answer.text)
    assert kept == ["101134703", "Gospodar Jevremova 6", "15000", "Ana Anić"]
    assert "numbers_confirmed" not in answer.text


def test_unusual_registry_number_is_saved_once_it_is_confirmed(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))
    odd = {**DETAILS, "number_MB": "07461428"}

    warned = browser.submit(LOCAL, odd)
    saved = browser.submit(LOCAL, {**odd, "numbers_confirmed": "yes"})

    assert (warned.status_code, "numbers_confirmed" in warned.text) == (422, True)
    assert heading_of(saved) == "Grad Šabac"


def test_same_form_sent_twice_makes_one_organisation(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))
    key = re.search(r'name="form_key" value="([^"]+)"', browser.get(LOCAL).text)[1]

    answers = [browser.submit(LOCAL, {**DETAILS, "form_key": key}) for _ in range(2)]

    assert [heading_of(answer) for answer in answers] == ["Grad Šabac"] * 2
    assert organisations(session) == 1


@pytest.mark.parametrize("path", [LOCAL, FIRM])
def test_taken_number_shows_nothing_of_its_holder_and_can_be_joined(
    session, sign_in_as, path
) -> None:
    make_organisation(
        session, contact=make_user(session), name="Secret Town", numbers=[("PIB", PIB)]
    )
    browser = sign_in_as(make_user(session))

    taken = browser.submit(path, DETAILS)
    asked = browser.submit(f"{HOME}/join", {"country": "RS", "number_PIB": PIB})
    again = browser.submit(f"{HOME}/join", {"country": "RS", "number_PIB": PIB})

    assert (taken.status_code, heading_of(taken)) == (
        409, "This organisation is known here already",
    )  # fmt: skip
    assert "Waits for the contact’s answer" in text_of(asked)
    assert again.status_code == 409
    assert ["Secret" in page.text for page in (taken, asked, again)] == [False] * 3


def test_organisation_of_others_is_not_there(session, sign_in_as) -> None:
    town = make_organisation(session, contact=make_user(session))
    browser = sign_in_as(make_user(session))

    shown = [browser.get(f"{HOME}/{town.id}{path}").status_code for path in ("", "/change")]
    sent = browser.submit(f"{HOME}/{town.id}/change", DETAILS)

    assert ([*shown, sent.status_code], town.name) == ([404] * 3, town.name)


def test_contact_admits_from_the_page_and_others_cannot(session, sign_in_as) -> None:
    ana, eva = make_user(session), make_user(session, name="Eva Ević")
    town = make_organisation(session, contact=ana, numbers=[("PIB", PIB)])
    asking, contact = sign_in_as(eva), sign_in_as(ana)
    asking.submit(f"{HOME}/join", {"country": "RS", "number_PIB": PIB})
    wish = session.execute(select(Membership.id).where(Membership.user_id == eva.id)).scalar_one()
    admit = f"{HOME}/{town.id}/people/{wish}/admit"

    herself = asking.submit(admit)
    waiting = contact.get(f"{HOME}/{town.id}")
    contact.submit(admit)
    twice = contact.submit(admit)

    assert (herself.status_code, twice.status_code) == (404, 409)
    assert "Admit Eva Ević" in text_of(waiting)
    assert asking.get(f"{HOME}/{town.id}").status_code == 200


def test_description_is_changed(session, sign_in_as) -> None:
    ana = make_user(session)
    town = make_organisation(
        session, contact=ana, applicant_type="SME", numbers=[("PIB", PIB), ("MB", MB)]
    )

    saved = sign_in_as(ana).submit(f"{HOME}/{town.id}/change", {**DETAILS, "city": "Loznica"})

    assert ("The organisation is saved." in text_of(saved), "Loznica" in text_of(saved)) == (
        True, True,
    )  # fmt: skip


def test_firm_of_another_country_gives_the_numbers_of_its_country(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    details = browser.submit(f"{HOME}/new", {"kind": "SME", "country": "MK"})

    names = re.findall(r'name="(number_\w+)"', details.text)
    assert names == ["number_EDB", "number_EMBS"]


@pytest.mark.parametrize(
    "query", ["kind=NONSENSE&country=RS&place=sabac", "kind=SME&country=RS", "kind=SME&country=QQ"]
)
def test_addresses_that_no_page_makes_are_not_there(session, sign_in_as, query) -> None:
    answer = sign_in_as(make_user(session)).get(f"{HOME}/new/details?{query}")

    assert answer.status_code == 404


def test_list_costs_the_same_for_one_and_for_three(session, engine, sign_in_as) -> None:
    ana = make_user(session)
    browser = sign_in_as(ana)
    costs = []
    for more in (1, 2):
        for _ in range(more):
            make_organisation(session, contact=ana)
        session.commit()
        costs.append(len(statements(engine, lambda: browser.get(HOME))))

    assert costs[0] == costs[1]
