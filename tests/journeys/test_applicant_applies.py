"""A newcomer finds a call, opens an account, describes the organisation, applies."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.documents.render import print_html
from app.models import Application, Organisation, Submission
from tests.journeys.browser import chromium
from tests.journeys.desk import Desk
from tests.make.calls import CLOSES_AT, make_call
from tests.servers import serving, working

pytestmark = pytest.mark.journey
PASSWORD = "a boat under the bridge"


@pytest.fixture
def session(sessions: db.Sessions) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_a_newcomer_applies_and_keeps_a_receipt(
    session: Session, database_url: str, tmp_path: Path, browser: Browser
) -> None:
    make_call(session, code="GARDENS", title="Small grants for town gardens")
    session.commit()
    clock = tmp_path / "clock"
    clock.write_text((CLOSES_AT - timedelta(days=3)).isoformat())
    at = f"@{clock}"
    with (
        serving(database_url, tmp_path, clock=at) as addresses,
        working(database_url, tmp_path, clock=at),
    ):
        ana = Desk(browser, addresses[0])
        _open_an_account(ana)
        _describe_the_organisation(ana)
        _fill_in(ana, tmp_path)
        receipt = _send_in(ana)

    session.rollback()
    sent = session.scalars(select(Submission)).one()
    application = session.scalars(select(Application)).one()
    assert session.scalars(select(Organisation.name)).all() == ["Friends of the old mill"]
    assert (application.state, application.requested_cents) == ("submitted", 150_000_00)
    assert application.reference in receipt
    assert sent.snapshot["answers"]["title"] == "Garden of the old mill"


def _open_an_account(ana: Desk) -> None:
    ana.go("/calls")
    ana.follow("Small grants for town gardens")
    ana.follow("Apply")
    ana.follow("Open an account")
    ana.fill("Your name", "Ana Anić")
    ana.fill("E-mail", "ana@mill.example")
    ana.press("Send me the link")
    ana.sees("Look into your mail")
    ana.go("/dev/mail")
    ana.page.locator('main a[href^="/dev/mail/"]').first.click()
    ana.page.locator('main a[href*="/account/confirm/"]').first.click()
    ana.fill("New password", PASSWORD)
    ana.page.locator("main form button").last.click()


def _describe_the_organisation(ana: Desk) -> None:
    ana.sees("Small grants for town gardens")
    ana.follow("Describe your organisation")
    ana.choose("Civil society organisation")
    ana.press("Continue")
    ana.fill("Name or a part of it", "novi sad")
    ana.press("Search")
    ana.choose("Novi Sad")
    ana.press("Continue")
    for label, value in ORGANISATION.items():
        ana.fill(label, value)
    for name, value in NUMBERS.items():
        ana.page.locator(f'[name="{name}"]').fill(value)
    ana.press("Save")
    ana.sees("Your organisation is described.")


ORGANISATION = {
    "Full name": "Friends of the old mill",
    "Street and number": "Trg slobode 1",
    "Postcode": "21000",
    "Place": "Novi Sad",
    "Legal representative": "Boris Borić",
    "Title of the legal representative": "Director",
    "E-mail address": "office@mill.example",
}


# Invented, with the right check digits.
NUMBERS = {"number_PIB": "991000502", "number_MB": "99000503"}
BUDGET = {
    "lines0-0-description": "Trees",
    "lines0-0-unit": "tree",
    "lines0-0-units": "20",
    "lines0-0-value": "10.000,00",
    "flat1": "5 000,00",
    "source0": "150000",
    "source1": "55000",
}


def _fill_in(ana: Desk, folder: Path) -> None:
    ana.press("Begin")
    ana.follow("Your garden")
    ana.fill("Name of the garden", "Garden of the old mill")
    ana.fill("What will you do?", "We plant lindens and benches.")
    ana.press("Save and return")
    ana.follow("Budget")
    for name, value in BUDGET.items():
        ana.page.locator(f'[name="{name}"]').fill(value)
    ana.press("Save and return")
    ana.follow("Documents")
    statutes = folder / "statutes.pdf"
    statutes.write_bytes(print_html("<html lang='en'><h1>Statutes</h1></html>", {}))
    ana.page.locator('input[type="file"]').set_input_files(statutes)
    ana.press("Add this file")
    ana.sees("statutes.pdf")
    ana.follow("Back to all parts")


def _send_in(ana: Desk) -> str:
    ana.follow("Check your answers and send in")
    ana.follow("Go on to the declaration")
    ana.choose("I declare this")
    ana.press("Send in now")
    with ana.page.expect_download() as download:
        ana.follow("Download the receipt")
    return _text_of_pdf(download.value.path())


def _text_of_pdf(path: Path) -> str:
    printed = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    )
    return printed.stdout
