"""The drill: keep the demo world, go on working, lose it, bring it back elsewhere, serve it."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.commands import dumps
from app.db import engine_for
from tests.conftest import _administer, _beside
from tests.demo import NOW, PASSWORD, DemoWorld
from tests.servers import Person, sentence, serving


def envelope(*words: str, url: str, folder: Path) -> str:
    chosen = {"ENVELOPE_DATABASE_URL": url, "ENVELOPE_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "app", *words],
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def rows(url: str) -> dict[str, int]:
    engine = engine_for(url, tokens=1)
    counted = dumps.count_rows(engine)
    engine.dispose()
    return counted


def files(folder: Path) -> dict[str, int]:
    found = (folder / "files").glob("??/??/*")
    return {path.name: path.stat().st_size for path in found}


def named(url: str, folder: Path) -> dict[str, int]:
    """Return hash → bytes of all that a row points at; of a letterhead's picture by its file."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT sha256, size_bytes FROM stored_file"))
        logos = connection.scalars(text("SELECT logo_sha256 FROM authority"))
        return dict(map(tuple, found)) | {each: files(folder)[each] for each in logos if each}


LATER = (
    "INSERT INTO mail (to_address, subject, body, failure, created_at) "
    "VALUES ('x@y.example', 'Later', 'Later', '', now())"
)


def go_on_working(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(LATER))


def test_a_world_that_was_kept_is_brought_back_elsewhere_and_served(
    demo_url: str, demo_world: DemoWorld, server_url: str, tmp_path: Path
) -> None:
    kept, elsewhere = tmp_path / "kept.tar", tmp_path / "elsewhere"
    before = rows(demo_url)

    told = envelope("backup", str(kept), url=demo_url, folder=demo_world.folder)
    go_on_working(demo_url)
    assert rows(demo_url) != before
    _administer(server_url, "CREATE DATABASE brought_back TEMPLATE template0")
    url = _beside(server_url, "brought_back")
    try:
        said = envelope("restore", str(kept), url=url, folder=elsewhere)

        assert f"{sum(before.values())} rows and {len(named(url, elsewhere))} files" in told
        assert f"{sum(before.values())} rows and {len(named(url, elsewhere))} files." in said
        assert rows(url) == before
        assert files(elsewhere) == named(url, elsewhere) == named(demo_url, demo_world.folder)
        with serving(url, elsewhere, clock=NOW) as (address,), Person(address) as manager:
            form = manager.form("/account/sign-in")
            entered = {**form, "email": "manager@attd.example", "password": PASSWORD}
            assert manager.post("/account/sign-in", data=entered).status_code == 200
            assert "INTEGRA-2026-01" in sentence(manager.get("/office/calls"))
            assert manager.get("/ready").status_code == 200
    finally:
        _administer(server_url, "DROP DATABASE brought_back WITH (FORCE)")
