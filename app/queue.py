"""Jobs are rows of our own transaction: none is lost, none speaks of a rolled-back fact.

procrastinate's SQL function is called directly and set-based; the worker
(`app.jobs.worker`) takes the rows up.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

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
