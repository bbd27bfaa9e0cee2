"""What is given in kind, as the beneficiary sees it: things, own share, protocol, quotes."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.i18n.marks import N_
from app.queries import in_kind, in_kind_holders, in_kind_trail
from app.queries.in_kind_holders import TakenOver
from app.queries.in_kind_page import AssetLine, InKindPage
from app.rules.scheme_in_kind import Procurer
from app.rules.scheme_text import said
from app.web import pages
from app.web.deps import InAct, Reader
from app.web.downloads import download
from app.web.forms import Form, Posted, blank
from app.web.in_kind_quotes_form import added, quote_fields

router = APIRouter(prefix="/in-kind")


@dataclass(frozen=True, slots=True)
class OwnInKindPage:
    grant: InKindPage
    condition: str
    terms: tuple[str, ...]
    taken_over: tuple[TakenOver, ...]

    @property
    def is_buyer(self) -> bool:
        """True where the beneficiary asks for quotes and orders, and the authority pays."""
        return self.grant.procured_by == Procurer.BENEFICIARY

    @property
    def may_add_quotes(self) -> bool:
        return (
            self.is_buyer
            and self.grant.state == "choosing"
            and self.grant.agreement_state == "active"
        )


@dataclass(frozen=True, slots=True)
class OwnQuotePage:
    form: Form
    grant: InKindPage
    asset: AssetLine


@router.get("/{grant_id:int}")
def applicant_in_kind(request: Request, reader: Reader, grant_id: int) -> HTMLResponse:
    grant = in_kind.own_grant(reader.session, reader.actor, grant_id)
    page = OwnInKindPage(
        grant,
        said(grant.retention_condition, grant.language),
        tuple(said(each, grant.language) for each in grant.rules.terms),
        in_kind_holders.taken_over(reader.session, grant.application_id),
    )
    return pages.render(request, "applicant/in_kind.html", page=page)


@router.get("/papers/{paper_id:int}.pdf")
def applicant_in_kind_paper(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    file = in_kind_trail.paper_file(
        reader.session, reader.actor, paper_id, is_scan=False, is_own=True
    )
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


@router.get("/papers/{paper_id:int}/signed-paper")
def applicant_in_kind_scan(request: Request, reader: Reader, paper_id: int) -> StreamingResponse:
    file = in_kind_trail.paper_file(
        reader.session, reader.actor, paper_id, is_scan=True, is_own=True
    )
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


@router.get("/assets/{asset_id:int}/quotes/new")
def applicant_quote_new(request: Request, reader: Reader, asset_id: int) -> HTMLResponse:
    grant = in_kind.own_grant_of_asset(reader.session, reader.actor, asset_id)
    page = OwnQuotePage(blank(quote_fields(())), grant, grant.asset(asset_id))
    return pages.render(request, "applicant/quote_new.html", page=page)


@router.post("/assets/{asset_id:int}/quotes/new")
def applicant_quote_add(request: Request, posted: Posted, act: InAct, asset_id: int) -> Response:
    grant = in_kind.own_grant_of_asset(act.session, act.actor, asset_id)
    wrong = added(request, posted, act, asset_id)
    if wrong is None:
        notice = N_("The quote is handed in.")
        return pages.redirect(request, "applicant_in_kind", grant_id=grant.grant_id, notice=notice)
    page = OwnQuotePage(wrong, grant, grant.asset(asset_id))
    return pages.render(request, "applicant/quote_new.html", page=page, status=422)
