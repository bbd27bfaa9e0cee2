"""Signing in and out over HTTP: where one ends, what is said, what the cookies are."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.models import SignIn
from app.settings import Settings
from app.web.app import create_app
from app.web.security import SESSION_COOKIE
from tests.make.people import PASSWORD, make_organisation, make_user
from tests.web.conftest import errors_of, heading_of, text_of


def enter(browser, email="ana@grad.example", password=PASSWORD, **more):
    return browser.submit("/account/sign-in", {"email": email, "password": password, **more})


def test_sign_in_leads_to_where_the_person_was(client, session) -> None:
    make_user(session, email="ana@grad.example")

    shown = client.get("/account/details")
    entered = enter(client, "Ana@grad.example", next="/account/details")

    assert (shown.url.path, shown.url.params["next"]) == ("/account/sign-in", "/account/details")
    assert (entered.url.path, heading_of(entered)) == ("/account/details", "Your account")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "evil", " /x", "/%0d%0a" + "x" * 3000],
)  # fmt: skip
def test_next_never_leads_to_another_site(client, session, wanted) -> None:
    make_user(session, email="ana@grad.example")

    entered = client.submit(
        "/account/sign-in",
        {"email": "ana@grad.example", "password": PASSWORD, "next": wanted},
        follow_redirects=False,
    )

    assert (entered.status_code, entered.headers["location"]) == (303, "/account")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, session) -> None:
    make_user(session, email="ana@grad.example")

    wrong = enter(client, password="x" * 12)
    unknown = enter(client, "eva@grad.example", "x" * 12)

    said = ["The e-mail address or the password is wrong. Check both and try again."]
    assert (wrong.status_code, errors_of(wrong)) == (422, said)
    assert (unknown.status_code, errors_of(unknown)) == (422, said)


def test_typed_address_survives_and_the_password_does_not(client) -> None:
    answer = enter(client, "eva@grad.example", "a secret of hers")

    assert 'value="eva@grad.example"' in answer.text
    assert "a secret of hers" not in answer.text


def test_too_many_tries_are_told_from_another_browser_but_not_in_ones_own(client, session) -> None:
    make_user(session, email="ana@grad.example")
    enter(client)
    client.submit("/account/sign-out")
    own = dict(client.cookies)
    client.cookies.delete("envelope_browser")
    for _ in range(10):
        enter(client, password="wrong")

    stranger = enter(client)
    client.keep("envelope_browser", own["envelope_browser"])
    owner = enter(client)

    assert (stranger.status_code, owner.url.path) == (429, "/account")
    assert errors_of(stranger) == [
        "There were too many tries with a wrong password. Wait 15 minutes, "
        "or set a new password by mail: that always works."
    ]


def test_session_is_new_at_every_sign_in_and_the_old_one_ends(client, session) -> None:
    make_user(session, email="ana@grad.example")
    client.keep(SESSION_COOKIE, "planted by somebody")

    enter(client)
    first = client.cookies[SESSION_COOKIE]
    enter(client)
    second = client.cookies[SESSION_COOKIE]

    ended = session.execute(select(SignIn.ended_at).order_by(SignIn.id)).scalars().all()
    assert len({first, second, "planted by somebody"}) == 3
    assert [at is None for at in ended] == [False, True]


def test_cookie_is_guarded_and_over_https_bound_to_the_host(session, sessions, tmp_path) -> None:
    make_user(session, email="ana@grad.example")
    session.commit()
    seen = {}
    for base in ("http://testserver", "https://testserver"):
        chosen = Settings(data_dir=tmp_path, public_base_url=base)
        with TestClient(create_app(chosen, sessions), base_url=base) as browser:
            page = browser.get("/account/sign-in")
            token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
            data = {"email": "ana@grad.example", "password": PASSWORD, "csrf_token": token}
            answer = browser.post("/account/sign-in", data=data, follow_redirects=False)
        cookie = answer.headers.get_list("set-cookie")[0]
        name, _, rest = cookie.partition("=")
        seen[base] = (name, sorted(part.strip() for part in rest.split(";")[1:]))

    plain = ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=lax"]
    assert seen == {
        "http://testserver": ("envelope_session", plain),
        "https://testserver": ("__Host-envelope_session", [*plain, "Secure"]),
    }


def test_sign_out_ends_the_session_on_the_server(client, session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))
    token = browser.cookies[SESSION_COOKIE]

    out = browser.submit("/account/sign-out")
    client.keep(SESSION_COOKIE, token)
    again = client.get("/account")

    assert (out.url.path, "You are signed out." in text_of(out)) == ("/account/sign-in", True)
    assert again.url.path == "/account/sign-in"


def test_start_page_names_what_waits(session, sign_in_as) -> None:
    ana, eva = make_user(session, name="Ana Anić"), make_user(session, name="Eva Ević")
    town = make_organisation(session, contact=ana, name="Šabac", numbers=[("PIB", "101134702")])
    sign_in_as(eva).submit(
        "/applicant/organisations/join", {"country": "RS", "number_PIB": "101134702"}
    )

    home = sign_in_as(ana).get("/account")

    assert heading_of(home) == "Good day, Ana Anić"
    assert "Eva Ević asks to join Šabac." in text_of(home)
    assert f'href="/applicant/organisations/{town.id}"' in home.text


def test_start_page_of_a_new_person_begins_with_the_organisation(session, sign_in_as) -> None:
    home = sign_in_as(make_user(session)).get("/account")

    assert "To apply, first describe the organisation that applies" in text_of(home)
