"""The log of web processes: one JSON line an event, with the request's id, without local variables.

Local variables of a traceback would write applicants' data into the log.
"""

import logging

import structlog

_LEVELS = logging.getLevelNamesMapping()


def configure(level: str) -> None:
    """Set the format once; a process that has chosen its own keeps it."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level.upper()]),
    )
