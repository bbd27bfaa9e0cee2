"""The proof of the batch: a worker killed at letter 50 of 200 loses nothing and doubles nothing."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import decisions, letters
from app.db import Sessions, in_transaction
from app.models import Letter, Membership, StoredFile
from tests.make.letters import PREPARED_AT, Decided, make_many
from tests.make.people import act_as, make_user
from tests.web.conftest import Browser

NUMBER, KILLED_AT = 200, 50


def start_worker(database_url: str, data_dir: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        env={
            **os.environ,
            "ENVELOPE_DATABASE_URL": database_url,
            "ENVELOPE_DATA_DIR": str(data_dir),
        },
    )


def printed(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).where(Letter.state == "rendered"))


def wait_for(sessions: Sessions, number: int, seconds: float = 400) -> None:
    give_up = time.monotonic() + seconds
    while printed(sessions) < number:
        assert time.monotonic() < give_up, f"only {printed(sessions)} of {number} were printed"
        time.sleep(0.05)


def test_two_hundred_letters_survive_a_killed_worker_and_stay_under_embargo(
    session: Session,
    sessions: Sessions,
    database_url: str,
    tmp_path: Path,
    sign_in_as: Callable[..., Browser],
) -> None:
    decided = make_many(session, NUMBER)
    letters.prepare(act_as(session, decided.manager, now=PREPARED_AT), decided.stage_id)
    session.commit()

    kill_at_work(sessions, database_url, tmp_path)
    assert KILLED_AT <= printed(sessions) < NUMBER
    again = start_worker(database_url, tmp_path)
    try:
        wait_for(sessions, NUMBER)
    finally:
        again.send_signal(signal.SIGTERM)
        assert again.wait(40) == 0

    rows = session.execute(
        select(Letter.application_id, StoredFile.sha256, StoredFile.size_bytes)
        .join(StoredFile, StoredFile.id == Letter.file_id)
        .where(Letter.state == "rendered")
    ).all()
    files = {path.name: path for path in (tmp_path / "files").glob("??/??/*")}
    assert len(rows) == len({row.application_id for row in rows}) == NUMBER
    assert {row.sha256 for row in rows} == set(files)
    assert len(files) == NUMBER
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files.values()}
    assert hashes == set(files)

    nobody_sees_any_before_everybody_sees_their_own(session, sessions, decided, sign_in_as)


def kill_at_work(sessions: Sessions, database_url: str, data_dir: Path) -> None:
    worker = start_worker(database_url, data_dir)
    try:
        wait_for(sessions, KILLED_AT)
    finally:
        worker.kill()
        worker.wait()


def nobody_sees_any_before_everybody_sees_their_own(
    session: Session, sessions: Sessions, decided: Decided, sign_in_as: Callable[..., Browser]
) -> None:
    contact, own = make_contact(session, decided)
    keys = list(session.scalars(select(Letter.id).order_by(Letter.id)))
    browser = sign_in_as(contact)
    assert {open_letter(browser, key) for key in keys} == {404}
    with in_transaction(sessions) as deed:
        act = act_as(deed, deed.merge(decided.manager, load=False), now=PREPARED_AT)
        decisions.announce(act, decided.call.id)
    assert [key for key in keys if open_letter(browser, key) == 200] == [own]


def open_letter(browser: Browser, key: int) -> int:
    answer = browser.get(f"/letters/{key}.pdf")
    if answer.status_code == 200:
        assert answer.content.startswith(b"%PDF")
    return answer.status_code


def make_contact(session: Session, decided: Decided) -> tuple:
    """A contact of the organisation behind one letter in the middle, and that letter."""
    application = decided.applications["100"]
    contact = make_user(session)
    session.add(
        Membership(
            organisation_id=application.organisation_id,
            user_id=contact.id,
            role="contact",
            state="admitted",
            asked_at=PREPARED_AT,
            answered_at=PREPARED_AT,
        )
    )
    session.commit()
    own = session.scalar(select(Letter.id).where(Letter.application_id == application.id))
    return contact, own
