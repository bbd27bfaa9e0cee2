"""Pages behind mailed links: register, reset, invitation, first administrator."""

import re

from sqlalchemy import func, select

from app.actions import accounts_invitations, people
from app.models import Mail, OneTimeLink, User
from app.rules.permissions import Role
from tests.make.people import act_as, make_authority, make_user
from tests.web.conftest import errors_of, heading_of, text_of

NEW = "a boat under the bridge"
WEAK = "password1234"


def mailed(session) -> str:
    body = session.execute(select(Mail.body).order_by(Mail.id.desc()).limit(1)).scalar_one()
    return re.search(r"http://127.0.0.1:8000(/\S+)", body)[1]


def test_person_registers_proves_the_address_and_is_where_they_wanted(client, session) -> None:
    sent = client.submit(
        "/account/register",
        {"name": "Ana Anić", "email": "ana@grad.example", "next": "/account/details"},
    )
    link = mailed(session)
    opened = client.get(link)
    entered = client.submit(link, {"password": NEW})

    assert heading_of(sent) == "Look into your mail"
    assert heading_of(opened) == "Confirm your address and choose a password"
    assert (entered.url.path, "Your account is open." in text_of(entered)) == (
        "/account/details", True,
    )  # fmt: skip


def test_known_address_gets_the_same_page_as_a_new_one(client, session) -> None:
    make_user(session, email="ana@grad.example")

    def answer(path: str, email: str) -> str:
        page = client.submit(path, {"name": "Ana", "email": email})
        return text_of(page).replace(email, "X")

    for path in ("/account/register", "/account/forgotten"):
        assert answer(path, "ana@grad.example") == answer(path, "new@grad.example")


def test_opening_a_link_does_not_use_it_up(client, session) -> None:
    client.submit("/account/register", {"name": "Ana", "email": "ana@grad.example"})
    link = mailed(session)

    for _ in range(3):
        client.get(link)
        client.head(link)

    assert session.execute(select(OneTimeLink.used_at)).scalar_one() is None


def test_weak_password_is_told_and_the_link_stays_good(client, session) -> None:
    client.submit("/account/register", {"name": "Ana", "email": "ana@grad.example"})
    link = mailed(session)

    weak = client.submit(link, {"password": WEAK})
    entered = client.submit(link, {"password": NEW})

    assert (weak.status_code, errors_of(weak)) == (
        422, ["Choose another password: this one is among the first that are guessed"],
    )  # fmt: skip
    assert (WEAK in weak.text, entered.url.path) == (False, "/account")


def test_used_link_is_gone(client, session) -> None:
    client.submit("/account/register", {"name": "Ana", "email": "ana@grad.example"})
    link = mailed(session)
    client.submit(link, {"password": NEW})

    shown, sent = client.get(link), client.submit(link, {"password": NEW})

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "This link was used or has run out." in text_of(shown)


def test_registration_asks_for_name_and_address(client, session) -> None:
    answer = client.submit("/account/register", {"name": "", "email": "ana"})

    assert (answer.status_code, errors_of(answer)) == (
        422, ["Enter your name", "Enter an e-mail address like name@example.org"],
    )  # fmt: skip
    assert session.execute(select(func.count()).select_from(Mail)).scalar_one() == 0


def test_forgotten_password_is_replaced_by_mail(client, session) -> None:
    make_user(session, email="ana@grad.example")
    client.submit("/account/forgotten", {"email": "ana@grad.example"})

    entered = client.submit(mailed(session), {"password": NEW})

    assert "Your new password is set." in text_of(entered)


def test_invitation_says_for_what_and_opens_the_account(client, session) -> None:
    authority = make_authority(session, name="Town Fund")
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    people.invite(act_as(session, admin), authority.id, email="eva@grad.example", role=Role.OFFICER)
    link = mailed(session)

    opened = client.get(link)
    entered = client.submit(link, {"name": "Eva Ević", "password": NEW})

    shown = text_of(opened)
    assert ["Town Fund" in shown, "Officer" in shown, "eva@grad.example" in shown] == [True] * 3
    assert (entered.url.path, heading_of(entered)) == ("/account", "Good day, Eva Ević")


def test_invited_person_with_an_account_accepts_by_one_button(client, session) -> None:
    authority = make_authority(session)
    admin = make_user(session, roles=[Role.ADMIN], authority=authority)
    make_user(session, email="eva@grad.example")
    people.invite(act_as(session, admin), authority.id, email="eva@grad.example", role=Role.AUDITOR)

    accepted = client.submit(mailed(session))

    assert (accepted.url.path, "You accepted the invitation." in text_of(accepted)) == (
        "/account/sign-in", True,
    )  # fmt: skip


def test_first_administrator_signs_up_and_sets_up_the_authority(client, session) -> None:
    link = accounts_invitations.first_admin_link(act_as(session))
    path = link.removeprefix("http://127.0.0.1:8000")

    entered = client.submit(path, {"name": "Ana", "email": "ana@grad.example", "password": NEW})
    start = client.get("/admin")

    assert "You are the administrator." in text_of(entered)
    assert "Set up an authority" in text_of(start)
    assert session.execute(select(User.email)).scalar_one() == "ana@grad.example"
