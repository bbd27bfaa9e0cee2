"""People in front of a server: so many at once, each with one connection, as fast as it answers."""

import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from itertools import count
from threading import Barrier
from urllib.parse import urlencode

from app.settings import Settings
from app.web.security import SESSION_COOKIE, TOKEN_FIELD, VISITOR_COOKIE, csrf_token
from tests.benchmarks.running import SECRET_KEY

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose, where to, and what is posted, if anything."""

    path: str
    session: str = ""
    fields: Sequence[tuple[str, str]] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    expects: int = 200

    def head(self) -> dict[str, str]:
        name, value = self._cookie()
        found = {**dict(self.headers), "cookie": f"{name}={value}"}
        if self.fields is not None:
            found["content-type"] = "application/x-www-form-urlencoded"
        return found

    def body(self) -> bytes | None:
        """Return the form with a token of its session, as every page of ours prints one."""
        if self.fields is None:
            return None
        token = csrf_token(Settings(secret_key=SECRET_KEY).key(), self._cookie()[1])
        kept = [(name, value) for name, value in self.fields if name != TOKEN_FIELD]
        return urlencode([(TOKEN_FIELD, token), *kept]).encode()

    def _cookie(self) -> tuple[str, str]:
        return (SESSION_COOKIE, self.session) if self.session else (VISITOR_COOKIE, "visitor")


# What the request of a number is; numbers begin at 1 and never come twice for one page.
Make = Callable[[int], Asked]


@dataclass(frozen=True, slots=True)
class Level:
    """How long answers took under so many clients, in milliseconds."""

    clients: int
    requests: int
    median_ms: float
    p95_ms: float
    per_second: float


def ask(connection: HTTPConnection, asked: Asked) -> bytes:
    """Send one request and return its body; a wrong status is a mistake of the benchmark."""
    body = asked.body()
    connection.request("GET" if body is None else "POST", asked.path, body, asked.head())
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != asked.expects:
        said = unescape(text.decode(errors="replace"))[:4000]
        raise AssertionError(f"{asked.path}: {answer.status}, not {asked.expects}\n{said}")
    return text


def connect(port: int) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.connect()
    # A head and a body are two small packets: without this the second waits for 40 ms.
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def load(
    port: int, make: Make, numbers: Iterator[int], clients: int, most: int, seconds: float
) -> Level:
    """Ask with `clients` at once until `most` answers came or the time is over."""
    start = Barrier(clients + 1)
    tickets = count(1)
    took: list[float] = []

    def work() -> None:
        connection = connect(port)
        start.wait()
        give_up = time.monotonic() + seconds
        while next(tickets) <= most and time.monotonic() < give_up:
            asked = make(next(numbers))
            began = time.perf_counter()
            ask(connection, asked)
            took.append((time.perf_counter() - began) * 1000)
        connection.close()

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(work) for _ in range(clients)]
        start.wait()
        began = time.perf_counter()
        for each in running:
            each.result()
        whole = time.perf_counter() - began
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Level(clients, len(took), statistics.median(ordered), p95, len(took) / whole)


@dataclass
class _Fields(HTMLParser):
    """Reads the fields of every posting form of a page, with what stands in them."""

    forms: list[list[tuple[str, str]]] = field(default_factory=list)
    inside: bool = False
    area: str = ""
    choice: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, kind = has.get("name") or "", has.get("type") or "text"
        if tag == "form":
            self.inside = has.get("method", "get") == "post"
            if self.inside:
                self.forms.append([])
        elif not self.inside:
            return
        elif tag == "textarea" and name:
            self.area = name
            self.forms[-1].append((name, ""))
        elif tag == "select":
            self.choice = name
        elif tag == "option" and "selected" in has:
            self.forms[-1].append((self.choice, has.get("value") or ""))
        elif tag == "input" and name and (kind not in {"radio", "checkbox"} or "checked" in has):
            self.forms[-1].append((name, has.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            name, before = self.forms[-1][-1]
            self.forms[-1][-1] = (name, before + data.lstrip("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = ""


def fields_of(page: bytes) -> list[tuple[str, str]]:
    """Return the names and values of the largest form that a page posts."""
    reader = _Fields()
    reader.feed(page.decode())
    return max(reader.forms, key=len)
