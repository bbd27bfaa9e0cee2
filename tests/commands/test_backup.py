"""Backup and restore as commands: what is refused, and that nothing is touched then."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import db, embedded, schema
from app.commands import backups, migrate
from app.documents.store import Store
from app.errors import Problem
from app.models import StoredFile
from app.settings import settings
from tests.conftest import _administer, _beside
from tests.make.people import NOW, make_authority


@dataclass(frozen=True, slots=True)
class Kept:
    """A small installation, and its backup."""

    url: str
    store: Store
    file: Path
    sha256: str


@pytest.fixture
def kept(database_url: str, sessions: db.Sessions, tmp_path: Path) -> Kept:
    store = Store(tmp_path / "files")
    stored = store.keep(b"a plan")
    store.keep(b"nobody points at this")
    with db.in_transaction(sessions) as session:
        make_authority(session, name="Office of the Drill")
        session.add(
            StoredFile(
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                media_type="application/pdf",
                filename="plan.pdf",
                created_at=NOW,
            )
        )
    file = tmp_path / "kept.tar"
    backups.backup(database_url, store, file)
    return Kept(database_url, store, file, stored.sha256)


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    # Workers share the server: each has a database of its own.
    name = f"restored_{uuid4().hex}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE template0")
    yield _beside(server_url, name)
    _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def names(url: str) -> list[str]:
    engine = db.engine_for(url, tokens=1)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT name FROM authority")).scalars())
    engine.dispose()
    return found


def has_tables(url: str) -> bool:
    engine = db.engine_for(url, tokens=1)
    try:
        return schema.standing(engine) is not schema.Standing.EMPTY
    finally:
        engine.dispose()


def changed(source: Path, target: Path, member: str, data: bytes | None) -> Path:
    """Copy the archive with one member replaced, or left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for entry in old.getmembers():
            content = old.extractfile(entry).read()
            if entry.name == member:
                if data is None:
                    continue
                content = data
            entry.size = len(content)
            new.addfile(entry, BytesIO(content))
    return target


def manifest(source: Path) -> dict:
    with tarfile.open(source) as tar:
        return json.load(tar.extractfile("manifest.json"))


def test_what_was_kept_comes_back_in_another_place(
    kept: Kept, empty_url: str, tmp_path: Path
) -> None:
    elsewhere = Store(tmp_path / "elsewhere")

    told = backups.restore(empty_url, elsewhere, kept.file)

    assert names(empty_url) == ["Office of the Drill"]
    assert list(told.files) == [kept.sha256]
    assert elsewhere.read(kept.sha256, verify=True) == b"a plan"
    assert (told.rows["authority"], told.rows["stored_file"]) == (1, 1)
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(kept: Kept, empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="a backup is never written over another"):
        backups.backup(kept.url, kept.store, kept.file)
    with pytest.raises(Problem, match="This database is not empty"):
        backups.restore(kept.url, Store(tmp_path / "elsewhere"), kept.file)
    taken = Store(tmp_path / "taken")
    taken.keep(b"somebody else's")
    with pytest.raises(Problem, match="The file store is not empty"):
        backups.restore(empty_url, taken, kept.file)

    assert not has_tables(empty_url)


@pytest.mark.parametrize(
    ("member", "data", "said"),
    [
        ("database.dump", b"PGDMP something else", "database.dump in this archive is not what"),
        ("files/", b"another plan", "in this archive is not what its manifest says"),
        ("files/", None, "it was cut off"),
        ("manifest.json", None, "The archive has no manifest.json"),
    ],
)
def test_damaged_archive_changes_nothing(
    kept: Kept, empty_url: str, tmp_path: Path, member: str, data: bytes | None, said: str
) -> None:
    place = f"files/{kept.sha256}" if member == "files/" else member
    wrong = changed(kept.file, tmp_path / "wrong.tar", place, data)
    elsewhere = Store(tmp_path / "elsewhere")

    with pytest.raises(Problem, match=said):
        backups.restore(empty_url, elsewhere, wrong)

    assert not has_tables(empty_url)
    assert kept.sha256 not in elsewhere


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"head": "9999"}, "a newer Envelope: its database is at 9999"),
        ({"format": 2}, r"made by a newer Envelope \(format 2\)"),
    ],
)
def test_backup_of_a_newer_version_is_refused(
    kept: Kept, empty_url: str, tmp_path: Path, change: dict, said: str
) -> None:
    told = json.dumps(manifest(kept.file) | change).encode()
    newer = changed(kept.file, tmp_path / "newer.tar", "manifest.json", told)

    with pytest.raises(Problem, match=said):
        backups.restore(empty_url, Store(tmp_path / "elsewhere"), newer)

    assert not has_tables(empty_url)


def test_something_that_is_no_archive_is_refused(empty_url: str, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 a letter")

    with pytest.raises(Problem, match="is no backup of Envelope"):
        backups.restore(empty_url, Store(tmp_path / "files"), letter)
    with pytest.raises(Problem, match="There is no file"):
        backups.restore(empty_url, Store(tmp_path / "files"), tmp_path / "none.tar")


def test_damaged_file_of_the_store_is_named_and_the_rest_is_kept(
    kept: Kept, tmp_path: Path
) -> None:
    path = kept.store.folder / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    path.write_bytes(b"a plot")

    made = backups.backup(kept.url, kept.store, tmp_path / "second.tar")

    assert made.lost == (kept.sha256,)
    assert manifest(tmp_path / "second.tar")["rows"]["authority"] == 1


def test_database_of_our_own_is_kept_before_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("ENVELOPE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ENVELOPE_DATABASE_URL", raising=False)
    settings.cache_clear()
    steps = sorted(schema.numbers())
    try:
        with embedded.running(tmp_path, fsync=False) as url:
            schema.upgrade(url, steps[-2])
            said = migrate.moved(url)
            archives = list((tmp_path / "backups").iterdir())
            assert [manifest(one)["head"] for one in archives] == [steps[-2]]
            assert said == f"The database was behind and is now at {steps[-1]}."
            assert f"is kept in {archives[0]}" in capsys.readouterr().out
            assert migrate.moved(url) == f"The database is up to date ({steps[-1]})."
            assert len(list((tmp_path / "backups").iterdir())) == 1
    finally:
        embedded.remove(tmp_path)
        settings.cache_clear()
