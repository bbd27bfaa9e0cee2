"""The demo world as the command builds it: once a run, then copied for whoever asks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path

import psycopg
import pytest

BASE_DAY = date(2026, 11, 21)
# Noon in Belgrade on the base day: a call is open, another is being assessed.
NOW = "2026-11-21T11:00:00Z"
TEMPLATE = "template_demo"
PASSWORD = "Envelope-demo-2026"  # of everybody, see app/library/demo/world.toml

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Where the world lies: the database that copies are made of, and the files that it kept."""

    template: str
    folder: Path


def _administer(url: str, statement: str) -> bool:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        return connection.execute(statement).rowcount > 0


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        flock(file, LOCK_EX)
        yield


@pytest.fixture(scope="session")
def demo_world(server_url: str, pytestconfig: pytest.Config) -> DemoWorld:
    """The world on its base day; the first worker that asks builds it."""
    folder = pytestconfig.run_dir / "demo"
    with _alone(pytestconfig.run_dir / "demo.lock"):
        if not _administer(server_url, f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
            draft = f"{server_url.rpartition('/')[0]}/{TEMPLATE}_draft"
            _administer(server_url, f"DROP DATABASE IF EXISTS {TEMPLATE}_draft")
            _administer(server_url, f"CREATE DATABASE {TEMPLATE}_draft TEMPLATE template_envelope")
            _build(draft, folder)
            _administer(server_url, f"ALTER DATABASE {TEMPLATE}_draft RENAME TO {TEMPLATE}")
    return DemoWorld(TEMPLATE, folder)


def _build(url: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    chosen = {"ENVELOPE_DATABASE_URL": url, "ENVELOPE_DATA_DIR": str(folder)}
    built = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--day", BASE_DAY.isoformat()],
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr or built.stdout


@contextmanager
def copy_of(demo: DemoWorld, server_url: str) -> Iterator[str]:
    name = f"demo_{os.getpid()}_{next(_numbers)}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE {demo.template}")
    yield f"{server_url.rpartition('/')[0]}/{name}"
    _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def demo_url(demo_world: DemoWorld, server_url: str) -> Iterator[str]:
    """A copy of the demo world for the tests of one module."""
    with copy_of(demo_world, server_url) as url:
        yield url
