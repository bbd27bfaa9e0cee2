"""Every address is filed in `routes.txt`: whose it is and who may use it.

A new page fails here until somebody writes down who may see it; the crawler
(`tests/journeys/test_crawler.py`) then proves it with every role of the demo world.
"""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.rules.permissions import Permission
from app.settings import Settings
from app.web.app import create_app
from tests.house import accept
from tests.house.routes import OPEN, filed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("routes")
    return create_app(Settings(data_dir=folder, secret_key="k" * 32, development=True))


def pages(app: FastAPI) -> Iterator:
    return (route for route in iter_route_contexts(app.routes) if route.methods)


def asked(dependant: Dependant) -> set[str]:
    """Return the names of everything that a page depends on."""
    names = {inner.call.__name__ for inner in dependant.dependencies if inner.call}
    return names.union(*(asked(inner) for inner in dependant.dependencies))


def test_every_address_is_filed(app: FastAPI) -> None:
    there = {(m, route.name, route.path) for route in pages(app) for m in route.methods or ()}

    assert there == {(line.method, line.name, line.path) for line in filed().values()}, (
        "File new pages in tests/house/routes.txt: method, name, who may, path."
    )


def test_pages_are_named_after_their_audience(app: FastAPI) -> None:
    homes = {route.name: route.endpoint.__module__.removeprefix("app.web.") for route in pages(app)}

    strays = {
        name: home
        for name, home in homes.items()
        if home not in {"app", "dev", "gallery"} and name.split("_")[0] != home.split("_")[0]
    }

    assert strays == {}


def test_who_may_is_a_permission_or_a_word_of_the_list() -> None:
    words = {*OPEN, "signed_in", *(each.name for each in Permission)}

    assert {line.name for line in filed().values() if not set(line.who) <= words} == set()


def test_pages_that_are_not_for_everybody_ask_for_a_person(app: FastAPI) -> None:
    signed_in = {
        route.name
        for route in pages(app)
        if any(name.startswith("_signed_in") for name in asked(route.dependant))
    }

    assert signed_in == {line.name for line in filed().values() if not set(line.who) & OPEN}


def test_desks_refuse_by_the_filed_permissions() -> None:
    assert accept.NEEDS_FILE.read_text("utf-8") == accept.needs(), (
        "routes.txt and app/web/needs.py differ: run `make accept`."
    )


def test_every_form_is_protected(app: FastAPI) -> None:
    forms = [route for route in pages(app) if "POST" in (route.methods or ())]

    assert [route.name for route in forms if "protect" not in asked(route.dependant)] == []
