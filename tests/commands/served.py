"""Starts `envelope serve` as people do, listens to what it says, and ends or kills it."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 90


class Served:
    """One running `envelope serve`; `said` holds its lines so far."""

    def __init__(self, data_dir: Path, *words: str, **settings: str) -> None:
        chosen = {"ENVELOPE_DATA_DIR": str(data_dir), "ENVELOPE_DEMO": "0", **settings}
        words = ("--port", "0", "--worker-processes", "0", *words)
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *words],
            env={**os.environ, **chosen},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, words: str) -> str:
        """Read lines until one has `words`, and return it; kill a server that never says it."""
        impatient = threading.Timer(SECONDS, self.process.kill)
        impatient.start()
        try:
            for line in self.process.stdout:
                self.said.append(line.rstrip())
                if words in line:
                    return line.rstrip()
        finally:
            impatient.cancel()
        raise AssertionError(f"never said {words!r}, but: {self.said}")

    def ready(self) -> str:
        """Wait until it serves, and return its address."""
        return self.wait_for("Envelope is ready: ").rpartition(" ")[2]

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        self.said += self.process.communicate(timeout=SECONDS)[0].splitlines()
        return self.process.returncode

    def result(self) -> tuple[int, str]:
        """Wait until it ends by itself; return its code and all that it said."""
        rest = self.process.communicate(timeout=SECONDS)[0]
        return self.process.returncode, "\n".join([*self.said, rest]).strip()

    def children(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]


@contextmanager
def served(data_dir: Path, *words: str, **settings: str) -> Iterator[Served]:
    running = Served(data_dir, *words, **settings)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def status(url: str) -> int:
    """Return the status of the answer; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)
