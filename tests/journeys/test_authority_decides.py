"""Without JavaScript, on the small template: check, assign, mark, agree, rank, allocate, decide."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.actions import applications_submit
from app.models import Application, Award, Call, StageEntry
from app.rules.permissions import Role
from tests.actions.test_applications import _ready
from tests.journeys.browser import chromium
from tests.journeys.desk import Desk
from tests.make.calls import CLOSES_AT, make_call
from tests.make.people import make_authority, make_user
from tests.servers import serving

pytestmark = pytest.mark.journey
IN_TIME = CLOSES_AT - timedelta(days=3)
STAFF = {
    "manager": Role.FUND_MANAGER,
    "second": Role.FUND_MANAGER,
    "officer": Role.OFFICER,
    "milena": Role.ASSESSOR,
    "dragan": Role.ASSESSOR,
    "chair": Role.CHAIR,
}


@pytest.fixture
def session(sessions: db.Sessions) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def _prepared(session: Session) -> tuple[int, int]:
    """An open call of the small template with two applications sent in, and the staff."""
    authority = make_authority(session)
    for name, role in STAFF.items():
        make_user(
            session, roles=[role], authority=authority, email=f"{name}@olg.example",
            name=name.capitalize(),
        )  # fmt: skip
    call = make_call(session, authority=authority, code="GARDENS")
    for _ in range(2):
        act, entry_id, _ = _ready(session, call=call)
        applications_submit.submit(act, entry_id, received_at=IN_TIME)
    session.commit()
    return call.id, call.stage_id


def test_an_authority_decides_without_javascript(
    session: Session, database_url: str, tmp_path: Path, browser: Browser
) -> None:
    call_id, stage_id = _prepared(session)
    entries = session.scalars(select(StageEntry.id).order_by(StageEntry.id)).all()
    clock = tmp_path / "clock"
    clock.write_text((CLOSES_AT + timedelta(hours=1)).isoformat())
    with serving(database_url, tmp_path, clock=f"@{clock}") as addresses:
        desks = {
            name: Desk(browser, addresses[0], scripts=False).sign_in(f"{name}@olg.example")
            for name in STAFF
        }
        _check_and_assign(desks["officer"], call_id, stage_id, entries)
        for name, marks in (("milena", ("9", "8")), ("dragan", ("9", "7.5"))):
            _assess(desks[name], marks)
        _agree_and_allocate(desks, stage_id)

    session.rollback()
    assert session.scalars(select(Call.state)).all() == ["decided"]
    assert session.scalars(select(Award.awarded_cents)).all() == [150_000_00, 150_000_00]
    assert session.scalars(select(Application.state)).all() == ["proposed", "proposed"]


def _check_and_assign(officer: Desk, call_id: int, stage_id: int, entries: list[int]) -> None:
    officer.go(f"/office/calls/{call_id}")
    for entry_id in entries:
        officer.go(f"/office/entries/{entry_id}/check")
        officer.choose("Met")
        officer.press("Save and admit")
        officer.sees("The application is admitted.")
    officer.go(f"/office/stages/{stage_id}/assessments")
    officer.follow("Assign")
    officer.choose("Milena")
    officer.choose("Dragan")
    officer.choose("The same people")
    officer.press("Show what would be done")
    officer.press("Assign to 2 applications")
    officer.sees("Applications assigned: 2.")


def _assess(assessor: Desk, marks: tuple[str, str]) -> None:
    assessor.go("/assessor")
    assessor.follow("Lot A")
    assessor.choose("I am impartial")
    assessor.press("Declare")
    assessor.sees("Your declaration is kept.")
    for _ in range(2):
        assessor.go("/assessor")
        assessor.page.locator('main a[href^="/assessor/assessments/"]').first.click()
        for place, mark in enumerate(marks):
            assessor.page.locator('[data-criterion] input[type="text"]').nth(place).fill(mark)
        assessor.fill("Comment on section A", "A garden for all.")
        assessor.fill("Comment on section B", "The neighbours will.")
        assessor.press("Check and submit")
        assessor.sees("Nothing is submitted yet.")
        assessor.press("Submit the assessment")
        assessor.sees("is submitted with")


def _agree_and_allocate(desks: dict[str, Desk], stage_id: int) -> None:
    path = f"/office/stages/{stage_id}/ranking"
    desks["chair"].go(path)
    desks["chair"].press("Agree the scores")
    desks["manager"].go(path)
    desks["manager"].press("Rank the list")
    desks["manager"].press("Run the allocation")
    desks["manager"].sees("so a second person has to decide")
    desks["second"].go(path)
    desks["second"].follow("Decide on the awards")
    desks["second"].fill("Reason", "As ranked by the committee.")
    desks["second"].press("Decide on the awards")
    desks["second"].sees("The awards are decided.")
