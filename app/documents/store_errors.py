"""What the store makes of names, damaged bytes and full disks."""

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError

from app.errors import NotFound, Unavailable
from app.i18n.marks import N_

DAMAGED = N_("The file {sha256} in the store is damaged. Bring it back from a backup.")
AWAY = N_("The place where files are kept does not answer. Nothing was saved; try again soon.")
FULL = N_(
    "The disk that holds the files is full. Nothing was saved. "
    "Free some space or move the data folder, then send it again."
)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def key_of(sha256: str) -> str:
    """Refuse what is no hash: a key must never become a path that somebody typed."""
    if not _SHA256.fullmatch(sha256):
        raise NotFound(N_("The file is not in the store any more."))
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def sha256_of(key: str) -> str | None:
    """Return the hash that a key stands for, None for what is no kept file."""
    name = key.rpartition("/")[2]
    return name if _SHA256.fullmatch(name) and key == key_of(name) else None


def verified(pieces: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise Unavailable(DAMAGED, sha256=sha256)


def flush(path: Path) -> None:
    """Make what was written there outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def away_said() -> Iterator[None]:
    """Turn what a bucket that is away or refuses us says into a sentence."""
    try:
        yield
    except (NotFoundError, AlreadyExistsError):
        raise
    except BaseError as error:
        raise Unavailable(AWAY) from error


@contextmanager
def full_disk_said() -> Iterator[None]:
    """Turn "no space left" into a sentence; every other failure stays what it is."""
    try:
        yield
    except (BaseError, OSError) as error:
        if not _is_full(error):
            raise
        raise Unavailable(FULL) from error


def _is_full(error: BaseException) -> bool:
    """Find it in the text: obstore gives the operating system's number nowhere else."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return True
    found = re.findall(r"os error (\d+)|code: (\d+)", str(error))
    return any(int(one or other) in _NO_ROOM for one, other in found)
