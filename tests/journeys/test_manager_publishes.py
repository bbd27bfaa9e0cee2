"""A fund manager makes a call of the library's template, is told what is wrong, and publishes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.models import Call, Lot
from app.rules.permissions import Role
from app.rules.scheme_json import digest
from tests.journeys.browser import chromium
from tests.journeys.desk import Desk
from tests.make.people import make_authority, make_user
from tests.servers import serving

pytestmark = pytest.mark.journey
TITLE = "Integrated projects of towns, first call"


@pytest.fixture
def session(sessions: db.Sessions) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_a_fund_manager_starts_mends_and_publishes_a_call(
    session: Session, database_url: str, tmp_path: Path, browser: Browser
) -> None:
    authority = make_authority(session)
    make_user(session, roles=[Role.FUND_MANAGER], authority=authority, email="manager@olg.example")
    session.commit()
    clock = tmp_path / "clock"
    clock.write_text("2026-11-21T11:00:00Z")
    with serving(database_url, tmp_path, clock=f"@{clock}") as addresses:
        manager = Desk(browser, addresses[0]).sign_in("manager@olg.example")
        _start(manager)
        _dates(manager)
        _money(manager)
        _publish(manager)
        clock.write_text("2026-12-02T11:00:00Z")
        visitor = Desk(browser, addresses[0])
        visitor.go("/calls")
        visitor.follow(TITLE)
        visitor.sees("EUR\u00a010,140,000.00")

    session.rollback()
    call = session.scalars(select(Call)).one()
    assert (call.state, call.digest) == ("published", digest(call.template))
    money = session.execute(select(Lot.code, Lot.envelope_cents).order_by(Lot.position)).all()
    assert [tuple(row) for row in money] == [("L1", 4_140_000_00), ("L2", 6_000_000_00)]


def _start(manager: Desk) -> None:
    manager.go("/office/calls/new")
    manager.page.locator('input[value="eu_integra_sctm"]').check()
    manager.fill("Code", "INTEGRA-1")
    manager.fill("Title", TITLE)
    manager.press("Start the call")
    manager.sees(TITLE)


def _dates(manager: Desk) -> None:
    manager.page.locator('a[href$="/dates"]').first.click()
    manager.moment("Opens", 1, 12, 2026, "09:00")
    manager.moment("Closes", 30, 11, 2026, "17:00")
    manager.press("Save")
    manager.sees("There is a problem")
    manager.moment("Closes", 15, 2, 2027, "17:00")
    manager.press("Save")
    manager.sees("15 February 2027, 17:00")


def _money(manager: Desk) -> None:
    manager.page.locator('a[href$="/lots"]').first.click()
    manager.page.locator('[name="lots-L1-envelope"]').fill("4,140,000.00")
    manager.page.locator('[name="envelope"]').fill("10,140,000.00")
    manager.page.locator('[name="lots-L2-envelope"]').fill("5,000,000.00")
    # Enter saves, whatever buttons stand before it on the page.
    manager.page.locator('[name="lots-L2-envelope"]').press("Enter")
    manager.sees("they differ by EUR\u00a01,000,000.00")
    manager.page.locator('[name="lots-L2-envelope"]').fill("6,000,000.00")
    manager.page.get_by_role("button", name="Save", exact=True).click()
    manager.sees("Saved.")


def _publish(manager: Desk) -> None:
    manager.follow("Go to publishing")
    manager.sees("The reserve list lapses before the call has closed.")
    manager.page.locator('a[href$="/dates"]').first.click()
    manager.moment("Reserve list", 31, 12, 2027)
    manager.press("Save")
    manager.follow("Go to publishing")
    manager.page.locator('[name="confirmed"]').first.check()
    manager.press("Publish and freeze the rules")
    manager.sees("The call is published and its rules are frozen.")
