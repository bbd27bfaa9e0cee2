"""A form that comes without its session is kept, shown and sent again."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from app import clock
from app.models import SignIn, User
from app.rules.permissions import Role
from tests.make.people import PASSWORD, make_user
from tests.web.conftest import heading_of, text_of

LONG = "A name that somebody needed a quarter of an hour to think of"
TOWN_FUND = {"name": LONG, "short_name": "TF", "country": "RS"}


def form_of(page) -> tuple[str, dict[str, str]]:
    """The address and the hidden fields of the form that the page's button sends."""
    main = page.text.split("<main")[1]
    opened, inside = re.search(r"<form([^>]*)>(.*?)</form>", main, re.DOTALL).groups()
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside)
    address = re.search(r'action="([^"]*)"', opened)
    return unescape(address[1]), {unescape(name): unescape(value) for name, value in found}


def details(name: str) -> dict[str, str]:
    return {"name": name, "phone": "011 222", "secret_password": "never kept"}


def stale(browser, name: str = LONG, path: str = "/account/details/change", **more):
    """Send a form that was opened before the session ended."""
    return browser.post(path, data={**details(name), "csrf_token": "0.old"}, **more)


def sign_in_with(browser, page):
    _, carried = form_of(page)
    data = {**carried, "email": "ana@grad.example", "password": PASSWORD}
    return browser.post("/account/sign-in", data=data)


def test_form_sent_after_the_session_ran_out_is_sent_after_signing_in(session, sign_in_as) -> None:
    manager = make_user(session, email="ana@grad.example", roles=[Role.ADMIN])
    browser = sign_in_as(manager)
    typed = {**TOWN_FUND, "csrf_token": browser.token()}
    session.execute(update(SignIn).values(expires_at=clock.now() - timedelta(minutes=1)))

    asked = browser.post("/admin/authorities/new", data=typed)
    signed_in = sign_in_with(browser, asked)
    address, carried = form_of(signed_in)
    saved = browser.post(address, data=carried)

    assert (asked.status_code, heading_of(asked)) == (403, "Sign in to send your form")
    assert heading_of(signed_in) == "Your form was not sent yet"
    assert (address, heading_of(saved)) == ("/admin/authorities/new", LONG)


def test_form_sent_after_signing_out_in_another_tab_is_kept(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, email="ana@grad.example", roles=[Role.ADMIN]))
    typed = {**TOWN_FUND, "csrf_token": browser.token()}
    browser.submit("/account/sign-out")

    asked = browser.post("/admin/authorities/new", data=typed)
    address, carried = form_of(sign_in_with(browser, asked))
    saved = browser.post(address, data=carried)

    assert (heading_of(asked), LONG in text_of(asked)) == ("Sign in to send your form", True)
    assert heading_of(saved) == LONG


def test_wrong_password_on_the_way_loses_nothing(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, email="ana@grad.example", roles=[Role.ADMIN]))
    browser.submit("/account/sign-out")
    asked = browser.post("/admin/authorities/new", data={**TOWN_FUND, "csrf_token": "0.old"})

    _, carried = form_of(asked)
    wrong = browser.post(
        "/account/sign-in", data={**carried, "email": "ana@grad.example", "password": "wrong"}
    )
    signed_in = sign_in_with(browser, wrong)

    assert (wrong.status_code, form_of(signed_in)[1]["name"]) == (422, LONG)


def test_form_of_an_older_session_is_sent_by_one_button(session, sign_in_as) -> None:
    ana = make_user(session)
    browser = sign_in_as(ana)

    asked = stale(browser)
    address, carried = form_of(asked)
    saved = browser.post(address, data=carried)

    assert (asked.status_code, heading_of(asked)) == (403, "Your form was not sent yet")
    assert (saved.url.path, session.get(User, ana.id).name) == ("/account/details", LONG)


def test_own_details_sent_after_signing_out_end_at_the_sign_in_page(session, sign_in_as) -> None:
    ana = make_user(session, email="ana@grad.example")
    browser = sign_in_as(ana)
    browser.submit("/account/sign-out")

    address, carried = form_of(stale(browser))
    asked = browser.post(address, data=carried)
    address, carried = form_of(sign_in_with(browser, asked))
    browser.post(address, data=carried)

    assert heading_of(asked) == "Sign in to send your form"
    assert session.get(User, ana.id).name == LONG


def test_passwords_are_not_kept_and_files_are_named(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    asked = stale(browser, files={"statute": ("statut.pdf", b"%PDF-", "application/pdf")})

    assert ("never kept" in asked.text, "secret_password" in asked.text) == (False, False)
    assert "Files cannot be kept: statut.pdf." in text_of(asked)


def test_form_from_another_site_is_not_offered_again(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    asked = stale(browser, headers={"sec-fetch-site": "cross-site"})

    assert (asked.status_code, LONG in asked.text) == (403, False)
    assert "This request came from another site, so nothing was done." in text_of(asked)


def test_carried_form_never_goes_to_another_site(client, session) -> None:
    make_user(session, email="ana@grad.example")

    entered = client.submit(
        "/account/sign-in",
        {"email": "ana@grad.example", "password": PASSWORD,
         "kept_action": "https://evil.example/", "kept:name": "x"},
    )  # fmt: skip

    assert entered.url.path == "/account"


def test_part_of_a_page_sends_the_whole_page_to_sign_in(client) -> None:
    answer = client.get("/account/details", headers={"hx-request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (
        204, "/account/sign-in?next=%2Faccount%2Fdetails",
    )  # fmt: skip
