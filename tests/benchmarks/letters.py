"""Letters a second: workers that take jobs from the queue, against bare WeasyPrint.

The bare one prints the same HTML with the same fonts, style and archive variant, one
process, nothing stored. Letters a second need a quiet machine; the processor's time for a
letter (worker, the child that prints, the database) can be compared on a busy one as well.
"""

import json
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from sqlalchemy import create_engine, text

from app import db, queue
from app.actions import letters
from app.documents import render
from app.documents.contexts import from_json
from app.models import Letter
from tests.benchmarks.clone import copy, number_on
from tests.benchmarks.copies import ANNOUNCED, World
from tests.benchmarks.running import database_seconds, family_seconds, settings_of, working
from tests.make.people import NOW

SAMPLE = render.REPORTS / "award_letter" / "sample.json"
DOCUMENT = "award_letter"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """So many letters a second by so many processes, and the processor's time for one letter.

    The time is that of all who take part: the worker, its child and the database.
    """

    what: str
    processes: int
    per_second: float
    cpu_ms: float


def measure(world: World, url: str, folder: Path, count: int) -> Iterator[Pace]:
    """Yield the pace of bare WeasyPrint and of workers, by one and by two processes.

    Two bare processes show what the machine itself gives to two at once.
    """
    for processes in (1, 2):
        yield bare(count, processes)
    for round_, workers in enumerate((1, 2)):
        keys = _letters(world, url, count, round_)
        yield _worked_off(url, folder, keys, workers)


def bare(count: int, processes: int) -> Pace:
    """Let processes print the same page again and again."""
    context = get_context("spawn")
    ready, go, done = context.Barrier(processes + 1), context.Event(), context.Queue()
    printers = [
        context.Process(target=_print_bare, args=(count // processes, ready, go, done))
        for _ in range(processes)
    ]
    for printer in printers:
        printer.start()
    ready.wait()
    began = time.monotonic()
    go.set()
    cpu_seconds = sum(done.get() for _ in printers)
    seconds = time.monotonic() - began
    for printer in printers:
        printer.join()
    printed = count // processes * processes
    return Pace("bare WeasyPrint", processes, printed / seconds, 1000 * cpu_seconds / printed)


def _print_bare(count: int, ready: Barrier, go: Event, done: Queue) -> None:
    import weasyprint

    warnings.simplefilter("ignore")
    page = render.html(from_json(DOCUMENT, json.loads(SAMPLE.read_text())))
    press = render._press()
    files = render._Fetcher({})

    def print_one() -> None:
        source = weasyprint.HTML(
            string=page, base_url="house:", url_fetcher=files, media_type="print"
        )
        source.write_pdf(
            font_config=press.fonts,
            stylesheets=[press.style],
            pdf_variant=render.VARIANT,
            cache=press.pictures,
        )

    print_one()
    ready.wait()
    go.wait()
    began = time.process_time()
    for _ in range(count):
        print_one()
    done.put(time.process_time() - began)


def _letters(world: World, url: str, count: int, round_: int) -> list[int]:
    """Write letters that wait to be printed, and their jobs, as the product does."""
    base = (round_ + 1) * MILLION
    engine = db.engine_for(url)
    with db.in_transaction(db.sessions(engine)) as session:
        pattern = Letter(
            call_id=world.patterns.announced.call.id,
            stage_id=world.patterns.announced.call.stage_id,
            application_id=ANNOUNCED + 1,
            kind="award",
            document=DOCUMENT,
            number=100 + round_,
            context=json.loads(SAMPLE.read_text()),
            check_code=f"pattern-{round_}",
            prepared_at=NOW,
        )
        session.add(pattern)
        session.flush()
        pattern_id = pattern.id
    keys = [base + number for number in range(1, count + 1)]
    with engine.connect() as connection:
        columns = {"number": f"{base} + n", "check_code": f"'{base}-' || n"}
        copy(connection, "letter", f"id = {pattern_id}", count, id=f"{base} + n", **columns)
        number_on(connection, "letter")
    with db.in_transaction(db.sessions(engine)) as session:
        jobs = [{"letter_id": key} for key in keys]
        queue.enqueue_many(session, letters.TASK, jobs, priority=letters.PRIORITY)
    engine.dispose()
    return keys


def _worked_off(url: str, folder: Path, keys: list[int], workers: int) -> Pace:
    """Measure from the moment when every worker prints until the last letter is printed."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    waiting = text("SELECT count(*) FROM letter WHERE id = ANY(:keys) AND file_id IS NULL")
    with ExitStack() as stack, engine.connect() as connection:
        pids = [stack.enter_context(working(settings_of(url, folder))) for _ in range(workers)]

        def used() -> float:
            return sum(family_seconds(pid) for pid in pids) + database_seconds(url)

        began, at_start, cpu_at_start, left = 0.0, 0, 0.0, len(keys)
        while left:
            time.sleep(0.1)
            left = connection.execute(waiting, {"keys": keys}).scalar_one()
            # The first letters are the start of the processes.
            if not began and left <= len(keys) - 4 * workers:
                began, at_start, cpu_at_start = time.monotonic(), left, used()
        seconds, cpu_seconds = time.monotonic() - began, used() - cpu_at_start
    engine.dispose()
    return Pace("workers", workers, at_start / seconds, 1000 * cpu_seconds / at_start)
