"""How many pages a PDF of ours has."""

import re
import zlib

# WeasyPrint keeps its objects in compressed streams; each page is an object of this type.
_OBJECTS = re.compile(rb"/Type\s*/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def page_count(pdf: bytes) -> int:
    """Return the number of page objects; for files that this program has printed itself."""
    plain = [pdf, *(zlib.decompress(found[1]) for found in _OBJECTS.finditer(pdf))]
    return sum(len(_PAGE.findall(part)) for part in plain)
