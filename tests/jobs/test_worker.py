"""The worker against a real queue: what it does once, again, or gives up."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app import queue
from app.actions import mail
from app.db import Sessions, in_transaction
from app.documents.child import Renderer
from app.documents.store import Store
from app.jobs import worker
from app.jobs.handlers import HANDLERS, Handler, Tools
from app.jobs.schedule import SCHEDULE
from app.models import Mail
from tests.make.people import act_as


@pytest.fixture
def bench(sessions: Sessions, tmp_path: Path) -> Iterator[worker.Bench]:
    with Renderer() as renderer:
        yield worker.Bench(sessions, Tools(renderer, Store(tmp_path / "files")))


def jobs(sessions: Sessions) -> list[tuple]:
    with sessions() as session:
        found = session.execute(
            text("SELECT task_name, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        )
        return [tuple(row) for row in found]


def enqueue(sessions: Sessions, task: str, **arguments: int) -> None:
    with in_transaction(sessions) as session:
        queue.enqueue(session, task, **arguments)


def test_everything_that_happens_by_the_clock_has_a_handler() -> None:
    assert set(SCHEDULE) - set(HANDLERS) == set()


def test_a_mail_written_in_an_act_is_sent_once(
    bench: worker.Bench, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    monkeypatch.setattr(mail, "_file", lambda message, _: sent.append(message["To"]))
    with in_transaction(bench.sessions) as session:
        mail.post(act_as(session), to="ana@example.org", subject="Hello", body="Good day")
    worker.work_off(database_url, bench)
    worker.work_off(database_url, bench)
    assert sent == ["ana@example.org"]
    assert jobs(bench.sessions) == []


def test_a_job_of_a_rolled_back_act_does_not_exist(bench: worker.Bench) -> None:
    with bench.sessions() as session:
        queue.enqueue(session, "mail.send", mail_id=1)
        session.rollback()
    assert jobs(bench.sessions) == []


def test_a_failed_attempt_waits_before_the_next(
    bench: worker.Bench, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the mail server is away")

    monkeypatch.setitem(HANDLERS, "mail.send", Handler(run=refuse, pauses=(60,)))
    enqueue(bench.sessions, "mail.send", mail_id=1)
    worker.work_off(database_url, bench)
    assert jobs(bench.sessions) == [("mail.send", "todo", 1)]


def test_after_the_last_attempt_the_reason_stands_where_people_look(
    bench: worker.Bench, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the mail server is away")

    give_up = HANDLERS["mail.send"].give_up
    monkeypatch.setitem(HANDLERS, "mail.send", Handler(run=refuse, give_up=give_up))
    with in_transaction(bench.sessions) as session:
        key = mail.post(act_as(session), to="ana@example.org", subject="Hello", body="Hi")
    worker.work_off(database_url, bench)
    with bench.sessions() as session:
        assert session.get_one(Mail, key).failure == "OSError: the mail server is away"
    assert jobs(bench.sessions) == [("mail.send", "failed", 1)]


def test_an_unknown_job_fails_and_the_log_names_it(
    bench: worker.Bench, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(bench.sessions, "letters.fold", letter_id=7)
    with caplog.at_level(logging.ERROR):
        worker.work_off(database_url, bench)
    assert jobs(bench.sessions) == [("letters.fold", "failed", 1)]
    assert "letters.fold" in caplog.text


def test_what_a_silent_worker_had_in_hand_is_taken_up_again(sessions: Sessions) -> None:
    enqueue(sessions, "mail.send", mail_id=1)
    enqueue(sessions, "mail.send", mail_id=2)
    with in_transaction(sessions) as session:
        gone, here = (_worker(session, silent) for silent in (60, 0))
        _hand(session, 1, gone)
        _hand(session, 2, here)
    with in_transaction(sessions) as session:
        assert queue.take_up_again(session) == 1
    assert jobs(sessions) == [("mail.send", "todo", 1), ("mail.send", "doing", 0)]


def _worker(session, silent_seconds: int) -> int:
    return session.scalar(
        text(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => :silent)) RETURNING id"
        ),
        {"silent": silent_seconds},
    )


def _hand(session, job: int, worker_id: int) -> None:
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :w WHERE id = :j"),
        {"w": worker_id, "j": job},
    )


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)


def test_a_worker_process_beats_sends_and_ends_when_asked(
    sessions: Sessions, database_url: str, tmp_path: Path
) -> None:
    process = start_worker(database_url, tmp_path)
    try:
        with in_transaction(sessions) as session:
            act = act_as(session, now=datetime.now(UTC))
            mail.post(act, to="ana@example.org", subject="Hello", body="Hi")
        wait_until(lambda: list((tmp_path / "mail").glob("*.eml")) != [])
        with sessions() as session:
            beats = session.scalar(text("SELECT count(*) FROM procrastinate_workers"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert beats == 1
        with sessions() as session:
            assert session.scalar(text("SELECT count(*) FROM procrastinate_workers")) == 0
    finally:
        process.kill()
        process.wait()


def start_worker(database_url: str, data_dir: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        env={
            **os.environ,
            "ENVELOPE_DATABASE_URL": database_url,
            "ENVELOPE_DATA_DIR": str(data_dir),
        },
    )
