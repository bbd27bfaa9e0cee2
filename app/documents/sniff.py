"""Is an uploaded file what its name says, and may it be kept at all?

The ending of the name and the content must agree, and both must be on the list. Archives
are looked at, never unpacked: only their table of contents and, for office files, the
first megabyte of the one part that names their type.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import BinaryIO

import puremagic

from app.rules.messages import Message, Messages

HEAD_BYTES = 4096
PART_BYTES = 1024 * 1024
# A text of the same letter shrinks 1000 to 1; real office files stay far below 200 to 1.
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
MOST_RATIO = 200
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
}
ALLOWED = frozenset({"pdf", "docx", "xlsx", "odt", "ods", "jpg", "jpeg", "png"})

_OFFICE = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The trailer of a PDF is never compressed, so its reference to the keys can be read.
_PDF_KEYS = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")


def clean_name(name: str) -> str:
    """Return the last part of a path without characters that hide or change what is read."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    return seen.strip(" .")[-200:] or "file"


def ending(name: str) -> str:
    return PurePath(name).suffix.removeprefix(".").lower()


def examine(
    name: str, file: BinaryIO, *, limit_bytes: int, allowed: frozenset[str] = ALLOWED
) -> Messages:
    """Return what is wrong with the file, nothing if it may be kept; leaves it at its start.

    At most one message: the first that a person has to act on. Each names the file.
    """
    size_bytes = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    try:
        wrong = _refusal(name, file, head, size_bytes, limit_bytes, allowed)
    finally:
        file.seek(0)
    return Messages((wrong,) if wrong else ())


def _refusal(
    name: str,
    file: BinaryIO,
    head: bytes,
    size_bytes: int,
    limit_bytes: int,
    allowed: frozenset[str],
) -> Message | None:
    kind = ending(name)
    said: dict[str, object] = {"name": clean_name(name)}
    if size_bytes == 0:
        return Message("documents.file_empty", said)
    if size_bytes > limit_bytes:
        sizes = {"size_mb": _mb(size_bytes), "limit_mb": _mb(limit_bytes)}
        return Message("documents.file_too_large", {**said, **sizes})
    if kind not in allowed:
        listed = {"kind": kind or "?", "allowed": ", ".join(sorted(allowed))}
        return Message("documents.file_kind_refused", {**said, **listed})
    code = _LOOKS[kind](file, head, kind)
    if code == "documents.file_not_what_it_says":
        return Message(code, {**said, "kind": kind, "found": _guess(head, kind)})
    return Message(code, {**said, "kind": kind}) if code else None


def _pdf(file: BinaryIO, head: bytes, _kind: str) -> str:
    if not head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "documents.file_not_what_it_says"
    file.seek(0)
    rest = b""
    while chunk := file.read(PART_BYTES):
        if _PDF_KEYS.search(rest + chunk):
            return "documents.file_encrypted"
        rest = chunk[-64:]
    return "" if _has_end(file) else "documents.file_cut_off"


def _has_end(file: BinaryIO) -> bool:
    """A whole PDF ends with %%EOF, some programs add a little after it."""
    size_bytes = file.seek(0, 2)
    file.seek(max(0, size_bytes - 2048))
    return b"%%EOF" in file.read()


def _signature(*starts: bytes) -> Callable[[BinaryIO, bytes, str], str]:
    def look(_file: BinaryIO, head: bytes, _kind: str) -> str:
        return "" if head.startswith(starts) else "documents.file_not_what_it_says"

    return look


def _archive(file: BinaryIO, head: bytes, kind: str) -> str:
    """Look at the table of contents of a zip; office files are zips with a type inside."""
    if head.startswith(_ENCRYPTED_OFFICE) and kind != "zip":
        return "documents.file_encrypted"
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "documents.file_not_what_it_says"
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return _contents(archive, kind)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return "documents.file_cut_off"


def _contents(archive: zipfile.ZipFile, kind: str) -> str:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        return "documents.file_encrypted"
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(packed, PART_BYTES // 16):
        return "documents.file_bomb"
    if kind == "zip" or _is_office(archive, kind):
        return ""
    return "documents.file_not_what_it_says"


def _is_office(archive: zipfile.ZipFile, kind: str) -> bool:
    """Read the type that an office file states about itself, at most its first megabyte."""
    part = "[Content_Types].xml" if kind in _OFFICE else "mimetype"
    if part not in archive.namelist():
        return False
    with archive.open(part) as opened:
        said = opened.read(PART_BYTES)
    return _OFFICE[kind] in said if kind in _OFFICE else said.decode() == MEDIA_TYPES[kind]


def _text(file: BinaryIO, head: bytes, _kind: str) -> str:
    """Text has no zero bytes; which letters it uses is the reader's business."""
    file.seek(0)
    binary = any(b"\0" in chunk for chunk in iter(lambda: file.read(PART_BYTES), b""))
    is_program = head.startswith((b"MZ", b"\x7fELF", b"%PDF-", b"PK\x03\x04"))
    return "documents.file_not_what_it_says" if binary or is_program else ""


_LOOKS: dict[str, Callable[[BinaryIO, bytes, str], str]] = {
    "pdf": _pdf,
    "jpg": _signature(b"\xff\xd8\xff"),
    "jpeg": _signature(b"\xff\xd8\xff"),
    "png": _signature(b"\x89PNG\r\n\x1a\n"),
    "csv": _text,
    "txt": _text,
    **dict.fromkeys(("docx", "xlsx", "odt", "ods", "zip"), _archive),
}


def _guess(head: bytes, kind: str) -> str:
    """Name what the content looks like, for the sentence only; "?" where nothing is known."""
    try:
        found = [match.extension.lstrip(".") for match in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        return "?"
    return next((each for each in found if each and each != kind), "?")


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:.1f}".removesuffix(".0")
