"""A letter shown in the browser's own reader: printed by us, so it may open in the page."""

from urllib.parse import quote

from fastapi import Request
from starlette.responses import StreamingResponse

from app.queries.letters_own import LetterFile
from app.web.downloads import download

# Nothing but the reader itself: no script, no form, no frame of another page around it.
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def shown(request: Request, letter: LetterFile) -> StreamingResponse:
    response = download(
        request, sha256=letter.sha256, filename=letter.filename, media_type="application/pdf"
    )
    response.headers["content-disposition"] = f"inline; filename*=UTF-8''{quote(letter.filename)}"
    response.headers["content-security-policy"] = POLICY
    return response
