"""The session cookie, where a person goes after signing in, and whom tries are counted for."""

import hashlib
import hmac
import secrets
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from app.actions.accounts_sessions import AT_MOST
from app.web import pages
from app.web.security import SESSION_COOKIE, cookie_name

BROWSER_COOKIE = "envelope_browser"
BROWSER_SECONDS = 365 * 24 * 3600
MAX_PATH = 2_000
_V6_NETWORK = 64


def safe_path(wanted: str) -> str:
    """Return a path of this site, empty for anything else: no open redirect.

    Browsers read a backslash as a slash and drop tabs and line breaks, so all of these are refused.
    """
    odd = "\\" in wanted or any(ord(sign) < 33 for sign in wanted)
    if odd or len(wanted) > MAX_PATH or not wanted.startswith("/") or wanted.startswith("//"):
        return ""
    parts = urlsplit(wanted)
    return "" if parts.scheme or parts.netloc else wanted


def to_sign_in(request: Request, next_path: str) -> str:
    """Return the address of the sign-in page from which one comes back to `next_path`."""
    wanted = safe_path(next_path)
    return pages.url(request, "account_sign_in", {"next": wanted} if wanted else None)


def keep_session(request: Request, response: Response, token: str, email: str) -> None:
    """Give the browser its session, and the mark that it has signed in as this person before."""
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        cookie_name(request, SESSION_COOKIE),
        token,
        max_age=int(AT_MOST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    response.set_cookie(
        cookie_name(request, BROWSER_COOKIE),
        _mark(request, secrets.token_hex(8), email),
        max_age=BROWSER_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def drop_session(request: Request, response: Response) -> None:
    name = cookie_name(request, SESSION_COOKIE)
    secure = request.app.state.settings.secure_cookies
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)


def counted_for(request: Request, email: str) -> str:
    """Return what failures are counted for: a browser known for the address, else its network.

    So colleagues behind one address cannot lock each other out of browsers they use.
    """
    mark = request.cookies.get(cookie_name(request, BROWSER_COOKIE), "")
    nonce = mark.partition(".")[0]
    if nonce and hmac.compare_digest(mark.encode(), _mark(request, nonce, email).encode()):
        return f"browser {nonce}"
    return network_of(request)


def network_of(request: Request) -> str:
    """Return the address of the client; of IPv6 the /64, which one household or office holds."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:100]
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _V6_NETWORK), strict=False))
    return str(address)


def _mark(request: Request, nonce: str, email: str) -> str:
    key: bytes = request.app.state.settings.key()
    told = f"browser:{nonce}:{email.strip().lower()}".encode()
    return f"{nonce}.{hmac.new(key, told, hashlib.sha256).hexdigest()}"
