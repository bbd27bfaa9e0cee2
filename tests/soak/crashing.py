"""A whole installation under load whose processes are killed at random, and what it must keep."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlalchemy.orm import Session

from app import db
from app.actions import letters
from app.models import User
from tests.actions.test_allocation import A2, Office
from tests.actions.test_applications import _ready
from tests.commands.served import Served, status
from tests.concurrency.test_two_people import Paying
from tests.make.calls import make_call
from tests.make.letters import PREPARED_AT, make_many
from tests.make.people import NOW, act_as
from tests.make.scores import Scored
from tests.servers import Person, sign_in
from tests.test_embedded import postmaster

PATIENCE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class World:
    """Who acts and on what; all of it is in the database before the first process starts."""

    senders: dict[int, str]  # application → token of the person who sends it
    ranking: str  # page of the allocation
    managers: tuple[str, str]
    payments: list[tuple[tuple[int, str], tuple[int, str]]]  # two requests, an approver each
    batch: tuple[int, int]  # manager of the letters, their stage


def build(session: Session, *, applications: int, letters_count: int, payments: int) -> World:
    def token(user: User) -> str:
        return sign_in(session, user, NOW)

    call = make_call(session, code="GARDENS")
    senders = {}
    for number in range(applications):
        act, _, key = _ready(session, call=call, now=NOW, email=f"sender{number}@example.org")
        senders[key] = token(session.get_one(User, act.actor.user_id))
    office = Office(session)
    office.ranked([Scored(*line) for line in A2])
    pairs = []
    for _ in range(payments):
        paying = Paying(session, 200_000_00)
        keys = [payment.id for payment in paying.payments]
        pairs.append(tuple(zip(keys, map(token, paying.approvers), strict=True)))
    decided = make_many(session, letters_count)
    letters.prepare(act_as(session, decided.manager, now=PREPARED_AT), decided.stage_id)
    managers = (token(office.first), token(office.second))
    ranking = f"/office/stages/{office.stage_id}/ranking"
    return World(senders, ranking, managers, pairs, (decided.manager.id, decided.stage_id))


@dataclass(slots=True)
class Load:
    """People at work; what an answer promised them is written down here."""

    address: str
    world: World
    stop: threading.Event = field(default_factory=threading.Event)
    sent: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[None]:
        deeds = (self._send_applications, self._allocate, self._approve)
        threads = [threading.Thread(target=self._until_stopped, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()

    def _until_stopped(self, deed: Callable[[], Iterator[None]]) -> None:
        for _ in deed():
            if self.stop.is_set():
                return

    def _ask(self, token: str, path: str, to: str, **more: str) -> int:
        """Open the form and send it as a person does; 0 when nobody answers."""
        with Person(self.address, token) as person, suppress(httpx2.TransportError):
            shown = person.get(path)
            if shown.status_code != 200:
                return shown.status_code
            answered = person.post(to, data={**person.form(path), **more})
            self.answers[f"{to.rpartition('/')[2]} {answered.status_code}"] += 1
            return answered.status_code
        time.sleep(0.1)
        return 0

    def _send_applications(self) -> Iterator[None]:
        """Send each one again until an answer says that it arrived."""
        waiting = list(self.world.senders.items())
        while waiting:
            key, token = waiting.pop(0)
            path = f"/applications/{key}/application/submit"
            with suppress(AssertionError):
                if self._ask(token, path, path, declared="yes") == 200:
                    self.sent.add(key)
                    yield
                    continue
            if self._is_sent(key, token):
                self.sent.add(key)
            else:
                waiting.append((key, token))
            yield

    def _is_sent(self, key: int, token: str) -> bool:
        """True when the form leads to the receipt: the answer to its sending was lost."""
        with Person(self.address, token) as person, suppress(httpx2.TransportError):
            shown = person.get(f"/applications/{key}/application/submit")
            return shown.status_code == 200 and shown.url.path.endswith("/receipt")
        return False

    def _allocate(self) -> Iterator[None]:
        """Two managers run the allocation and take it back, as fast as they can."""
        path = self.world.ranking
        while True:
            for token in self.world.managers:
                with suppress(AssertionError):
                    self._ask(token, path, f"{path}/allocate")
                yield
            with suppress(AssertionError):
                token, again = self.world.managers[0], f"{path}/discard"
                self._ask(token, again, again, reason="Once more.")
            yield

    def _approve(self) -> Iterator[None]:
        """Two approvers press for two requests of which the agreement bears only one."""
        while True:
            for pair in self.world.payments:
                for key, token in pair:
                    page = f"/finance/payments/{key}"
                    with suppress(AssertionError):
                        self._ask(token, page, f"{page}/approve")
                    yield


@dataclass(slots=True)
class Killer:
    """Kills a web process, a worker or the database, in a random order that a seed brings back."""

    served: Served
    folder: Path
    dice: random.Random
    killed: Counter[str] = field(default_factory=Counter)

    def go_on_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self.dice.uniform(1.0, 4.0)))
            self._kill(self.dice.choice(["web", "web", "worker", "worker", "database"]))

    def _kill(self, kind: str) -> None:
        victims = [] if kind == "database" else self._children(kind)
        with suppress(FileNotFoundError, IndexError, ProcessLookupError, ValueError):
            victim = postmaster(self.folder) if kind == "database" else self.dice.choice(victims)
            os.kill(victim, signal.SIGKILL)
            self.killed[kind] += 1

    def _children(self, kind: str) -> list[int]:
        found = []
        for child in self.served.children():
            with suppress(OSError):
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                if kind.encode() in words:
                    found.append(child)
        return sorted(found)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Start `envelope serve` as people do; what it says is read away so that it never waits."""
    running = Served(
        folder, "--web-processes", "2", "--worker-processes", "1",
        ENVELOPE_CLOCK=f"{NOW.isoformat()} fixed", ENVELOPE_LOG_LEVEL="error",
    )  # fmt: skip
    with ExitStack() as stack:
        stack.callback(running.process.kill)
        yield running
        stack.pop_all()


def read_away(served: Served) -> threading.Thread:
    def read() -> None:
        for line in served.process.stdout:
            served.said.append(line.rstrip())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def wait_until(goes_on: Callable[[], int], goal: int, what: str) -> None:
    """Wait while it goes on, however slow the machine; give up when nothing moves any more."""
    last, since = -1, time.monotonic()
    while (now := goes_on()) != goal:
        if now != last:
            last, since = now, time.monotonic()
        assert time.monotonic() - since < PATIENCE_SECONDS, f"{what}: {now} of {goal}"
        time.sleep(0.3)


def is_ready(address: str) -> bool:
    return status(f"{address}/ready") == 200


@contextmanager
def reading(url: str) -> Iterator[Session]:
    engine = db.engine_for(url, tokens=1)
    try:
        with db.sessions(engine)() as session:
            yield session
    finally:
        engine.dispose()
