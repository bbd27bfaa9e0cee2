"""Bytes by their content: the key is the SHA-256, so nothing is ever replaced.

In a folder a file is written beside the others while its hash is computed, then moved to
its key if nobody was faster; in a bucket (S3) it is collected here first and put there in one
step. What was kept once is never overwritten by other bytes: those have another key.
"""

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from app import clock
from app.documents.store_errors import away_said, flush, full_disk_said, key_of, sha256_of, verified
from app.errors import NotFound, TooLarge, Unavailable
from app.i18n.marks import N_

CHUNK_BYTES = 1024 * 1024
# Uploads stop here, so that letters, receipts and the database can still be written.
LEAST_FREE_BYTES = 256 * 1024 * 1024
# Tidying takes what nobody points at only when it is much older than this.
YOUNG = timedelta(hours=6)
_ARRIVING = "arriving"
_AGAIN: Mapping[bool, Literal["create", "overwrite"]] = {False: "create", True: "overwrite"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file is called from now on, and how large it is."""

    sha256: str
    size_bytes: int


class Store:
    """Files named by their hash, in a folder or in a bucket (`s3://bucket/prefix`).

    A bucket's keys and address come from the AWS_* variables that every S3 client reads.
    """

    def __init__(self, where: Path | str) -> None:
        self.where = where
        with full_disk_said():
            self._place: ObjectStore = (
                LocalStore(where, mkdir=True) if isinstance(where, Path) else _bucket(where)
            )

    @property
    def folder(self) -> Path:
        assert isinstance(self.where, Path)
        return self.where

    def keep(self, data: bytes | Iterable[bytes], *, limit_bytes: int | None = None) -> Stored:
        """Write the bytes and return their hash; chunks are never held in memory together.

        A limit means that somebody sends them from outside: TooLarge beyond it, and
        Unavailable already when the disk is nearly full. Nothing is left behind then.
        """
        if limit_bytes is not None:
            self.refuse_when_nearly_full()
        chunks = _slices(data) if isinstance(data, bytes) else data
        if isinstance(self.where, Path):
            return self._keep_in_folder(chunks, limit_bytes)
        return self._keep_in_bucket(chunks, limit_bytes)

    def free_bytes(self) -> int | None:
        """Return the room on the disk, None for a bucket."""
        return shutil.disk_usage(self.where).free if isinstance(self.where, Path) else None

    def refuse_when_nearly_full(self) -> None:
        free = self.free_bytes()
        if free is not None and free < LEAST_FREE_BYTES:
            raise Unavailable(
                N_(
                    "The disk of this installation is nearly full, so no more files are taken. "
                    "Nothing was saved. Tell the people who run Envelope, then send it again."
                )
            )

    def read(self, sha256: str, *, verify: bool = False) -> bytes:
        """Return the whole file; for letters and pictures, not for archives."""
        return b"".join(self.chunks(sha256, verify=verify))

    def chunks(self, sha256: str, *, verify: bool = False) -> Iterator[bytes]:
        """Yield the file piece by piece; missing raises NotFound before the first piece.

        With `verify` the hash is computed on the way and a damaged file raises Unavailable
        after its last piece.
        """
        try:
            with away_said():
                found = obstore.get(self._place, key_of(sha256))
        except (NotFoundError, FileNotFoundError):
            raise NotFound(N_("The file is not in the store any more.")) from None
        return verified(_pieces(found), sha256) if verify else _pieces(found)

    def size_bytes(self, sha256: str) -> int | None:
        """Return the size, or None if the store has no such file."""
        try:
            return int(obstore.head(self._place, key_of(sha256))["size"])
        except (NotFoundError, FileNotFoundError):
            return None

    def __contains__(self, sha256: str) -> bool:
        return self.size_bytes(sha256) is not None

    def kept_before(self, moment: datetime) -> Iterator[str]:
        """Yield the hash of every file that was last kept before that moment."""
        for batch in obstore.list(self._place):
            for found in batch:
                sha256 = sha256_of(found["path"])
                if sha256 is not None and found["last_modified"] < moment:
                    yield sha256

    def drop(self, sha256: str, *, kept_before: datetime) -> bool:
        """Remove a file that nobody points at, unless somebody has just kept it again."""
        with suppress(NotFoundError, FileNotFoundError):
            if obstore.head(self._place, key_of(sha256))["last_modified"] < kept_before:
                obstore.delete(self._place, key_of(sha256))
                return True
        return False

    def is_reachable(self) -> bool:
        """True when files can be asked for; cheap enough to ask every few seconds."""
        if isinstance(self.where, Path):
            return os.access(self.where, os.R_OK | os.W_OK | os.X_OK)
        try:
            self.size_bytes("0" * 64)
        except (BaseError, OSError):
            return False
        return True

    def is_writable(self) -> bool:
        """True when a file can be kept now; for `envelope doctor`."""
        probe = f"{_ARRIVING}/{uuid.uuid4().hex}"
        try:
            obstore.put(self._place, probe, b"written")
            obstore.delete(self._place, probe)
        except (BaseError, OSError):
            return False
        return True

    def _keep_in_folder(self, chunks: Iterable[bytes], limit_bytes: int | None) -> Stored:
        arriving = f"{_ARRIVING}/{uuid.uuid4().hex}"
        try:
            with full_disk_said():
                # The writer is closed before anything is moved.
                with obstore.open_writer(self._place, arriving) as writer:
                    stored = _receive(chunks, writer.write, limit_bytes)
                self._settle(arriving, key_of(stored.sha256))
        except BaseException:
            with suppress(BaseError, OSError):
                obstore.delete(self._place, arriving)
            raise
        return stored

    def _settle(self, arriving: str, key: str) -> None:
        """Move to the key unless the same bytes are there, and make it outlive a power cut."""
        flush(self.folder / arriving)
        try:
            obstore.rename(self._place, arriving, key, overwrite=self._is_old(key))
        except AlreadyExistsError:
            obstore.delete(self._place, arriving)
        else:
            flush((self.folder / key).parent)

    def _keep_in_bucket(self, chunks: Iterable[bytes], limit_bytes: int | None) -> Stored:
        with full_disk_said(), tempfile.TemporaryFile() as collected:
            stored = _receive(chunks, collected.write, limit_bytes)
            collected.seek(0)
            key = key_of(stored.sha256)
            with suppress(AlreadyExistsError), away_said():
                # In one piece: only so a bucket can refuse what is there already.
                is_old = self._is_old(key)
                obstore.put(self._place, key, collected, mode=_AGAIN[is_old], use_multipart=False)
        return stored

    def _is_old(self, key: str) -> bool:
        """True for bytes that lie there for long: writing them again makes them young.

        Tidying could otherwise take a file between its second upload and the row about it.
        """
        try:
            written: datetime = obstore.head(self._place, key)["last_modified"]
        except (NotFoundError, FileNotFoundError):
            return False
        return written < clock.of_the_machine() - YOUNG


def _bucket(url: str) -> S3Store:
    """Return the bucket of `s3://bucket/prefix`, over plain HTTP only where its address says so."""
    return S3Store.from_url(
        url,
        # Not every bucket that speaks S3 can delete several at once.
        config={"disable_bulk_delete": True},
        client_options={"allow_http": True, "timeout": "30s", "connect_timeout": "5s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )


def _receive(
    chunks: Iterable[bytes], write: Callable[[bytes], object], limit_bytes: int | None
) -> Stored:
    """Write the chunks while hashing them."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if limit_bytes is not None and size > limit_bytes:
            raise TooLarge(
                N_("The file is larger than {limit_mb} MB, the most that is accepted."),
                limit_mb=limit_bytes // (1024 * 1024),
            )
        digest.update(chunk)
        write(chunk)
    return Stored(sha256=digest.hexdigest(), size_bytes=size)


def _slices(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def _pieces(found: "obstore.GetResult") -> Iterator[bytes]:
    for piece in found.stream(min_chunk_size=CHUNK_BYTES):
        yield bytes(piece)
