"""Why a paper could not be printed: a code that a person reads as a sentence with what to do.

The sentences stand in `app/i18n/sentences/papers.py`. What the program said of it, which only
helps whoever runs it, stays in the trail.
"""

from app.documents import child, store_errors
from app.errors import NotFound, Unavailable

UNEXPECTED = "paper.unexpected"
_SAID = {
    child.SLOW: "paper.slow",
    child.ENDED: "paper.ended",
    store_errors.FULL: "paper.disk_full",
    store_errors.DAMAGED: "paper.file_damaged",
    store_errors.AWAY: "paper.files_away",
}
MAX_CAUSE = 2_000


def code_of(error: BaseException) -> str:
    """Return the code of what kept a paper from being printed."""
    if isinstance(error, NotFound):
        return "paper.file_missing"
    if isinstance(error, Unavailable):
        return _SAID.get(error.message, UNEXPECTED)
    # By name and place: importing either would load the whole printing machine into the worker.
    is_template = type(error).__module__.partition(".")[0] == "jinja2"
    if is_template or type(error).__name__ == "RenderError" or isinstance(error, ValueError):
        return "paper.contents"
    return UNEXPECTED


def cause_of(error: BaseException) -> str:
    """Return what the program said, for the trail."""
    return f"{type(error).__name__}: {error}"[:MAX_CAUSE]
