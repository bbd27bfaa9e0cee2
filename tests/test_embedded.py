"""Our own PostgreSQL for real: shared, killed, in odd folders, and again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app import embedded
from app.embedded import binaries, server
from app.embedded.place import Place, place_of

# A process that joins the server, says its address and stays until its input closes.
USER = """
import sys
from pathlib import Path
from app import embedded
with embedded.running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder with a space in its path, below a folder that nobody else may enter."""
    home = Path(tempfile.mkdtemp(prefix="envelope of "))
    assert home.stat().st_mode & 0o777 == 0o700
    yield home / "data folder"
    if (home / "data folder").exists():
        embedded.remove(home / "data folder")
    shutil.rmtree(home)


def asked(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def joined(folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def postmaster(folder: Path) -> int:
    return int(server.pid_file(place_of(folder))[0])


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def goes(pid: int) -> bool:
    """Say whether a server that was told to end does: its file goes a moment before itself."""
    until = time.monotonic() + 5
    while not is_gone(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return is_gone(pid)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while not is_gone(pid):
        time.sleep(0.01)


def test_server_speaks_unicode_keeps_checksums_and_ends_with_its_only_user(folder: Path) -> None:
    with embedded.running(folder) as url:
        told = asked(
            url,
            "SELECT current_setting('data_checksums') || ' ' || current_setting('fsync')"
            " || ' ' || pg_encoding_to_char(encoding) || ' ' || upper('čačak')"
            " FROM pg_database WHERE datname = current_database()",
        )
        running = postmaster(folder)

    assert told == "on on UTF8 ČAČAK"
    assert goes(running)


def test_what_was_written_is_there_after_everything_was_killed(folder: Path) -> None:
    user = joined(folder)
    url = user.stdout.readline().strip()
    asked(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    kill(postmaster(folder))
    user.kill()
    user.communicate()

    with embedded.running(folder, fsync=False) as again:
        answer = asked(again, "SELECT answer FROM kept")

    assert (answer, again) == (42, url)


def test_server_ends_with_the_last_of_its_users(folder: Path) -> None:
    first, second = joined(folder), joined(folder)
    urls = {first.stdout.readline(), second.stdout.readline()}
    running = postmaster(folder)

    first.communicate("")
    after_first = is_gone(running)
    second.communicate("")

    assert (len(urls), after_first, goes(running)) == (1, False, True)


def test_server_that_outlived_its_killed_user_is_taken_over(folder: Path) -> None:
    user = joined(folder)
    url = user.stdout.readline().strip()
    left = postmaster(folder)
    user.kill()
    user.communicate()

    with embedded.running(folder) as again:
        taken_over = postmaster(folder)

    assert (again, taken_over, goes(left)) == (url, left, True)


def test_stale_pid_file_with_the_number_of_another_program_does_not_stop_the_start(
    folder: Path,
) -> None:
    with embedded.running(folder, fsync=False):
        lines = server.pid_file(place_of(folder))
    (place_of(folder).data / "postmaster.pid").write_text(
        "\n".join([str(os.getppid()), *lines[1:]])
    )

    with embedded.running(folder, fsync=False) as url:
        assert asked(url, "SELECT 1") == 1


def test_half_made_data_folder_is_made_again(folder: Path) -> None:
    folder.mkdir()
    place = place_of(folder)
    half = place.data.with_name("data.new")
    half.mkdir(parents=True)
    (half / "rubbish").write_text("of a start that was killed")

    with embedded.running(folder, fsync=False) as url:
        assert asked(url, "SELECT 1") == 1
    assert not half.exists()


def test_another_port_is_taken_when_somebody_has_ours(folder: Path) -> None:
    with embedded.running(folder, fsync=False) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])

    with socket.create_server(("127.0.0.1", port)), embedded.running(folder) as other:
        assert asked(other, "SELECT 1") == 1
    assert other != url


def test_data_without_its_password_is_set_aside_not_deleted(folder: Path) -> None:
    with embedded.running(folder, fsync=False) as url:
        asked(url, "CREATE TABLE old (a int)")
    place_of(folder).password.unlink()

    with embedded.running(folder, fsync=False) as url:
        assert asked(url, "SELECT to_regclass('old')") is None
    left = place_of(folder).data.parent.glob("data.left-*")
    assert [path.joinpath("PG_VERSION").exists() for path in left] == [True]


def test_password_is_readable_for_its_owner_only(folder: Path) -> None:
    with embedded.running(folder, fsync=False):
        mode = place_of(folder).password.stat().st_mode

    assert mode & 0o777 == 0o600


def test_data_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(
        embedded.PostgresError, match=r"needs PostgreSQL 9 .* ENVELOPE_DATABASE_URL"
    ):
        binaries.binaries_for(Place(tmp_path, tmp_path / "data", None))


def test_postgresql_of_the_machine_serves_where_the_wheel_has_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    if not list(binaries._candidates()):
        pytest.skip("this machine has no PostgreSQL of its own")

    with embedded.running(folder, fsync=False) as url:
        assert asked(url, "SELECT upper('x')") == "X"


@pytest.mark.skipif(os.geteuid() != 0, reason="binaries are copied for root only")
def test_binaries_in_a_closed_folder_are_copied_with_their_libraries(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True)
    place = place_of(folder)
    package = next(binaries._candidates()).parent.parent
    closed = folder.parent / "site packages" / package.name
    shutil.copytree(package, closed)
    shutil.copytree(package.with_name(f"{package.name}.libs"), f"{closed}.libs")
    monkeypatch.setattr(binaries, "OUTSIDE", folder.parent.parent / f"out-{os.getpid()}")

    copied = binaries._copied(closed / "pginstall" / "bin", place)
    told = place.run(copied / "postgres", "--version")
    shutil.rmtree(binaries.OUTSIDE)

    assert (told.returncode, told.stdout[:21]) == (0, "postgres (PostgreSQL)")
