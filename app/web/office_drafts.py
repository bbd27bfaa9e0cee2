"""Drafts that applicants let the officers read: to help with them, never to change them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.actions import drafts
from app.errors import Forbidden
from app.i18n import language
from app.i18n.marks import N_
from app.queries.applications import Entry
from app.queries.drafts import TO, SharedDraft, shared_draft, shared_drafts
from app.queries.office_applications import CallHead, call_head
from app.rules.permissions import may
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import InAct, Reader
from app.web.read_answers import ReadSection, read_answer

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class DraftsPage:
    call: CallHead
    drafts: tuple[SharedDraft, ...]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`files` are the titles of the documents with the names of the files that are there."""

    entry: Entry
    stage_title: str
    sections: tuple[ReadSection, ...]
    files: tuple[tuple[str, tuple[str, ...]], ...]


@router.get("/calls/{call_id:int}/drafts")
def office_drafts(request: Request, reader: Reader, call_id: int) -> HTMLResponse:
    call = call_head(reader.session, reader.actor, call_id)
    if may(reader.actor, TO, call.facts) is not None:
        raise Forbidden(N_("Your role does not allow you to read drafts."))
    page = DraftsPage(call, shared_drafts(reader.session, reader.actor, call_id))
    return pages.render(request, "office/drafts.html", page=page)


@router.get("/drafts/{application_id:int}")
def office_draft(request: Request, act: InAct, application_id: int) -> HTMLResponse:
    """Show a draft; that this officer has read it stands in the trail, once a day."""
    entry = shared_draft(act.session, act.actor, application_id)
    drafts.note_read(act, application_id)
    words = language()
    page = DraftPage(
        entry=entry,
        stage_title=said(entry.stage.title, words),
        sections=tuple(
            ReadSection(
                said(section.title, words),
                tuple(read_answer(each, entry.answers.get(each.key)) for each in section.questions),
            )
            for section in entry.stage.form
        ),
        files=tuple(
            (
                said(document.title, words),
                tuple(file.filename for file in entry.files if file.requirement == document.key),
            )
            for document in entry.stage.documents
        ),
    )
    return pages.render(request, "office/draft.html", page=page)
