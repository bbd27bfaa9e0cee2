"""A person's own account: name and phone, password, the browsers that are signed in."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actions import accounts
from app.errors import Invalid, TooMany
from app.i18n.marks import N_
from app.queries.accounts import OwnAccount, own_account
from app.web import fields, pages
from app.web.account_links import NAME
from app.web.account_session import counted_for, drop_session
from app.web.deps import InAct, Reader
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter()

DETAILS = (
    NAME,
    fields.text("phone", N_("Telephone"), max_length=40, autocomplete="tel"),
)
PASSWORD = (
    fields.password(
        "current_password", N_("Present password"), missing=N_("Enter your present password")
    ),
    fields.password(
        "new_password",
        N_("New password"),
        missing=N_("Choose a password"),
        hint=N_("12 characters or more. Three words that only you would put together are good."),
    ),
)


@dataclass(frozen=True, slots=True)
class DetailsPage:
    account: OwnAccount
    this_session: int | None


@dataclass(frozen=True, slots=True)
class FormPage:
    form: Form


@router.get("/details")
def account_details(request: Request, reader: Reader) -> Response:
    account = own_account(reader.session, reader.actor, reader.now)
    page = DetailsPage(account, request.state.sign_in_id)
    return pages.render(request, "account/details.html", page=page)


@router.get("/details/change")
def account_details_change(request: Request, reader: Reader) -> Response:
    account = own_account(reader.session, reader.actor, reader.now)
    form = filled(DETAILS, {"name": account.name, "phone": account.phone})
    return pages.render(request, "account/details_change.html", page=FormPage(form))


@router.post("/details/change")
def account_details_save(request: Request, posted: Posted, act: InAct) -> Response:
    form = read(DETAILS, posted)
    if form.errors:
        page = FormPage(form)
        return pages.render(request, "account/details_change.html", page=page, status=422)
    accounts.change_details(act, name=str(form.values["name"]), phone=str(form.values["phone"]))
    return pages.redirect(request, "account_details", notice=N_("Your details are saved."))


@router.get("/change-password")
def account_password(request: Request, _reader: Reader) -> Response:
    return pages.render(request, "account/password.html", page=FormPage(blank(PASSWORD)))


@router.post("/change-password")
def account_password_save(request: Request, posted: Posted, act: InAct) -> Response:
    form = read(PASSWORD, posted)
    if not form.errors:
        try:
            changed = accounts.change_password(
                act,
                current=str(form.values["current_password"]),
                new=str(form.values["new_password"]),
                network=counted_for(request, act.actor.email),
                sign_in_id=request.state.sign_in_id,
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        except TooMany as wait:
            form = form.with_errors({"": wait.message})
        else:
            if changed:
                said = N_("Your password is changed. Your other sessions were ended.")
                return pages.redirect(request, "account_details", notice=said)
            form = form.with_errors({"current_password": N_("This is not your present password")})
    return pages.render(request, "account/password.html", page=FormPage(form), status=422)


@router.post("/sessions/{sign_in_id}/end")
def account_session_end(request: Request, act: InAct, sign_in_id: int) -> Response:
    accounts.sign_out(act, sign_in_id)
    return pages.redirect(request, "account_details", notice=N_("That session is ended."))


@router.post("/sign-out-everywhere")
def account_sign_out_everywhere(request: Request, act: InAct) -> Response:
    accounts.sign_out_everywhere(act)
    said = N_("You are signed out everywhere.")
    response = pages.redirect(request, "account_sign_in", notice=said)
    drop_session(request, response)
    return response
