"""Anybody may ask whether a letter is genuine: by its code, and by the hash of the file."""

import hashlib
import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.i18n.marks import N_
from app.queries.letters_own import Genuine, by_code
from app.web import fields, pages
from app.web.deps import PublicReader
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter()

CHUNK_BYTES = 1024 * 1024
# What people read instead of the digits and letters that the code uses.
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})

CODE = (
    fields.text(
        "code",
        N_("Code on the letter"),
        hint=N_("16 letters and digits beside the square pattern, for example 7KQ4-M2XP-91ZD-0000"),
        missing=N_("Enter the code that is printed on the letter"),
        max_length=40,
    ),
)
FILE = (
    fields.upload(
        "file",
        N_("The file that you were given"),
        hint=N_("It is only compared, not kept."),
        accept=(".pdf",),
        missing=N_("Choose the file"),
    ),
)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`found` is None before a code is asked for and for a code that no letter has."""

    form: Form
    code: str = ""
    found: Genuine | None = None
    file_form: Form | None = None
    compared_sha256: str = ""

    @property
    def is_same_file(self) -> bool:
        return self.found is not None and self.compared_sha256 == self.found.sha256


@router.get("/check")
def public_check(request: Request, code: str = "") -> Response:
    if not code.strip():
        page = CheckPage(
            read(CODE, request.query_params) if "code" in request.query_params else blank(CODE)
        )
        return pages.render(request, "public/check.html", page=page)
    return pages.redirect(request, "public_check_code", code=normal(code) or "-")


@router.get("/check/{code}")
def public_check_code(request: Request, reader: PublicReader, code: str) -> HTMLResponse:
    known = normal(code)
    found = by_code(reader.session, known)
    page = CheckPage(filled(CODE, {"code": known}), known, found, blank(FILE))
    return pages.render(request, "public/check.html", page=page, status=200 if found else 404)


@router.post("/check/{code}")
def public_check_file(
    request: Request, posted: Posted, reader: PublicReader, code: str
) -> HTMLResponse:
    """Compare a file with the letter of the code, by hash alone."""
    known = normal(code)
    found = by_code(reader.session, known)
    form = read(FILE, posted)
    upload = form.values["file"]
    sha256 = _sha256(upload) if isinstance(upload, UploadFile) else ""
    page = CheckPage(filled(CODE, {"code": known}), known, found, form, sha256)
    status = 422 if form.errors else 200 if found else 404
    return pages.render(request, "public/check.html", page=page, status=status)


def normal(typed: str) -> str:
    """Return the code as it is printed, whatever way somebody typed it."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper().translate(_ALIKE))[:16]
    return "-".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def _sha256(upload: UploadFile) -> str:
    digest = hashlib.sha256()
    while chunk := upload.file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
