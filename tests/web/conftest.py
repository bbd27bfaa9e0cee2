"""A browser on the real application with the test's database: cookies, forms, tokens."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import clock, db
from app.actions import accounts_sessions
from app.models import Authority, User
from app.rules.permissions import Role
from app.settings import Settings
from app.web.app import create_app
from app.web.security import SESSION_COOKIE, TOKEN_FIELD, VISITOR_COOKIE, csrf_token
from tests.audit_words import every_entry_has_words
from tests.make.people import act_as, make_authority, make_user

__all__ = ["every_entry_has_words"]

Posting = Mapping[str, Any]
VISITOR = "a visitor of the tests"


class Browser(TestClient):
    """A client that, like a browser, sends every form with the token of its session.

    It follows redirects, so `response.url.path` says where one ends; a refusal of the
    program is an answer with a page, and a bug is an exception in the test.
    """

    def request(self, *args: Any, **more: Any):
        """Let the page see what the test wrote, and the test what the page wrote."""
        session: Session = self.app.state.test_session
        session.commit()
        try:
            return super().request(*args, **more)
        finally:
            session.expire_all()

    def keep(self, name: str, value: str) -> None:
        """Hold a cookie as if a page had set it, so that pages replace it."""
        self.cookies.set(name, value, domain="testserver.local", path="/")

    def token(self) -> str:
        secret = self.cookies.get(SESSION_COOKIE) or self.cookies.get(VISITOR_COOKIE)
        if not secret:
            self.keep(VISITOR_COOKIE, VISITOR)
            secret = VISITOR
        return csrf_token(self.app.state.settings.key(), secret)

    def submit(self, path: str, data: Posting | None = None, **more: Any):
        """Post a form with its token; `files=` makes it multipart."""
        return self.post(path, data={TOKEN_FIELD: self.token(), **(data or {})}, **more)


def text_of(response) -> str:
    """What a person reads on the page: no tags, single spaces."""
    body = re.sub(r"<(script|style).*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def heading_of(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split()) if found else ""


def errors_of(response) -> list[str]:
    """The sentences of the error summary, in the order of the page."""
    summary = re.search(
        r'<ul class="govuk-list govuk-error-summary__list">(.*?)</ul>', response.text, re.DOTALL
    )
    lines = re.findall(r"<li>(.*?)</li>", summary[1], re.DOTALL) if summary else []
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", line)).split()) for line in lines]


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings of a small installation of the test's own."""
    return Settings(data_dir=tmp_path, thread_tokens=2)


@pytest.fixture
def database_url(emptied_url: str) -> str:
    """No test of a page changes the tables themselves."""
    return emptied_url


@pytest.fixture
def session(sessions: db.Sessions) -> Iterator[Session]:
    """What the test writes and reads; a browser commits it before it asks for a page."""
    with sessions() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _standing_clock(frozen_now: datetime) -> None:
    """All pages are asked for at the moment of `tests.make`: noon (UTC) of 19 March 2026.

    A test or module that needs another moment freezes it inside this one.
    """


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application once a process: four hundred routes and templates are built only once."""
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("built"), thread_tokens=2))


@pytest.fixture
def app(built: FastAPI, session: Session, sessions: db.Sessions, chosen: Settings) -> FastAPI:
    """The application on a database and settings of this test's own, with real commits.

    What is fixed when an application is built is that of `built`: a test whose settings change
    the size of a request, secure cookies or development calls `create_app` itself.
    """
    built.state.settings = chosen
    built.state.sessions = sessions
    built.state.gate = anyio.CapacityLimiter(chosen.thread_tokens)
    built.state.test_session = session
    return built


@pytest.fixture
def client(app: FastAPI) -> Iterator[Browser]:
    """Somebody who is not signed in."""
    with Browser(app) as browser:
        yield browser


@pytest.fixture
def sign_in_as(app: FastAPI, session: Session) -> Iterator[Callable[[User], Browser]]:
    """Give a browser of its own to each person: `sign_in_as(user).get("/account")`."""
    opened: list[Browser] = []

    def sign_in(user: User) -> Browser:
        browser = Browser(app)
        browser.__enter__()
        opened.append(browser)
        act = act_as(session, user, now=clock.now())
        entered = accounts_sessions.begin(act, user, user_agent="Test browser")
        browser.keep(SESSION_COOKIE, entered.token)
        return browser

    yield sign_in
    for browser in opened:
        browser.__exit__(None, None, None)


@pytest.fixture
def authority(session: Session) -> Authority:
    return make_authority(session)


@pytest.fixture
def manager(
    session: Session, authority: Authority, sign_in_as: Callable[[User], Browser]
) -> Browser:
    """The browser of a fund manager of the authority."""
    return sign_in_as(make_user(session, roles=[Role.FUND_MANAGER], authority=authority))
