"""Many files as one ZIP, sent while it is written: memory holds one piece, whatever the size.

PDF is packed already, so its bytes are stored as they are. Every member has a fixed time:
the same letters give the same bytes.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: the name it gets, and its bytes in pieces."""

    name: str
    chunks: Iterator[bytes]


class _Outbox:
    """What the archive has written and nobody has taken yet; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def tell(self) -> int:
        """Say as a pipe does that there is no place to go back to."""
        raise OSError

    def seek(self, _offset: int, _whence: int = 0) -> int:
        raise OSError

    def close(self) -> None:
        """Do nothing: the archive ends, the pieces are still taken."""

    def flush(self) -> None:
        """Do nothing: what is written waits to be taken."""

    def taken(self) -> bytes:
        found, self._pieces = b"".join(self._pieces), []
        return found


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the archive piece by piece; names that come twice get a number."""
    outbox, seen = _Outbox(), dict[str, int]()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(_once(member.name, seen), _TIME)
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w") as target:
                for chunk in member.chunks:
                    target.write(chunk)
                    yield outbox.taken()
            yield outbox.taken()
    yield outbox.taken()


def _once(name: str, seen: dict[str, int]) -> str:
    number = seen[name] = seen.get(name, 0) + 1
    if number == 1:
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}"
