"""The log: one line an event on the error stream, as text or as JSON, with the request's id.

No personal data and no secrets: local variables of a traceback, values in a statement and
what the database quotes of a row are left out.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

_LEVELS = logging.getLevelNamesMapping()
_LONGEST = 300


def configure(level: str, form: str) -> None:
    """Set level and form (`text` or `json`) once; a process that has chosen its own keeps it.

    Lines of libraries (the queue, the server) take the same form.
    """
    if structlog.is_configured():
        return
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traced,
    ]
    shown: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(
            sort_keys=True, key_order=["timestamp", "level", "event"], drop_missing=True
        )
    )
    structlog.configure(
        processors=[*shared, shown],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("envelope").setLevel(level.upper())


def _traced(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write where an error came from; of what it says only the first line, without values.

    The lines after it are where a database quotes the row, and a statement its values.
    """
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    elif isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["exception"] = "\n".join(_lines(found))
    return event


def _lines(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [*_lines(before), "which led to:"] if before is not None else []
    frames = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    said = str(error).partition("\n")[0][:_LONGEST]
    return [*earlier, *frames, f"{type(error).__module__}.{type(error).__qualname__}: {said}"]
