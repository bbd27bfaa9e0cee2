"""Links to pages that another part of the program has, or has not yet."""

from fastapi import Request
from starlette.routing import NoMatchFound

from app.web import pages


def href(request: Request, *routes: str, **path: object) -> str:
    """Return the address of the first of these pages that exists, "" if none does."""
    for route in routes:
        try:
            return pages.url(request, route, None, **path)
        except NoMatchFound:
            continue
    return ""
