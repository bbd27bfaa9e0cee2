"""Web processes as `envelope serve` starts them, and people with cookies of their own in front."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Barrier

import httpx2
from sqlalchemy.orm import Session

from app.actions import accounts_sessions
from app.models import User
from app.web.security import SESSION_COOKIE, TOKEN_FIELD
from tests.make.people import act_as

SECONDS = 30
START_SECONDS = 120  # a laden machine


@contextmanager
def serving(
    url: str, folder: Path, *, processes: int = 1, clock: datetime | str = "", **settings: object
) -> Iterator[list[str]]:
    """Start so many web processes on one database and folder; give the address of each.

    `clock` is a moment that stands still, or `@file` with a time that a test may move.
    """
    at = f"{clock.isoformat()} fixed" if isinstance(clock, datetime) else clock
    chosen = {"database_url": url, "data_dir": folder, "clock": at, **settings}
    environment = {f"ENVELOPE_{name.upper()}": str(value) for name, value in chosen.items()}
    with ExitStack() as stack:
        started = [stack.enter_context(_process(environment)) for _ in range(processes)]
        for address, running in started:
            _wait_for(address, running)
        yield [address for address, _ in started]


@contextmanager
def _process(environment: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        running = subprocess.Popen(
            [sys.executable, "-m", "app", "web", "--fd", str(listening.fileno())],
            env={**os.environ, "ENVELOPE_PORT": str(port), **environment},
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
        )
    try:
        yield f"http://127.0.0.1:{port}", running
    finally:
        running.terminate()
        running.wait(SECONDS)


def _wait_for(address: str, running: subprocess.Popen) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        assert running.poll() is None, "the server ended before it answered; see its errors"
        try:
            if httpx2.get(f"{address}/ready", timeout=SECONDS).status_code == 200:
                return
        except httpx2.TransportError:
            assert time.monotonic() < give_up, f"{address} does not answer"
        time.sleep(0.05)


@contextmanager
def working(url: str, folder: Path, *, clock: str = "") -> Iterator[None]:
    """Start one worker beside the servers, so that letters, receipts and mail are made."""
    chosen = {"database_url": url, "data_dir": folder, "clock": clock}
    environment = {f"ENVELOPE_{name.upper()}": str(value) for name, value in chosen.items()}
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(SECONDS)


class Person(httpx2.Client):
    """One browser: cookies of its own, follows redirects, sends the tokens that pages print."""

    def __init__(self, address: str, token: str = "", **more: object) -> None:
        super().__init__(base_url=address, follow_redirects=True, timeout=SECONDS, **more)
        if token:
            self.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1", path="/")

    def form(self, path: str) -> dict[str, str]:
        """Open a page and return its hidden fields, the token among them."""
        page = self.get(path)
        assert page.status_code == 200, f"{path}: {page.status_code} {sentence(page)}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        assert any(name == TOKEN_FIELD for name, _ in hidden), f"{path} has no form"
        return dict(hidden)


def sign_in(session: Session, user: User, now: datetime) -> str:
    """Begin a session of the person and return the value of its cookie."""
    return accounts_sessions.begin(act_as(session, user, now=now), user, user_agent="Test").token


def sentence(answer: httpx2.Response) -> str:
    """What the answer says to the person: the notice, or what stands under the heading."""
    text = re.sub(r"<(script|style|nav|header|footer).*?</\1>", " ", answer.text, flags=re.DOTALL)
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else text)).split())


def at_once(*deeds: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    """Do all at the same moment; return the answers in the order of the deeds."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], httpx2.Response]) -> httpx2.Response:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
