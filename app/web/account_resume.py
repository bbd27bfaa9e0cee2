"""A form that came without its session is not lost: it is kept on the page and sent again.

Somebody signed out in another tab, or the session ended while they wrote. Who is
signed out gets a sign-in page that carries the form; after signing in, or for whoever
is signed in again already, one button sends it with a token of the new session.
Passwords are not kept, and files cannot be.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.errors import Problem
from app.i18n import gettext, sentence
from app.i18n.marks import N_
from app.web import fields, navigation, pages
from app.web.account_session import safe_path, to_sign_in
from app.web.deps import look_up_person
from app.web.forms import Form, blank
from app.web.security import SAFE_METHODS, TOKEN_FIELD, StaleForm, read_form

PREFIX = "kept:"
ACTION = "kept_action"
FILES = "kept_file"
LONG = 40

SIGN_IN = (
    fields.email("email", N_("E-mail address"), missing=N_("Enter your e-mail address")),
    fields.password("password", N_("Password"), missing=N_("Enter your password")),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into a form that was not taken: where it goes, names and values, files."""

    action: str
    typed: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The longer texts, for a person who rather copies them."""
        return tuple(value for _, value in self.typed if len(value) > LONG)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The hidden fields with which the sign-in page carries the form."""
        typed = tuple((f"{PREFIX}{name}", value) for name, value in self.typed)
        return ((ACTION, self.action), *typed, *((FILES, name) for name in self.files))


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form; `kept` where a form waits for it, `next_path` where the person was."""

    form: Form
    next_path: str = ""
    kept: Kept | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class SendAgainPage:
    title: str
    sentence: str
    kept: Kept


async def answer(request: Request, error: Problem) -> Response:
    """Answer a request that needs a person, or a form whose token is of another session."""
    if request.method in SAFE_METHODS:
        return _first_sign_in(request)
    form = request.scope.get("envelope.form") or await read_form(request)
    async with request.app.state.gate:
        await run_in_threadpool(look_up_person, request)
    kept = _kept(request, form.multi_items())
    # A form with a bad token was never handed to a page, which would have closed its files.
    await form.close()
    said = sentence(error.message, error.values)
    # Most forms of this audience are open to anybody and are only sent again; the others
    # then come back here because they need a person.
    may_be_open = isinstance(error, StaleForm) and request.url.path.startswith("/account/")
    if navigation.actor_of(request).is_signed_in or may_be_open:
        return send_again(request, kept, said=said, status=error.status)
    return pages.render(
        request,
        "account/sign_in.html",
        page=SignInPage(blank(SIGN_IN), kept=kept, said=said),
        status=error.status,
    )


def send_again(request: Request, kept: Kept, *, said: str, status: int = 200) -> HTMLResponse:
    """Show the page with everything typed and the button that sends it."""
    page = SendAgainPage(gettext(N_("Your form was not sent yet")), said, kept)
    return pages.render(request, "errors/send_again.html", page=page, status=status)


def carried(posted: FormData) -> Kept | None:
    """Return the form that a sign-in form carries, None for an ordinary sign-in."""
    action = posted.get(ACTION)
    if not isinstance(action, str) or not action:
        return None
    typed = tuple(
        (name.removeprefix(PREFIX), value)
        for name, value in posted.multi_items()
        if name.startswith(PREFIX) and isinstance(value, str)
    )
    files = tuple(name for name in posted.getlist(FILES) if isinstance(name, str))
    return Kept(safe_path(action), typed, files)


def _kept(request: Request, parts: Iterable[tuple[str, UploadFile | str]]) -> Kept:
    """Keep texts and the names of files.

    Only for forms that came from our own pages (`protect` has asked the browser),
    else a foreign page could have its form confirmed by a click.
    """
    typed: list[tuple[str, str]] = []
    files: list[str] = []
    for name, value in parts:
        if isinstance(value, UploadFile):
            files += [value.filename] if value.filename else []
        elif name != TOKEN_FIELD and "password" not in name:
            typed.append((name, value))
    query = f"?{request.url.query}" if request.url.query else ""
    return Kept(request.url.path + query, tuple(typed), tuple(files))


def _first_sign_in(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    target = to_sign_in(request, request.url.path + query)
    if request.headers.get("hx-request"):
        # A part of a page cannot become the sign-in page: the whole page goes there.
        return Response(status_code=204, headers={"hx-redirect": target})
    return RedirectResponse(target, 303)
