import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from app.documents import gallery, render, sniff
from app.i18n import text

LIMIT = 20 * 1024 * 1024


def codes(name: str, content: bytes, **more: object) -> list[str]:
    options = {"limit_bytes": LIMIT, **more}
    return [each.code for each in sniff.examine(name, io.BytesIO(content), **options)]  # type: ignore[arg-type]


def letter() -> bytes:
    return render.pdf(gallery()[0].context())


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(letter())))
    writer.encrypt("secret", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def workbook() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return target.getvalue()


def word() -> bytes:
    kind = sniff._OFFICE["docx"].decode()
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w/>"})


def macros() -> bytes:
    return word().replace(b"main+xml", b"macroEnabled.main+xml")


def text_document() -> bytes:
    return archive({"mimetype": sniff.MEDIA_TYPES["odt"].encode(), "content.xml": b"<x/>"})


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Letter.PDF", letter()),
        ("budžet.xlsx", workbook()),
        ("опис.docx", word()),
        ("opis.odt", text_document()),
        ("slika.jpg", picture("JPEG")),
        ("slika.png", picture("PNG")),
    ],
)
def test_files_that_are_what_they_say_are_taken(name: str, content: bytes) -> None:
    assert codes(name, content) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "file_empty"),
        ("a.exe", b"MZ" + b"\0" * 200, "file_kind_refused"),
        ("a.pdf.exe", letter(), "file_kind_refused"),
        ("a", letter(), "file_kind_refused"),
        ("a.zip", archive({"a": b"a"}), "file_kind_refused"),
        ("a.pdf", b"MZ" + b"\0" * 200, "file_not_what_it_says"),
        ("a.pdf", workbook(), "file_not_what_it_says"),
        ("a.xlsx", word(), "file_not_what_it_says"),
        ("a.docx", workbook(), "file_not_what_it_says"),
        ("a.docx", archive({"a": b"a"}), "file_not_what_it_says"),
        ("a.odt", archive({"mimetype": b"application/zip"}), "file_not_what_it_says"),
        ("a.png", picture("JPEG"), "file_not_what_it_says"),
        ("a.xlsx", letter(), "file_not_what_it_says"),
        ("a.pdf", encrypted_pdf(), "file_encrypted"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_encrypted"),
        ("a.pdf", letter()[:-4000], "file_cut_off"),
        ("a.xlsx", workbook()[:-500], "file_cut_off"),
        ("a.docx", archive({"x": b"\0" * 50_000_000}), "file_bomb"),
    ],
)
def test_each_wrong_file_has_its_own_reason(name: str, content: bytes, code: str) -> None:
    assert codes(name, content) == [f"documents.{code}"]


def test_macros_are_not_taken_for_a_document() -> None:
    kind = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    types = b'<Types><Override ContentType="' + kind + b'"/></Types>'

    assert codes("a.docx", archive({"[Content_Types].xml": types})) == [
        "documents.file_not_what_it_says"
    ]


def test_encrypted_archive_is_refused_where_archives_are_allowed() -> None:
    content = bytearray(archive({"a.txt": b"text"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert codes("a.zip", bytes(content), allowed=frozenset({"zip"})) == [
        "documents.file_encrypted"
    ]


def test_text_may_not_hide_a_program() -> None:
    allowed = frozenset({"csv", "txt"})

    assert codes("a.csv", "Општина;Износ\nŠabac;1".encode(), allowed=allowed) == []
    assert codes("a.csv", "Šabac".encode("cp1250"), allowed=allowed) == []
    assert codes("a.txt", b"a\0b", allowed=allowed) == ["documents.file_not_what_it_says"]


def test_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)

    with path.open("rb") as file:
        found = list(sniff.examine("huge.pdf", file, limit_bytes=LIMIT))

    assert [text(each) for each in found] == [
        "“huge.pdf” has 3072 MB; at most 20 MB are accepted. "
        "Save it with smaller pictures or split it into parts."
    ]


def test_sentence_names_the_file_and_what_to_do() -> None:
    found = list(sniff.examine("C:\\x\\bill.pdf", io.BytesIO(b"MZ\0"), limit_bytes=LIMIT))

    assert [text(each) for each in found] == [
        "“bill.pdf” ends in .pdf, but its content is something else (it looks like .exe). "
        "Renaming does not change a file: open it in its own program and save it as .pdf."
    ]


def test_file_is_left_at_its_start() -> None:
    file = io.BytesIO(letter())
    sniff.examine("a.pdf", file, limit_bytes=LIMIT)

    assert file.tell() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C:\\Users\\x\\odluka.pdf", "odluka.pdf"),
        ("../../etc/passwd", "passwd"),
        ("račun\u202efdp.exe", "računfdp.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("Žabalj – партнери.pdf", "Žabalj – партнери.pdf"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_names_are_kept_readable_and_harmless(typed: str, kept: str) -> None:
    assert sniff.clean_name(typed) == kept
