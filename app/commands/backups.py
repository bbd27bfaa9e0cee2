"""Backup and restore: the database and the files as one, consistent and checked by hashes."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from app import clock, schema
from app.commands import archive, dumps
from app.db import engine_for
from app.documents.store import Store
from app.errors import Problem


def backup(url: str, store: Store | None, target: Path) -> archive.Manifest:
    """Write all of one moment to `target`; without a store only the database.

    Files are never changed and lie in the store before a row names them, so those of the
    moment are all there, whatever people do meanwhile.
    """
    if target.exists():
        raise Problem(f"{target} is there already: a backup is never written over another.")
    if not target.parent.is_dir():
        raise Problem(f"There is no folder {target.parent}: make it, then try again.")
    with dumps.moment(url) as at, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        head = schema.revision(at.connection)
        if head is None:
            raise Problem("The database has no tables yet: there is nothing to keep.")
        dump = Path(folder) / "database.dump"
        at.dump(dump)
        return archive.write(
            target, dump, at.files(), store,
            head=head, made_at=clock.now().isoformat(), postgresql=at.major, rows=at.rows(),
        )  # fmt: skip


def restore(url: str, store: Store, source: Path) -> archive.Manifest:
    """Bring an archive into an empty database and an empty store, or change nothing.

    Files come first and the database last, in one transaction: what was interrupted can be
    repeated.
    """
    with archive.opened(source) as found:
        told = found.manifest
        _refuse_newer(told)
        engine = engine_for(url, tokens=1)
        try:
            _refuse_full(store, told, is_empty=dumps.is_empty(engine))
            with tempfile.TemporaryDirectory() as folder:
                dump = Path(folder) / "database.dump"
                found.take_dump(dump)
                found.give_files(store.keep)
                with engine.connect() as connection:
                    major = max(told.postgresql, dumps.major_of(connection))
                dumps.restore(url, dump, major)
            _refuse_other_numbers(told.rows, dumps.count_rows(engine))
        finally:
            engine.dispose()
    return told


def _refuse_newer(told: archive.Manifest) -> None:
    if not schema.knows(told.head):
        raise Problem(
            f"This backup is of a newer Envelope: its database is at {told.head}, which this "
            "version does not know. Restore it with the version that made it."
        )


def _refuse_full(store: Store, told: archive.Manifest, *, is_empty: bool) -> None:
    if not is_empty:
        raise Problem(
            "This database is not empty, and nothing is ever written over. Name an empty one in "
            "ENVELOPE_DATABASE_URL, or another folder in ENVELOPE_DATA_DIR, then try again."
        )
    present = set(store.kept_before(clock.of_the_machine()))
    strangers = present - told.files.keys()
    if told.has_files and strangers:
        raise Problem(
            f"The file store is not empty ({len(strangers)} files that are not in this backup). "
            "Name another folder in ENVELOPE_DATA_DIR or another bucket in ENVELOPE_FILES_URL."
        )
    missing = told.files.keys() - present - set(told.lost)
    if not told.has_files and missing:
        raise Problem(
            f"This backup holds the database alone, and {len(missing)} of its files are not in "
            "the file store. Restore it where its files are."
        )


def _refuse_other_numbers(wanted: Mapping[str, int], found: Mapping[str, int]) -> None:
    differ = sorted(name for name in wanted if wanted[name] != found.get(name))
    if differ:
        raise Problem(
            f"Restored, but the numbers of rows differ in: {', '.join(differ)}. Do not use this "
            "database; take another backup."
        )
