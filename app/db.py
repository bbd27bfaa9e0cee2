"""The engine, sessions and transactions; what the database says becomes a `Problem`.

One transaction at READ COMMITTED per act. No session state is left on a connection (no SET
outside a transaction), so that a pooler such as PgBouncer may stand between; the web process
lets the database keep the plans of its questions and how long a deed waits for a lock, unless
`ENVELOPE_DATABASE_POOLER` says that there is one (decision 33).
"""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import ExecuteStyle
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from app import embedded
from app.errors import Conflict, Problem, Unavailable
from app.i18n.marks import N_
from app.settings import Settings

T = TypeVar("T")
Sessions = sessionmaker[Session]

LOCK_TIMEOUT_MS = 5_000
_WAITS = "lock_timeout_ms"  # an option of an engine whose connections wait so long by themselves
ATTEMPTS = 5
ASK_AFTER_SECONDS = 30
PLANNED_ONCE = {"planned_once": True}
"""Execution options of a statement whose plan is as good for any value that it is given."""
PLANNED_ANEW = {"planned_once": False}
"""Those of one that was made of such a statement and whose plan is not."""
ONLY_IF_ASKED = 10**9
"""The driver would keep a plan after so many questions by itself, so it never does."""
MOST_PLANS = 300
"""So many plans are kept by a connection, those that were used last."""

# SQLSTATE → refusal. Everything that is not listed is a bug of ours and stays one.
CONFLICTS = {
    "40001": N_("Somebody changed this at the same moment. Look at it again, then repeat."),
    "40P01": N_("Somebody changed this at the same moment. Look at it again, then repeat."),
    "55P03": N_("Somebody else is working on this right now. Try again in a moment."),
    "23505": N_("This was saved already, or somebody else was faster. Look at it again."),
    "23P01": N_("This was saved already, or somebody else was faster. Look at it again."),
}
DISK_FULL = N_("The disk of the database is full. Nothing was saved; tell your administrator.")
AWAY = ("08", "53", "57P", "58")
REPEATABLE = {"40001", "40P01", "55P03"}


@contextmanager
def database(chosen: Settings) -> Iterator[str]:
    """Give the address of the database: the one in the settings, or the one of our own, started."""
    if chosen.database_url is not None:
        yield chosen.database_url
        return
    with embedded.running(chosen.data_dir) as url:
        yield url


def engine_for(url: str, *, tokens: int = 4, keeps_plans: bool = False) -> Engine:
    """Make an engine with one connection for each request that is worked on at once.

    `keeps_plans`: for a process that asks the same questions again and again. To plan one with
    many tables takes up to thirty times as long as to answer it.
    """
    own = {_WAITS: LOCK_TIMEOUT_MS} if keeps_plans else {}
    engine = create_engine(
        url,
        execution_options=own,
        pool_size=tokens,
        max_overflow=0,
        pool_timeout=10,
        # Whoever is alone always gets the connection that was used last, which knows most plans.
        pool_use_lifo=True,
        isolation_level="READ COMMITTED",
        # Errors are logged; values in them are people's data.
        hide_parameters=True,
        connect_args={
            "prepare_threshold": ONLY_IF_ASKED if keeps_plans else None,
            "connect_timeout": 5,
            "cursor_factory": _Cursor,
        },
    )
    if keeps_plans:
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "do_execute", _keep_plan)
    _replace_lost_connections(engine)
    return engine


class _Cursor(psycopg.Cursor[Any]):  # Any: rows, which SQLAlchemy makes
    """Names the columns of an answer without an object for each, of which nobody asks more."""

    @property
    def description(self) -> Any:  # Any: sequences of seven, as PEP 249 has them
        answer = self.pgresult
        if answer is None or not answer.nfields:
            return super().description
        return [
            ((answer.fname(place) or b"").decode(), answer.ftype(place), *_UNKNOWN)
            for place in range(answer.nfields)
        ]


_UNKNOWN = (None,) * 5


def _set_up(connection: Any, record: ConnectionPoolEntry) -> None:  # Any: the driver's
    """Say once to a new connection what each deed would have to say again."""
    del record
    connection.prepared_max = MOST_PLANS
    connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.commit()


def _keep_plan(cursor: Any, statement: str, values: Any, context: Any) -> bool:  # Any: the driver's
    """Keep the plan of what asks for it (`app.queries.kept`) and of every written row.

    Rows that come one by one through a cursor of the server are asked for once, and not kept.
    Nor are many rows in one statement: it is another one for every number of rows, and a thousand
    take megabytes.
    """
    writes = context.isinsert or context.isupdate
    is_one = context.execute_style is not ExecuteStyle.INSERTMANYVALUES
    keeps = context.execution_options.get("planned_once") or (writes and is_one)
    if not keeps or context._is_server_side:  # noqa: SLF001 - the dialect's own word for it
        return False
    cursor.execute(statement, values, prepare=True)
    return True


def _replace_lost_connections(engine: Engine) -> None:
    """Replace connections that a restarted database has forgotten before they are used again.

    To ask the database each time takes longer than a small query. A server that ends a
    connection says so on it, so whoever finds nothing said there need not ask; only where
    it lay still for long, something between may have dropped it without a word.
    """

    def left(connection: object, record: ConnectionPoolEntry) -> None:
        del connection
        record.info["left_at"] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # Any: the driver's
        at = record.info.get("left_at")
        if at is None or (time.monotonic() - at < ASK_AFTER_SECONDS and _is_silent(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as lost:
            raise InvalidatePoolError from lost

    event.listen(engine, "checkin", left)
    event.listen(engine, "checkout", taken)


def _is_silent(connection: Any) -> bool:  # Any: the driver's connection
    """True when nothing was sent on a connection that waits for nothing: no farewell either."""
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return not waiting.poll(0)


def sessions(engine: Engine) -> Sessions:
    # Objects stay readable after the commit: pages never reload what an action returned.
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


@contextmanager
def in_transaction(make: Sessions, *, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> Iterator[Session]:
    """Open a session, commit at the end, roll back on any error; raise Problems of our own."""
    with refusals(), make() as session, session.begin():
        if session.get_bind().get_execution_options().get(_WAITS) != lock_timeout_ms:
            # SET LOCAL ends with the transaction, so a pooled connection stays clean.
            setting = f"SET LOCAL lock_timeout = {int(lock_timeout_ms)}"
            session.connection().exec_driver_sql(setting)
        yield session


def undo(session: Session) -> None:
    """Leave nothing of what the transaction has written, where a page shows its refusal itself."""
    session.rollback()


@contextmanager
def reading(make: Sessions) -> Iterator[Session]:
    """Open a session that sees one moment of the database and can write nothing.

    It ends with COMMIT also when the person is refused: after ROLLBACK the driver throws away
    what the connection has planned.
    """
    with refusals(), make() as session:
        # Both go out with BEGIN itself; the pool forgets them when the connection comes back.
        session.connection(
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        try:
            yield session
        except Problem:
            session.commit()
            raise
        session.commit()


def repeating(work: Callable[[], T], *, attempts: int = ATTEMPTS) -> T:
    """Run `work` (a whole transaction) again when the database asks for it.

    For jobs and commands only: a request answers with the Conflict instead.
    """
    for attempt in range(1, attempts):
        try:
            return work()
        except Conflict as conflict:
            if sqlstate(conflict.__cause__) not in REPEATABLE:
                raise
            time.sleep(0.05 * 2**attempt)
    return work()


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a stale row, a deadlock, a lost connection into the Problem that a person reads."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict from error
    except PoolTimeoutError as error:
        raise Unavailable(N_("Envelope is very busy. Try again in a minute.")) from error
    except DBAPIError as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise problem from error


def problem_of(error: DBAPIError) -> Problem | None:
    """Return the refusal that a database error means, or None for a bug."""
    state = sqlstate(error)
    if state in CONFLICTS:
        return Conflict(CONFLICTS[state])
    if state == "53100":
        return Unavailable(DISK_FULL)
    # A server that is away sends no state: the driver itself could not reach it.
    lost = error.connection_invalidated or (not state and "OperationalError" in repr(error.orig))
    return Unavailable() if lost or state.startswith(AWAY) else None


def sqlstate(error: BaseException | None) -> str:
    """Return the five letters of PostgreSQL's error, or nothing."""
    orig = error.orig if isinstance(error, DBAPIError) else None
    return getattr(orig, "sqlstate", None) or ""


def is_reachable(engine: Engine) -> bool:
    """True when the database answers now; for readiness checks."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
