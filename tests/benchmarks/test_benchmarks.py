"""The benchmarks themselves keep running: everything once, on a handful, whatever time it takes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import db
from tests.benchmarks import copies, dividing, letters, pages, reports
from tests.benchmarks.client import Asked
from tests.benchmarks.copies import ANNOUNCED, World
from tests.benchmarks.pages import Counter, Effort
from tests.benchmarks.run import TRIVIAL_PAGE, Results
from tests.benchmarks.running import PRODUCT, Server, serving, settings_of
from tests.benchmarks.table import growth, lines_of, write_json
from tests.benchmarks.world import make_patterns
from tests.conftest import _copy_of_template

ONCE = Effort(one=1, eight=1, many=1, seconds=30)
SIZE = 8


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    folder: Path
    engine: Engine
    world: World
    server: Server


@pytest.fixture(scope="module")
def place(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database with a handful of copies and one web process, for all tests of this module."""
    folder = tmp_path_factory.mktemp("benchmarks")
    with _copy_of_template(server_url) as url:
        engine = db.engine_for(url)
        with db.sessions(engine)() as session:
            patterns = make_patterns(session, folder, 2)
            session.commit()
        with engine.connect() as connection:
            world = copies.multiply(connection, patterns, SIZE, ONCE.drafts * 2)
        with serving(PRODUCT, settings_of(url, folder)) as server:
            yield Place(url, folder, engine, world, server)
        engine.dispose()


def test_copies_have_all_that_a_full_application_has(place: Place) -> None:
    key = {"key": ANNOUNCED + SIZE // 2}
    tables = {"budget_line": 20, "attachment": 5, "assessment": 2, "agreed_score": 1}
    with place.engine.connect() as connection:
        counted = {
            table: connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} WHERE entry_id = %(key)s", key
            ).scalar_one()
            for table in tables
        }
        keys = "SELECT count(*) FROM stage_entry, jsonb_object_keys(answers) WHERE id = %(key)s"
        answers = connection.exec_driver_sql(keys, key).scalar_one()

    assert counted == tables
    assert answers == 29  # one of the thirty questions asks for no answer


def test_every_page_answers_and_its_queries_are_counted(place: Place) -> None:
    counter = Counter(place.url, place.folder)
    queries = {}
    for name, make in pages.pages_of(place.world, place.server):
        pages.measure(name, make, place.server, place.url, ONCE)
        queries[name] = counter.queries(make(place.world.drafts - 1))
    counter.close()

    assert len(queries) == 15
    assert min(queries.values()) > 0


def test_results_are_a_table_and_json(place: Place, tmp_path: Path) -> None:
    results = Results(SIZE)
    home = pages.measure(TRIVIAL_PAGE, lambda _: Asked("/"), place.server, place.url, ONCE)
    results.pages = [home]
    written = reports.measure(place.world, place.server, place.url, place.folder)
    results.report = list(written)
    results.letters = [letters.bare(1, 1)]
    results.allocation = list(dividing.measure(300))
    larger = Results(SIZE * 2, pages=[home])

    shown = "\n".join([*lines_of(results), *growth(results, larger)])
    write_json(tmp_path / "results.json", "here", [results, larger])

    kept = json.loads((tmp_path / "results.json").read_text())
    assert [run["size"] for run in kept["runs"]] == [SIZE, SIZE * 2]
    assert f"| {TRIVIAL_PAGE} | 1.0 |" in shown
