"""Statements that are put together, and planned, once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Engine, Select, bindparam, insert, select, text
from sqlalchemy.orm import Session

from app import db
from app.errors import NotFound
from app.models import Application, Mail, StageEntry
from app.queries.kept import kept
from tests.counting import counted
from tests.make.people import NOW


@kept
def _of_state(state: str, places: tuple[int, ...]) -> Select[int]:
    key = bindparam("key", type_=BigInteger())
    asked = select(StageEntry.id).where(StageEntry.state == state, StageEntry.stage_id.in_(places))
    return asked.where(StageEntry.id > key).limit(7)


@kept
def _of_titles() -> Select[int]:
    return select(Application.id).where(Application.title == "Mill")


@kept
def _of_words() -> Select[int]:
    return _of_titles().where(Application.search_text.contains("mill"))


@pytest.fixture
def keeping(database_url: str) -> Iterator[Engine]:
    made = db.engine_for(database_url, tokens=1, keeps_plans=True)
    yield made
    made.dispose()


def plans(engine: Engine) -> list[str]:
    with db.reading(db.sessions(engine)) as session:
        found = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        return [" ".join(each.split()) for each in found]


def test_constants_stand_in_the_statement_and_what_is_looked_for_does_not(session: Session) -> None:
    with counted(session) as seen:
        session.execute(_of_state("ranked", (1, 2)), {"key": 3}).all()
        session.execute(_of_state("offered", (4,)), {"key": 3}).all()

    assert [" ".join(each.partition("WHERE ")[2].split()) for each in seen.texts] == [
        "stage_entry.state = 'ranked' AND stage_entry.stage_id IN (1, 2)"
        " AND stage_entry.id > %(key)s::BIGINT LIMIT 7",
        "stage_entry.state = 'offered' AND stage_entry.stage_id IN (4)"
        " AND stage_entry.id > %(key)s::BIGINT LIMIT 7",
    ]


def test_database_keeps_the_plan_of_a_kept_statement_and_of_no_other(keeping: Engine) -> None:
    with db.reading(db.sessions(keeping)) as session:
        session.execute(_of_state("ranked", (1, 2)), {"key": 3}).all()
        session.execute(_of_words()).all()
        session.execute(select(StageEntry.id)).all()

    assert plans(keeping) == [
        "SELECT stage_entry.id FROM stage_entry WHERE stage_entry.state = 'ranked'"
        " AND stage_entry.stage_id IN (1, 2) AND stage_entry.id > $1::BIGINT LIMIT 7"
    ]


def test_plans_outlive_a_page_that_is_refused(keeping: Engine) -> None:
    def refused() -> None:
        with db.reading(db.sessions(keeping)) as session:
            session.execute(_of_state("ranked", (1, 2)), {"key": 3}).all()
            raise NotFound

    with pytest.raises(NotFound):
        refused()

    assert len(plans(keeping)) == 1


def test_rows_that_come_one_by_one_are_read_as_well(keeping: Engine) -> None:
    with db.reading(db.sessions(keeping)) as session:
        query = _of_state("ranked", (1, 2)).execution_options(yield_per=10)
        assert session.execute(query, {"key": 3}).all() == []

    assert plans(keeping) == []


def test_many_rows_in_one_statement_leave_no_plan_behind(keeping: Engine) -> None:
    rows = [{"to": f"{n}@olg.example", "subject": "", "body": "", "created_at": NOW} for n in "abc"]
    known = text("SELECT count(*) FROM pg_prepared_statements")
    with db.sessions(keeping)() as session:
        session.execute(insert(Mail).returning(Mail.id), rows).close()
        after_many = session.scalar(known)
        session.execute(insert(Mail).returning(Mail.id), rows[0]).close()

        assert (after_many, session.scalar(known)) == (0, 1)


def test_process_behind_a_pooler_leaves_nothing_on_a_connection(database_url: str) -> None:
    engine = db.engine_for(database_url)
    for _ in range(8):
        with db.reading(db.sessions(engine)) as session:
            session.execute(_of_state("ranked", (1, 2)), {"key": 3}).all()

    assert plans(engine) == []
    engine.dispose()
