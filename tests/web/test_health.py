"""What a supervisor asks: alive, ready, and how far behind the background work is."""

import shutil

import pytest
from sqlalchemy import text

from app import queue, schema
from tests.web.conftest import Browser


def test_health_asks_nothing_of_others(client: Browser) -> None:
    assert client.get("/health").text == "ok"


@pytest.mark.parametrize("path", ["/health", "/ready", "/", "/calls", "/nothing-here"])
def test_head_answers_as_get_without_the_body(client: Browser, path: str) -> None:
    answered, asked = client.get(path), client.request("HEAD", path)

    assert (asked.status_code, asked.content) == (answered.status_code, b"")
    assert asked.headers["content-type"] == answered.headers["content-type"]


def test_head_is_no_way_to_send_a_form(client: Browser) -> None:
    assert client.request("HEAD", "/account/sign-out").status_code == 405


def test_ready_tells_database_files_queue_and_worker(client: Browser, session) -> None:
    answer = client.get("/ready")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "database": "current",
            "files": "reachable",
            "queue": {"waiting": 0, "oldest_seconds": 0},
            "worker": "silent",
        },
    )
    queue.enqueue(session, "mail.send", mail_id=1)
    session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    session.execute(text("UPDATE procrastinate_events SET at = now() - interval '90 seconds'"))
    told = client.get("/ready").json()

    assert (told["queue"], told["worker"]) == ({"waiting": 1, "oldest_seconds": 90}, "at work")


def test_what_is_to_be_done_later_does_not_wait_yet(client: Browser, session) -> None:
    later = session.scalar(text("SELECT now() + interval '1 hour'"))
    queue.enqueue_many(session, "mail.send", [{"mail_id": 1}], later=later)

    assert client.get("/ready").json()["queue"] == {"waiting": 0, "oldest_seconds": 0}


def test_nobody_is_sent_to_a_process_without_its_files(client: Browser, chosen) -> None:
    client.get("/ready")
    shutil.rmtree(chosen.files_dir)

    answer = client.get("/ready")

    assert (answer.status_code, answer.json()["files"]) == (503, "unreachable")


def test_nobody_is_sent_to_a_process_with_other_tables(
    client: Browser, session, database_url: str
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    answer = client.get("/ready")

    assert (answer.status_code, answer.json()) == (
        503,
        {"database": "ahead", "files": "reachable"},
    )
    assert schema.knows("9999") is False
