"""The processes that are measured, and their clocks: CPU time as the kernel counts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from tests.make.people import NOW

START_SECONDS = 60
CHECKOUT = Path(__file__).resolve().parents[2]
SECRET_KEY = "0123456789abcdef" * 4
PRODUCT = ("-m", "app", "web")
TRIVIAL = ("-m", "tests.benchmarks.trivial")


@dataclass(frozen=True, slots=True)
class Server:
    """A web process that answers on `port` of this machine."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def most_memory_bytes(self) -> int:
        """Return the most that the process has ever held."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


def settings_of(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of an installation as it runs for people, not for developers."""
    return {
        "ENVELOPE_DATABASE_URL": url,
        "ENVELOPE_DATA_DIR": str(folder),
        "ENVELOPE_SECRET_KEY": SECRET_KEY,
        "ENVELOPE_CLOCK": f"{NOW.isoformat()} fixed",
        "ENVELOPE_DEVELOPMENT": "0",
        "ENVELOPE_LOG_LEVEL": "warning",
    }


@contextmanager
def serving(command: tuple[str, ...], settings: dict[str, str]) -> Iterator[Server]:
    """Start one web process on a free port, as `envelope serve` starts its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        port = listening.getsockname()[1]
        running = subprocess.Popen(
            [sys.executable, *command, "--fd", str(listening.fileno())],
            env={**os.environ, "ENVELOPE_PORT": str(port), **settings},
            cwd=CHECKOUT,
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
        )
    try:
        _wait_for(port, running)
        yield Server(running.pid, port)
    finally:
        running.terminate()
        running.wait(START_SECONDS)


@contextmanager
def working(settings: dict[str, str]) -> Iterator[int]:
    """Start one worker beside the server; give its process id."""
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        env={**os.environ, **settings},
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield running.pid
    finally:
        running.terminate()
        running.wait(START_SECONDS)


def _wait_for(port: int, running: subprocess.Popen) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        assert running.poll() is None, "the server ended before it answered; see its errors"
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        with suppress(OSError), closing(connection):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.05)
    raise TimeoutError(port)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process with all of its threads, in seconds, exact to a µs.

    Linux gives every process a clock of its own (`man clock_getcpuclockid`); where there is
    none, the ticks of /proc count, a hundred a second.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family_seconds(pid: int) -> float:
    """Return the CPU time of a process and of those that it has started."""
    seconds = cpu_seconds(pid)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while the folder is read.
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                seconds += cpu_seconds(int(stat.parent.name))
    return seconds


def database_seconds(url: str) -> float:
    """Return the CPU time of the processes that PostgreSQL keeps for its clients.

    What it does for itself beside them (vacuum, checkpoints) is not the request's.
    """
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        pids = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND backend_type = 'client backend'"
        ).fetchall()
    return sum(cpu_seconds(pid) for (pid,) in pids)
