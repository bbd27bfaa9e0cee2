"""Counts what a session asks the database, for tests of pages and deeds that must stay cheap."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


@dataclass
class Statements:
    texts: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.texts)


@contextmanager
def counted(session: Session) -> Iterator[Statements]:
    """Yield the statements that are executed meanwhile; savepoints of the test do not count."""
    seen = Statements()

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            seen.texts.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


@contextmanager
def counted_by_engine(engine: Engine) -> Iterator[list[str]]:
    """Yield what is executed on any connection of the engine: the statements of a page."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
