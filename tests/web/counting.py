"""How many statements a page costs: lists must cost the same for one row and for three."""

from collections.abc import Callable

from sqlalchemy import Engine, event


def statements(engine: Engine, work: Callable[[], object]) -> list[str]:
    seen: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen
