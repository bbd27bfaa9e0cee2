"""`envelope doctor` says in sentences what is wrong and what to do."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import schema
from app.commands import checkup
from app.settings import settings
from tests.documents.bucket import BUCKET, bucket


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str):
    monkeypatch.setenv("ENVELOPE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", database_url)
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def bad() -> list[str]:
    settings.cache_clear()
    return [finding.sentence for finding in checkup.findings() if not finding.is_good]


def run(database_url: str, statement: str) -> None:
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_nothing_is_wrong_with_a_fresh_installation(installation: pytest.MonkeyPatch) -> None:
    assert bad() == []


def test_waiting_jobs_without_a_worker_are_found(
    installation: pytest.MonkeyPatch, database_url: str
) -> None:
    run(
        database_url,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " VALUES ('default', 'nothing', '{}')",
    )

    assert bad() == [
        "No worker is at work and 1 jobs wait: start one with .venv/bin/envelope serve "
        "or .venv/bin/envelope worker"
    ]


def test_worker_with_a_heartbeat_is_at_work(
    installation: pytest.MonkeyPatch, database_url: str
) -> None:
    run(database_url, "INSERT INTO procrastinate_workers DEFAULT VALUES")

    assert "A worker is at work; 0 jobs wait." in [found.sentence for found in checkup.findings()]


def test_jobs_that_wait_too_long_or_were_given_up_are_found(
    installation: pytest.MonkeyPatch, database_url: str
) -> None:
    run(database_url, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    for status, since in (("todo", "25 minutes"), ("failed", "2 days"), ("failed", "9 days")):
        run(
            database_url,
            "WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            f" VALUES ('default', 'letters.render', '{{}}', '{status}') RETURNING id)"
            " INSERT INTO procrastinate_events (job_id, type, at)"
            f" SELECT id, unnest(ARRAY['deferred', 'failed'])::procrastinate_job_event_type,"
            f" now() - interval '{since}' FROM job",
        )

    waits, given_up = bad()

    assert waits.startswith("1 jobs wait, the oldest for 25 minutes: give more work")
    assert given_up.startswith("Given up in the last week: letters.render (1). ")


def test_nearly_full_disk_is_found(installation: pytest.MonkeyPatch) -> None:
    for free, said in ((300 * 1024**2, "make room before"), (100 * 1024**2, "refused already")):
        usage = type("Usage", (), {"free": free})
        installation.setattr(checkup.shutil, "disk_usage", lambda _, usage=usage: usage)

        (sentence,) = bad()

        assert said in sentence


def test_bucket_that_refuses_us_is_found(installation: pytest.MonkeyPatch) -> None:
    installation.setenv("ENVELOPE_FILES_URL", f"s3://{BUCKET}/house")
    with bucket() as kept:
        for name, value in kept.environment.items():
            installation.setenv(name, value)
        assert bad() == []
        installation.setenv("AWS_SECRET_ACCESS_KEY", "of somebody else")

        (sentence,) = bad()

    assert sentence.startswith(f"Files cannot be kept in s3://{BUCKET}/house: look at")


def test_old_tables_are_told_with_the_command(
    installation: pytest.MonkeyPatch, database_url: str
) -> None:
    schema.downgrade(database_url, "-1")

    assert [sentence.rpartition(": ")[2] for sentence in bad()] == [".venv/bin/envelope migrate"]


def test_folder_that_cannot_be_written_is_found(
    installation: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    installation.setenv("ENVELOPE_DATA_DIR", str(tmp_path / "file"))

    assert [sentence.partition(".")[0] for sentence in bad()] == [
        f"{tmp_path / 'file'} cannot be written (File exists)"
    ]


def test_public_installation_without_mail_and_https_is_found(
    installation: pytest.MonkeyPatch,
) -> None:
    installation.setenv("ENVELOPE_PUBLIC_BASE_URL", "http://grants.example")
    installation.setattr(checkup.os, "geteuid", lambda: 1000)

    assert bad() == [
        "ENVELOPE_PUBLIC_BASE_URL is not https: passwords travel in clear.",
        "ENVELOPE_SMTP_URL is not set: nobody gets mail.",
    ]


def test_database_that_is_away_is_told_with_its_address(
    installation: pytest.MonkeyPatch,
) -> None:
    installation.setenv("ENVELOPE_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/none")

    (sentence,) = bad()

    assert (sentence.endswith("at 127.0.0.1:1/none)"), "secret" in sentence) == (True, False)


def test_wrong_setting_ends_the_examination_with_its_name(
    installation: pytest.MonkeyPatch,
) -> None:
    installation.setenv("ENVELOPE_PORT", "http")

    assert [sentence.partition(":")[0] for sentence in bad()] == ["ENVELOPE_PORT cannot be used"]
