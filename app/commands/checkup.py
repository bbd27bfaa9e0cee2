"""What `envelope doctor` looks at; each finding is a sentence that says what to do."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, text

from app import queue, schema
from app.commands.assets import FOR_LETTERS, LETTERS, PAGES
from app.commands.migrate import AHEAD, BEHIND
from app.db import database, engine_for, reading, refusals, sessions
from app.documents.store import LEAST_FREE_BYTES as KEPT_FREE_BYTES
from app.documents.store import Store
from app.errors import Problem
from app.queries import tallies
from app.settings import Settings, SettingsError, settings

LEAST_FREE_BYTES = 1024**3
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    sentence: str
    is_good: bool = True


def findings() -> Iterator[Finding]:
    """Look at all parts, the later ones only if the earlier ones allow it."""
    try:
        chosen = settings()
    except SettingsError as error:
        yield Finding(str(error), is_good=False)
        return
    yield Finding(f"Settings are readable; data is kept in {chosen.data_dir}.")
    yield _fonts()
    yield _assets()
    folder = _data_folder(chosen)
    yield folder
    if folder.is_good or chosen.files_url:
        yield _files(chosen)
    yield from _public(chosen)
    try:
        with database(chosen) as url:
            yield from _database(url)
    except Problem as problem:
        yield Finding(f"{problem} ({_target(chosen)})", is_good=False)


def _fonts() -> Finding:
    missing = [name for name in FOR_LETTERS if not (LETTERS / name).is_file()]
    if missing:
        return Finding(
            f"Fonts of letters are missing ({', '.join(missing)}): run make setup.", False
        )
    return Finding("Fonts of letters are in place.")


def _assets() -> Finding:
    if not (PAGES / "manifest.json").is_file():
        return Finding("Style and scripts of pages are missing: run make setup.", False)
    return Finding("Style and scripts of pages are in place.")


def _data_folder(chosen: Settings) -> Finding:
    folder = chosen.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"written")
    except OSError as error:
        return Finding(
            f"{folder} cannot be written ({error.strerror}). Give this user the right, "
            "or set ENVELOPE_DATA_DIR to another folder.",
            is_good=False,
        )
    free = shutil.disk_usage(folder).free
    told = f"{folder} has {free / 1024**3:.1f} GiB free"
    if free < KEPT_FREE_BYTES:
        return Finding(f"{told}: uploads are refused already. Make room now.", is_good=False)
    if free < LEAST_FREE_BYTES:
        return Finding(f"{told}: make room before uploads and letters fail.", is_good=False)
    return Finding(f"{told}.")


def _files(chosen: Settings) -> Finding:
    """Write, because reading says nothing about a right or a quota that is missing."""
    if not Store(chosen.files_place).is_writable():
        return Finding(
            f"Files cannot be kept in {chosen.files_place}: look at the rights of the folder, or "
            "at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL of the bucket.",
            is_good=False,
        )
    return Finding(f"Files can be kept in {chosen.files_place}.")


def _public(chosen: Settings) -> Iterator[Finding]:
    """Check what an installation that others reach must not forget."""
    if chosen.public_base_url is None:
        return
    if not chosen.secure_cookies:
        yield Finding("ENVELOPE_PUBLIC_BASE_URL is not https: passwords travel in clear.", False)
    if chosen.smtp_url is None:
        yield Finding("ENVELOPE_SMTP_URL is not set: nobody gets mail.", is_good=False)
    if chosen.is_development:
        yield Finding("ENVELOPE_DEVELOPMENT is on: anybody may read all mail. Unset it.", False)
    if os.geteuid() == 0:
        yield Finding("Envelope runs as root: start it as a user of its own.", is_good=False)


def _database(url: str) -> Iterator[Finding]:
    engine = engine_for(url, tokens=1)
    try:
        with refusals():
            yield from (look(engine) for look in (_version, _tables))
            if schema.standing(engine) is schema.Standing.CURRENT:
                yield from _queue(engine)
                yield _tallies(engine)
    finally:
        engine.dispose()


def _version(engine: Engine) -> Finding:
    with engine.connect() as connection:
        number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < 15_00_00:
        return Finding(f"{version} is too old: Envelope needs 15 or newer.", is_good=False)
    return Finding(f"The database answers ({version}).")


def _tables(engine: Engine) -> Finding:
    sentences = {
        schema.Standing.CURRENT: f"Its tables are those of this program ({schema.head()}).",
        schema.Standing.AHEAD: AHEAD,
        schema.Standing.BEHIND: BEHIND,
        schema.Standing.EMPTY: "It has no tables yet: run .venv/bin/envelope migrate",
    }
    found = schema.standing(engine)
    return Finding(sentences[found], is_good=found is schema.Standing.CURRENT)


def _queue(engine: Engine) -> Iterator[Finding]:
    with reading(sessions(engine)) as session:
        found, failed = queue.waiting(session), queue.given_up(session)
    waits = f"{found.jobs} jobs wait"
    if not found.has_worker:
        yield Finding(
            f"No worker is at work and {waits}: start one with .venv/bin/envelope serve "
            "or .venv/bin/envelope worker",
            is_good=not found.jobs,
        )
    elif found.oldest_seconds > LONGEST_WAIT.total_seconds():
        yield Finding(
            f"{waits}, the oldest for {found.oldest_seconds // 60} minutes: give more work to "
            "them with ENVELOPE_WORKER_PROCESSES, or look into the log.",
            is_good=False,
        )
    else:
        yield Finding(f"A worker is at work; {waits}.")
    if failed:
        listed = ", ".join(f"{name} ({number})" for name, number in failed.items())
        yield Finding(
            f"Given up in the last week: {listed}. The pages of these letters and mails and the "
            "log say why; what can be repeated has a button there.",
            is_good=False,
        )


def _tallies(engine: Engine) -> Finding:
    with reading(sessions(engine)) as session:
        found = tallies.differences(session)
    if found.are_none:
        return Finding("The sums of lists and reports are those of their applications.")
    return Finding(
        f"Of the sums of lists and reports {found.lines} lines and {found.sums} sums are not those "
        "of their applications: something wrote around the triggers of the database. A worker "
        "writes them again every night; the downloads are right meanwhile.",
        is_good=False,
    )


def _target(chosen: Settings) -> str:
    if chosen.database_url is None:
        return f"own PostgreSQL in {chosen.data_dir}"
    return "ENVELOPE_DATABASE_URL, at " + chosen.database_url.rpartition("@")[2]
