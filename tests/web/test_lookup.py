"""Pages found by the words of their address are the ones that the framework would find."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy.orm import sessionmaker
from starlette.routing import Match, NoMatchFound

from app.settings import Settings
from app.web.app import create_app
from app.web.lookup import Lookup

# What people put where an address has a part: a number and a key.
GIVEN = ("7", "full_application")
_PART = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("lookup")
    chosen = Settings(data_dir=folder, secret_key="k" * 32, development=True)
    return create_app(chosen, sessionmaker())


def pages(app: FastAPI) -> list[RouteContext]:
    return [page for page in iter_route_contexts(app.routes) if page.methods]


def scope_of(method: str, path: str, root_path: str = "") -> dict[str, object]:
    return {"type": "http", "method": method, "path": path, "root_path": root_path}


def tried_in_turn(
    known: list[RouteContext], method: str, path: str
) -> tuple[object, object] | None:
    """What the framework finds without the look-up: the first that fits, and its parts."""
    scope = scope_of(method, path)
    for page in known:
        match, more = page.matches(scope)
        if match is Match.FULL:
            return more["endpoint"], more["path_params"]
    return None


def looked_up(app: FastAPI, method: str, path: str) -> tuple[object, object] | None:
    match, more = app.routes[0].matches(scope_of(method, path))
    return (more["endpoint"], more["path_params"]) if match is Match.FULL else None


def variants(app: FastAPI) -> set[tuple[str, str]]:
    """Every address with each kind of part, and with words that stand there in its neighbours."""
    words: dict[str, dict[tuple[int, int], set[str]]] = defaultdict(lambda: defaultdict(set))
    for page in pages(app):
        parts = (page.path or "").split("/")
        for place, part in enumerate(parts):
            if "{" not in part:
                words[parts[1]][len(parts), place].add(part)
    return {
        (method, path)
        for page in pages(app)
        for method in page.methods or ()
        for path in _filled((page.path or "").split("/"), words)
    }


def _filled(parts: list[str], words: dict[str, dict[tuple[int, int], set[str]]]) -> Iterator[str]:
    usual = ["7" if ":int}" in part else "full_application" for part in parts]
    whole = [_PART.sub(given, part) for given, part in zip(usual, parts, strict=True)]
    yield "/".join(whole)
    for place, part in enumerate(parts):
        if "{" in part:
            others = (*GIVEN, *words[parts[1]][len(parts), place])
            filled = (_PART.sub(other, part) for other in others)
            yield from ("/".join([*whole[:place], one, *whole[place + 1 :]]) for one in filled)


def test_every_address_leads_where_trying_all_pages_in_turn_leads(app: FastAPI) -> None:
    known = pages(app)

    wrong = {
        (method, path)
        for method, path in variants(app)
        if looked_up(app, method, path) != tried_in_turn(known, method, path)
    }

    assert wrong == set()


def test_every_page_is_found(app: FastAPI) -> None:
    assert isinstance(app.routes[0], Lookup)

    reached = {
        found[0]
        for method, path in variants(app)
        if (found := looked_up(app, method, path)) is not None
    }

    assert {page.endpoint for page in pages(app)} - reached == set()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account/"),
        ("PUT", "/account"),
        ("GET", "/static/none.css"),
        ("GET", "/nothing"),
        ("GET", "//account"),
        ("GET", ""),
    ],
)
def test_what_fits_no_page_is_left_to_the_framework(app: FastAPI, method: str, path: str) -> None:
    assert looked_up(app, method, path) is None


def test_an_application_below_a_path_is_left_to_the_framework(app: FastAPI) -> None:
    scope = scope_of("GET", "/health", "/below")

    assert app.routes[0].matches(scope)[0] is Match.NONE


def test_sockets_and_names_are_left_to_the_framework(app: FastAPI) -> None:
    assert app.routes[0].matches({"type": "websocket", "path": "/health"})[0] is Match.NONE
    with pytest.raises(NoMatchFound):
        app.routes[0].url_path_for("health")
    assert app.url_path_for("health") == "/health"


def test_head_slashes_wrong_methods_and_strange_addresses_answer_as_ever(app: FastAPI) -> None:
    with TestClient(app, follow_redirects=False) as site:
        answers = [
            (answer.status_code, answer.headers.get("location"), answer.headers.get("allow"))
            for answer in (
                site.head("/health"),
                site.get("/health"),
                site.get("/health/"),
                site.put("/health", headers={"sec-fetch-site": "same-origin"}),
            )
        ]

    assert answers == [
        (200, None, None),
        (200, None, None),
        (307, "http://testserver/health", None),
        (405, None, "GET"),
    ]
