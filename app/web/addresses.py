"""The address of a page by the name of its function, found at once.

The framework tries every page in turn for each address: on a list of fifty lines that alone
took more time than all the rest. A name stands for one page (`app.web.app` refuses doubles),
so one table answers.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts


@dataclass(frozen=True, slots=True)
class Address:
    """`shape` is a path with the names of its parts in braces, such as `/calls/{call_id}`."""

    shape: str
    parts: AbstractSet[str]
    route: RouteContext


def learn(app: FastAPI) -> None:
    """Note every page; call it when all of them are there."""
    app.state.addresses = {
        route.name: Address(route.path_format or "", route.param_convertors.keys(), route)
        for route in iter_route_contexts(app.routes)
        if route.methods
    }


def path_of(app: FastAPI, name: str, path: Mapping[str, object]) -> str:
    """Return the path of a page; NoMatchFound without such a page or with other parameters."""
    known = cast("dict[str, Address]", app.state.addresses).get(name)
    if known is None:
        # Files and what a test adds later are left to the framework.
        return str(app.url_path_for(name, **path))
    # Nearly all parts are numbers; the framework looks whether a text may stand in a path.
    if len(path) == len(known.parts):
        for part, value in path.items():
            if type(value) is not int or part not in known.parts:
                break
        else:
            return known.shape.format_map(path)
    return str(known.route.url_path_for(name, **path))


def around(app: FastAPI, name: str, part: str) -> tuple[str, str]:
    """Return what stands before and after a number in the path of a page, for hundreds of them."""
    shape = cast("dict[str, Address]", app.state.addresses)[name].shape
    before, after = shape.split(f"{{{part}}}")
    return before, after


def exists(app: FastAPI, name: str) -> bool:
    """True when there is such a page; asked first, for the framework looks everywhere for it."""
    return name in app.state.addresses
