"""The quotes for one thing: several side by side, a new one, the chosen one with its reason."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response, StreamingResponse

from app.actions import in_kind_quotes
from app.actions.act import Act
from app.errors import NotFound
from app.i18n import format_money
from app.i18n.marks import N_
from app.queries import in_kind, in_kind_facts, in_kind_trail
from app.queries.allowed import refuse_unless
from app.queries.in_kind_page import AssetLine, InKindPage
from app.queries.suppliers import suppliers_of
from app.rules.permissions import Permission
from app.web import fields, pages
from app.web.deps import InAct, Read, Reader
from app.web.downloads import download
from app.web.fields import Option, Verbatim
from app.web.forms import Form, Posted, blank, read
from app.web.in_kind_quotes_form import added, quote_fields
from app.web.step_forms import tried

router = APIRouter(prefix="/office")


@dataclass(frozen=True, slots=True)
class QuotesPage:
    grant: InKindPage
    asset: AssetLine

    @property
    def is_open(self) -> bool:
        """True while quotes are asked for."""
        return (
            self.grant.agreement_state == "active"
            and self.grant.state == "choosing"
            and self.asset.state == "planned"
        )


@dataclass(frozen=True, slots=True)
class QuoteFormPage:
    form: Form
    grant: InKindPage
    asset: AssetLine


@router.get("/assets/{asset_id:int}/quotes")
def office_quotes(request: Request, reader: Reader, asset_id: int) -> HTMLResponse:
    grant = in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    page = QuotesPage(grant, grant.asset(asset_id))
    return pages.render(request, "office/quotes.html", page=page)


@router.get("/assets/{asset_id:int}/quotes/new")
def office_quote_new(request: Request, reader: Reader, asset_id: int) -> HTMLResponse:
    grant = in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    form = blank(quote_fields(suppliers_of(reader.session, grant.authority_id)))
    return _show(request, "office/quote_new.html", reader, asset_id, form, grant=grant)


@router.post("/assets/{asset_id:int}/quotes/new")
def office_quote_add(request: Request, posted: Posted, act: InAct, asset_id: int) -> Response:
    grant = in_kind.staff_grant_of_asset(act.session, act.actor, asset_id)
    wrong = added(request, posted, act, asset_id, suppliers_of(act.session, grant.authority_id))
    if wrong is None:
        return _back(request, asset_id, N_("The quote is kept."))
    return _show(request, "office/quote_new.html", act, asset_id, wrong, status=422, grant=grant)


@router.get("/assets/{asset_id:int}/quotes/choose")
def office_quote_choose(request: Request, reader: Reader, asset_id: int) -> HTMLResponse:
    grant = in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    form = blank(_choice(grant.asset(asset_id), grant.currency))
    return _show(request, "office/quote_choose.html", reader, asset_id, form, grant=grant)


@router.post("/assets/{asset_id:int}/quotes/choose")
def office_quote_chosen(request: Request, posted: Posted, act: InAct, asset_id: int) -> Response:
    grant = in_kind.staff_grant_of_asset(act.session, act.actor, asset_id)
    form = read(_choice(grant.asset(asset_id), grant.currency), posted)
    chosen, reason = str(form.values["offer"] or "0"), str(form.values["reason"] or "")
    wrong = tried(form, lambda: in_kind_quotes.choose(act, int(chosen), reason=reason))
    if wrong is None:
        return _back(request, asset_id, N_("The quote is chosen."))
    return _show(request, "office/quote_choose.html", act, asset_id, wrong, status=422)


@router.post("/quotes/{quote_id:int}/remove")
def office_quote_remove(request: Request, act: InAct, quote_id: int) -> Response:
    asset_id = in_kind_facts.asset_of_quote(act.session, quote_id)
    in_kind_quotes.remove_quote(act, quote_id)
    return _back(request, asset_id, N_("The quote is taken out; the trail keeps it."))


@router.get("/quotes/{quote_id:int}/file")
def office_quote_file(request: Request, reader: Reader, quote_id: int) -> StreamingResponse:
    file = in_kind_trail.quote_file(reader.session, reader.actor, quote_id)
    return download(request, sha256=file.sha256, filename=file.filename, media_type=file.media_type)


def _choice(asset: AssetLine, currency: str) -> tuple[fields.Field, ...]:
    if not asset.quotes:
        raise NotFound(N_("There is no quote yet. Add one first."))
    options = tuple(
        Option(
            str(each.quote_id),
            Verbatim(f"{each.supplier}, {format_money(each.price_cents, currency)}"),
            hint="" if each.complies else N_("Does not meet the specification."),
        )
        for each in asset.quotes
    )
    return (
        fields.one_of("offer", N_("Which quote is chosen?"), options, missing=N_("Choose a quote")),
        fields.long_text(
            "reason",
            N_("Reason"),
            hint=N_("Needed where it is not the cheapest, or where there are too few quotes."),
            max_words=200,
        ),
    )


def _show(
    request: Request, template: str, reader: Read | Act, asset_id: int, form: Form,
    *, status: int = 200, grant: InKindPage | None = None,
) -> HTMLResponse:  # fmt: skip
    grant = grant or in_kind.staff_grant_of_asset(reader.session, reader.actor, asset_id)
    refuse_unless(reader.actor, Permission.HANDLE_ASSETS, grant.facts)
    page = QuoteFormPage(form, grant, grant.asset(asset_id))
    return pages.render(request, template, page=page, status=status)


def _back(request: Request, asset_id: int, notice: str) -> Response:
    return pages.redirect(request, "office_quotes", asset_id=asset_id, notice=notice)
