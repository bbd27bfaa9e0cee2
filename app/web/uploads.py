"""One file that came with a form: looked into, kept in the store, named for an action."""

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from app.actions.applications import NewFile
from app.documents import sniff
from app.documents.store import CHUNK_BYTES
from app.errors import Invalid, Unavailable
from app.web.applicant_documents import store_of

# A paper: a PDF, or a picture of one.
PAPERS = frozenset({"pdf", "jpg", "jpeg", "png"})
ACCEPT = tuple(f".{ending}" for ending in sorted(sniff.ALLOWED))


def taken(
    request: Request,
    posted: FormData,
    name: str,
    *,
    allowed: frozenset[str] = frozenset(sniff.ALLOWED),
) -> NewFile | None:
    """Return the file of a field, kept in the store, or None where none was chosen.

    Invalid says on the field why it cannot be taken; a full disk as well, so that what was
    typed stays on the page.
    """
    sent = posted.get(name)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    limit: int = request.app.state.settings.max_upload_bytes
    for message in sniff.examine(str(sent.filename), sent.file, limit_bytes=limit, allowed=allowed):
        raise Invalid({name: message})
    sent.file.seek(0)
    chunks = iter(lambda: sent.file.read(CHUNK_BYTES), b"")
    try:
        kept = store_of(request).keep(chunks, limit_bytes=limit)
    except Unavailable as full:
        raise Invalid({name: full.message}) from full
    filename = sniff.clean_name(str(sent.filename))
    return NewFile(
        kept.sha256, kept.size_bytes, sniff.MEDIA_TYPES[sniff.ending(filename)], filename
    )
