"""Pages that begin with a mail: register, a new password, invitations, the first administrator.

Opening a link only shows a page: mail scanners open every link. Its button uses it up.
Known or not, an address gets the same answer.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.actions import accounts, accounts_invitations
from app.actions.accounts_links import Purpose, token_sha256
from app.actions.accounts_sessions import Entered
from app.errors import Invalid, TooMany
from app.i18n import text
from app.i18n.marks import N_
from app.queries.accounts import OpenLink, open_link
from app.rules.messages import Message
from app.web import fields, pages
from app.web.account_session import keep_session, network_of, safe_path
from app.web.deps import PublicAct, PublicReader, Read
from app.web.fields import Field
from app.web.forms import Form, Posted, blank, filled, read

router = APIRouter()

EMAIL = fields.email("email", N_("E-mail address"), missing=N_("Enter your e-mail address"))
NAME = fields.text(
    "name",
    N_("Your name"),
    missing=N_("Enter your name"),
    max_length=120,
    autocomplete="name",
)
NEW_PASSWORD = fields.password(
    "password",
    N_("New password"),
    missing=N_("Choose a password"),
    hint=N_("12 characters or more. Three words that only you would put together are good."),
)
REGISTER = (NAME, EMAIL, fields.hidden("next"))
FORGOTTEN = (EMAIL,)
SET_PASSWORD = (NEW_PASSWORD,)
JOIN = (NAME, NEW_PASSWORD)
FIRST = (NAME, EMAIL, NEW_PASSWORD)


@dataclass(frozen=True, slots=True)
class FormPage:
    form: Form


@dataclass(frozen=True, slots=True)
class SentPage:
    email: str
    is_registration: bool


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What the link is for, and the form whose button uses it up."""

    link: OpenLink
    form: Form
    kind: str

    @property
    def role(self) -> str:
        return text(Message(f"role.{self.link.role}")) if self.link.role else ""


@router.get("/register")
def account_register(request: Request, reader: PublicReader, next: str = "") -> Response:  # noqa: A002 - the name in the address
    if reader.actor.is_signed_in:
        return RedirectResponse(safe_path(next) or pages.url(request, "account_home"), 303)
    form = filled(REGISTER, {"next": safe_path(next)})
    return pages.render(request, "account/register.html", page=FormPage(form))


@router.post("/register")
def account_register_send(request: Request, posted: Posted, act: PublicAct) -> Response:
    form = read(REGISTER, posted)
    if not form.errors:
        email = str(form.values["email"])
        try:
            accounts.register(
                act,
                email=email,
                name=str(form.values["name"]),
                network=network_of(request),
                next_path=safe_path(str(form.values["next"])),
            )
        except TooMany as wait:
            form = form.with_errors({"": wait.message})
        else:
            page = SentPage(email, is_registration=True)
            return pages.render(request, "account/mail_sent.html", page=page)
    return pages.render(request, "account/register.html", page=FormPage(form), status=422)


@router.get("/confirm/{token}")
def account_confirm(request: Request, reader: PublicReader, token: str) -> Response:
    return _show(request, reader, token, Purpose.REGISTER, SET_PASSWORD)


@router.post("/confirm/{token}")
def account_confirmed(request: Request, posted: Posted, act: PublicAct, token: str) -> Response:
    link = open_link(act.session, token_sha256(token), Purpose.REGISTER, act.now)
    form = read(SET_PASSWORD, posted)
    if not form.errors:
        try:
            entered = accounts.prove_email(
                act, token, password=str(form.values["password"]), user_agent=_agent(request)
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            return _in(request, entered, link.email, N_("Your account is open. Welcome."))
    return _again(request, LinkPage(link, form, Purpose.REGISTER))


@router.get("/forgotten")
def account_forgotten(request: Request, _reader: PublicReader) -> Response:
    return pages.render(request, "account/forgotten.html", page=FormPage(blank(FORGOTTEN)))


@router.post("/forgotten")
def account_forgotten_send(request: Request, posted: Posted, act: PublicAct) -> Response:
    form = read(FORGOTTEN, posted)
    if not form.errors:
        email = str(form.values["email"])
        try:
            accounts.ask_reset(act, email=email, network=network_of(request))
        except TooMany as wait:
            form = form.with_errors({"": wait.message})
        else:
            page = SentPage(email, is_registration=False)
            return pages.render(request, "account/mail_sent.html", page=page)
    return pages.render(request, "account/forgotten.html", page=FormPage(form), status=422)


@router.get("/password/{token}")
def account_new_password(request: Request, reader: PublicReader, token: str) -> Response:
    return _show(request, reader, token, Purpose.RESET, SET_PASSWORD)


@router.post("/password/{token}")
def account_new_password_set(
    request: Request, posted: Posted, act: PublicAct, token: str
) -> Response:
    link = open_link(act.session, token_sha256(token), Purpose.RESET, act.now)
    form = read(SET_PASSWORD, posted)
    if not form.errors:
        try:
            entered = accounts.reset_password(
                act, token, password=str(form.values["password"]), user_agent=_agent(request)
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            said = N_("Your new password is set. All other sessions were ended.")
            return _in(request, entered, link.email, said)
    return _again(request, LinkPage(link, form, Purpose.RESET))


@router.get("/invitation/{token}")
def account_invitation(request: Request, reader: PublicReader, token: str) -> Response:
    return _show(request, reader, token, Purpose.INVITE, JOIN)


@router.post("/invitation/{token}")
def account_invitation_accept(
    request: Request, posted: Posted, act: PublicAct, token: str
) -> Response:
    link = open_link(act.session, token_sha256(token), Purpose.INVITE, act.now)
    form = read(() if link.has_account else JOIN, posted)
    if not form.errors:
        try:
            entered = accounts_invitations.accept_invitation(
                act,
                token,
                name=str(form.values.get("name", "")),
                password=str(form.values.get("password", "")),
                user_agent=_agent(request),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            return _accepted(request, entered, link)
    return _again(request, LinkPage(link, form, Purpose.INVITE))


def _accepted(request: Request, entered: Entered | None, link: OpenLink) -> Response:
    said = N_("You accepted the invitation.")
    if entered is not None:
        return _in(request, entered, link.email, said)
    # Whoever is signed in already sees the new desk; everybody else signs in first.
    return pages.redirect(request, "account_home", notice=said)


@router.get("/first/{token}")
def account_first(request: Request, reader: PublicReader, token: str) -> Response:
    return _show(request, reader, token, Purpose.FIRST_ADMIN, FIRST)


@router.post("/first/{token}")
def account_first_made(request: Request, posted: Posted, act: PublicAct, token: str) -> Response:
    link = open_link(act.session, token_sha256(token), Purpose.FIRST_ADMIN, act.now)
    form = read(FIRST, posted)
    if not form.errors:
        email = str(form.values["email"])
        try:
            entered = accounts_invitations.create_first_admin(
                act,
                token,
                email=email,
                name=str(form.values["name"]),
                password=str(form.values["password"]),
                user_agent=_agent(request),
            )
        except Invalid as problem:
            form = form.with_errors(problem.fields)
        else:
            said = N_("You are the administrator. Begin with your authority.")
            return _in(request, entered, email, said)
    return _again(request, LinkPage(link, form, Purpose.FIRST_ADMIN))


def _show(
    request: Request, reader: Read, token: str, purpose: Purpose, asked: tuple[Field, ...]
) -> Response:
    link = open_link(reader.session, token_sha256(token), purpose, reader.now)
    form = filled(() if _needs_nothing(link, purpose) else asked, {"name": link.name})
    return pages.render(request, "account/link.html", page=LinkPage(link, form, purpose))


def _needs_nothing(link: OpenLink, purpose: Purpose) -> bool:
    return purpose is Purpose.INVITE and link.has_account


def _again(request: Request, page: LinkPage) -> Response:
    return pages.render(request, "account/link.html", page=page, status=422)


def _in(request: Request, entered: Entered, email: str, notice: str) -> Response:
    response = pages.redirect(request, "account_home", notice=notice)
    if wanted := safe_path(entered.next_path):
        response.headers["location"] = wanted
    keep_session(request, response, entered.token, email)
    return response


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
