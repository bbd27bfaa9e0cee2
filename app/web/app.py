"""The web application: settings in, one FastAPI out. Audiences are modules with a `router`."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import parse_qs
from uuid import uuid4

import anyio
import anyio.to_thread
import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock, db, i18n, logs
from app.settings import Settings
from app.settings import settings as chosen_settings
from app.web import addresses, deps, errors, health, lookup, pages
from app.web.assets import PREFIX, Assets
from app.web.security import BodyLimit, SecurityHeaders, protect

log = structlog.get_logger()

# Every module of pages; each has `router`. A page without its line here does not exist.
AUDIENCES: tuple[str, ...] = (
    "public",
    "public_check",
    "public_eligibility",
    "public_help",
    "public_proof",
    "account",
    "applicant",
    "applicant_form",
    "applicant_budget",
    "applicant_documents",
    "applicant_review",
    "applicant_submit",
    "applicant_again",
    "applicant_print",
    "applicant_organisation",
    "applicant_help",
    "applicant_home",
    "applicant_letters",
    "applicant_clarifications",
    "applicant_consent",
    "applicant_give_back",
    "office",
    "office_calls",
    "office_named",
    "office_audit",
    "office_evidence",
    "office_ranking",
    "office_reserve",
    "office_scores",
    "office_applications",
    "office_organisations",
    "office_bulk",
    "office_drafts",
    "office_checks",
    "office_clarifications",
    "office_assign",
    "office_progress",
    "office_interviews",
    "office_interview_sheets",
    "office_letters",
    "office_letters_versions",
    "assessor",
    "assessor_decline",
    "assessor_interviews",
    "assessor_submit",
    "assessor_print",
    "finance",
    "finance_agreements",
    "finance_reports",
    "finance_agreement_forms",
    "finance_payments",
    "finance_checks",
    "finance_steps",
    "finance_statement",
    "finance_letters",
    "finance_bank",
    "finance_accounts",
    "finance_amendments",
    "applicant_amendments",
    "finance_agreement_end",
    "applicant_agreement_end",
    "admin_money",
    "finance_recovery",
    "finance_recovery_ends",
    "office_reports",
    "office_report_views",
    "applicant_agreement",
    "applicant_in_kind",
    "applicant_interview",
    "office_quotes",
    "office_in_kind",
    "office_in_kind_steps",
    "office_assets",
    "office_visits",
    "office_undertaking",
    "finance_suppliers",
    "admin",
    "admin_stand_ins",
    "admin_days_off",
)
DEVELOPMENT: tuple[str, ...] = ("gallery", "dev")

LANGUAGE_COOKIE = "language"


def create_app(chosen: Settings | None = None, sessions: db.Sessions | None = None) -> FastAPI:
    """Return the application on the database of `sessions`, else of the settings."""
    chosen = chosen or chosen_settings()
    app = FastAPI(
        title="Envelope",
        lifespan=_lifespan,
        dependencies=[Depends(protect, scope="function")],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.settings = chosen
    app.state.sessions = sessions
    app.state.assets = Assets()
    app.state.gate = anyio.CapacityLimiter(chosen.thread_tokens)
    cache = chosen.data_dir / "cache" / "templates"
    cache.mkdir(parents=True, exist_ok=True)
    app.state.templates = pages.make_environment(cache, reload=chosen.is_development)
    app.include_router(health.router)
    for router in _routers(development=chosen.is_development):
        app.include_router(router)
    for page in iter_route_contexts(app.routes):
        page.dependant.call = deps.in_one_thread(page.dependant.call)
    app.mount(PREFIX.rstrip("/"), app.state.assets, name="static")
    _refuse_double_names(app)
    addresses.learn(app)
    lookup.install(app)
    errors.install(app)
    logs.configure(chosen.log_level, chosen.log_format)
    app.add_middleware(errors.Bugs)
    app.add_middleware(BodyLimit, max_bytes=chosen.max_request_bytes)
    app.add_middleware(SecurityHeaders, secure=chosen.secure_cookies)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Arrival, pseudo=chosen.is_development)
    return app


def _routers(*, development: bool) -> Iterator[APIRouter]:
    """Yield the pages of every audience; a package of pages names its modules itself."""
    for name in (*AUDIENCES, *(DEVELOPMENT if development else ())):
        if find_spec(f"app.web.{name}") is not None:
            router: APIRouter = import_module(f"app.web.{name}").router
            yield router


@dataclass(frozen=True, slots=True)
class PageRoute:
    """One address of the application: the name of its function, its path, its methods."""

    name: str
    path: str
    methods: frozenset[str]


def page_routes(app: FastAPI) -> list[PageRoute]:
    """Return every address but static files, in the order in which they are tried."""
    return [
        PageRoute(route.name or "", route.path or "", frozenset(route.methods or ()))
        for route in iter_route_contexts(app.routes)
        if route.methods
    ]


def _refuse_double_names(app: FastAPI) -> None:
    """`url("…")` finds a page by its function's name, so a name may stand for one page only."""
    names = Counter(route.name for route in page_routes(app))
    if double := sorted(name for name, count in names.items() if count > 1):
        raise ValueError(f"Two pages have the same function name: {', '.join(double)}.")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    chosen: Settings = app.state.settings
    anyio.to_thread.current_default_thread_limiter().total_tokens = chosen.thread_tokens
    with ExitStack() as stack:
        if app.state.sessions is None:
            url = await run_in_threadpool(stack.enter_context, db.database(chosen))
            engine = db.engine_for(
                url, tokens=chosen.thread_tokens, keeps_plans=not chosen.database_pooler
            )
            stack.callback(engine.dispose)
            app.state.sessions = db.sessions(engine)
        yield


class HeadAsGet:
    """Answers HEAD as GET without the body: monitors and link checkers ask that way."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b""})

        # A copy: the server below still has to know that no body may follow.
        await self.app({**scope, "method": "GET"}, receive, without_body)


class Arrival:
    """Stamps and numbers each request when it arrives, sets the language, writes the log line."""

    def __init__(self, app: ASGIApp, *, pseudo: bool) -> None:
        self.app = app
        self.known = {*i18n.known_locales(), *([i18n.PSEUDO] if pseudo else [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        state = scope.setdefault("state", {})
        # A deadline is kept by this moment, not by when a thread is free.
        state["received_at"] = clock.now()
        state["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            with i18n.speaking(self._language(scope)):
                await self.app(scope, receive, seen)
        finally:
            if not scope["path"].startswith(PREFIX):
                took = round((time.perf_counter() - started) * 1000)
                path = _without_tokens(scope)
                log.info("request", method=scope["method"], path=path, status=status, ms=took)
            structlog.contextvars.unbind_contextvars("request")

    def _language(self, scope: Scope) -> str:
        headers = dict(scope["headers"])
        cookies = cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        asked = query.get("language", [cookies.get(LANGUAGE_COOKIE, i18n.DEFAULT)])[0]
        return asked if asked in self.known else i18n.DEFAULT


def _without_tokens(scope: Scope) -> str:
    """Return the path as the log may keep it: who reads a link's token can use the link."""
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        if name == "token":
            path = path.replace(str(value), "…")
    return path
