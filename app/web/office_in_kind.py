"""Grants in kind in the office: the list, and one grant with its things, money and papers."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import handovers
from app.i18n.formats import ZONE
from app.queries import in_kind, in_kind_trail
from app.queries.allowed import refuse_unless_held
from app.queries.in_kind import InKindLine
from app.queries.in_kind_page import InKindPage
from app.rules.permissions import Permission
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.downloads import AGAIN, download
from app.web.in_kind_asset_deeds import asset_steps
from app.web.in_kind_deeds import grant_steps
from app.web.in_kind_next import next_words
from app.web.in_kind_paper_deeds import paper_steps, return_steps, share_steps
from app.web.in_kind_parts import Back, Paid, Paper, Thing, Whole
from app.web.parts import Event
from app.web.step_forms import OpenSteps
from app.web.trail_words import event_name

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class InKindListPage:
    lines: tuple[InKindLine, ...]

    @property
    def calls(self) -> tuple[tuple[int, str], ...]:
        """The calls of the list, each once, for links to their registers."""
        return tuple(dict.fromkeys((line.call_id, line.call_code) for line in self.lines))


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant with what the reader may do: each thing, paper and payment with its steps."""

    grant: InKindPage
    next_words: tuple[str, ...]
    steps: OpenSteps[Whole]
    things: tuple[tuple[Thing, OpenSteps[Thing]], ...]
    shares: tuple[tuple[Paid, OpenSteps[Paid]], ...]
    papers: tuple[tuple[Paper, OpenSteps[Paper]], ...]
    returns: tuple[tuple[Back, OpenSteps[Back]], ...]
    condition: str
    events: tuple[Event, ...]


@router.get("/in-kind")
def office_in_kind(request: Request, reader: Reader) -> HTMLResponse:
    refuse_unless_held(reader.actor, {Permission.SEE_ASSETS})
    page = InKindListPage(in_kind.in_kind_list(reader.session, reader.actor))
    return pages.render(request, "office/in_kind_list.html", page=page)


@router.get("/in-kind/{grant_id:int}")
def office_in_kind_grant(request: Request, reader: Reader, grant_id: int) -> HTMLResponse:
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    actor, today = reader.actor, reader.now.astimezone(ZONE).date()
    things = [Thing(grant, each) for each in grant.assets]
    shares = [Paid(grant, each) for each in grant.own_shares]
    papers = [Paper(grant, each) for each in grant.papers]
    returns = [Back(grant, each) for each in grant.returns]
    page = GrantView(
        grant=grant,
        next_words=next_words(grant, today),
        steps=grant_steps(grant, actor, today),
        things=tuple((each, asset_steps(each, actor, today)) for each in things),
        shares=tuple((each, share_steps(each, actor)) for each in shares),
        papers=tuple((each, paper_steps(each, actor)) for each in papers),
        returns=tuple((each, return_steps(each, actor)) for each in returns),
        condition=said(grant.retention_condition, grant.language),
        events=tuple(_event(line) for line in in_kind_trail.trail(reader.session, grant_id)),
    )
    return pages.render(request, "office/in_kind.html", page=page)


def _event(line: in_kind_trail.TrailLine) -> Event:
    title = event_name(line.object_type, line.event)
    return Event(f"{title}: {line.thing}" if line.thing else title, line.at, line.by, line.reason)


@router.get("/in-kind/papers/{paper_id:int}.pdf")
def office_in_kind_paper(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    return _paper(request, reader, paper_id, is_scan=False)


@router.post("/in-kind/papers/{paper_id:int}/print")
def office_in_kind_print(request: Request, act: InAct, paper_id: int) -> Response:
    grant_id = handovers.retry(act, paper_id)
    return pages.redirect(request, "office_in_kind_grant", grant_id=grant_id, notice=AGAIN)


@router.get("/in-kind/papers/{paper_id:int}/signed-paper")
def office_in_kind_scan(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    return _paper(request, reader, paper_id, is_scan=True)


def _paper(request: Request, reader: Read, paper_id: int, *, is_scan: bool) -> StreamingResponse:
    file = in_kind_trail.paper_file(
        reader.session, reader.actor, paper_id, is_scan=is_scan, is_own=False
    )
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)
