"""What a start does with a database that is empty, or was left half filled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.commands import first_start
from app.db import Sessions
from app.models import User
from app.settings import settings
from tests.make.people import make_user


@pytest.fixture
def note(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", database_url)
    monkeypatch.setenv("ENVELOPE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENVELOPE_DEMO", "0")
    settings.cache_clear()
    yield tmp_path / "demo-unfinished"
    settings.cache_clear()


def _people(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalars(select(func.count()).select_from(User)).one()


def _somebody(sessions: Sessions) -> None:
    with sessions() as session, session.begin():
        make_user(session)


def test_half_a_demo_world_is_cleared_away_and_begun_again(
    note: Path, database_url: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(make: Sessions, *, base_day: object) -> None:
        assert note.exists()
        _somebody(make)
        raise KeyboardInterrupt

    monkeypatch.setattr("app.demo.build", interrupted)
    monkeypatch.setenv("ENVELOPE_DEMO", "1")
    settings.cache_clear()
    with pytest.raises(KeyboardInterrupt):
        first_start.prepare(database_url)
    assert _people(sessions) == 1

    def whole(make: Sessions, *, base_day: object) -> None:
        assert _people(make) == 0
        _somebody(make)

    monkeypatch.setattr("app.demo.build", whole)
    first_start.prepare(database_url)
    assert (_people(sessions), note.exists()) == (1, False)


def test_database_with_people_is_never_cleared_by_the_note_of_another(
    note: Path, database_url: str, sessions: Sessions
) -> None:
    _somebody(sessions)
    note.write_text("postgresql+psycopg://envelope:***@elsewhere/envelope")

    first_start.prepare(database_url)

    assert _people(sessions) == 1
