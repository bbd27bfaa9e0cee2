"""Where the database stands against the migrations of this program, and how to move it."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

CHECKOUT = Path(__file__).resolve().parent.parent


class Standing(StrEnum):
    """How the database stands against this program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


def standing(engine: Engine) -> Standing:
    """Tell whether this program may serve the database as it is."""
    with engine.connect() as connection:
        found = revision(connection)
    script = ScriptDirectory.from_config(_config())
    if found is None:
        return Standing.EMPTY
    if found == script.get_current_head():
        return Standing.CURRENT
    return Standing.BEHIND if knows(found) else Standing.AHEAD


def revision(connection: Connection) -> str | None:
    """Return the number of the newest migration that the database has had."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(number: str) -> bool:
    """True for a migration of this program; another number is of a newer one."""
    return number in numbers()


def numbers() -> set[str]:
    script = ScriptDirectory.from_config(_config())
    return {each.revision for each in script.walk_revisions()}


def head() -> str | None:
    """Return the number of the newest migration, None while there is none."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database to `to`; of several at once one works and the others wait."""
    _run(url, lambda config: command.upgrade(config, to))


def downgrade(url: str, to: str) -> None:
    _run(url, lambda config: command.downgrade(config, to))


def _run(url: str, work: Callable[[Config], None]) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        work(config)


def _config() -> Config:
    # Not the ini file: its logging section is for people at the command line.
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    return config
