"""Questions of the authority to an applicant: read, answer with files by the date, look back."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response, StreamingResponse

from app.actions import clarifications
from app.actions.applications import NewFile
from app.actions.clarifications import MOST_TEXT
from app.documents import sniff
from app.documents.store import CHUNK_BYTES, Store
from app.errors import Conflict, Invalid, Said
from app.i18n import language, sentence
from app.i18n.marks import N_
from app.queries import clarifications as reading
from app.queries.clarifications import OwnQuestion
from app.rules.clarifying import MOST_FILES
from app.rules.permissions import Permission, may
from app.rules.scheme_text import said
from app.web import fields, pages
from app.web.applicant import time_left
from app.web.applicant_documents import MEGABYTE, ONE_FILE
from app.web.deps import InAct, Reader
from app.web.downloads import download
from app.web.fields import Field, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.parts import StoredFile

router = APIRouter(prefix="/clarifications")
ONE = "/{clarification_id:int}"


@dataclass(frozen=True, slots=True)
class ListLine:
    own: OwnQuestion
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """`form` is asked while the question is open; `problem` says why an answer was refused."""

    own: OwnQuestion
    form: Form
    state: str
    is_open: bool
    stage_title: str
    items: tuple[str, ...]
    letter: StoredFile | None
    files: tuple[StoredFile, ...]
    file_names: tuple[str, ...]
    time_left: str
    problem: str = ""


@router.get("")
def applicant_clarifications(request: Request, reader: Reader) -> HTMLResponse:
    now = request.state.received_at
    lines = tuple(
        ListLine(own, own.question.shown_state(now), own.question.is_open(now))
        for own in reading.own_questions(reader.session, reader.actor)
    )
    return pages.render(request, "applicant/clarifications.html", page=ListPage(lines))


@router.get(ONE)
def applicant_clarification(request: Request, act: InAct, clarification_id: int) -> HTMLResponse:
    """Show a question; that its applicant opened it is kept, once."""
    own = reading.own_question(act.session, act.actor, clarification_id)
    is_new = own.question.seen_at is None and own.question.is_open(request.state.received_at)
    if is_new and may(act.actor, Permission.APPLY, own.facts) is None:
        clarifications.seen(act, clarification_id)
    return _show(request, own, blank(_fields(request)))


@router.post(ONE)
def applicant_clarification_answer(
    request: Request, posted: Posted, act: InAct, clarification_id: int
) -> Response:
    own = reading.own_question(act.session, act.actor, clarification_id)
    form = read(_fields(request), posted)
    try:
        files = () if form.errors else _taken(request, posted)
        if not form.errors:
            clarifications.answer(
                act,
                clarification_id,
                text=str(form.values["reply"] or ""),
                files=files,
                received_at=request.state.received_at,
            )
            notice = N_("Your answer is received. It cannot be changed any more.")
            return pages.redirect(
                request,
                "applicant_clarification",
                clarification_id=clarification_id,
                notice=notice,
            )
    except Invalid as problem:
        form = form.with_errors(problem.fields)
    except Conflict as problem:
        # What was typed is shown again, so that it can be copied: it is not taken.
        return _show(request, own, form, status=409, problem=_sentence(problem))
    return _show(request, own, form, status=422)


@router.get(ONE + ".pdf")
def applicant_clarification_pdf(
    request: Request, reader: Reader, clarification_id: int
) -> StreamingResponse:
    found = reading.letter(reader.session, reader.actor, clarification_id, own=True)
    return download(
        request, sha256=found.sha256, filename=found.filename, media_type=found.media_type
    )


@router.get("/files/{key:int}")
def applicant_clarification_file(request: Request, reader: Reader, key: int) -> StreamingResponse:
    found = reading.answer_file(reader.session, reader.actor, key, own=True)
    return download(
        request, sha256=found.sha256, filename=found.filename, media_type=found.media_type
    )


def _sentence(problem: Conflict) -> str:
    return sentence(problem.message, problem.values)


def _show(
    request: Request, own: OwnQuestion, form: Form, *, status: int = 200, problem: str = ""
) -> HTMLResponse:
    question, words = own.question, language()
    now = request.state.received_at
    address = pages.url(request, "applicant_clarification_pdf", clarification_id=question.id)
    page = QuestionPage(
        own=own,
        form=form,
        state=question.shown_state(now),
        is_open=question.is_open(now),
        stage_title=said(own.stage_title, words),
        items=tuple(said(each, words) for each in own.asked_items),
        letter=StoredFile(question.letter_filename, address, question.letter_bytes)
        if question.letter_sha256
        else None,
        files=tuple(
            StoredFile(
                file.filename,
                pages.url(request, "applicant_clarification_file", key=file.key),
                file.size_bytes,
                file.sha256,
            )
            for file in question.files
        ),
        file_names=_FILES,
        time_left=time_left(question.reply_by, now),
        problem=problem,
    )
    return pages.render(request, "applicant/clarification.html", page=page, status=status)


_FILES = tuple(f"file_{number}" for number in range(1, MOST_FILES + 1))


def _fields(request: Request) -> tuple[Field, ...]:
    limit: int = request.app.state.settings.max_upload_bytes
    # In the unit in which a file that is too large is refused.
    kinds = {"kinds": "PDF, DOCX, XLSX, ODT, ODS, JPG, PNG", "limit_mb": limit // MEGABYTE}
    hint = Verbatim(sentence(ONE_FILE, kinds))
    endings = tuple(f".{each}" for each in sorted(sniff.ALLOWED))
    return (
        fields.long_text(
            "reply",
            N_("Your answer"),
            hint=N_("Answer the question; what goes beyond it is not taken into account."),
            missing=N_("Write your answer; files alone do not say what they show."),
            max_length=MOST_TEXT,
        ),
        *(
            fields.upload(
                name,
                Verbatim(sentence(N_("File {number}"), {"number": number})),
                hint=hint,
                max_bytes=limit,
                accept=endings,
            )
            for number, name in enumerate(_FILES, start=1)
        ),
    )


def _taken(request: Request, posted: FormData) -> tuple[NewFile, ...]:
    """Look into every file, then keep their bytes; Invalid names each that cannot be taken."""
    limit: int = request.app.state.settings.max_upload_bytes
    sent: dict[str, UploadFile] = {}
    wrong: dict[str, str | Said] = {}
    for name in _FILES:
        file = posted.get(name)
        if isinstance(file, UploadFile) and file.filename:
            sent[name] = file
            for found in sniff.examine(file.filename, file.file, limit_bytes=limit):
                wrong[name] = found
    if wrong:
        raise Invalid(wrong)
    store = Store(request.app.state.settings.files_dir)
    return tuple(_kept(store, file, limit) for file in sent.values())


def _kept(store: Store, sent: UploadFile, limit: int) -> NewFile:
    sent.file.seek(0)
    kept = store.keep(iter(lambda: sent.file.read(CHUNK_BYTES), b""), limit_bytes=limit)
    name = sniff.clean_name(sent.filename or "")
    return NewFile(kept.sha256, kept.size_bytes, sniff.MEDIA_TYPES[sniff.ending(name)], name)
