"""Jobs are rows of our own transaction: none is lost, none speaks of a rolled-back fact.

procrastinate's SQL function is called directly and set-based; the worker
(`app.jobs.worker`) takes the rows up.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

HEARTBEAT_SECONDS = 5.0
# A worker that was silent for so long is gone, and what it had in hand is taken up again.
SILENT_SECONDS = 20.0
# No job takes so long (printing is stopped after two minutes): its end was never written.
ABANDONED_SECONDS = 600.0

_DEFER = text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW(:queue, :task, :priority, NULL, NULL, args.value, CAST(:later AS timestamptz))
               ::procrastinate_job_to_defer_v1
        FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS args(value, place)
        ORDER BY args.place
    ))
""")


def enqueue_many(
    session: Session,
    task: str,
    rows: Iterable[Mapping[str, int | str]],
    *,
    queue: str = "default",
    priority: int = 0,
    later: datetime | None = None,
) -> None:
    """Add one job per mapping of arguments, in one statement."""
    listed = [dict(row) for row in rows]
    if not listed:
        return
    session.flush()
    session.execute(
        _DEFER,
        {
            "queue": queue,
            "task": task,
            "priority": priority,
            "later": later,
            "rows": json.dumps(listed),
        },
    )


def enqueue(session: Session, task: str, **ids: int | str) -> None:
    """Add one job to the session's transaction."""
    enqueue_many(session, task, [ids])


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the queue stands: what is due, since when, and whether anybody works it off."""

    jobs: int
    oldest_seconds: int
    has_worker: bool


_WAITING = text("""
    SELECT count(*),
           coalesce(extract(epoch FROM max(now() - coalesce(job.scheduled_at, put.at))), 0)::int,
           EXISTS (SELECT FROM procrastinate_workers
                   WHERE last_heartbeat > now() - make_interval(secs => :silent))
    FROM procrastinate_jobs job
    LEFT JOIN LATERAL (
        SELECT min(event.at) AS at FROM procrastinate_events event
        WHERE event.job_id = job.id AND event.type = 'deferred'
    ) put ON true
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
""")
_GIVEN_UP = text("""
    SELECT job.task_name, count(*) AS jobs
    FROM procrastinate_jobs job
    WHERE job.status = 'failed' AND EXISTS (
        SELECT FROM procrastinate_events event
        WHERE event.job_id = job.id AND event.type = 'failed'
          AND event.at > now() - interval '7 days'
    )
    GROUP BY 1 ORDER BY 1
""")


def waiting(session: Session) -> Waiting:
    """Tell how the queue stands by the server's clock, which stamped its rows."""
    jobs, oldest, has_worker = session.execute(_WAITING, {"silent": SILENT_SECONDS}).one()
    return Waiting(jobs, oldest, has_worker)


def given_up(session: Session) -> dict[str, int]:
    """Return job name → how many were given up in the last week."""
    return {row.task_name: row.jobs for row in session.execute(_GIVEN_UP)}


_ABANDONED = text("""
    SELECT job.id, job.queueing_lock IS NOT NULL
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    LEFT JOIN LATERAL (
        SELECT max(event.at) AS at FROM procrastinate_events event
        WHERE event.job_id = job.id AND event.type = 'started'
    ) begun ON true
    WHERE job.status = 'doing'
      AND (worker.id IS NULL
           OR worker.last_heartbeat < now() - make_interval(secs => :silent)
           OR begun.at < now() - make_interval(secs => :abandoned))
    ORDER BY job.id
    FOR UPDATE OF job SKIP LOCKED
""")
_AGAIN = text("""
    SELECT procrastinate_retry_job_v1(key, now(), NULL, NULL, NULL)
    FROM unnest(CAST(:keys AS bigint[])) key
""")
_DROP = text("""
    SELECT procrastinate_finish_job_v1(key, 'failed', true)
    FROM unnest(CAST(:keys AS bigint[])) key
""")
_PRUNE = text("SELECT procrastinate_prune_stalled_workers_v1(:silent)")


def take_up_again(session: Session) -> int:
    """Put back what killed workers had in hand; return how many jobs.

    Jobs by the clock (they hold a queueing lock) are dropped: the next one does the same.
    """
    found = session.execute(
        _ABANDONED, {"silent": SILENT_SECONDS, "abandoned": ABANDONED_SECONDS}
    ).all()
    again = [key for key, by_clock in found if not by_clock]
    session.execute(_AGAIN, {"keys": again})
    session.execute(_DROP, {"keys": [key for key, by_clock in found if by_clock]})
    session.execute(_PRUNE, {"silent": SILENT_SECONDS})
    return len(again)
