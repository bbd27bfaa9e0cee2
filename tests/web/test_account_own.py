"""One's own account: details, password, sessions."""

from sqlalchemy import select

from app.models import SignIn
from tests.make.people import PASSWORD, make_user
from tests.web.conftest import errors_of, heading_of, text_of

NEW = "a boat under the bridge"


def test_name_and_telephone_are_changed(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, name="Ana"))

    saved = browser.submit("/account/details/change", {"name": "Ana Anić", "phone": "011 1"})

    assert (saved.url.path, "Your details are saved." in text_of(saved)) == (
        "/account/details", True,
    )  # fmt: skip
    assert ["Ana Anić" in saved.text, "011 1" in saved.text] == [True, True]


def test_empty_name_is_refused_and_the_rest_stays_typed(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    answer = browser.submit("/account/details/change", {"name": " ", "phone": "011 222"})

    assert (answer.status_code, errors_of(answer)) == (422, ["Enter your name"])
    assert 'value="011 222"' in answer.text


def test_password_is_changed_and_this_browser_stays(session, sign_in_as) -> None:
    ana = make_user(session)
    here, there = sign_in_as(ana), sign_in_as(ana)

    data = {"current_password": PASSWORD, "new_password": NEW}
    changed = here.submit("/account/change-password", data)

    assert "Your password is changed." in text_of(changed)
    assert (here.get("/account").url.path, there.get("/account").url.path) == (
        "/account", "/account/sign-in",
    )  # fmt: skip


def test_wrong_present_password_is_told_at_its_field(session, sign_in_as) -> None:
    browser = sign_in_as(make_user(session))

    data = {"current_password": "wrong", "new_password": NEW}
    answer = browser.submit("/account/change-password", data)

    said = ["This is not your present password"]
    assert (answer.status_code, errors_of(answer)) == (422, said)


def test_another_session_is_ended_from_the_list(session, sign_in_as) -> None:
    ana = make_user(session)
    here, there = sign_in_as(ana), sign_in_as(ana)
    shown = here.get("/account/details")
    other = session.execute(select(SignIn.id).order_by(SignIn.id.desc()).limit(1)).scalar_one()

    ended = here.submit(f"/account/sessions/{other}/end")

    assert (heading_of(shown), shown.text.count("Test browser")) == ("Your account", 2)
    assert "That session is ended." in text_of(ended)
    assert there.get("/account").url.path == "/account/sign-in"


def test_session_of_another_person_is_not_there(session, sign_in_as) -> None:
    theirs = sign_in_as(make_user(session))
    key = session.execute(select(SignIn.id)).scalar_one()

    answer = sign_in_as(make_user(session)).submit(f"/account/sessions/{key}/end")

    assert (answer.status_code, theirs.get("/account").url.path) == (404, "/account")


def test_sign_out_everywhere_ends_all(session, sign_in_as) -> None:
    ana = make_user(session)
    here, there = sign_in_as(ana), sign_in_as(ana)

    out = here.submit("/account/sign-out-everywhere")

    assert "You are signed out everywhere." in text_of(out)
    assert there.get("/account").url.path == "/account/sign-in"
