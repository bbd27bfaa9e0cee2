"""Links to pages that another part of the program has, or has not yet."""

from contextlib import suppress

from fastapi import Request
from starlette.routing import NoMatchFound

from app.web import addresses, pages


def href(request: Request, *routes: str, **path: object) -> str:
    """Return the address of the first of these pages that exists, "" if none does."""
    for route in routes:
        with suppress(NoMatchFound):
            if addresses.exists(request.app, route):
                return pages.url(request, route, None, **path)
    return ""
