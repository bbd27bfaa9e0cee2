"""HTML out: the Jinja environment, `render` and `redirect`.

Every macro of `templates/components/`, and every function of `cells`, `choices` and `controls`,
is known to every template by its name; a page gets one dataclass named `page` plus `actor`, and an
unknown name is an error.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse

from app import clock, i18n
from app.rules.messages import Message
from app.rules.permissions import Facts, Permission, may
from app.web import (
    addresses,
    cells,
    choices,
    components,
    controls,
    navigation,
    parts,
    row_cards,
    security,
)
from app.web.assets import Assets
from app.web.browsers import browser_name
from app.web.states import shown_state

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = CHECKOUT / "templates"
# Components that a page calls hundreds of times are functions, all others are macros.
FUNCTIONS = {
    each.__name__: each for each in (*cells.COMPONENTS, *choices.COMPONENTS, *controls.COMPONENTS)
}
NOTICE_COOKIE = "envelope_notice"
NOTICE_SECONDS = 60


@dataclass(slots=True)
class _Showing:
    """The request whose page is being made; `visitor` is a new cookie, once a form needs one."""

    request: Request
    visitor: str = ""


_showing: ContextVar[_Showing] = ContextVar("showing")


def make_environment(cache_folder: Path | None = None, *, reload: bool = False) -> Environment:
    """Return the environment of all pages; compiled templates are kept in `cache_folder`."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        bytecode_cache=_kept_programs(cache_folder),
        auto_reload=reload,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=1000,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.code_generator_class = components.Generator
    components.speak(environment)
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        environment.globals[path.stem] = components.Component(environment, path.stem)
    environment.globals.update(FUNCTIONS)
    field = controls.by_kind(environment.globals)
    environment.globals |= {"field": field, "row_cards": row_cards.row_cards_of(field)}
    environment.globals.update(_GLOBALS)
    environment.globals.update(parts.GLOBALS)
    environment.filters.update(_FILTERS)
    return environment


def _kept_programs(folder: Path | None) -> FileSystemBytecodeCache | None:
    if folder is None:
        return None
    return FileSystemBytecodeCache(str(folder), f"{components.GENERATION}-%s.cache")


def render(
    request: Request,
    template: str,
    *,
    page: object = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **extras: object,
) -> HTMLResponse:
    """Return the page. A template sees `page`, `actor`, the extras and the globals."""
    with showing(request) as here:
        body = _template(request, template).render(
            page=page, actor=navigation.actor_of(request), notice=_notice(request), **extras
        )
    response = HTMLResponse(body, status, dict(headers or {}))
    if here.visitor:
        name = security.cookie_name(request, security.VISITOR_COOKIE)
        _set_cookie(request, response, name, here.visitor)
    if NOTICE_COOKIE in request.cookies and not request.headers.get("hx-request"):
        response.delete_cookie(NOTICE_COOKIE)
    return response


@contextmanager
def showing(request: Request) -> Iterator[_Showing]:
    """Let globals such as `url()` speak of this request; for `render` and tests of components."""
    here = _Showing(request)
    token = _showing.set(here)
    try:
        yield here
    finally:
        _showing.reset(token)


def _template(request: Request, name: str) -> Any:  # Any: a template, untyped by choice of Jinja
    environment: Environment = request.app.state.templates
    return environment.get_template(name)


def url(
    request: Request, route: str, /, query: Mapping[str, object] | None = None, **path: object
) -> str:
    """Return the path of a page by the name of its function; `query` adds `?name=value`."""
    return _address(request, route, query, path)


def _url(route: str, query: Mapping[str, object] | None = None, /, **path: object) -> str:
    return _address(_showing.get().request, route, query, path)


def _address(
    request: Request, route: str, query: Mapping[str, object] | None, path: Mapping[str, object]
) -> str:
    found = addresses.path_of(request.scope["app"], route, path)
    return f"{found}?{urlencode(query, doseq=True)}" if query else found


def redirect(
    request: Request,
    route: str,
    /,
    *,
    notice: str = "",
    notice_values: Mapping[str, object] | None = None,
    query: Mapping[str, object] | None = None,
    **path: object,
) -> RedirectResponse:
    """Answer 303 to a page and, if told, show `notice` (an N_ text) there once."""
    return redirect_to(request, url(request, route, query, **path), notice, notice_values)


def redirect_to(
    request: Request,
    address: str,
    notice: str = "",
    notice_values: Mapping[str, object] | None = None,
) -> RedirectResponse:
    """Do the same for an address that is at hand, such as the one a person came from."""
    response = RedirectResponse(address, 303)
    if notice:
        said = i18n.sentence(notice, notice_values)
        packed = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
        _set_cookie(request, response, NOTICE_COOKIE, packed, max_age=NOTICE_SECONDS)
    return response


def _notice(request: Request) -> str:
    packed = request.cookies.get(NOTICE_COOKIE, "")
    try:
        said = json.loads(base64.urlsafe_b64decode(packed)) if packed else ""
    except ValueError:
        return ""
    return said if isinstance(said, str) else ""


def _set_cookie(
    request: Request,
    response: HTMLResponse | RedirectResponse,
    name: str,
    value: str,
    max_age: int | None = None,
) -> None:
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(name, value, max_age, httponly=True, samesite="lax", secure=secure)


def _csrf_token() -> str:
    here = _showing.get()
    secret = security.csrf_secret(here.request) or here.visitor
    if not secret:
        secret = here.visitor = token_urlsafe(24)
    return security.csrf_token(here.request.app.state.settings.key(), secret)


def _may(permission: Permission, facts: Facts | None = None) -> bool:
    return may(navigation.actor_of(_showing.get().request), permission, facts) is None


def _static(name: str) -> str:
    assets: Assets = _showing.get().request.app.state.assets
    return assets.url(name)


def _paragraphs(typed: str) -> Markup:
    """Show typed text with its paragraphs and line breaks, everything else escaped."""
    blocks = [block.strip() for block in typed.replace("\r\n", "\n").split("\n\n")]
    lines = [
        Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks if block
    ]
    return Markup("").join(Markup('<p class="govuk-body">{}</p>').format(line) for line in lines)


def _page_query(number: int) -> str:
    """Return the address of this list at another page, with its filters."""
    changed = _showing.get().request.url.include_query_params(page=number)
    return f"?{changed.query}"


def _counter_texts(words: int | None) -> dict[str, str]:
    """Return what the running counter says, for its script: `%{count}` is filled in there."""
    under = (
        i18n.gettext("You have %{count} words left")
        if words
        else i18n.gettext("You have %{count} characters left")
    )
    over = (
        i18n.gettext("You have %{count} words too many")
        if words
        else i18n.gettext("You have %{count} characters too many")
    )
    at_limit = (
        i18n.gettext("You have no words left")
        if words
        else i18n.gettext("You have no characters left")
    )
    unit = "words" if words else "characters"
    return {
        f"i18n.{unit}-under-limit.one": under,
        f"i18n.{unit}-under-limit.other": under,
        f"i18n.{unit}-over-limit.one": over,
        f"i18n.{unit}-over-limit.other": over,
        f"i18n.{unit}-at-limit": at_limit,
    }


_GLOBALS: dict[str, object] = {
    "Facts": Facts,
    "Permission": Permission,
    "counter_texts": _counter_texts,
    "csrf_token": _csrf_token,
    "desks": lambda: navigation.desks(_showing.get().request),
    "language": i18n.language,
    "may": _may,
    "navigation": lambda audience: navigation.links(_showing.get().request, audience),
    "now": clock.now,
    "page_numbers": parts.page_numbers,
    "page_query": _page_query,
    "path": lambda: _showing.get().request.url.path,
    "shown_state": shown_state,
    "static": _static,
    "url": _url,
    "url_if_any": lambda route: navigation.exists(_showing.get().request, route),
}

_FILTERS: dict[str, Any] = {  # Any: filters are called by name from templates
    "date": i18n.format_date,
    "datetime": i18n.format_datetime,
    "browser_name": browser_name,
    "failure": lambda code: i18n.text(Message(code)),
    "filesize": i18n.format_filesize,
    "listed": i18n.format_list,
    "money": i18n.format_money,
    "number": i18n.format_number,
    "paragraphs": _paragraphs,
    "score": i18n.format_score,
    "sentence": lambda said: i18n.sentence(said) if isinstance(said, str) else i18n.text(said),
}
