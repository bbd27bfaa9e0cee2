"""Child processes of `envelope serve`, and the port that they share."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import Problem

BACKLOG = 2048
LONGEST_PAUSE_SECONDS = 30.0
# So long may web processes of a killed supervisor still answer what they have in hand.
ORPHAN_SECONDS = 15.0
# After so long a child counts as healthy, and its next end as the first one.
HEALTHY_SECONDS = 60.0


def end_with_parent(lifeline: int | None) -> None:
    """End this process in good order when its parent is gone, even by `kill -9`.

    `lifeline` is the reading end of a pipe whose other end only the parent holds.
    """
    if lifeline is None:
        return

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, or refuse with who has the port and what to do."""
    give_up = time.monotonic() + ORPHAN_SECONDS
    while True:
        try:
            return _listen(host, port)
        except PermissionError:
            raise Problem(
                f"Port {port} needs rights that this user does not have. "
                "Choose one above 1023, for example: make run PORT=8000"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Problem(f"Envelope cannot listen on {host}:{port}: {error}.") from None
        holder = holder_of(port)
        if holder is None or not _is_orphan(holder) or time.monotonic() > give_up:
            raise Problem(
                f"Port {port} is taken by {_words(holder) if holder else 'another program'}. "
                f"Stop that, or choose another port, for example: make run PORT={port + 1}"
            )
        time.sleep(0.2)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def holder_of(port: int) -> Path | None:
    """Return the /proc folder of the program that listens on `port`, if it can be seen."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for handle in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        with suppress(OSError):
            if str(handle.readlink()) in inodes:
                return handle.parent.parent
    return None


def _words(process: Path) -> str:
    return f"process {process.name} ({' '.join(_command(process)[:4])})"


def _is_orphan(process: Path) -> bool:
    """True for a web process of ours whose supervisor was killed: it is about to end."""
    try:
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return True
    ours = {"app", "web", "--lifeline"} <= set(_command(process))
    return ours and "serve" not in _command(process.with_name(parent))


def _command(process: Path) -> list[str]:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
    return [word.decode(errors="replace") for word in words if word]


def _listening_inodes(port: int) -> list[str]:
    found = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            parts = line.split()
            if parts[1].endswith(f":{port:04X}") and parts[3] == "0A":
                found.append(parts[9])
    return found


@dataclass(slots=True)
class Child:
    """One process that is started again whenever it ends by itself."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    handles: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    _lifeline: int = field(default=-1)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches only us, and we keep the order."""
        reading, self._lifeline = os.pipe()
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "app", *self.arguments, "--lifeline", str(reading)],
            cwd=Path(__file__).resolve().parents[2],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=(*self.handles, reading),
            start_new_session=True,
        )
        os.close(reading)
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def code(self) -> int | None:
        return None if self.process is None else self.process.returncode

    def start_again(self) -> float:
        """Start it when its pause is over; return the seconds still to wait, 0 when started."""
        if time.monotonic() - self.started > HEALTHY_SECONDS:
            self.failures = 0
        pause = min(0.5 * 2.0**self.failures, LONGEST_PAUSE_SECONDS)
        left = self.started + pause - time.monotonic()
        if left > 0:
            return left
        self.failures += 1
        os.close(self._lifeline)
        self.start()
        return 0.0

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def stop(self, patience_seconds: float) -> None:
        """Wait until it has finished what it has in hand, and end it hard after that."""
        if self.process is None:
            return
        try:
            self.process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._lifeline)
        self.process = None
