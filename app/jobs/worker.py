"""A worker: a process that takes jobs from the queue in our database, two at a time.

Its child prints one letter at a time; what was printed is written down meanwhile, so that
the child never waits for the database. Each job is one transaction and one Act of the
system. The job's end is written after that transaction, so a worker that is killed
anywhere leaves either nothing done or all of it, and the job is taken up again
(`queue.take_up_again`).
"""

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from app import clock, logs, queue
from app.actions.act import Act
from app.db import Sessions, engine_for, in_transaction, repeating, sessions
from app.documents.child import Renderer
from app.documents.store import Store
from app.jobs.handlers import HANDLERS, Handler, Tools
from app.jobs.schedule import SCHEDULE
from app.rules.permissions import SYSTEM
from app.settings import Settings

log = logging.getLogger("envelope.worker")

JOBS_AT_ONCE = 2
# So long may a job that has begun still take when the worker is asked to end.
PATIENCE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the worker works: its sessions and its tools."""

    sessions: Sessions
    tools: Tools


def run(url: str, chosen: Settings) -> None:
    """Work until asked to end (SIGTERM, SIGINT); a job in hand is finished first."""
    logs.configure(chosen.log_level, chosen.log_format)
    engine = engine_for(url, tokens=JOBS_AT_ONCE)
    with Renderer() as renderer:
        bench = Bench(sessions(engine), Tools(renderer, Store(chosen.files_place)))
        app = worker_app(url, bench)
        # What is loaded stays for the worker's life; no collection needs to walk over it.
        gc.collect()
        gc.freeze()
        log.info("The worker takes up jobs.")
        app.run_worker(
            concurrency=JOBS_AT_ONCE,
            delete_jobs="successful",
            update_heartbeat_interval=queue.HEARTBEAT_SECONDS,
            stalled_worker_timeout=queue.SILENT_SECONDS,
            shutdown_graceful_timeout=PATIENCE_SECONDS,
        )
    engine.dispose()
    log.info("The worker has ended.")


def work_off(url: str, bench: Bench) -> None:
    """Do every job that is due, then return; for tests and rehearsals."""
    worker_app(url, bench, by_clock=False).run_worker(
        wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
    )


def worker_app(url: str, bench: Bench, *, by_clock: bool = True) -> App:
    """Return the queue's application with every handler, and those the clock asks for."""
    app = App(
        connector=PsycopgConnector(
            conninfo=url.replace("+psycopg", "", 1),
            min_size=1,
            max_size=4,
            kwargs={"prepare_threshold": None},
        )
    )
    for name, handler in HANDLERS.items():
        at = SCHEDULE.get(name)
        task = app.task(
            name=name,
            pass_context=True,
            retry=False if at else Pauses(handler.pauses),
            queueing_lock=name if at else None,
        )(_function(name, handler, bench))
        if at and by_clock:
            app.periodic(cron=at)(task)
    return app


class Pauses(BaseRetryStrategy):
    """Another attempt after each pause, none for what cannot get better by waiting."""

    def __init__(self, pauses: tuple[int, ...]) -> None:
        self.pauses = pauses

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if is_last(self.pauses, job.attempts, exception):
            return None
        return RetryDecision(retry_in={"seconds": self.pauses[job.attempts]})


def is_last(pauses: tuple[int, ...], attempts: int, error: BaseException) -> bool:
    """True when the attempt that failed with `error`, after `attempts` others, was the last.

    A paper that cannot be printed as it should be, or wrong contents, do not mend by waiting.
    """
    # By name: importing the class would load the whole printing machine into the worker.
    is_hopeless = isinstance(error, ValueError) or type(error).__name__ == "RenderError"
    return is_hopeless or attempts >= len(pauses)


def _function(name: str, handler: Handler, bench: Bench) -> Callable[..., None]:
    def work(context: JobContext, **arguments: Any) -> None:  # Any: JSON of the queue
        structlog.contextvars.bind_contextvars(job=context.job.id)
        try:
            repeating(lambda: _once(handler, bench, arguments))
        except Exception as error:
            last = is_last(handler.pauses, context.job.attempts, error)
            reason = f"{type(error).__name__}: {error}"
            log.warning(
                "%s %s: attempt %s failed%s: %s",
                name,
                arguments,
                context.job.attempts + 1,
                ", it was the last" if last else "",
                # What a database says after its first line quotes the row.
                reason.partition("\n")[0],
            )
            if last and handler.give_up is not None:
                _give_up(handler, bench, arguments, error)
            raise
        finally:
            structlog.contextvars.unbind_contextvars("job")

    return work


def _once(handler: Handler, bench: Bench, arguments: dict[str, Any]) -> None:
    with in_transaction(bench.sessions) as session:
        handler.run(Act(session, SYSTEM, clock.now()), bench.tools, arguments)


def _give_up(handler: Handler, bench: Bench, arguments: dict[str, Any], error: Exception) -> None:
    give_up = handler.give_up
    assert give_up is not None

    def write() -> None:
        with in_transaction(bench.sessions) as session:
            give_up(Act(session, SYSTEM, clock.now()), arguments, error)

    repeating(write)
