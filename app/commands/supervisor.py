"""Runs PostgreSQL, web processes and workers as one; ends them in the reverse order."""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app import clock, embedded, schema
from app.commands import first_start
from app.commands.migrate import AHEAD, BEHIND, moved, say, standing
from app.commands.processes import Child, listening_socket
from app.db import database
from app.errors import Conflict
from app.settings import Settings, settings

WEB_PATIENCE_SECONDS = 15.0
WORKER_PATIENCE_SECONDS = 30.0
READY_SECONDS = 60.0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Wish(threading.Event):
    """Somebody's wish to end: during the set-up at once, later in good order.

    Once served, a second Ctrl-C changes nothing: PostgreSQL has to be stopped too.
    """

    is_patient = False

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        self.set()
        if not self.is_patient:
            raise KeyboardInterrupt


def run(*, setup: bool) -> int:
    """Serve until somebody ends it; return the exit code."""
    chosen = settings()
    with listening_socket(chosen.host, chosen.port) as listener, _stoppable() as stopping:
        if chosen.port == 0:
            chosen = _on_port(listener.getsockname()[1])
        if chosen.database_url is None:
            say(f"Starting PostgreSQL; all data is kept in {chosen.data_dir}.")
        with database(chosen) as url:
            welcome = _prepared(url, setup=setup)
            return _serve(chosen, url, listener, welcome, stopping)


def _on_port(port: int) -> Settings:
    """Return the settings with the port that the system chose, for the children as well."""
    os.environ["ENVELOPE_PORT"] = str(port)
    settings.cache_clear()
    return settings()


def _prepared(url: str, *, setup: bool) -> list[str]:
    """Bring the database to where it can be served, or refuse; return what to tell people."""
    if setup:
        say(moved(url))
        return first_start.prepare(url)
    found = standing(url)
    if found is not schema.Standing.CURRENT:
        raise Conflict(AHEAD if found is schema.Standing.AHEAD else BEHIND)
    return []


def _serve(
    chosen: Settings, url: str, listener: socket.socket, welcome: list[str], stopping: _Wish
) -> int:
    stopping.is_patient = True
    environment = _environment(url)
    handle = listener.fileno()
    webs = [
        Child("web process", ("web", "--fd", str(handle)), environment, (handle,))
        for _ in range(chosen.web_processes)
    ]
    workers = [Child("worker", ("worker",), environment) for _ in range(chosen.worker_processes)]
    try:
        for child in (*webs, *workers):
            child.start()
        if not _is_ready(listener, webs[0], stopping):
            return _not_ready(stopping)
        for line in (f"Envelope is ready: {chosen.base_url}", *welcome, "Ctrl-C ends it."):
            say(line)
        _watch([*webs, *workers], stopping, own=chosen.database_url is None)
    finally:
        say("Ending …")
        _end(webs, WEB_PATIENCE_SECONDS)
        _end(workers, WORKER_PATIENCE_SECONDS)
    return 0


def _not_ready(stopping: _Wish) -> int:
    if stopping.is_set():
        return 0
    say("Envelope did not come up; the lines above say why. `envelope doctor` looks for causes.")
    return 1


def _environment(url: str) -> dict[str, str]:
    moved_clock = {clock.VARIABLE: value} if (value := clock.for_children()) else {}
    return {**os.environ, "ENVELOPE_DATABASE_URL": url, **moved_clock}


def _watch(children: list[Child], stopping: _Wish, *, own: bool) -> None:
    """Start again what ends by itself, the database too, until somebody wants to stop."""
    told: set[int] = set()
    while not stopping.wait(1.0):
        if own and embedded.revive(settings().data_dir):
            say("PostgreSQL had ended; it runs again.")
        for child in children:
            if not child.has_ended():
                continue
            if id(child) not in told:
                say(f"The {child.name} ended by itself (code {child.code}); it is started again.")
                told.add(id(child))
            if not child.start_again():
                told.discard(id(child))


def _is_ready(listener: socket.socket, web: Child, stopping: _Wish) -> bool:
    """Wait until the first web process answers, whatever it answers."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and not web.has_ended() and not stopping.is_set():
        try:
            connection = http.client.HTTPConnection(host, port, timeout=5)
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _end(children: list[Child], patience_seconds: float) -> None:
    for child in children:
        child.ask_to_end()
    for child in children:
        child.stop(patience_seconds)


@contextmanager
def _stoppable() -> Iterator[_Wish]:
    """Turn Ctrl-C and requests to end into a wish that is fulfilled in good order."""
    wish = _Wish()
    before = {name: signal.signal(name, wish.hear) for name in ENDING}
    try:
        yield wish
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
