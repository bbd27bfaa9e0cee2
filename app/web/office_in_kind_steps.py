"""Every step of a grant in kind: its form, and taking it. What each asks stands in its table."""

from typing import Protocol, TypeVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions.act import Act
from app.queries import in_kind, in_kind_facts, in_kind_holders
from app.queries.in_kind_page import InKindPage
from app.rules.permissions import Facts
from app.web import pages
from app.web.deps import InAct, Read, Reader
from app.web.forms import Form, Posted
from app.web.in_kind_asset_deeds import ASSET
from app.web.in_kind_deeds import GRANT
from app.web.in_kind_paper_deeds import PAPER, RETURN, SHARE
from app.web.in_kind_parts import Back, DeedPage, Paid, Paper, Thing, Whole
from app.web.step_forms import Steps

router = APIRouter(prefix="/office")


class About(Protocol):
    """What a step is about: the grant it belongs to, its name, who may not be the second."""

    @property
    def grant(self) -> InKindPage: ...
    @property
    def name(self) -> str: ...
    @property
    def facts(self) -> Facts: ...


What = TypeVar("What", bound=About)


@router.get("/in-kind/{grant_id:int}/{key}")
def office_in_kind_deed(request: Request, reader: Reader, grant_id: int, key: str) -> Response:
    return _ask(request, reader, GRANT, key, _whole(reader, grant_id))


@router.post("/in-kind/{grant_id:int}/{key}")
def office_in_kind_do(
    request: Request, posted: Posted, act: InAct, grant_id: int, key: str
) -> Response:
    return _take(request, posted, act, GRANT, key, _whole(act, grant_id))


@router.get("/assets/{asset_id:int}/{key}")
def office_asset_deed(request: Request, reader: Reader, asset_id: int, key: str) -> Response:
    return _ask(request, reader, ASSET, key, _thing(reader, asset_id, key))


@router.post("/assets/{asset_id:int}/{key}")
def office_asset_do(
    request: Request, posted: Posted, act: InAct, asset_id: int, key: str
) -> Response:
    return _take(request, posted, act, ASSET, key, _thing(act, asset_id, key))


@router.get("/in-kind/papers/{paper_id:int}/{key}")
def office_paper_deed(request: Request, reader: Reader, paper_id: int, key: str) -> Response:
    return _ask(request, reader, PAPER, key, _paper(reader, paper_id))


@router.post("/in-kind/papers/{paper_id:int}/{key}")
def office_paper_do(
    request: Request, posted: Posted, act: InAct, paper_id: int, key: str
) -> Response:
    return _take(request, posted, act, PAPER, key, _paper(act, paper_id))


@router.get("/in-kind/returns/{return_id:int}/{key}")
def office_return_deed(request: Request, reader: Reader, return_id: int, key: str) -> Response:
    return _ask(request, reader, RETURN, key, _return(reader, return_id))


@router.post("/in-kind/returns/{return_id:int}/{key}")
def office_return_do(
    request: Request, posted: Posted, act: InAct, return_id: int, key: str
) -> Response:
    return _take(request, posted, act, RETURN, key, _return(act, return_id))


@router.get("/own-shares/{own_share_id:int}/{key}")
def office_own_share_deed(
    request: Request, reader: Reader, own_share_id: int, key: str
) -> Response:
    return _ask(request, reader, SHARE, key, _share(reader, own_share_id))


@router.post("/own-shares/{own_share_id:int}/{key}")
def office_own_share_do(
    request: Request, posted: Posted, act: InAct, own_share_id: int, key: str
) -> Response:
    return _take(request, posted, act, SHARE, key, _share(act, own_share_id))


def _ask(request: Request, reader: Read, steps: Steps[What], key: str, what: What) -> Response:
    form = steps.asked(key, what, reader.actor, what.facts)
    return _show(request, form, steps, key, what)


def _take(
    request: Request, posted: Posted, act: Act, steps: Steps[What], key: str, what: What
) -> Response:
    wrong = steps.taken(key, what, act, what.facts, request, posted)
    if wrong is not None:
        return _show(request, wrong, steps, key, what, status=422)
    grant_id, notice = what.grant.grant_id, steps[key].notice
    return pages.redirect(request, "office_in_kind_grant", grant_id=grant_id, notice=notice)


def _show(
    request: Request, form: Form, steps: Steps[What], key: str, what: What, status: int = 200
) -> Response:
    step = steps[key]
    page = DeedPage(form, what.grant, step.button, step.explains, what.name)
    return pages.render(request, "office/in_kind_deed.html", page=page, status=status)


def _whole(reader: Read | Act, grant_id: int) -> Whole:
    return Whole(in_kind.staff_grant(reader.session, reader.actor, grant_id))


def _thing(reader: Read | Act, asset_id: int, key: str) -> Thing:
    grant = in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    asks = key == "reallocate"
    holders = in_kind_holders.holders(reader.session, grant.grant_id) if asks else ()
    return Thing(grant, grant.asset(asset_id), holders)


def _paper(reader: Read | Act, paper_id: int) -> Paper:
    grant_id = in_kind_facts.grant_of_paper(reader.session, paper_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    return Paper(grant, next(each for each in grant.papers if each.paper_id == paper_id))


def _return(reader: Read | Act, return_id: int) -> Back:
    grant_id = in_kind_facts.grant_of_return(reader.session, return_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    return Back(grant, next(each for each in grant.returns if each.return_id == return_id))


def _share(reader: Read | Act, own_share_id: int) -> Paid:
    grant_id = in_kind_facts.grant_of_own_share(reader.session, own_share_id)
    grant = in_kind.staff_grant(reader.session, reader.actor, grant_id)
    return Paid(grant, next(each for each in grant.own_shares if each.own_share_id == own_share_id))
