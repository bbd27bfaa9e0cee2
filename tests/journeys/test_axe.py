"""Forty pages of the demo world in chromium: no accessibility fault, nothing cut off at 320 px."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.models import User
from app.web.security import SESSION_COOKIE
from tests.demo import NOW, DemoWorld
from tests.journeys.browser import axe_source, chromium, faults
from tests.servers import serving, sign_in

pytestmark = pytest.mark.journey

# Whose page it is (the part before the @), and where.
PAGES = {
    "": ("/", "/calls", "/calls/1", "/calls/1/results", "/calls/3", "/help", "/accessibility",
         "/privacy", "/check", "/account/sign-in", "/account/register", "/account/forgotten"),
    "clerk.kraljevo": ("/applications", "/applications/1", "/applications/1/concept_note/answers",
                       "/applications/1/concept_note/receipt", "/letters", "/agreements",
                       "/agreements/1", "/applicant/organisations", "/applicant/organisations/new",
                       "/account", "/account/details"),
    "manager": ("/office/calls", "/office/calls/1", "/office/calls/new", "/office/applications",
                "/office/applications/1", "/office/stages/1/ranking", "/office/stages/2/ranking",
                "/office/stages/1/letters", "/office/letters", "/office/reports",
                "/office/calls/1/report", "/office/audit", "/office/stages/4/assessments",
                "/office/calls/18/rounds", "/office/stages/31/interviews"),
    "assessor1": ("/assessor",),
    "finance": ("/finance/agreements", "/finance/agreements/1", "/finance/payments",
                "/finance/payments/1"),
    "admin": ("/admin/authorities/1", "/admin/authorities/1/staff", "/admin/authorities/1/invite"),
}  # fmt: skip


@pytest.fixture(scope="module")
def site(demo_url: str, demo_world: DemoWorld) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a running server on the demo world, and a session of each person."""
    now = datetime.fromisoformat(NOW)
    engine = create_engine(demo_url, poolclass=NullPool)
    with Session(engine) as session:
        tokens = {name: sign_in(session, _user(session, name), now) for name in PAGES if name}
        session.commit()
    with serving(demo_url, demo_world.folder, clock=now) as addresses:
        yield addresses[0], tokens


def _user(session: Session, name: str) -> User:
    role, _, place = name.partition(".")
    email = f"{role}@{place or 'attd'}.example"
    return session.scalars(select(User).where(User.email == email)).one()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("who", PAGES)
def test_pages_have_no_accessibility_fault_and_fit(
    site: tuple[str, dict[str, str]], browser: Browser, who: str, width: int
) -> None:
    address, tokens = site
    context = browser.new_context(viewport={"width": width, "height": 900})
    if who:
        context.add_cookies([{"name": SESSION_COOKIE, "value": tokens[who], "url": address}])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    found = {path: _looked_at(page, f"{address}{path}", width) for path in PAGES[who]}

    context.close()
    assert {path: each for path, each in found.items() if each} == {}
    assert errors == []


def _looked_at(page: Page, address: str, width: int) -> list[object]:
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"answered {answer and answer.status}"]
    page.evaluate(axe_source())
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*faults(page), *([f"{wide} px wide"] if wide > width else [])]
