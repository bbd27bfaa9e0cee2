"""A process of its own that prints, kept by each worker: values in, bytes out.

WeasyPrint must not run in a thread, and procrastinate and FastAPI run plain functions in
threads. So each process that needs documents keeps one `Renderer`, whose child is
spawned at the first document, replaced when it crashes or hangs, and ends with its parent
even when that is killed.
"""

import gc
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Self

from app.documents.contexts import Context, document_name, from_json, snapshot
from app.errors import Unavailable
from app.i18n.marks import N_

START_SECONDS = 60.0
LETTER_SECONDS = 120.0
# So many new objects may come before the collector looks for circles among them: a letter is
# some hundred thousand, nearly all alive until it is done, and looking more often finds nothing.
YOUNG_OBJECTS = 50_000
ENDED = N_("The document could not be printed: the printing process ended twice.")
SLOW = N_("The document took longer than {seconds} seconds to print and was stopped.")


class Renderer:
    """Prints one document at a time; safe to call from several threads."""

    def __init__(self, *, letter_seconds: float = LETTER_SECONDS) -> None:
        self._letter_seconds = letter_seconds
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def pdf(self, context: Context, files: Mapping[str, bytes] | None = None) -> bytes:
        """Return the document as PDF.

        A child that died is replaced and the letter tried once more; a letter that takes
        too long ends the child. Both raise Unavailable, so that a job can be repeated.
        What is wrong with the document itself raises RenderError.
        """
        job = (document_name(context), snapshot(context), dict(files or {}))
        with self._lock:
            try:
                return self._print(job)
            except BrokenProcessPool:
                self._end()
            try:
                return self._print(job)
            except BrokenProcessPool:
                self._end()
                raise Unavailable(ENDED) from None

    def warm(self) -> None:
        """Start the child now, so that the first letter does not wait for it."""
        with self._lock:
            self._started()

    def close(self) -> None:
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _print(self, job: tuple[str, str, dict[str, bytes]]) -> bytes:
        future: Future[bytes] = self._started().pool.submit(_printed, *job)
        try:
            return future.result(self._letter_seconds)
        except FutureTimeout:
            self._end()
            raise Unavailable(SLOW, seconds=int(self._letter_seconds)) from None

    def _started(self) -> "_Child":
        if self._child is None:
            self._child = _Child()
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """The pool of one process and that process's id, so that it can be ended when it hangs."""

    def __init__(self) -> None:
        self.pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare
        )
        self.pid = self.pool.submit(os.getpid).result(START_SECONDS)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        self.pool.shutdown(wait=True, cancel_futures=True)


def _prepare() -> None:
    """Load what is costly once, and end when the parent does."""
    # Ctrl-C goes to the whole group; the parent decides when its child may go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from app.documents import render  # noqa: PLC0415 - only the child pays for WeasyPrint

    # Missing fonts are said by the first letter; a child that fails to start says nothing.
    with suppress(render.RenderError):
        render.warm()
    # What is loaded by now stays: walking over it again and again took a tenth of each letter.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(0)


def _printed(document: str, text: str, files: dict[str, bytes]) -> bytes:
    from app.documents import render  # noqa: PLC0415 - only the child pays for WeasyPrint

    return render.pdf(from_json(document, json.loads(text)), files)
