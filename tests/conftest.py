"""One real PostgreSQL a run, shared by all workers; a copy or a rolled-back transaction a test.

The database is imported where a fixture needs it: tests of rules start in a second without.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from functools import cache
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app import db

NOW = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
RUNS = Path(tempfile.gettempdir()) / f"envelope-tests-{os.getuid()}"
TEMPLATE = "template_envelope"
PREFIX = "ENVELOPE_"
# How a module tells that its tests share something dear, or start processes of their own.
SHARED = {"demo": re.compile(r"\bdemo_(world|url)\b"), "validator": re.compile(r"\bverapdf\b")}
PROCESSES = re.compile(r"\b(chromium|Popen|served|serving|start_worker|subprocess)\b")
_numbers = count(1)

# Some machines keep no compiled modules: every server that a test starts would compile all anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


# --- the run: no network, no settings of the machine, one folder ---------------------


def _no_network(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        if host != "localhost" and not _is_loopback(host):
            raise RuntimeError(f"A test must not reach {host}: tests speak to this machine only.")
    if event == "socket.getaddrinfo" and arguments[0] not in {None, "", "localhost", b"localhost"}:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        if not _is_loopback(host):
            raise RuntimeError(f"A test must not ask for the address of {host}.")


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    return False


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        _sweep()
        RUNS.mkdir(mode=0o700, exist_ok=True)
        config.run_dir = RUNS / f"run-{os.getpid()}"
        config.run_dir.mkdir(mode=0o700)
    else:
        config.run_dir = Path(config.workerinput["run_dir"])
    # Code under test that asks for the settings of the process gets a folder of this run.
    os.environ["ENVELOPE_DATA_DIR"] = str(config.run_dir / f"var-{os.getpid()}")
    sys.addaudithook(_no_network)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["run_dir"] = str(node.config.run_dir)


def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep tests that share something dear on one worker: two would make two.

    The groups are known by the text of their module, since only workers collect; the marks of
    `--dist loadgroup` are lost with this version of pytest.
    """
    from xdist.scheduler import LoadScopeScheduling

    if config.getoption("dist") != "loadgroup":
        return None

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _shared(config.rootpath / nodeid.partition("::")[0]) or nodeid

    return Grouped(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests that start processes come first: one of them at the end keeps one worker alone.

    Groups still go before them, the greatest first. The order among others stays as it was drawn.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not _starts_processes(item.path))


@cache
def _starts_processes(module: Path) -> bool:
    return bool(PROCESSES.search(module.read_text("utf-8")))


@cache
def _shared(module: Path) -> str:
    """Return what tests of the module share: a world, a validator, servers, or its fixtures."""
    code = module.read_text("utf-8")
    for name, words in SHARED.items():
        if words.search(code):
            return name
    if module.parent.name in {"soak", "concurrency"}:
        return module.parent.name
    return str(module) if 'scope="module"' in code else ""


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and hasattr(config, "run_dir"):
        _remove(config.run_dir)


def _sweep() -> None:
    """Remove what runs that were killed have left behind, their servers included."""
    for left in RUNS.glob("run-*"):
        try:
            os.kill(int(left.name.removeprefix("run-")), 0)
        except ProcessLookupError:
            _remove(left)


def _remove(run_dir: Path) -> None:
    if (run_dir / "pg").exists():
        from app import embedded

        embedded.remove(run_dir / "pg")
    shutil.rmtree(run_dir, ignore_errors=True)


# --- the server and its template -----------------------------------------------------


@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """Address of a database of the run's server; the first worker that asks starts it."""
    from app import embedded

    with embedded.running(pytestconfig.run_dir / "pg", fsync=False) as url:
        with _alone(pytestconfig.run_dir / "template.lock"):
            _make_template(url)
        yield url


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        flock(file, LOCK_EX)
        yield


def _make_template(url: str) -> None:
    """Migrate a database once, and name it the template only when it is whole."""
    from app import schema

    if _administer(url, f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
        return
    _administer(url, f"DROP DATABASE IF EXISTS {TEMPLATE}_draft")
    _administer(url, f"CREATE DATABASE {TEMPLATE}_draft")
    draft = _beside(url, f"{TEMPLATE}_draft")
    schema.upgrade(draft)
    _administer(url, f"ALTER DATABASE {TEMPLATE}_draft RENAME TO {TEMPLATE}")


def _administer(url: str, statement: str) -> bool:
    """Run one statement outside of a transaction; True when it found a row."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        return connection.execute(statement).rowcount > 0


def _beside(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def _copy_of_template(server_url: str) -> Iterator[str]:
    name = f"copy_{os.getpid()}_{next(_numbers)}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield _beside(server_url, name)
    _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


# --- what tests ask for --------------------------------------------------------------


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """A migrated, empty database of this test's own: real commits, several connections, servers."""
    with _copy_of_template(server_url) as url:
        yield url


@pytest.fixture(scope="session")
def _worker_url(server_url: str) -> Iterator[str]:
    from tests import emptying

    with _copy_of_template(server_url) as url:
        assert emptying.is_empty(url), "Migrations write rows now: emptying would take them away."
        yield url


@pytest.fixture
def emptied_url(_worker_url: str) -> Iterator[str]:
    """The same for tests that leave the tables themselves as they are: emptied, not copied anew.

    A folder of tests takes it by the name of `database_url`.
    """
    from tests import emptying

    yield _worker_url
    emptying.empty(_worker_url)


@pytest.fixture
def engine(database_url: str) -> "Iterator[Engine]":
    """The product's engine on the database of this test's own, as the web process has it."""
    from app import db

    made = db.engine_for(database_url, keeps_plans=True)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: "Engine") -> "db.Sessions":
    """The product's session factory on the database of this test's own."""
    from app import db

    return db.sessions(engine)


@pytest.fixture(scope="session")
def worker_engine(server_url: str) -> "Iterator[Engine]":
    from sqlalchemy import create_engine

    with _copy_of_template(server_url) as url:
        made = create_engine(url)
        yield made
        made.dispose()


@pytest.fixture
def session(worker_engine: "Engine") -> "Iterator[Session]":
    """A session whose transaction is rolled back after the test; commits are savepoints."""
    from sqlalchemy.orm import sessionmaker

    with worker_engine.connect() as connection:
        transaction = connection.begin()
        make = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        with make() as opened:
            yield opened
        transaction.rollback()


@pytest.fixture
def frozen_now() -> Iterator[datetime]:
    """The clock of this process stands still at noon (UTC) of 19 March 2026."""
    from app import clock

    with clock.frozen(NOW):
        yield NOW
