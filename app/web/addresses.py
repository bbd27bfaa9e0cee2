"""The address of a page by the name of its function, found at once.

The framework tries every page in turn for each address: on a list of fifty lines that alone
took more time than all the rest. A name stands for one page (`app.web.app` refuses doubles),
so one table answers.
"""

from typing import cast

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts


def learn(app: FastAPI) -> None:
    """Note every page; call it when all of them are there."""
    app.state.addresses = {
        route.name: route for route in iter_route_contexts(app.routes) if route.methods
    }


def path_of(app: FastAPI, name: str, **path: object) -> str:
    """Return the path of a page; NoMatchFound without such a page or with other parameters."""
    known = cast("dict[str, RouteContext]", app.state.addresses).get(name)
    # Files and what a test adds later are left to the framework.
    return str((app if known is None else known).url_path_for(name, **path))
