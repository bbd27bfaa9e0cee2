"""How many pages a PDF of ours has."""

import re
import zlib

# WeasyPrint keeps its objects in compressed streams; each page is an object of this type.
_OBJECTS = re.compile(rb"/Type\s*/ObjStm.*?stream\r?\n", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def page_count(pdf: bytes) -> int:
    """Return the number of page objects; for files that this program has printed itself.

    A compressed stream says itself where it ends; the word that follows it may also
    stand inside of it, by chance.
    """
    starts = (found.end() for found in _OBJECTS.finditer(pdf))
    plain = [pdf, *(zlib.decompressobj().decompress(pdf[start:]) for start in starts)]
    return sum(len(_PAGE.findall(part)) for part in plain)
