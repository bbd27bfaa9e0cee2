"""The page of an address, found by its words instead of by trying every page in turn.

The framework tries all four hundred, one after the other. Here the words of an address lead
to the few pages that it may mean; of these the framework chooses as it would of all. What fits
none of them (another method, a slash too many, files, nothing) is left to the framework.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

_PAGE = "envelope.page"
# A part of an address that may have slashes in it: all that follows belongs to it.
_REST = ":path}"


@dataclass(slots=True)
class _Fork:
    """Where addresses go on after the words so far: by a word, or by any (a number, a key).

    `pages` end here; the addresses of `rest` may go on with whatever it is. Each has its place.
    """

    words: dict[str, "_Fork"] = field(default_factory=dict)
    anything: "_Fork | None" = None
    pages: list[tuple[int, RouteContext]] = field(default_factory=list)
    rest: list[tuple[int, RouteContext]] = field(default_factory=list)


class Lookup(BaseRoute):
    """Stands before all pages; it knows those that were there when it was made."""

    def __init__(self, pages: Iterator[RouteContext]) -> None:
        self._start = _Fork()
        for place, page in enumerate(pages):
            _note(self._start, (page.path or "").split("/"), (place, page))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        found = list(_possible(self._start, scope["path"].split("/"), 0))
        for _, page in sorted(found, key=_place) if len(found) > 1 else found:
            match, more = page.matches(scope)
            if match is Match.FULL:
                return match, {**more, "route": page.original_route, _PAGE: page}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[_PAGE].app(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        raise NoMatchFound(name, path_params)


def install(app: FastAPI) -> None:
    """Put a look-up before the pages that are there now.

    What is mounted hides the pages behind it, so these stay with the framework.
    """
    pages = takewhile(lambda route: bool(route.methods), iter_route_contexts(app.routes))
    app.router.routes.insert(0, Lookup(pages))


def _note(fork: _Fork, parts: list[str], page: tuple[int, RouteContext]) -> None:
    for part in parts:
        if part.endswith(_REST):
            fork.rest.append(page)
            return
        if "{" in part:
            fork.anything = fork.anything or _Fork()
            fork = fork.anything
        else:
            fork = fork.words.setdefault(part, _Fork())
    fork.pages.append(page)


def _possible(fork: _Fork, parts: list[str], at: int) -> Iterator[tuple[int, RouteContext]]:
    """Yield the pages that the parts of an address from `at` on may mean."""
    yield from fork.rest
    if at == len(parts):
        yield from fork.pages
        return
    named = fork.words.get(parts[at])
    if named is not None:
        yield from _possible(named, parts, at + 1)
    if fork.anything is not None:
        yield from _possible(fork.anything, parts, at + 1)


def _place(page: tuple[int, RouteContext]) -> int:
    return page[0]
