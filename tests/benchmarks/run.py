"""One whole run: for each size a database of its own, filled, measured and deleted again."""

import gc
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import db, embedded, schema
from tests.benchmarks import copies, dividing, letters, pages, reports
from tests.benchmarks.client import Asked
from tests.benchmarks.copies import World
from tests.benchmarks.dividing import Divided
from tests.benchmarks.letters import Pace
from tests.benchmarks.pages import Counter, Effort, Measured
from tests.benchmarks.reports import Written
from tests.benchmarks.running import PRODUCT, TRIVIAL, Server, serving, settings_of
from tests.benchmarks.world import make_patterns

TRIVIAL_PAGE = "trivial FastAPI answer"
# A full application takes about 22 KB with its indexes; the rest is for the journal.
BYTES_EACH, BYTES_MORE = 60_000, 2 * 10**9
APPLICATIONS_PER_ASSESSOR = 50


class NoRoomError(Exception):
    """The disk has too little room for a database of that size."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured: parts may be left out by name, `page` names one page of many."""

    sizes: tuple[int, ...]
    effort: Effort
    letters: int
    divided: int
    folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    parts: tuple[str, ...] = ("pages", "report", "letters", "allocation")
    page: str = ""


@dataclass(slots=True)
class Results:
    """Everything that one size gave."""

    size: int
    fill_seconds: float = 0.0
    database_bytes: int = 0
    pages: list[Measured] = field(default_factory=list)
    report: list[Written] = field(default_factory=list)
    letters: list[Pace] = field(default_factory=list)
    allocation: list[Divided] = field(default_factory=list)


def run(wanted: Wanted) -> Iterator[Results]:
    """Measure each size; letters and the allocation do not depend on it and come with the last."""
    for size in wanted.sizes:
        is_last = size == wanted.sizes[-1]
        parts = [part for part in wanted.parts if is_last or part in {"pages", "report"}]
        with _database(wanted, size) as (url, folder):
            yield _measured(replace(wanted, parts=tuple(parts)), size, url, folder)


@contextmanager
def _database(wanted: Wanted, size: int) -> Iterator[tuple[str, Path]]:
    wanted.folder.mkdir(parents=True, exist_ok=True)
    needed = BYTES_EACH * size + BYTES_MORE
    if shutil.disk_usage(wanted.folder).free < needed:
        raise NoRoomError(f"{size} applications need {needed // 10**9} GB in {wanted.folder}.")
    folder = Path(tempfile.mkdtemp(prefix="envelope-bench-", dir=wanted.folder))
    folder.chmod(0o755)
    try:
        yield embedded.start(folder), folder
    finally:
        embedded.remove(folder)


def _measured(wanted: Wanted, size: int, url: str, folder: Path) -> Results:
    results = Results(size)
    began = time.monotonic()
    world = filled(url, folder, size, wanted.effort.drafts)
    results.fill_seconds = time.monotonic() - began
    results.database_bytes = _bytes(url)
    with ExitStack() as stack:
        server = stack.enter_context(serving(PRODUCT, settings_of(url, folder)))
        if "pages" in wanted.parts:
            results.pages = list(_pages(wanted, world, server, url, folder))
        if "report" in wanted.parts:
            results.report = list(reports.measure(world, server, url, folder))
    if "letters" in wanted.parts:
        results.letters = list(letters.measure(world, url, folder, wanted.letters))
    if "allocation" in wanted.parts:
        results.allocation = list(dividing.measure(wanted.divided))
    return results


def filled(url: str, folder: Path, size: int, drafts: int) -> World:
    schema.upgrade(url)
    engine = db.engine_for(url)
    with db.sessions(engine)() as session:
        patterns = make_patterns(session, folder, max(4, size // 2 // APPLICATIONS_PER_ASSESSOR))
        session.commit()
    with engine.connect() as connection:
        # A power cut while it is filled costs a rerun and nothing else.
        connection.exec_driver_sql("SET synchronous_commit = off")
        connection.commit()
        world = copies.multiply(connection, patterns, size, drafts)
    copies.analyse(engine)
    engine.dispose()
    gc.collect()
    return world


def _bytes(url: str) -> int:
    engine = db.engine_for(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
        size = int(found.scalar_one())
    engine.dispose()
    return size


def _pages(
    wanted: Wanted, world: World, server: Server, url: str, folder: Path
) -> Iterator[Measured]:
    with serving(TRIVIAL, {}) as trivial:
        yield pages.measure(TRIVIAL_PAGE, lambda _: Asked("/"), trivial, "", wanted.effort)
    counter = Counter(url, folder)
    for name, make in pages.pages_of(world, server):
        if wanted.page in name:
            measured = pages.measure(name, make, server, url, wanted.effort)
            yield replace(measured, queries=counter.queries(make(world.drafts)))
    counter.close()
