"""A database that is emptied between tests is as good as a new copy."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import schema
from app.models import AuditEntry, Call
from tests import emptying
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority


def _write(session: Session) -> None:
    call = session.get_one(Call, make_call(session).id)
    act_as(session).record(call, "publish", reason="for the test")


@pytest.fixture
def lived_in(emptied_url: str) -> Iterator[Session]:
    """A database with a call, an entry of the trail, and somebody who is still connected."""
    engine = create_engine(emptied_url, poolclass=NullPool)
    with Session(engine) as session:
        _write(session)
        session.commit()
        yield session
    engine.dispose()


def test_emptied_database_has_no_rows_and_its_numbers_begin_at_one(
    lived_in: Session, emptied_url: str
) -> None:
    assert lived_in.scalar(select(func.count(AuditEntry.id))) == 1
    lived_in.commit()

    emptying.empty(emptied_url)

    assert emptying.is_empty(emptied_url)
    assert make_authority(lived_in).id == 1


def test_migration_that_a_test_pretended_is_forgotten(lived_in: Session, emptied_url: str) -> None:
    lived_in.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    lived_in.commit()

    emptying.empty(emptied_url)

    found = lived_in.scalars(text("SELECT version_num FROM alembic_version")).all()
    assert found == [schema.head()]


def test_who_is_left_in_a_transaction_is_ended(lived_in: Session, emptied_url: str) -> None:
    make_authority(lived_in)

    emptying.empty(emptied_url)

    assert emptying.is_empty(emptied_url)
    with pytest.raises(DBAPIError, match="terminating connection"):
        lived_in.execute(text("SELECT 1"))
    lived_in.rollback()


def test_guards_stand_again_afterwards(lived_in: Session, emptied_url: str) -> None:
    lived_in.commit()
    emptying.empty(emptied_url)
    _write(lived_in)

    with pytest.raises(DBAPIError, match="audit_entry"):
        lived_in.execute(text("DELETE FROM audit_entry"))
    lived_in.rollback()
