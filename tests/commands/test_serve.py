"""`envelope serve` for real: started, ended, killed, and started again."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app import embedded, schema
from app.embedded import server
from app.embedded.place import place_of
from tests.commands.served import served, status, wait_until
from tests.test_embedded import is_gone, kill, postmaster

WORKER = ("--worker-processes", "1")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="envelope-serve-"))
    yield folder
    embedded.remove(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_ctrl_c_ends_web_worker_and_database_and_the_next_start_finds_everything(
    data_dir: Path,
) -> None:
    with served(data_dir, "--setup", *WORKER) as first:
        health = status(first.ready() + "/health")
        parts = [*first.children(), postmaster(data_dir)]
        code = first.end(signal.SIGINT)
    with served(data_dir, "--setup") as second:
        second.ready()
        second.end(signal.SIGTERM)

    assert (health, code, [is_gone(pid) for pid in parts]) == (200, 0, [True] * 3)
    assert f"The database is up to date ({schema.head()})." in second.said


def test_empty_start_gives_the_first_administrator_a_link_until_somebody_is_there(
    data_dir: Path,
) -> None:
    with served(data_dir, "--setup", "--demo", "0") as running:
        address = running.ready()
        running.wait_for("The first administrator signs up here, once:")
        link = running.wait_for(f"{address}/account/first/").strip()
        answer = status(link)
        running.end()

    assert (answer, len(link.rpartition("/")[2])) == (200, 43)


def test_everything_killed_leaves_no_process_behind_and_starts_again(data_dir: Path) -> None:
    with served(data_dir, "--setup", *WORKER) as first:
        first.ready()
        children = first.children()
        kill(first.process.pid)
        kill(postmaster(data_dir))
        wait_until(lambda: all(is_gone(pid) for pid in children))
    with served(data_dir) as second:
        assert status(second.ready() + "/ready") == 200
        second.end()


def test_port_of_a_killed_supervisor_is_free_for_the_next_at_once(data_dir: Path) -> None:
    with served(data_dir, "--setup") as first:
        port = first.ready().rpartition(":")[2]
        kill(first.process.pid)
        with served(data_dir, "--port", port) as second:
            address = second.ready()
            second.end()

    assert address == f"http://127.0.0.1:{port}"


def test_killed_database_and_killed_web_process_come_back(data_dir: Path) -> None:
    with served(data_dir, "--setup") as running:
        address = running.ready()
        kill(postmaster(data_dir))
        running.wait_for("PostgreSQL had ended; it runs again.")
        after_database = status(address + "/ready")
        kill(running.children()[0])
        running.wait_for("The web process ended by itself")
        wait_until(lambda: status(address + "/ready") == 200)
        running.end()

    assert after_database == 200


def test_taken_port_is_told_with_its_holder_and_a_way_out(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with served(data_dir, "--port", str(port)) as refused:
            code, said = refused.result()

    assert code == 1
    assert said.startswith(f"Port {port} is taken by process {os.getpid()} (")
    assert said.endswith(f"for example: make run PORT={port + 1}")
    assert not place_of(data_dir).data.exists()


def test_database_one_migration_behind_is_refused_with_the_command(
    data_dir: Path, database_url: str
) -> None:
    schema.downgrade(database_url, "-1")

    with served(data_dir, ENVELOPE_DATABASE_URL=database_url) as refused:
        code, said = refused.result()

    assert (code, said) == (
        1,
        "The database is older than this program. Make a backup, then run: "
        ".venv/bin/envelope migrate",
    )


def test_database_of_a_newer_version_is_refused_even_by_the_set_up(
    data_dir: Path, database_url: str
) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with served(data_dir, "--setup", ENVELOPE_DATABASE_URL=database_url) as refused:
        code, said = refused.result()

    assert (code, said.partition(".")[0]) == (1, "The database is newer than this program")


def test_database_that_does_not_answer_is_told_in_a_sentence(data_dir: Path) -> None:
    nobody = "postgresql://nobody:secret@127.0.0.1:1/nothing"

    with served(data_dir, ENVELOPE_DATABASE_URL=nobody) as refused:
        code, said = refused.result()

    assert (code, said.partition("?")[0]) == (
        1,
        "The database at 127.0.0.1:1/nothing does not answer. "
        "Is it running, and is ENVELOPE_DATABASE_URL right",
    )


def test_mistyped_setting_is_told_with_the_nearest_name(data_dir: Path) -> None:
    with served(data_dir, ENVELOPE_SMTP_URI="smtp://mail") as refused:
        code, said = refused.result()

    assert (code, said) == (
        1,
        "There is no setting ENVELOPE_SMTP_URI. Did you mean ENVELOPE_SMTP_URL? "
        "The README lists them all.",
    )


def test_pid_file_is_read_as_postgresql_writes_it(data_dir: Path) -> None:
    with embedded.running(data_dir, fsync=False) as url:
        lines = server.pid_file(place_of(data_dir))

    assert f":{lines[3]}/" in url
