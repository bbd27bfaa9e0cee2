"""Many files as one ZIP, sent while it is written."""

import tracemalloc
import zipfile
from io import BytesIO

from app.documents.archive import Member, zipped

PIECE = b"x" * 65_536


def test_archive_has_every_file_and_double_names_get_a_number() -> None:
    members = [Member("a.pdf", iter([b"one", b"two"])), Member("a.pdf", iter([b"three"]))]

    with zipfile.ZipFile(BytesIO(b"".join(zipped(members)))) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
        bad = archive.testzip()

    assert (found, bad) == ({"a.pdf": b"onetwo", "a (2).pdf": b"three"}, None)


def test_same_files_give_the_same_bytes() -> None:
    first, second = (b"".join(zipped([Member("a.pdf", iter([b"one"]))])) for _ in range(2))

    assert first == second


def test_memory_holds_one_piece_however_much_is_sent() -> None:
    members = (Member(f"{number}.pdf", iter([PIECE] * 50)) for number in range(30))

    tracemalloc.start()
    total = sum(len(piece) for piece in zipped(members))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total > 98_000_000
    assert peak < 1_000_000
