"""Grants in kind in the office: the list, one grant with its things, what can be done to it."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.actions import own_shares
from app.actions.act import Act
from app.errors import Invalid, NotFound
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.queries import in_kind, in_kind_facts, in_kind_trail
from app.queries.allowed import refuse_unless, refuse_unless_held
from app.queries.in_kind import AssetLine, InKindLine, InKindPage, OwnShareLine
from app.rules.permissions import Actor, Permission, may
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted, blank, filled, read
from app.web.in_kind_asset_deeds import ASSET_DEEDS, AssetDeed, asset_steps
from app.web.in_kind_deeds import GRANT_DEEDS, REASON, GrantDeed, grant_steps
from app.web.in_kind_paper_deeds import PaperView, ReturnView, paper_steps, return_steps
from app.web.parts import Event
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
class ThingView:
    """One thing with the buttons of the reader; those without fields act at once."""

    asset: AssetLine
    steps: tuple[tuple[str, AssetDeed], ...]


@dataclass(frozen=True, slots=True)
class ShareView:
    share: OwnShareLine
    may_confirm: bool
    may_strike: bool


@dataclass(frozen=True, slots=True)
class GrantView:
    grant: InKindPage
    things: tuple[ThingView, ...]
    shares: tuple[ShareView, ...]
    papers: tuple[PaperView, ...]
    returns: tuple[ReturnView, ...]
    steps: tuple[tuple[str, GrantDeed], ...]
    condition: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class DeedPage:
    """The page of one deed; `thing` is empty where it concerns the whole grant."""

    form: Form
    grant: InKindPage
    title: str
    explains: str
    thing: str = ""


@router.get("/in-kind")
def office_in_kind(request: Request, reader: Reader) -> HTMLResponse:
    refuse_unless_held(reader.actor, {Permission.SEE_ASSETS})
    page = InKindListPage(in_kind.in_kind_list(reader.session, reader.actor))
    return pages.render(request, "office/in_kind_list.html", page=page)


@router.get("/in-kind/{grant_id:int}")
def office_in_kind_grant(request: Request, reader: Reader, grant_id: int) -> HTMLResponse:
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    today = reader.now.astimezone(ZONE).date()
    page = GrantView(
        grant=grant,
        things=tuple(
            ThingView(each, asset_steps(grant, each, reader.actor, today)) for each in grant.assets
        ),
        papers=tuple(
            PaperView(each, paper_steps(grant, each, reader.actor)) for each in grant.papers
        ),
        returns=tuple(
            ReturnView(each, return_steps(grant, each, reader.actor)) for each in grant.returns
        ),
        shares=tuple(_share(grant, each, reader.actor) for each in grant.own_shares),
        steps=grant_steps(grant, reader.actor, today),
        condition=said(grant.retention_condition, grant.language),
        events=tuple(_event(line) for line in in_kind_trail.trail(reader.session, grant_id)),
    )
    return pages.render(request, "office/in_kind.html", page=page)


def _share(grant: InKindPage, share: OwnShareLine, actor: Actor) -> ShareView:
    waits = share.state == "recorded"
    second = share.recorded_by != actor.user_id
    allowed = may(actor, Permission.CONFIRM_OWN_SHARE, grant.facts) is None
    handles = may(actor, Permission.HANDLE_ASSETS, grant.facts) is None
    return ShareView(share, waits and second and allowed, waits and handles)


def _event(line: in_kind_trail.TrailLine) -> Event:
    title = event_name(line.object_type, line.event)
    return Event(f"{title}: {line.thing}" if line.thing else title, line.at, line.by, line.reason)


@router.get("/in-kind/{grant_id:int}/{key}")
def office_in_kind_deed(request: Request, reader: Reader, grant_id: int, key: str) -> HTMLResponse:
    deed = _grant_deed(key)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    if deed.fields is None:
        raise NotFound
    refuse_unless(reader.actor, deed.needs, grant.facts)
    form = filled(deed.fields(grant), deed.filled(grant))
    return _show(request, DeedPage(form, grant, deed.button, deed.explains))


@router.post("/in-kind/{grant_id:int}/{key}")
def office_in_kind_do(
    request: Request, posted: Posted, act: InAct, grant_id: int, key: str
) -> Response:
    deed = _grant_deed(key)
    grant = in_kind.staff_grant(act.session, act.actor, grant_id)
    form = read(deed.fields(grant) if deed.fields else (), posted)
    wrong = tried(form, lambda: deed.run(act, grant, form))
    if wrong is None:
        return _back(request, grant_id, deed.notice)
    page = DeedPage(wrong, grant, deed.button, deed.explains)
    return _show(request, page, status=422)


@router.get("/assets/{asset_id:int}/{key}")
def office_asset_deed(request: Request, reader: Reader, asset_id: int, key: str) -> HTMLResponse:
    deed = _asset_deed(key)
    grant = in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    asset = grant.asset(asset_id)
    if deed.fields is None:
        raise NotFound
    refuse_unless(reader.actor, deed.needs, grant.facts)
    form = filled(deed.fields(grant, asset), deed.filled(asset))
    return _show(request, DeedPage(form, grant, deed.button, deed.explains, asset.title))


@router.post("/assets/{asset_id:int}/{key}")
def office_asset_do(
    request: Request, posted: Posted, act: InAct, asset_id: int, key: str
) -> Response:
    deed = _asset_deed(key)
    grant = in_kind.staff_grant_of_asset(act.session, act.actor, asset_id)
    asset = grant.asset(asset_id)
    form = read(deed.fields(grant, asset) if deed.fields else (), posted)
    wrong = tried(form, lambda: deed.run(act, asset, form))
    if wrong is None:
        return _back(request, grant.grant_id, deed.notice)
    page = DeedPage(wrong, grant, deed.button, deed.explains, asset.title)
    return _show(request, page, status=422)


@router.post("/own-shares/{own_share_id:int}/confirm")
def office_own_share_confirm(request: Request, act: InAct, own_share_id: int) -> Response:
    grant_id = in_kind_facts.grant_of_own_share(act.session, own_share_id)
    own_shares.confirm(act, own_share_id)
    return _back(request, grant_id, N_("The own share is confirmed."))


@router.get("/own-shares/{own_share_id:int}/strike")
def office_own_share_strike(request: Request, reader: Reader, own_share_id: int) -> HTMLResponse:
    return _show(request, _strike_page(reader, own_share_id, blank((REASON,))))


@router.post("/own-shares/{own_share_id:int}/strike")
def office_own_share_struck(
    request: Request, posted: Posted, act: InAct, own_share_id: int
) -> Response:
    form = read((REASON,), posted)
    reason = str(form.values["reason"] or "")
    wrong = tried(form, lambda: own_shares.strike(act, own_share_id, reason=reason))
    if wrong is None:
        grant_id = in_kind_facts.grant_of_own_share(act.session, own_share_id)
        return _back(request, grant_id, N_("The record is struck out."))
    return _show(request, _strike_page(act, own_share_id, wrong), status=422)


def _strike_page(reader: Read | Act, own_share_id: int, form: Form) -> DeedPage:
    grant_id = in_kind_facts.grant_of_own_share(reader.session, own_share_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    refuse_unless(reader.actor, Permission.HANDLE_ASSETS, grant.facts)
    return DeedPage(form, grant, N_("Strike out a record of own share"), "")


def tried(form: Form, deed: Callable[[], object]) -> Form | None:
    """Do the deed of a form without errors; return the form with what is wrong, else None."""
    if form.errors:
        return form
    try:
        deed()
    except Invalid as problem:
        return form.with_errors(problem.fields, **problem.values)
    return None


def _grant_deed(key: str) -> GrantDeed:
    if key not in GRANT_DEEDS:
        raise NotFound
    return GRANT_DEEDS[key]


def _asset_deed(key: str) -> AssetDeed:
    if key not in ASSET_DEEDS:
        raise NotFound
    return ASSET_DEEDS[key]


def _show(request: Request, page: DeedPage, status: int = 200) -> HTMLResponse:
    return pages.render(request, "office/in_kind_deed.html", page=page, status=status)


def _back(request: Request, grant_id: int, notice: str) -> Response:
    return pages.redirect(request, "office_in_kind_grant", grant_id=grant_id, notice=notice)
