"""The life of one server: made, launched, asked, stopped."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from app.embedded.binaries import major
from app.embedded.place import OUTSIDE, Place, PostgresError

NAME = "envelope"
PATIENCE_SECONDS = 60


def create(place: Place, binaries: Path) -> None:
    """Make the data folder beside its place and rename it: a killed start leaves no half of one."""
    home, draft = place.data.parent, place.data.with_name("data.new")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.base not in home.parents:
        OUTSIDE.chmod(0o755)
    shutil.rmtree(draft, ignore_errors=True)
    password = secrets.token_urlsafe(24)
    handed = home / "password.new"
    _write_private(handed, password)
    if place.user is not None:
        for path in (home, handed):
            os.chown(path, place.user.pw_uid, place.user.pw_gid)
    newer = int(major(binaries)) >= 17
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if newer else []
    done = place.run(
        binaries / "initdb", "-D", str(draft), "-U", NAME, "--pwfile", str(handed),
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", *locale,
    )  # fmt: skip
    handed.unlink()
    if done.returncode != 0:
        raise PostgresError(f"Envelope cannot make its database: {_last_line(done.stderr)}")
    _write_private(place.password, password)
    draft.rename(place.data)


def set_orphan_aside(place: Place) -> None:
    """Rename data whose password is gone: somebody deleted the data folder to start anew."""
    if (place.data / "PG_VERSION").exists() and not place.password.exists():
        place.data.rename(place.data.with_name(f"data.left-{secrets.token_hex(4)}"))


def launch(place: Place, binaries: Path, *, fsync: bool) -> None:
    """Start the server on a loopback port: the last one if it is still free.

    After a killed server its children hold the shared memory for some seconds, so
    failures are tried again for a while.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        options = [
            "listen_addresses=127.0.0.1", f"port={_port(place)}", "unix_socket_directories=",
            f"fsync={'on' if fsync else 'off'}", "timezone=UTC", "log_timezone=UTC",
            "logging_collector=on", "log_filename=postgresql-%a.log", "log_rotation_age=1d",
            "log_truncate_on_rotation=on", "log_directory=log",
        ]  # fmt: skip
        done = pg_ctl(
            place, binaries, "start", "-l", str(place.log),
            "-o", " ".join(f"-c '{option}'" for option in options),
        )  # fmt: skip
        if done.returncode == 0 or is_ready(place):
            return
        if time.monotonic() > give_up:
            raise PostgresError(
                f"Envelope cannot start its PostgreSQL: {_last_line(done.stderr)} "
                f"The server's own words are in {place.log}."
            )
        time.sleep(0.5)


def pg_ctl(place: Place, binaries: Path, verb: str, *rest: str) -> subprocess.CompletedProcess[str]:
    patience = str(PATIENCE_SECONDS)
    return place.run(binaries / "pg_ctl", verb, "-w", "-t", patience, "-D", str(place.data), *rest)


def pid_file(place: Place) -> list[str]:
    """Return the lines of postmaster.pid: 0 process, 3 port, 7 state; empty without a server."""
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def is_ready(place: Place) -> bool:
    """True when the server takes connections; waits while it starts or stops."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while is_alive(lines := pid_file(place)):
        if len(lines) > 7 and lines[7].strip() == "ready":
            return _answers(int(lines[3]))
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return False


def is_alive(lines: list[str]) -> bool:
    """True when the process in postmaster.pid exists, whatever it is."""
    try:
        os.kill(int(lines[0]), 0)
    except (IndexError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def forget_stranger(place: Place) -> None:
    """Remove a postmaster.pid whose number now belongs to another program, or to a zombie.

    So after a hard stop of the machine, and in containers that reap no processes. A
    number that belongs to nobody stays: then PostgreSQL itself looks whether children
    of the killed server still live. Here we have to wait for them ourselves.
    """
    lines = pid_file(place)
    command = Path("/proc") / (lines[0].strip() if lines else "none") / "cmdline"
    if not command.exists() or b"postgres" in command.read_bytes():
        return
    give_up = time.monotonic() + PATIENCE_SECONDS
    while _somebody_works_in(place.data) and time.monotonic() < give_up:
        time.sleep(0.1)
    (place.data / "postmaster.pid").unlink()


def _somebody_works_in(folder: Path) -> bool:
    """True when a process has `folder` as its working directory, as each of a server's has."""

    def works_in(process: Path) -> bool:
        try:
            return (process / "cwd").readlink() == folder
        except OSError:
            return False

    return any(works_in(process) for process in Path("/proc").glob("[0-9]*"))


def _port(place: Place) -> int:
    """Return the port of the last start if it is free, so that addresses stay true, else any."""
    last = place.data / "postmaster.opts"
    words = last.read_text().split("port=")[1:] if last.exists() else []
    wanted = [int("".join(filter(str.isdigit, words[0][:6])))] if words else []
    for port in (*wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PostgresError("There is no free port on 127.0.0.1 for PostgreSQL.")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def address(place: Place) -> str:
    return f"postgresql://{NAME}:{place.password.read_text()}@127.0.0.1:{pid_file(place)[3]}/{NAME}"


def ensure_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if f'"{NAME}" does not exist' not in str(error):
            raise PostgresError(f"Envelope's own PostgreSQL refuses it: {error}") from error
        with psycopg.connect(url.removesuffix(NAME) + "postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def _write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(content)


def _last_line(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason."
