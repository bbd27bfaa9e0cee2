"""What cannot be stored is refused before a page runs, whatever the field, file or address."""

import pytest
from sqlalchemy.orm import Session

from app.models import User
from app.web.security import TOKEN_FIELD
from tests.make.people import make_user
from tests.web.conftest import Browser, heading_of, text_of

UNREADABLE = (422, "Some answers need another look")


def said(answer) -> tuple[int, str]:
    return answer.status_code, heading_of(answer)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Mira\0", "phone": ""},
        {"name": "Mira", "phone": "", "un\0known": "x"},
        {"name": "Mira", "phone": "", "csrf": ["a", "\0"]},
    ],
)
def test_null_byte_in_any_field_is_refused_and_nothing_is_saved(
    session: Session, sign_in_as, typed: dict[str, object]
) -> None:
    person = make_user(session, name="Ana Anić")

    answer = sign_in_as(person).submit("/account/details/change", typed)

    assert said(answer) == UNREADABLE
    assert "null byte" in text_of(answer)
    assert session.get_one(User, person.id).name == "Ana Anić"


def test_null_byte_in_the_name_of_a_file_is_refused(client: Browser) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    body = part.format(TOKEN_FIELD, "", client.token()) + part.format(
        "file", '; filename="a\0.pdf"', "%PDF-"
    )

    answer = client.post(
        "/account/register",
        content=f"{body}--x--\r\n",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )

    assert said(answer) == UNREADABLE


def test_null_byte_in_a_search_is_refused(client: Browser) -> None:
    assert said(client.get("/calls?q=%00")) == UNREADABLE


def test_null_byte_in_an_address_names_no_page(client: Browser) -> None:
    assert client.get("/check/%00").status_code == 404
