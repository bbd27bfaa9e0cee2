"""What a person sees when something is refused or breaks, and what a machine gets.

A form that was sent without a session is not lost: the page that answers carries
everything typed and sends it again once the person has signed in.
"""

import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Conflict, NotFound, Problem, TooLarge, Unavailable
from app.i18n import gettext, sentence
from app.i18n.marks import N_
from app.web import account_resume, navigation, pages
from app.web.deps import SignInFirst
from app.web.security import SAFE_METHODS, StaleForm, comes_from_our_pages

log = structlog.get_logger()

TITLES = {
    400: N_("This cannot be done"),
    403: N_("You may not do this"),
    404: N_("Page not found"),
    405: N_("This address does not take that"),
    409: N_("This is not possible just now"),
    410: N_("This link is no longer good"),
    413: N_("This is too large"),
    422: N_("Some answers need another look"),
    429: N_("Please wait a little"),
    500: N_("Something broke on our side"),
    503: N_("Envelope is not available just now"),
}

Handler = Callable[[Request, Exception], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    title: str
    sentences: tuple[str, ...]
    can_go_back: bool = False
    href: str = ""
    link_text: str = ""
    reference: str = ""


def install(app: FastAPI) -> None:
    """Answer refusals with a page, or with JSON under /api; `Bugs` answers the rest."""
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, handler)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if isinstance(error, SignInFirst | StaleForm):
        return await account_resume.answer(request, error)
    reason = getattr(error, "reason", None)
    log.info("refused", status=error.status, problem=type(error).__name__, reason=reason)
    return _answer(request, error.status, sentence(error.message, error.values))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if 300 <= error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    said = {404: NotFound.default, 413: TooLarge.default}.get(error.status_code, Problem.default)
    return _answer(request, error.status_code, gettext(said), headers=error.headers)


async def _validation(request: Request, _error: Exception) -> Response:
    """An address or parameter that no page of ours would make: there is nothing there."""
    return _answer(request, 404, gettext(NotFound.default))


class Bugs:
    """Answers an unexpected error inside the frame, so that its page has headers and language.

    It is raised on: the server and the tests must see it too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def seen(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:
            if scope["type"] == "http" and not started:
                response = await _bug(Request(scope), error)
                await response(scope, receive, send)
            raise


async def _bug(request: Request, error: Exception) -> Response:
    """Show a page with a reference that stands in the log beside the traceback."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        log.error("disk full", error=str(error))
        said = gettext(N_("There is no room left to store files. Nothing was saved."))
        return _answer(request, 503, said)
    reference = uuid4().hex[:8]
    log.error("unexpected error", reference=reference, path=request.url.path, exc_info=error)
    said = gettext(N_("We wrote down what happened. Nothing was saved by this step."))
    return _answer(request, 500, said, reference=reference)


_HANDLERS: tuple[tuple[type[Exception], Handler], ...] = (
    (Problem, _problem),
    (HTTPException, _http),
    (RequestValidationError, _validation),
)


def _answer(
    request: Request,
    status: int,
    said: str,
    *,
    reference: str = "",
    headers: object = None,
) -> Response:
    title = gettext(TITLES.get(status, TITLES[400]))
    wait = {"retry-after": "30"} if status in {Unavailable.status, 429} else {}
    extra = {**(headers if isinstance(headers, dict) else {}), **wait}
    if request.url.path.startswith("/api/"):
        body = {"status": status, "title": title, "detail": said, "reference": reference}
        return JSONResponse(body, status, extra)
    was_form = request.method not in SAFE_METHODS
    back = _back_to_where_it_is_seen(request) if status in {Conflict.status, 403, 404} else ""
    page = ProblemPage(
        title,
        (said,),
        can_go_back=was_form and status not in {Conflict.status, 404},
        href=back or navigation.exists(request, "public_home"),
        link_text=gettext(N_("Look at it again")) if back else gettext(N_("To the start page")),
        reference=reference,
    )
    return pages.render(request, "errors/problem.html", page=page, status=status, headers=extra)


def _back_to_where_it_is_seen(request: Request) -> str:
    """Return the page from which a refused form came, where the browser tells it."""
    if request.method in SAFE_METHODS or not comes_from_our_pages(request):
        return ""
    referrer = request.headers.get("referer", "")
    prefix = f"{request.url.scheme}://{request.url.netloc}/"
    return f"/{referrer.removeprefix(prefix)}" if referrer.startswith(prefix) else ""
