"""Files out of the store, as a browser saves them and never runs them."""

from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi import Request
from starlette.responses import StreamingResponse

from app.documents.store import Store
from app.i18n.marks import N_

# Said where a paper that could not be printed was asked for again.
AGAIN = N_("It is being printed again. Load this page again in a moment.")


def download(request: Request, *, sha256: str, filename: str, media_type: str) -> StreamingResponse:
    """Send a stored file to be saved under its name; `nosniff` is on every answer."""
    chunks = store_of(request).chunks(sha256)
    return StreamingResponse(
        chunks,
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )


def store_of(request: Request) -> Store:
    return _store(request.app.state.settings.files_place)


@cache
def _store(where: Path | str) -> Store:
    return Store(where)
