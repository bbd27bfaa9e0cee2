"""The frame around every page: headers, tokens, refusals, caching; with pages made for the test."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient
from sqlalchemy.orm import sessionmaker
from starlette.responses import HTMLResponse

from app import clock, db
from app.errors import Conflict, NotFound, Unavailable
from app.i18n.marks import N_
from app.settings import MEBIBYTE, Settings
from app.web import app as web_app
from app.web import fields, pages
from app.web.errors import ProblemPage
from app.web.forms import Posted, read
from app.web.security import HEADERS, SESSION_COOKIE, VISITOR_COOKIE
from tests.conftest import NOW

router = APIRouter()
TAKEN: list[str] = []
ASKED = (fields.text("title", N_("Title"), missing=N_("Enter the title")),)


@router.get("/form")
def form_page(request: Request) -> HTMLResponse:
    with pages.showing(request) as here:
        token = pages._csrf_token()
    response = pages.render(request, "errors/problem.html", page=ProblemPage("Form", (token,)))
    if here.visitor:
        response.set_cookie(VISITOR_COOKIE, here.visitor)
    return response


@router.post("/form")
def form_taken(request: Request, posted: Posted) -> Response:
    form = read(ASKED, posted)
    TAKEN.append(form["title"].value)
    return pages.redirect(
        request, "form_page", notice=N_("Saved {title}"), notice_values=form.values
    )


@router.get("/refused/{kind}")
def refused(kind: str) -> Response:
    raise {"conflict": Conflict(), "gone": Unavailable(), "mine": NotFound()}[kind]


@router.get("/broken")
def broken() -> Response:
    raise RuntimeError("secret detail")


@router.get("/arrived")
def arrived(request: Request) -> str:
    return str(request.state.received_at)


def _site(folder: Path, sessions: db.Sessions) -> FastAPI:
    chosen = Settings(
        data_dir=folder,
        secret_key="k" * 32,
        max_upload_bytes=MEBIBYTE,
        max_request_bytes=MEBIBYTE,
        public_base_url="http://testserver",
    )
    app = web_app.create_app(chosen, sessions=sessions)
    app.include_router(router)
    TAKEN.clear()
    return app


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestClient]:
    """The frame alone, without a database and without anybody's pages."""
    monkeypatch.setattr(web_app, "AUDIENCES", ())
    app = _site(tmp_path, sessionmaker())
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def whole_site(tmp_path: Path, sessions: db.Sessions) -> Iterator[TestClient]:
    with TestClient(_site(tmp_path, sessions), follow_redirects=False) as client:
        yield client


def token_of(site: TestClient) -> str:
    found = re.search(r"[0-9a-f]{16}\.[0-9a-f]{64}", site.get("/form").text)
    assert found is not None
    return found[0]


def heading(response) -> tuple[int, str]:
    found = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", response.text, re.DOTALL)
    return response.status_code, found[1] if found else ""


def test_every_answer_carries_the_headers(site: TestClient) -> None:
    for path in ("/form", "/nowhere", "/health", "/broken"):
        headers = site.get(path).headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, path


def test_policy_lets_nothing_inline_run(site: TestClient) -> None:
    policy = site.get("/form").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_form_with_its_token_is_taken_and_its_notice_shown_once(site: TestClient) -> None:
    answer = site.post("/form", data={"title": "<b>", "csrf_token": token_of(site)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/form")
    assert "Saved &lt;b&gt;" in site.get("/form").text
    assert "Saved" not in site.get("/form").text


@pytest.mark.parametrize("token", ["", "0" * 16 + "." + "0" * 64, "no dot", "é.é"])
def test_form_without_a_good_token_is_kept_and_not_taken(
    whole_site: TestClient, token: str
) -> None:
    whole_site.get("/form")

    answer = whole_site.post("/form?draft=1", data={"title": 'typed "so"', "csrf_token": token})

    assert answer.status_code == 403
    assert 'value="typed &#34;so&#34;"' in answer.text
    assert TAKEN == []


def test_token_of_another_session_is_not_good(whole_site: TestClient) -> None:
    token = token_of(whole_site)
    whole_site.cookies.set(SESSION_COOKIE, "somebody else")

    assert whole_site.post("/form", data={"title": "x", "csrf_token": token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_form_from_another_site_does_nothing_and_is_not_offered_again(
    site: TestClient, headers: dict[str, str]
) -> None:
    data = {"title": "x", "csrf_token": token_of(site)}

    answer = site.post("/form", data=data, headers=headers)

    assert heading(answer) == (403, "You may not do this")
    assert 'value="x"' not in answer.text


def test_larger_request_than_allowed_is_refused_with_a_page(site: TestClient) -> None:
    data = {"title": "x" * (MEBIBYTE + 1), "csrf_token": token_of(site)}

    assert heading(site.post("/form", data=data)) == (413, "This is too large")


def test_body_that_grows_beyond_its_announced_size_is_refused(site: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * (MEBIBYTE // 16)

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = site.post("/form", content=chunks(), headers=headers)

    assert answer.status_code == 413


def test_too_many_files_are_refused_with_a_page(site: TestClient) -> None:
    files = [("f", (f"{n}.txt", b"x")) for n in range(60)]

    answer = site.post("/form", data={"csrf_token": token_of(site)}, files=files)

    assert heading(answer) == (400, "This cannot be done")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/nowhere", (404, "Page not found")),
        ("/refused/mine", (404, "Page not found")),
        ("/refused/conflict", (409, "This is not possible just now")),
        ("/refused/gone", (503, "Envelope is not available just now")),
        ("/broken", (500, "Something broke on our side")),
    ],
)
def test_refusal_is_a_page_that_says_what_to_do(
    site: TestClient, path: str, expected: tuple[int, str]
) -> None:
    answer = site.get(path)

    assert heading(answer) == expected
    assert "secret detail" not in answer.text


def test_wrong_method_is_a_page(site: TestClient) -> None:
    answer = site.post("/broken", data={"csrf_token": token_of(site)})
    assert heading(answer) == (405, "This address does not take that")


def test_machines_get_json(site: TestClient) -> None:
    assert site.get("/api/nothing").json() == {
        "status": 404,
        "title": "Page not found",
        "detail": "There is nothing at this address, or it is not yours to see.",
        "reference": "",
    }


def test_request_is_stamped_when_it_arrives(site: TestClient) -> None:
    with clock.frozen(NOW):
        assert site.get("/arrived").json() == str(NOW)


def test_hashed_files_are_kept_for_a_year_and_unhashed_ones_do_not_exist(site: TestClient) -> None:
    style = re.search(r'href="(/static/envelope\.[^"]+\.css)"', site.get("/form").text)
    assert style is not None

    answer = site.get(style[1])

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.get("/static/envelope.css").status_code == 404
    assert site.get("/static/vendor/../../app.py").status_code == 404


def test_two_pages_of_one_name_are_refused_at_start(site: TestClient) -> None:
    site.app.add_api_route("/again", form_page, methods=["GET"])

    with pytest.raises(ValueError, match="Two pages have the same function name: form_page"):
        web_app._refuse_double_names(site.app)
