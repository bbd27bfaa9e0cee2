"""Transactions end in a commit or a sentence; a killed connection is replaced."""

import threading

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app import db
from app.errors import Conflict, Unavailable


@pytest.fixture
def rows(engine: Engine, sessions: db.Sessions) -> db.Sessions:
    """A table of this test's own with two rows."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id int PRIMARY KEY, word text)"))
        connection.execute(text("INSERT INTO thing VALUES (1, 'one'), (2, 'two')"))
    return sessions


def words(make: db.Sessions) -> list[str]:
    with db.reading(make) as session:
        return list(session.scalars(text("SELECT word FROM thing ORDER BY id")))


def set_word(make: db.Sessions, key: int, word: str, **options: int) -> None:
    with db.in_transaction(make, **options) as session:
        session.execute(text(f"UPDATE thing SET word = '{word}' WHERE id = {key}"))


def test_transaction_is_kept_at_its_end_and_forgotten_on_an_error(rows: db.Sessions) -> None:
    set_word(rows, 1, "kept")

    def break_off() -> None:
        with db.in_transaction(rows) as session:
            session.execute(text("UPDATE thing SET word = 'forgotten'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert words(rows) == ["kept", "two"]


def test_lock_of_another_is_a_conflict_after_the_time_out(rows: db.Sessions) -> None:
    with db.in_transaction(rows) as holder:
        holder.execute(text("SELECT * FROM thing WHERE id = 1 FOR UPDATE"))
        with pytest.raises(Conflict, match="Somebody else is working on this right now"):
            set_word(rows, 1, "late", lock_timeout_ms=50)


def test_deadlock_is_a_conflict_for_one_and_a_success_for_the_other(rows: db.Sessions) -> None:
    meeting, outcomes = threading.Barrier(2), []

    def both(first: int, second: int) -> None:
        try:
            with db.in_transaction(rows) as session:
                session.execute(text(f"UPDATE thing SET word = 'x' WHERE id = {first}"))
                meeting.wait()
                session.execute(text(f"UPDATE thing SET word = 'x' WHERE id = {second}"))
            outcomes.append("done")
        except Conflict as conflict:
            outcomes.append(db.sqlstate(conflict.__cause__))

    threads = [threading.Thread(target=both, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["40P01", "done"]


def test_double_is_a_conflict(rows: db.Sessions) -> None:
    with pytest.raises(Conflict, match="saved already"), db.in_transaction(rows) as session:
        session.execute(text("INSERT INTO thing VALUES (1, 'again')"))


def test_bug_stays_a_bug(rows: db.Sessions) -> None:
    with pytest.raises(ProgrammingError), db.in_transaction(rows) as session:
        session.execute(text("SELECT nonsense"))


def test_lost_connection_is_unavailable_once_and_replaced_after(rows: db.Sessions) -> None:
    with pytest.raises(Unavailable), db.in_transaction(rows) as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert words(rows) == ["one", "two"]


def test_connection_that_was_ended_while_it_rested_is_replaced_unseen(
    engine: Engine, rows: db.Sessions
) -> None:
    with engine.connect() as other:
        with engine.connect() as resting:
            pid = resting.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))

    assert [words(rows), words(rows)] == [["one", "two"]] * 2


def test_database_is_asked_only_on_a_connection_that_rested_long(
    engine: Engine, rows: db.Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)

    words(rows)
    words(rows)
    assert asked == []

    monkeypatch.setattr(db, "ASK_AFTER_SECONDS", 0)
    words(rows)
    assert len(asked) == 1


def test_database_that_is_away_is_unavailable() -> None:
    make = db.sessions(db.engine_for("postgresql+psycopg://u:p@127.0.0.1:1/none"))

    with pytest.raises(Unavailable), db.in_transaction(make):
        pass
    assert not db.is_reachable(make.kw["bind"])


def test_full_disk_of_the_database_is_told_as_such() -> None:
    class DiskFullError(Exception):
        sqlstate = "53100"

    problem = db.problem_of(DBAPIError("INSERT", {}, DiskFullError()))

    assert (type(problem), str(problem)) == (Unavailable, db.DISK_FULL)


def test_reading_sees_one_moment_and_cannot_write(rows: db.Sessions) -> None:
    with db.reading(rows) as session:
        before = session.scalar(text("SELECT word FROM thing WHERE id = 1"))
        set_word(rows, 1, "changed")
        after = session.scalar(text("SELECT word FROM thing WHERE id = 1"))
        with pytest.raises(DBAPIError, match="read-only transaction"):
            session.execute(text("DELETE FROM thing"))

    assert (before, after, words(rows)[0]) == ("one", "one", "changed")


def test_repeating_tries_a_lost_race_again_and_nothing_else(rows: db.Sessions) -> None:
    tries = []

    def work() -> str:
        tries.append(1)
        with db.in_transaction(rows) as session:
            if len(tries) < 3:
                session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
            return "done"

    def double() -> None:
        tries.append(1)
        with db.in_transaction(rows) as session:
            session.execute(text("INSERT INTO thing VALUES (1, 'again')"))

    assert (db.repeating(work), len(tries)) == ("done", 3)
    with pytest.raises(Conflict):
        db.repeating(double)
    assert len(tries) == 4


def test_pool_has_one_connection_for_each_token_and_keeps_no_setting_of_a_deed(
    engine: Engine, rows: db.Sessions
) -> None:
    set_word(rows, 1, "x", lock_timeout_ms=7)

    with engine.connect() as connection:
        left = connection.scalar(text("SHOW lock_timeout"))
        level = connection.scalar(text("SHOW transaction_isolation"))

    assert (engine.pool.size(), left, level) == (4, "5s", "read committed")


def test_behind_a_pooler_nothing_is_set_on_a_connection_and_a_deed_waits_as_long(
    database_url: str,
) -> None:
    engine = db.engine_for(database_url, tokens=1)
    asked = text("SHOW lock_timeout")
    try:
        with db.in_transaction(db.sessions(engine)) as session:
            within = session.scalar(asked)
        with engine.connect() as connection:
            after = connection.scalar(asked)
    finally:
        engine.dispose()

    assert (within, after) == ("5s", "0")


def test_columns_are_named_as_the_driver_names_them(engine: Engine) -> None:
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1 AS \"износ\", now() AS at, 'x'::text, NULL::numeric(5, 2)")
        ours, theirs = cursor.description, psycopg.Cursor.description.fget(cursor)
        cursor.execute("SELECT")
        empty = cursor.description
        cursor.execute("SET LOCAL lock_timeout = 1")
        none = cursor.description

    assert [each[:2] for each in ours] == [(each.name, each.type_code) for each in theirs]
    assert (empty, none) == ([], None)
