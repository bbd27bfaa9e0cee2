"""The development page of mail: links to click, and nowhere but in development."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.models import Mail
from app.settings import Settings
from app.web.app import create_app
from app.web.dev import clickable
from tests.web.conftest import heading_of, text_of


def test_mail_is_listed_and_read_with_its_link(client, session) -> None:
    client.submit("/account/register", {"name": "Ana", "email": "ana@grad.example"})
    mail_id = session.execute(select(Mail.id)).scalar_one()

    listed, shown = client.get("/dev/mail"), client.get(f"/dev/mail/{mail_id}")

    assert "Confirm your e-mail address" in text_of(listed)
    assert heading_of(shown) == "Confirm your e-mail address"
    assert '<a class="govuk-link" href="http://127.0.0.1:8000/account/confirm/' in shown.text


def test_missing_mail_is_not_there(client) -> None:
    assert client.get("/dev/mail/7").status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"public_base_url": "http://testserver"},
        {"smtp_url": "smtp://mail.example"},
        {"host": "0.0.0.0"},
        {"development": False},
    ],
)
def test_page_does_not_exist_on_a_server(sessions, tmp_path, more) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, **more), sessions)) as browser:
        assert browser.get("/dev/mail").status_code == 404


def test_text_of_a_mail_is_escaped() -> None:
    shown = clickable("<b> http://a.example/x?a=1&b=2. </b>")

    assert shown == (
        '&lt;b&gt; <a class="govuk-link" href="http://a.example/x?a=1&amp;b=2">'
        "http://a.example/x?a=1&amp;b=2</a>. &lt;/b&gt;"
    )
