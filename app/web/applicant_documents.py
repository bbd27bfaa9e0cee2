"""The documents of an application: what is asked for, what is there, adding, removing, opening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app import i18n
from app.actions import applications as deeds
from app.actions.applications import NewFile
from app.documents import sniff
from app.documents.store import CHUNK_BYTES, Store
from app.errors import Invalid, NotFound, Said, Unavailable
from app.i18n.marks import N_
from app.queries import applications_case, applications_receipts
from app.queries.applications import Entry, entry_of
from app.queries.applications_parts import Attached
from app.rules.readiness import Case, files_allowed, files_wanted
from app.rules.scheme_form import DocumentRequirement
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field, Verbatim
from app.web.forms import Form, Posted, blank

router = APIRouter(prefix="/applications")

MEGABYTE = 1024 * 1024
ALREADY = N_("This file is there already, as “{name}”. Nothing was added.")
ONE_FILE = N_("{kinds}, at most {limit_mb} MB")
MORE_FILES = N_("{kinds}, at most {limit_mb} MB each; up to {room} more files")
STAGE = "/{application_id:int}/{stage_key}/documents"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document that is asked for, with the files that are there and room for more."""

    key: str
    title: str
    help: str
    required: bool
    shown_to_assessors: bool
    wanted: int
    allowed: int
    files: tuple[Attached, ...]
    form: Form

    @property
    def state(self) -> str:
        if len(self.files) >= max(1, self.wanted):
            return "done"
        if self.files:
            return "incomplete"
        return "not_started" if self.required else "optional"


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """`form` is the one of the requirement in which something is wrong, else an empty one."""

    form: Form
    application_id: int
    stage_key: str
    reference: str
    closes_at: datetime | None
    documents: tuple[Wanted, ...]
    blind: bool


@router.get(STAGE)
def applicant_documents(
    request: Request, reader: Reader, application_id: int, stage_key: str
) -> Response:
    entry = entry_of(reader.session, reader.actor, application_id, stage_key)
    if not entry.is_draft:
        return pages.redirect(
            request, "applicant_answers", application_id=application_id, stage_key=stage_key
        )
    return _show(request, entry, {})


@router.post(STAGE + "/{requirement}")
def applicant_document_add(
    request: Request,
    posted: Posted,
    act: InAct,
    application_id: int,
    stage_key: str,
    requirement: str,
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key)
    case = applications_case.case_of(entry)
    document = next((each for each in case.documents if each.key == requirement), None)
    if document is None:
        raise NotFound
    try:
        file = _take(request, document, posted)
        deeds.attach(act, entry.entry_id, requirement, file)
    except Invalid as problem:
        return _show(request, entry, problem.fields)
    same = (requirement, file.sha256)
    there = [one.filename for one in entry.files if (one.requirement, one.sha256) == same]
    return pages.redirect(
        request,
        "applicant_documents",
        application_id=application_id,
        stage_key=stage_key,
        notice=ALREADY if there else N_("“{name}” is added."),
        notice_values={"name": there[0] if there else file.filename},
    )


@router.post(STAGE + "/{requirement}/remove/{attachment_id:int}")
def applicant_document_remove(
    request: Request,
    act: InAct,
    application_id: int,
    stage_key: str,
    requirement: str,
    attachment_id: int,
) -> Response:
    entry = entry_of(act.session, act.actor, application_id, stage_key)
    found = [file for file in entry.files if file.attachment_id == attachment_id]
    deeds.detach(act, entry.entry_id, attachment_id)
    del requirement
    return pages.redirect(
        request,
        "applicant_documents",
        application_id=application_id,
        stage_key=stage_key,
        notice=N_("“{name}” is removed.") if found else N_("The file was removed already."),
        notice_values={"name": found[0].filename if found else ""},
    )


@router.get("/files/{attachment_id:int}")
def applicant_file(request: Request, reader: Reader, attachment_id: int) -> StreamingResponse:
    """Send a file to its applicant, or to staff who may see the application that was sent in."""
    file = applications_receipts.attached_file(reader.session, reader.actor, attachment_id)
    return download(request, file)


def download(request: Request, file: applications_receipts.Download) -> StreamingResponse:
    """Send a stored file as it came; a browser saves it and never runs anything in it."""
    chunks = store_of(request).chunks(file.sha256)
    return StreamingResponse(
        chunks,
        media_type=file.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.filename)}",
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )


def store_of(request: Request) -> Store:
    return _store(request.app.state.settings.files_place)


@cache
def _store(where: Path | str) -> Store:
    return Store(where)


def _take(request: Request, document: DocumentRequirement, posted: FormData) -> NewFile:
    """Look into the file, then keep its bytes; Invalid says why it cannot be taken.

    The bytes of a file that is refused later stay in the store under their hash, which
    nothing points at: they are found and removed by the store's own tidying.
    """
    sent = posted.get(file_field(document.key))
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid({document.key: N_("Choose a file first, then press the button.")})
    allowed = _endings(document)
    limit = _limit(request, document)
    wrong = sniff.examine(sent.filename, sent.file, limit_bytes=limit, allowed=allowed)
    for message in wrong:
        raise Invalid({document.key: message})
    sent.file.seek(0)
    chunks = iter(lambda: sent.file.read(CHUNK_BYTES), b"")
    try:
        kept = store_of(request).keep(chunks, limit_bytes=limit)
    except Unavailable as full:
        raise Invalid({document.key: full.message}) from full
    name = sniff.clean_name(sent.filename)
    return NewFile(kept.sha256, kept.size_bytes, sniff.MEDIA_TYPES[sniff.ending(name)], name)


def file_field(key: str) -> str:
    return f"file_{key}"


def _endings(document: DocumentRequirement) -> frozenset[str]:
    """A picture that may be .jpg may be .jpeg as well."""
    more = {"jpeg"} if "jpg" in document.formats else set()
    return frozenset(document.formats) | more


def _limit(request: Request, document: DocumentRequirement) -> int:
    most: int = request.app.state.settings.max_upload_bytes
    return min(document.max_megabytes * MEGABYTE, most)


def _show(request: Request, entry: Entry, errors: Mapping[str, str | Said]) -> HTMLResponse:
    case = applications_case.case_of(entry)
    documents = tuple(_wanted(request, entry, case, each, errors) for each in case.documents)
    wrong = next((each.form for each in documents if each.form.errors), None)
    form = wrong or blank(())
    if errors and wrong is None:
        form = form.with_errors(errors)
    page = DocumentsPage(
        form=form,
        application_id=entry.application_id,
        stage_key=entry.stage_key,
        reference=entry.reference,
        closes_at=entry.closes_at,
        documents=documents,
        blind=entry.stage.blind,
    )
    status = 422 if errors else 200
    return pages.render(request, "applicant/documents.html", page=page, status=status)


def _wanted(
    request: Request,
    entry: Entry,
    case: Case,
    document: DocumentRequirement,
    errors: Mapping[str, str | Said],
) -> Wanted:
    language = i18n.language()
    there = [file for file in entry.files if file.requirement == document.key]
    room = files_allowed(case, document) - len(there)
    form = blank((_field(request, document, room),))
    if document.key in errors:
        form = form.with_errors({file_field(document.key): errors[document.key]})
    return Wanted(
        key=document.key,
        title=said(document.title, language),
        help=said(document.help, language),
        required=document.required,
        shown_to_assessors=document.blind_visible,
        wanted=files_wanted(case, document),
        allowed=files_allowed(case, document),
        files=tuple(there),
        form=form,
    )


def _field(request: Request, document: DocumentRequirement, room: int) -> Field:
    limit_mb = _limit(request, document) // MEGABYTE
    kinds = i18n.format_list([each.upper() for each in document.formats])
    values: dict[str, object] = {"kinds": kinds, "limit_mb": limit_mb, "room": room}
    endings = tuple(f".{each}" for each in sorted(_endings(document)))
    title = said(document.title, i18n.language())
    return fields.upload(
        file_field(document.key),
        Verbatim(i18n.sentence(N_("File for “{title}”"), {"title": title})),
        hint=Verbatim(i18n.sentence(ONE_FILE if room == 1 else MORE_FILES, values)),
        max_bytes=_limit(request, document),
        accept=endings,
        missing=N_("Choose a file first, then press the button."),
    )
