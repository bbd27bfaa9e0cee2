"""Walks through every page as everybody, and keeps what it saw."""

import re
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from random import Random
from urllib.parse import urljoin, urlsplit

from sqlalchemy import Engine, event
from starlette.routing import compile_path
from starlette.testclient import TestClient

from app.rules.permissions import GRANTED, Actor, Permission, Role
from app.web.assets import PREFIX
from app.web.security import SESSION_COOKIE
from tests.house.routes import Filed, filed

LINK = re.compile(r'<(?:a|form|img|iframe)\b[^>]*?\s(?:href|action|src)="([^"]*)"[^>]*>')
POSTED = re.compile(r'<form\b[^>]*method="post"[^>]*>', re.IGNORECASE)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of the world with a session, and what the table lets them do."""

    name: str
    token: str
    actor: Actor

    def holds(self) -> set[str]:
        """Return the words of `routes.txt` that are true of this person."""
        held = {"anybody", "developers"}
        if self.actor.is_signed_in:
            held |= {"signed_in", Permission.CHANGE_OWN_ACCOUNT.name}
        roles = set(self.actor.roles)
        if self.actor.organisation_ids:
            roles.add(Role.APPLICANT)
        return held | {each.name for role in roles for each in GRANTED[role]}


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one person saw it. `found_on` is the page that had the link, or empty."""

    who: str
    route: str
    path: str
    status: int
    is_html: bool
    text: str
    queries: int
    milliseconds: float
    found_on: str = ""
    error: str = ""

    @property
    def title(self) -> str:
        found = TITLE.search(self.text)
        return " ".join(unescape(found[1]).split()) if found else ""

    def links(self) -> list[str]:
        """Return the addresses of our own pages that this page leads to, by GET."""
        if not self.is_html:
            return []
        html = POSTED.sub("", self.text)
        targets = (urljoin(self.path, unescape(link)) for link in LINK.findall(html))
        return [each for each in dict.fromkeys(map(_plain, targets)) if _is_ours(each)]


def _plain(target: str) -> str:
    return urlsplit(target)._replace(fragment="").geturl()


def _is_ours(target: str) -> bool:
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and not parts.path.startswith((PREFIX, "/dev/"))


@cache
def _patterns() -> list[tuple[re.Pattern[str], Filed]]:
    """Return what each page's address looks like, in the order in which they are tried."""
    pages = [line for line in filed().values() if line.method == "GET"]
    return [(compile_path(line.path)[0], line) for line in pages]


@dataclass(slots=True)
class World:
    """The application on the demo world, with everybody who may come.

    `client` stays in its context while people walk: outside of it each answer would begin and
    end a thread. `places` are pages at which everybody begins, beside the usual ones.
    """

    client: TestClient
    engine: Engine
    visitors: Mapping[str, Visitor]
    places: tuple[str, ...] = ()

    def route_of(self, path: str) -> Filed | None:
        """Return the filed line of the page behind an address, None where there is no page."""
        where = urlsplit(path).path
        for pattern, line in _patterns():
            if pattern.match(where):
                return line
        return None


class Walker:
    """One person before the browser; counts what each page asks the database."""

    def __init__(self, world: World, visitor: Visitor) -> None:
        self.world, self.visitor = world, visitor

    def visit(self, path: str, found_on: str = "") -> Visit:
        client = self.world.client
        client.cookies.clear()
        if self.visitor.token:
            client.cookies.set(
                SESSION_COOKIE, self.visitor.token, domain="testserver.local", path="/"
            )
        line = self.world.route_of(path)
        began, error, answer = time.perf_counter(), "", None
        with _counted(self.world.engine) as asked:
            try:
                answer = client.get(path)
            except Exception as bug:  # noqa: BLE001 - every bug is a finding, the walk goes on
                error = f"{type(bug).__name__}: {bug}"
        is_html = answer is not None and "text/html" in answer.headers.get("content-type", "")
        return Visit(
            who=self.visitor.name,
            route=line.name if line else "",
            path=path,
            status=answer.status_code if answer is not None else 500,
            is_html=is_html,
            text=answer.text if is_html else "",
            queries=asked[0],
            milliseconds=(time.perf_counter() - began) * 1000,
            found_on=found_on,
            error=error,
        )

    def walk(self, starts: Iterable[str], *, per_route: int) -> Iterator[Visit]:
        """Follow links from the starts; of each page at most so many, each shape of query once."""
        waiting = deque((start, "") for start in starts)
        known, seen = set(starts), Counter()
        while waiting:
            path, found_on = waiting.popleft()
            line = self.world.route_of(path)
            kind = (line.name if line else path, _shape(path))
            if seen[kind] >= per_route:
                continue
            seen[kind] += 1
            visit = self.visit(path, found_on)
            yield visit
            links = visit.links()
            # Everybody looks at other rows of a long list; all together see most of them.
            Random(f"{self.visitor.name} {path}").shuffle(links)
            for link in links:
                if link not in known:
                    known.add(link)
                    waiting.append((link, path))


def _shape(path: str) -> tuple[str, ...]:
    """Return the names of the query: filters and pages of one list are a kind of their own."""
    return tuple(sorted({pair.partition("=")[0] for pair in urlsplit(path).query.split("&")}))


@contextmanager
def _counted(engine: Engine) -> Iterator[list[int]]:
    asked = [0]

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        asked[0] += not statement.startswith(("SET ", "SAVEPOINT", "RELEASE"))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
