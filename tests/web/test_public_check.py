"""The public page that says whether a letter is genuine, and nothing about people."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.actions import decisions
from app.models import Letter
from app.web.public_check import normal
from tests.make.letters import PREPARED_AT, Decided, make_decided
from tests.make.people import act_as
from tests.web.conftest import Browser, text_of
from tests.web.test_office_letters import PDF, letter_of, prepare, print_all


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Decided:
    decided = make_decided(session)
    prepare(session, decided)
    print_all(session, decided, tmp_path / "files")
    return decided


@pytest.fixture
def letter(session: Session, made: Decided) -> Letter:
    decisions.announce(act_as(session, made.manager, now=PREPARED_AT), made.call.id)
    session.commit()
    return letter_of(session, made, "AWARDED_FULL")


def test_a_code_is_taken_however_it_is_typed() -> None:
    assert normal(" 7kq4 m2xp–91zd/ooil ") == "7KQ4-M2XP-91ZD-0011"


def test_a_genuine_code_shows_call_date_and_hash_but_no_person(
    client: Browser, letter: Letter
) -> None:
    page = text_of(client.get("/check", params={"code": letter.check_code.lower()}))
    assert "A letter with this code was issued by the authority." in page
    assert "GS-2026" in page
    assert "21 May 2026" in page
    for secret in ("Žabalj", "Ana Anić", "1,000,000.00", "Award"):
        assert secret not in page


def test_an_unknown_code_is_said_to_be_unknown(client: Browser, letter: Letter) -> None:
    page = client.get("/check/AAAA-BBBB-CCCC-DDDD")
    assert page.status_code == 404
    assert "No letter with this code was issued here." in text_of(page)


def test_a_letter_under_embargo_does_not_exist_for_the_public(
    client: Browser, session: Session, made: Decided
) -> None:
    code = letter_of(session, made, "AWARDED_FULL").check_code
    assert client.get(f"/check/{code}").status_code == 404


def test_a_file_is_compared_by_its_hash(client: Browser, letter: Letter) -> None:
    path = f"/check/{letter.check_code}"
    same = client.submit(path, files={"file": ("letter.pdf", PDF, "application/pdf")})
    assert "The file is exactly the letter that was issued." in text_of(same)
    other = client.submit(path, files={"file": ("letter.pdf", PDF + b" ", "application/pdf")})
    assert "The file is not the letter that was issued" in text_of(other)


def test_an_empty_code_asks_for_one(client: Browser) -> None:
    assert "Enter the code" in text_of(client.get("/check", params={"code": ""}))
