"""What protects every page: headers, body limits, and proof that a form is ours.

A form is taken only from our own pages (Sec-Fetch-Site, Origin) and with a token
bound to the session cookie, or before sign-in to a visitor cookie. The token needs
no store: it is an HMAC of the cookie, so it dies with the session.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData, MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Forbidden, NotFound, Problem, TooLarge
from app.i18n.marks import N_

SESSION_COOKIE = "envelope_session"
VISITOR_COOKIE = "envelope_visitor"
TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a field, no secret
TOKEN_HEADER = "x-csrf-token"  # noqa: S105 - the name of a header

MAX_FIELDS = 5_000
MAX_FILES = 50
MAX_FIELD_BYTES = 2 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NUL = "\0"
MAX_DIGITS = 18
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
POLICY = "; ".join(f"{what} {whence}" for what, whence in _SOURCES.items())

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}


class StaleForm(Forbidden):
    """The token is missing or belongs to another session: signed out, or signed in since.

    The page that answers keeps what was typed and offers to send it again.
    """

    default = N_("You were signed out, or signed in again, after this form was opened.")


def csrf_token(key: bytes, secret: str) -> str:
    """Return a token for one form; each is different, all of one session are good."""
    nonce = secrets.token_hex(8)
    return f"{nonce}.{_mac(key, secret, nonce)}"


def csrf_matches(key: bytes, secret: str, token: str) -> bool:
    nonce, _, mac = token.partition(".")
    return bool(secret) and hmac.compare_digest(mac.encode(), _mac(key, secret, nonce).encode())


def _mac(key: bytes, secret: str, nonce: str) -> str:
    return hmac.new(key, f"csrf:{nonce}:{secret}".encode(), hashlib.sha256).hexdigest()


def cookie_name(request: Request, name: str) -> str:
    """Return the name as browsers guard it best: over https no subdomain can plant `__Host-`."""
    return f"__Host-{name}" if request.app.state.settings.secure_cookies else name


def session_token(request: Request) -> str:
    """Return the token of the session, the one that has just begun before the cookie's."""
    begun = getattr(request.state, "session_token", "")
    return begun or request.cookies.get(cookie_name(request, SESSION_COOKIE), "")


def csrf_secret(request: Request) -> str:
    """Return what tokens are bound to: the session, else the visitor, else nothing."""
    visitor = cookie_name(request, VISITOR_COOKIE)
    return session_token(request) or request.cookies.get(visitor, "")


def comes_from_our_pages(request: Request) -> bool:
    """Ask the browser's own headers; very old browsers and tools send neither."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {request.headers.get("host", ""), urlsplit(request.app.state.settings.base_url).netloc}
    return urlsplit(origin).netloc in ours


async def protect(request: Request) -> AsyncIterator[None]:
    """Read and check every form before its page runs; a dependency of the whole application."""
    _refuse_odd_address(request)
    if request.method in SAFE_METHODS:
        yield
        return
    if not comes_from_our_pages(request):
        raise Forbidden(N_("This request came from another site, so nothing was done."))
    form = await read_form(request)
    request.scope["envelope.form"] = form
    sent = form.get(TOKEN_FIELD) or request.headers.get(TOKEN_HEADER, "")
    key: bytes = request.app.state.settings.key()
    if not isinstance(sent, str) or not csrf_matches(key, csrf_secret(request), sent):
        raise StaleForm
    if any(_has_nul(name) or _has_nul(value) for name, value in form.multi_items()):
        await form.close()
        raise Unreadable
    try:
        yield
    finally:
        await form.close()


def _refuse_odd_address(request: Request) -> None:
    """No page of ours makes such an address: a null byte, a number beyond the database's."""
    path = request.url.path
    if NUL in path or any(len(part) > MAX_DIGITS and part.isdecimal() for part in path.split("/")):
        raise NotFound
    if any(NUL in name or NUL in value for name, value in request.query_params.multi_items()):
        raise Unreadable


def _has_nul(part: UploadFile | str) -> bool:
    return NUL in (part if isinstance(part, str) else part.filename or "")


async def read_form(request: Request) -> FormData:
    """Return the posted form, empty for other bodies; too many parts are refused."""
    if not request.headers.get("content-type", "").startswith(FORM_TYPES):
        return FormData()
    try:
        return await request.form(
            max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        )
    except HTTPException as error:
        raise _BadForm(str(error.detail)) from None


class Unreadable(Problem):
    """A NUL stands in what was sent: nobody can type one, and no database can store it."""

    status = 422
    default = N_(
        "What you sent contains a character that cannot be stored (a null byte). Nothing was "
        "saved. Go back, type the text anew instead of pasting it, then send it again."
    )


class _BadForm(Problem):
    """The body is no form that a browser would send; the log keeps the reason."""

    default = N_("This form could not be read. Go back and send it again.")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class SecurityHeaders:
    """Puts the headers on every answer; a page may set its own cache rule or policy."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses bodies beyond the limit, announced or not, before they fill memory or disk."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        scope["envelope.too_large"] = announced.isdigit() and int(announced) > self.max_bytes
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            if scope["envelope.too_large"]:
                raise TooLarge
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_bytes:
                raise TooLarge
            return message

        await self.app(scope, counted, send)
