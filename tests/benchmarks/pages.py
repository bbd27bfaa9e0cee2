"""The pages and deeds that are measured: what each person asks for, and what it costs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.testclient import TestClient

from app import clock, db
from app.settings import Settings
from app.web.app import create_app
from app.web.security import TOKEN_FIELD
from tests.benchmarks.client import Asked, Level, Make, ask, connect, fields_of, load
from tests.benchmarks.copies import ANNOUNCED, ASSESSED, DRAFT, IN_WORK, World
from tests.benchmarks.running import SECRET_KEY, Server, database_seconds
from tests.benchmarks.scheme import STAGE
from tests.counting import counted_by_engine
from tests.make.people import NOW, PASSWORD

WARM = 3
SECTION = "results"
AUTOSAVE = (("x-autosave", "1"),)


@dataclass(frozen=True, slots=True)
class Effort:
    """How often a page is asked under 1, 8 and 32 clients, and for how long at most."""

    one: int
    eight: int
    many: int
    seconds: float

    @property
    def drafts(self) -> int:
        """How many drafts that takes: each is saved once and sent in once."""
        return WARM + 1 + self.one + self.eight + self.many


@dataclass(frozen=True, slots=True)
class Measured:
    """What one page costs: CPU of both servers for one request, queries, and waiting."""

    page: str
    cpu_ms: float
    database_ms: float
    queries: int | None
    levels: tuple[Level, ...]


def pages_of(world: World, server: Server) -> Iterator[tuple[str, Make]]:
    """Yield the pages by name; whoever is not an assessor or a clerk is the officer."""
    officer, half = world.patterns.officer_token, world.half
    assessed = world.patterns.assessed.call
    listed = f"/office/calls/{assessed.id}/applications"

    def some(number: int) -> int:
        """Spread the numbers over all copies, so that no cache of the database helps."""
        return number * 7919 % half + 1

    def searched(number: int) -> str:
        words = {"words": f"market {some(number) % 100}", "region": "RS12", "state": "admitted"}
        return f"{listed}?{urlencode(words)}"

    yield "account home", lambda _: Asked("/account", officer)
    yield "list of a call", lambda _: Asked(listed, officer)
    yield "list, filter and search", lambda n: Asked(searched(n), officer)
    yield (
        "list of all, search",
        lambda n: Asked(f"/office/applications?words=school+{some(n)}", officer),
    )
    yield "detail", lambda n: Asked(f"/office/applications/{ASSESSED + some(n)}", officer)
    yield "detail, awarded", lambda n: Asked(f"/office/applications/{ANNOUNCED + some(n)}", officer)
    yield (
        "award report",
        lambda _: Asked(f"/office/calls/{world.patterns.announced.call.id}/report", officer),
    )
    yield from _of_assessors(world, server, some)
    yield from _of_applicants(world, server)
    yield "sign in", _signing_in


def _of_assessors(world: World, server: Server, some: Any) -> Iterator[tuple[str, Make]]:
    def page(number: int) -> Asked:
        key = some(number)
        return Asked(f"/assessor/assessments/{IN_WORK + key}", world.assessor_of(key))

    fields = _fields(server, page(1))
    comment = next(name for name, _ in fields if name.startswith("comment"))

    def save(number: int) -> Asked:
        typed = dict(fields) | {comment: f"Workable and well proven, in the view of {number}."}
        return replace(page(number), fields=list(typed.items()), expects=303)

    yield (
        "assessor's list",
        lambda n: Asked("/assessor", f"assessor-{n % len(world.patterns.assessor_ids)}"),
    )
    yield "assessment page", page
    yield "save an assessment", save


def _of_applicants(world: World, server: Server) -> Iterator[tuple[str, Make]]:
    def at(number: int, place: str) -> Asked:
        return Asked(f"/applications/{DRAFT + number}/{STAGE}/{place}", f"clerk-{number}")

    def form(number: int) -> Asked:
        return at(number % world.drafts + 1, f"form/{SECTION}")

    # The last draft stays as it is until it is sent in with the others.
    fields = _fields(server, at(world.drafts, f"form/{SECTION}"))
    typed_in = [(len(value), name) for name, value in fields if name not in {TOKEN_FIELD, "seen"}]
    text = max(typed_in)[1]

    def save(number: int) -> Asked:
        typed = dict(fields) | {text: f"Improved in draft {number}, as every quarter of a minute."}
        asked = at(number, f"form/{SECTION}")
        return replace(asked, fields=list(typed.items()), headers=AUTOSAVE, expects=204)

    def submit(number: int) -> Asked:
        declared = [("declared", "yes"), ("form_key", uuid4().hex)]
        return replace(at(number, "submit"), fields=declared, expects=303)

    yield "form page", form
    yield "budget page", lambda n: at(n % world.drafts + 1, "budget")
    yield "save a draft", save
    yield "submit", submit


def _signing_in(number: int) -> Asked:
    fields = [("email", f"clerk{number}@bench.example"), ("password", PASSWORD)]
    return Asked("/account/sign-in", fields=fields, expects=303)


def _fields(server: Server, asked: Asked) -> list[tuple[str, str]]:
    connection = connect(server.port)
    try:
        return fields_of(ask(connection, asked))
    finally:
        connection.close()


def measure(page: str, make: Make, server: Server, url: str, effort: Effort) -> Measured:
    """Ask for a page again and again; CPU is that of the requests of one client alone."""
    numbers = count(1)
    load(server.port, make, numbers, 1, WARM, effort.seconds)
    cpu, database = server.cpu_seconds(), database_seconds(url) if url else 0.0
    one = load(server.port, make, numbers, 1, effort.one, effort.seconds)
    cpu, database = server.cpu_seconds() - cpu, (database_seconds(url) if url else 0.0) - database
    more = (
        load(server.port, make, numbers, clients, most, effort.seconds)
        for clients, most in ((8, effort.eight), (32, effort.many))
    )
    return Measured(
        page=page,
        cpu_ms=cpu * 1000 / one.requests,
        database_ms=database * 1000 / one.requests,
        queries=None,
        levels=(one, *more),
    )


class Counter:
    """The same application in this process, whose statements can be counted."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine = db.engine_for(url)
        chosen = Settings(
            database_url=url, data_dir=folder, secret_key=SECRET_KEY, development=False
        )
        self.client = TestClient(
            create_app(chosen, db.sessions(self.engine)), follow_redirects=False
        )

    def queries(self, asked: Asked) -> int:
        """Return how many statements the page asks, without those that only set something."""
        body, head = asked.body(), asked.head()
        method = "GET" if body is None else "POST"
        with clock.frozen(NOW), counted_by_engine(self.engine) as seen:
            answer = self.client.request(method, asked.path, content=body, headers=head)
        assert answer.status_code == asked.expects, (asked.path, answer.status_code)
        return sum(not each.startswith(("SET ", "SAVEPOINT", "RELEASE")) for each in seen)

    def close(self) -> None:
        self.engine.dispose()
