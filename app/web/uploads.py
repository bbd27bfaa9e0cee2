"""One file out of a form: looked into, then kept in the store; Invalid says why not."""

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from app.actions.applications import NewFile
from app.documents import sniff
from app.documents.store import CHUNK_BYTES
from app.errors import Invalid, Unavailable
from app.i18n.marks import N_
from app.web.applicant_documents import store_of

PAPERS = frozenset({"pdf", "jpg", "jpeg", "png"})


def kept(request: Request, posted: FormData, field: str) -> NewFile:
    """Keep the file of a field as a paper: a PDF or a picture of one."""
    sent = posted.get(field)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid({field: N_("Choose a file first, then press the button.")})
    limit: int = request.app.state.settings.max_upload_bytes
    for message in sniff.examine(sent.filename, sent.file, limit_bytes=limit, allowed=PAPERS):
        raise Invalid({field: message})
    sent.file.seek(0)
    chunks = iter(lambda: sent.file.read(CHUNK_BYTES), b"")
    try:
        stored = store_of(request).keep(chunks, limit_bytes=limit)
    except Unavailable as full:
        raise Invalid({field: full.message}) from full
    name = sniff.clean_name(sent.filename)
    return NewFile(stored.sha256, stored.size_bytes, sniff.MEDIA_TYPES[sniff.ending(name)], name)
