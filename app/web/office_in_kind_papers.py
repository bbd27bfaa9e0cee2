"""Papers of a grant in kind and own share that goes back: one page for each deed, and the files."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response, StreamingResponse

from app.actions.act import Act
from app.actions.applications import NewFile
from app.errors import NotFound
from app.queries import in_kind, in_kind_facts, in_kind_trail
from app.queries.allowed import refuse_unless
from app.queries.in_kind import InKindPage
from app.queries.in_kind_money import PaperLine, ReturnLine
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.downloads import download
from app.web.forms import Form, Posted, blank, read
from app.web.in_kind_paper_deeds import PAPER_DEEDS, RETURN_DEEDS, SCAN, PaperDeed, ReturnDeed
from app.web.office_in_kind import DeedPage, tried
from app.web.uploads import PAPERS, taken

router = APIRouter(prefix="/office/in-kind")


@router.get("/papers/{paper_id:int}.pdf")
def office_in_kind_paper(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    file = in_kind_trail.paper_file(
        reader.session, reader.actor, paper_id, is_scan=False, is_own=False
    )
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


@router.get("/papers/{paper_id:int}/signed-paper")
def office_in_kind_scan(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    file = in_kind_trail.paper_file(
        reader.session, reader.actor, paper_id, is_scan=True, is_own=False
    )
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


@router.get("/papers/{paper_id:int}/{key}")
def office_paper_deed(request: Request, reader: Reader, paper_id: int, key: str) -> HTMLResponse:
    deed = _paper_deed(key)
    grant, paper = _paper(reader, paper_id)
    refuse_unless(reader.actor, deed.needs, grant.facts)
    return _show(request, _page(blank(deed.fields(grant)), grant, deed, paper))


@router.post("/papers/{paper_id:int}/{key}")
def office_paper_do(
    request: Request, posted: Posted, act: InAct, paper_id: int, key: str
) -> Response:
    deed = _paper_deed(key)
    grant, paper = _paper(act, paper_id)
    refuse_unless(act.actor, deed.needs, grant.facts)
    form = read(deed.fields(grant), posted)
    wrong = tried(form, lambda: deed.run(act, paper, form, _scan_in(request, posted, form)))
    if wrong is None:
        return _back(request, grant, deed.notice)
    return _show(request, _page(wrong, grant, deed, paper), status=422)


def _scan_in(request: Request, posted: FormData, form: Form) -> NewFile | None:
    """Only where the form asks for it; Invalid says at the field what is wrong with the file."""
    if all(field.name != SCAN for field in form.fields):
        return None
    return taken(request, posted, SCAN, allowed=PAPERS)


@router.get("/returns/{return_id:int}/{key}")
def office_return_deed(request: Request, reader: Reader, return_id: int, key: str) -> HTMLResponse:
    deed = _return_deed(key)
    if not deed.fields:
        raise NotFound
    grant, _ = _return(reader, return_id)
    refuse_unless(reader.actor, deed.needs, grant.facts)
    return _show(request, DeedPage(blank(deed.fields), grant, deed.button, ""))


@router.post("/returns/{return_id:int}/{key}")
def office_return_do(
    request: Request, posted: Posted, act: InAct, return_id: int, key: str
) -> Response:
    deed = _return_deed(key)
    grant, line = _return(act, return_id)
    form = read(deed.fields, posted)
    wrong = tried(form, lambda: deed.run(act, line, form))
    if wrong is None:
        return _back(request, grant, deed.notice)
    return _show(request, DeedPage(wrong, grant, deed.button, ""), status=422)


def _paper(reader: Read | Act, paper_id: int) -> tuple[InKindPage, PaperLine]:
    grant_id = in_kind_facts.grant_of_paper(reader.session, paper_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    return grant, next(each for each in grant.papers if each.paper_id == paper_id)


def _return(reader: Read | Act, return_id: int) -> tuple[InKindPage, ReturnLine]:
    grant_id = in_kind_facts.grant_of_return(reader.session, return_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    return grant, next(each for each in grant.returns if each.return_id == return_id)


def _paper_deed(key: str) -> PaperDeed:
    if key not in PAPER_DEEDS:
        raise NotFound
    return PAPER_DEEDS[key]


def _return_deed(key: str) -> ReturnDeed:
    if key not in RETURN_DEEDS:
        raise NotFound
    return RETURN_DEEDS[key]


def _page(form: Form, grant: InKindPage, deed: PaperDeed, paper: PaperLine) -> DeedPage:
    return DeedPage(form, grant, deed.button, deed.explains, ", ".join(paper.things))


def _show(request: Request, page: DeedPage, status: int = 200) -> HTMLResponse:
    return pages.render(request, "office/in_kind_deed.html", page=page, status=status)


def _back(request: Request, grant: InKindPage, notice: str) -> Response:
    return pages.redirect(request, "office_in_kind_grant", grant_id=grant.grant_id, notice=notice)
