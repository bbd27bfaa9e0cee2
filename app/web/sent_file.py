"""A file that is made for one request: written to disk, sent piece by piece, then gone.

The file is whole before the first byte leaves, so a failure is an answer that says so and
never half a download; memory stays the same for ten rows and for a million.
"""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from urllib.parse import quote

from fastapi.responses import StreamingResponse

CHUNK_BYTES = 64 * 1024


def send(write: Callable[[BinaryIO], object], *, name: str, media_type: str) -> StreamingResponse:
    """Let `write` fill a file and answer with it, to be saved under `name`."""
    return send_written(written(write), name=name, media_type=media_type)


def written(write: Callable[[BinaryIO], object]) -> BinaryIO:
    file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 - closed when the last piece was sent
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    return file


def send_written(file: BinaryIO, *, name: str, media_type: str) -> StreamingResponse:
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name.replace('/', '-'))}",
            "content-length": str(size),
        },
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
