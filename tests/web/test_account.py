"""Signing in and out over HTTP."""

from tests.make.people import PASSWORD, make_user
from tests.web.conftest import errors_of, heading_of


def test_sign_in_leads_to_where_the_person_was(client, session) -> None:
    make_user(session, email="ana@grad.example")

    shown = client.get("/account/details")
    entered = client.submit(
        "/account/sign-in",
        {"email": "Ana@grad.example", "password": PASSWORD, "next": "/account/details"},
    )

    assert (shown.url.path, shown.url.params["next"]) == ("/account/sign-in", "/account/details")
    assert (entered.url.path, heading_of(entered)) == ("/account/details", "Your account")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, session) -> None:
    make_user(session, email="ana@grad.example")

    wrong = client.submit("/account/sign-in", {"email": "ana@grad.example", "password": "x" * 12})
    unknown = client.submit("/account/sign-in", {"email": "eva@grad.example", "password": "x" * 12})

    said = ["The e-mail address or the password is wrong. Check both and try again."]
    assert (wrong.status_code, errors_of(wrong)) == (422, said)
    assert (unknown.status_code, errors_of(unknown)) == (422, said)
