"""Migrations are numbered, end at head.txt, go up, down and up, and leave no drift."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app import schema
from app.models import AccountChange, OwnershipLink
from tests.house.files import CHECKOUT, text_of, tracked
from tests.make.applications import make_application
from tests.make.calls import make_call
from tests.make.people import NOW, make_authority, make_organisation, make_user


def test_migrations_are_numbered_without_gaps() -> None:
    stems = sorted(path.stem for path in tracked("migrations/versions/*.py"))

    assert [stem[:5] for stem in stems] == [f"{n:04}_" for n in range(1, len(stems) + 1)], (
        "Two migrations were made at once: renumber the later one, its down_revision and head.txt."
    )


def test_head_file_names_the_newest_migration() -> None:
    stems = sorted(path.stem for path in tracked("migrations/versions/*.py"))

    written = text_of(Path("migrations/head.txt")).strip()

    assert (written, written[:4]) == (stems[-1], schema.head()), (
        f"Write the newest migration's name into {CHECKOUT / 'migrations/head.txt'}."
    )


def test_models_and_migrations_agree(database_url: str) -> None:
    # Raises with the operations that are missing: make a migration for them.
    schema._run(database_url, command.check)


GUARDS = text("""
    SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT oid::regprocedure::text, pg_get_functiondef(oid)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
""")


def test_every_migration_goes_down_and_up_again_and_the_newest_puts_all_guards_back(
    database_url: str,
) -> None:
    """Each migration is the newest once, so that in the end all have been asked."""
    engine = create_engine(database_url, poolclass=NullPool)
    last_but_one = sorted(schema.numbers())[-2]

    def tables() -> list[str]:
        return sorted(inspect(engine).get_table_names())

    def guards() -> dict[str, str]:
        with engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(GUARDS)}

    before = tables()
    schema.downgrade(database_url, last_but_one)
    left = guards()
    schema.downgrade(database_url, "base")
    emptied = tables()
    schema.upgrade(database_url, last_but_one)
    made = guards()
    schema.upgrade(database_url)

    assert (emptied, tables()) == (["alembic_version"], before)
    assert left == made, "The step back has to leave every guard as it found it."


def test_no_step_back_makes_an_account_of_a_supplier_the_authoritys_own(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        change = {"purpose": "supplier", "payee": "Alat", "iban": "RS35", "bic": "", "holder": "A"}
        session.add(
            AccountChange(
                authority_id=make_authority(session).id, reason="", proposed_at=NOW, **change
            )
        )

    with pytest.raises(DBAPIError, match="accounts of suppliers or for own shares"):
        schema.downgrade(database_url, "0023")


def test_what_nobody_agreed_to_is_named_before_two_people_are_asked_for(database_url: str) -> None:
    """From 0030 on a row that is agreed names two people; older ones are looked at first."""
    engine = create_engine(database_url, poolclass=NullPool)
    schema.downgrade(database_url, "0029")
    with Session(engine) as session, session.begin():
        change = {"purpose": "supplier", "payee": "Alat", "iban": "RS35", "bic": "", "holder": "A"}
        session.add(
            AccountChange(
                authority_id=make_authority(session).id, reason="", proposed_at=NOW,
                proposed_by=make_user(session).id, state="confirmed", **change,
            )
        )  # fmt: skip

    with pytest.raises(DBAPIError, match="not agreed by two people: account_change 1"):
        schema.upgrade(database_url)


def test_a_link_that_never_held_is_one_of_one_day_before_it_could_be_said(
    database_url: str,
) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        link = {"owner": "RS:MB:1", "owned": "RS:MB:2", "owner_name": "P", "owned_name": "S"}
        call, firm = make_call(session), make_organisation(session)
        application = make_application(session, call=call, organisation=firm)
        session.add(
            OwnershipLink(
                application_id=application.id, kind="board", evidence="Extract.",
                valid_from=NOW.date(), valid_to=NOW.date() - timedelta(days=1),
                recorded_at=NOW, ended_at=NOW, end_reason="A mistake.", **link,
            )
        )  # fmt: skip

    schema.downgrade(database_url, "0028")
    with Session(engine) as session:
        before = session.execute(text("SELECT valid_to FROM ownership_link")).scalar_one()
        with pytest.raises(DBAPIError, match="ownership_link"):
            session.execute(text("UPDATE ownership_link SET end_reason = 'Another.'"))
    schema.upgrade(database_url)

    assert before == NOW.date()
