"""Bytes by their content: the key is the SHA-256, so nothing is ever replaced.

A file is written beside the others while its hash is computed, then moved to its key if
nobody was faster. What was kept once is never overwritten: the same bytes again change
nothing, and other bytes have another key.
"""

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore

from app.errors import NotFound, TooLarge, Unavailable
from app.i18n.marks import N_

CHUNK_BYTES = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ARRIVING = "arriving"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file is called from now on, and how large it is."""

    sha256: str
    size_bytes: int


class Store:
    """A folder of files named by their hash, in 256 folders by its first two digits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with _full_disk_said():
            self._place = LocalStore(folder, mkdir=True)

    def keep(self, data: bytes | Iterable[bytes], *, limit_bytes: int | None = None) -> Stored:
        """Write the bytes and return their hash; chunks are never held in memory together.

        Raises TooLarge beyond `limit_bytes` and Unavailable when the disk is full; in both
        cases nothing is left behind.
        """
        arriving = f"{_ARRIVING}/{uuid.uuid4().hex}"
        chunks = _slices(data) if isinstance(data, bytes) else data
        try:
            with _full_disk_said():
                stored = self._receive(arriving, chunks, limit_bytes)
                self._settle(arriving, _key(stored.sha256))
        except BaseException:
            with suppress(BaseError, OSError):
                obstore.delete(self._place, arriving)
            raise
        return stored

    def read(self, sha256: str, *, verify: bool = False) -> bytes:
        """Return the whole file; for letters and pictures, not for archives."""
        return b"".join(self.chunks(sha256, verify=verify))

    def chunks(self, sha256: str, *, verify: bool = False) -> Iterator[bytes]:
        """Yield the file piece by piece; missing raises NotFound before the first piece.

        With `verify` the hash is computed on the way and a damaged file raises Unavailable
        after its last piece.
        """
        try:
            found = obstore.get(self._place, _key(sha256))
        except (NotFoundError, FileNotFoundError):
            raise NotFound(N_("The file is not in the store any more.")) from None
        return _verified(found, sha256) if verify else _pieces(found)

    def size_bytes(self, sha256: str) -> int | None:
        """Return the size, or None if the store has no such file."""
        try:
            return int(obstore.head(self._place, _key(sha256))["size"])
        except (NotFoundError, FileNotFoundError):
            return None

    def __contains__(self, sha256: str) -> bool:
        return self.size_bytes(sha256) is not None

    def _receive(self, path: str, chunks: Iterable[bytes], limit_bytes: int | None) -> Stored:
        """Write to `path` while hashing; the writer is closed before this returns."""
        digest, size = hashlib.sha256(), 0
        with obstore.open_writer(self._place, path) as writer:
            for chunk in chunks:
                size += len(chunk)
                if limit_bytes is not None and size > limit_bytes:
                    raise TooLarge(
                        N_("The file is larger than {limit_mb} MB, the most that is accepted."),
                        limit_mb=limit_bytes // (1024 * 1024),
                    )
                digest.update(chunk)
                writer.write(chunk)
        return Stored(sha256=digest.hexdigest(), size_bytes=size)

    def _settle(self, arriving: str, key: str) -> None:
        """Move to the key unless the same bytes are there, and make it outlive a power cut."""
        _flush(self.folder / arriving)
        try:
            obstore.rename(self._place, arriving, key, overwrite=False)
        except AlreadyExistsError:
            obstore.delete(self._place, arriving)
        else:
            _flush((self.folder / key).parent)


def _key(sha256: str) -> str:
    """Refuse what is no hash: a key must never become a path that somebody typed."""
    if not _SHA256.fullmatch(sha256):
        raise NotFound(N_("The file is not in the store any more."))
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _slices(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def _pieces(found: "obstore.GetResult") -> Iterator[bytes]:
    for piece in found.stream(min_chunk_size=CHUNK_BYTES):
        yield bytes(piece)


def _verified(found: "obstore.GetResult", sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in _pieces(found):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise Unavailable(
            N_("The file {sha256} in the store is damaged. Bring it back from a backup."),
            sha256=sha256,
        )


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _full_disk_said() -> Iterator[None]:
    """Turn "no space left" into a sentence; every other failure stays what it is."""
    try:
        yield
    except (BaseError, OSError) as error:
        if not _is_full(error):
            raise
        raise Unavailable(
            N_(
                "The disk that holds the files is full. Nothing was saved. "
                "Free some space or move the data folder, then send it again."
            )
        ) from error


def _is_full(error: BaseException) -> bool:
    """Find it in the text: obstore gives the operating system's number nowhere else."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    found = re.findall(r"os error (\d+)|code: (\d+)", str(error))
    return any(int(one or other) in _FULL for one, other in found)
