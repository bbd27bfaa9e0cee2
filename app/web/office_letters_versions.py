"""A letter that has left is issued again; all letters of a stage as one file."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import letters_versions
from app.actions.act import Act
from app.documents.archive import Member, zipped
from app.documents.store import Store
from app.errors import Forbidden, Invalid, NotFound
from app.i18n.marks import N_
from app.queries.letters_lists import printed_letters
from app.queries.letters_own import LetterFile, letter_file
from app.rules.permissions import Permission, may
from app.web import fields, pages
from app.web.deps import InAct, Reader
from app.web.fields import Field
from app.web.forms import Form, Posted, blank, read

router = APIRouter(prefix="/office")
REISSUE = "/letters/{letter_id:int}/reissue"
DROP = "/letters/{letter_id:int}/drop"

_WHY = (
    fields.text(
        "reason",
        N_("Why it is issued again"),
        hint=N_("One sentence; it stands in the new letter, so the applicant reads it."),
        missing=N_("Write why it is issued again, as the applicant reads it."),
        max_length=letters_versions.MOST_REASON,
    ),
)
_WHY_NOT = (
    fields.text(
        "reason",
        N_("Why the new version is set aside"),
        hint=N_("For the record of the authority; applicants do not see it."),
        missing=N_("Write why"),
        max_length=letters_versions.MOST_REASON,
    ),
)


@dataclass(frozen=True, slots=True)
class VersionPage:
    letter: LetterFile
    form: Form
    title: str
    explains: str


@router.get(REISSUE)
def office_letter_reissue(request: Request, reader: Reader, letter_id: int) -> HTMLResponse:
    return _show(request, reader, letter_id, blank(_WHY), _AGAIN)


@router.post(REISSUE)
def office_letter_reissue_do(
    request: Request, act: InAct, letter_id: int, posted: Posted
) -> Response:
    notice = N_("The new version is written and waits to be printed. The old one holds until then.")

    def deed(act: Act, key: int, reason: str) -> int:
        letters_versions.reissue(act, key, reason=reason)
        return letter_file(act.session, act.actor, key).stage_id

    return _do(request, act, letter_id, (posted, _WHY, _AGAIN, notice), deed)


@router.get(DROP)
def office_letter_drop(request: Request, reader: Reader, letter_id: int) -> HTMLResponse:
    return _show(request, reader, letter_id, blank(_WHY_NOT), _ASIDE)


@router.post(DROP)
def office_letter_drop_do(request: Request, act: InAct, letter_id: int, posted: Posted) -> Response:
    notice = N_("The new version is set aside. The letter that has left keeps holding.")

    def deed(act: Act, key: int, reason: str) -> int:
        return letters_versions.drop(act, key, reason=reason)

    return _do(request, act, letter_id, (posted, _WHY_NOT, _ASIDE, notice), deed)


@router.post("/letters/{letter_id:int}/release")
def office_letter_release(request: Request, act: InAct, letter_id: int) -> Response:
    stage_id = letters_versions.release(act, letter_id)
    notice = N_("The new version has left. The applicant sees both and is told by mail.")
    return pages.redirect(request, "office_stage_letters", stage_id=stage_id, notice=notice)


@router.get("/stages/{stage_id:int}/letters.zip")
def office_letters_zip(request: Request, reader: Reader, stage_id: int) -> StreamingResponse:
    """Send all printed letters while they are read, in memory for one piece at a time."""
    found = printed_letters(reader.session, reader.actor, stage_id)
    if not found:
        raise NotFound
    store = Store(request.app.state.settings.files_dir)
    pieces = zipped(Member(each.filename, store.chunks(each.sha256)) for each in found)
    name = quote(f"letters-{stage_id}.zip")
    return StreamingResponse(
        pieces,
        media_type="application/zip",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )


_AGAIN = (
    N_("Issue the letter again"),
    N_(
        "The decision, the amounts and the days stay as they are; names and addresses are taken "
        "anew. The old version is kept, and the applicant sees both."
    ),
)
_ASIDE = (
    N_("Set the new version aside"),
    N_("It does not leave. The letter that has left keeps holding."),
)
_Asked = tuple[Posted, tuple[Field, ...], tuple[str, str], str]


def _do(
    request: Request, act: Act, letter_id: int, asked: _Asked, deed: Callable[[Act, int, str], int]
) -> Response:
    posted, questions, words, notice = asked
    form = read(questions, posted)
    if not form.errors:
        try:
            stage_id = deed(act, letter_id, str(form.values["reason"]))
            return pages.redirect(request, "office_stage_letters", stage_id=stage_id, notice=notice)
        except Invalid as problem:
            form = form.with_errors(problem.fields)
    return _show(request, act, letter_id, form, words, status=422)


def _show(
    request: Request,
    reader: Reader | Act,
    letter_id: int,
    form: Form,
    words: tuple[str, str],
    *,
    status: int = 200,
) -> HTMLResponse:
    letter = letter_file(reader.session, reader.actor, letter_id)
    if may(reader.actor, Permission.PREPARE_LETTERS, letter.facts) is not None:
        raise Forbidden(N_("Your role does not allow you to prepare letters."))
    page = VersionPage(letter, form, *words)
    return pages.render(request, "office/letter_version.html", page=page, status=status)
