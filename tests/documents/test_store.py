import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.documents.store import Store, Stored
from app.errors import NotFound, TooLarge, Unavailable

LETTER = b"%PDF-1.7 a letter"
SHA256 = hashlib.sha256(LETTER).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files of the house")


def files(store: Store) -> list[str]:
    return sorted(
        path.relative_to(store.folder).as_posix()
        for path in store.folder.rglob("*")
        if path.is_file()
    )


def test_file_is_kept_under_its_hash_and_comes_back(store: Store) -> None:
    stored = store.keep(LETTER)

    assert stored == Stored(sha256=SHA256, size_bytes=len(LETTER))
    assert store.read(SHA256, verify=True) == LETTER
    assert store.size_bytes(SHA256) == len(LETTER)
    assert files(store) == [f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"]


def test_same_bytes_twice_are_one_file_that_was_not_touched(store: Store) -> None:
    store.keep(LETTER)
    path = store.folder / files(store)[0]
    before = path.stat()

    assert store.keep(iter([LETTER[:5], LETTER[5:]])).sha256 == SHA256

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(files(store)) == 1


def test_large_file_goes_through_piece_by_piece(store: Store) -> None:
    piece = bytes(range(256)) * 4096

    stored = store.keep(piece for _ in range(32))

    assert stored.size_bytes == 32 * len(piece)
    pieces = list(store.chunks(stored.sha256, verify=True))
    assert b"".join(pieces) == piece * 32
    assert max(len(each) for each in pieces) <= 2 * 1024 * 1024


def test_too_much_is_refused_and_nothing_stays(store: Store) -> None:
    pieces = (b"x" * 1024 * 1024 for _ in range(3))

    with pytest.raises(TooLarge, match="larger than 2 MB"):
        store.keep(pieces, limit_bytes=2 * 1024 * 1024)

    assert files(store) == []


def test_broken_upload_leaves_nothing(store: Store) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.keep(breaks())

    assert files(store) == []


def test_empty_file_has_a_hash_too(store: Store) -> None:
    stored = store.keep(b"")

    assert stored == Stored(sha256=hashlib.sha256(b"").hexdigest(), size_bytes=0)
    assert store.read(stored.sha256) == b""


@pytest.mark.parametrize("name", ["0" * 64, "../secret.key", "", SHA256.upper()])
def test_what_is_not_there_is_not_found(store: Store, name: str) -> None:
    with pytest.raises(NotFound):
        store.read(name)


def test_damaged_file_is_noticed_when_asked_for(store: Store) -> None:
    store.keep(LETTER)
    path = store.folder / files(store)[0]
    path.write_bytes(LETTER.replace(b"letter", b"bettel"))

    assert store.read(SHA256) != LETTER
    with pytest.raises(Unavailable, match=f"The file {SHA256} in the store is damaged"):
        store.read(SHA256, verify=True)


FULL = """
import resource, sys
from pathlib import Path
from app.documents.store import Store
from app.errors import Unavailable
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    store.keep(b"x" * 1_000_000 for _ in range(30))
except Unavailable as said:
    print(said)
    print([path for path in Path(sys.argv[1]).rglob("*") if path.is_file()])
"""


def test_disk_without_room_says_what_to_do_and_keeps_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], check=True, capture_output=True, text=True
    )

    assert done.stdout.splitlines() == [
        "The disk that holds the files is full. Nothing was saved. "
        "Free some space or move the data folder, then send it again.",
        "[]",
    ]
