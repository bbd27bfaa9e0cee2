"""The gate in front of the database: as many requests inside as there are worker threads.

Requests that hold a connection wait for a thread, while threads wait for a
connection: without the gate 32 clients at 4 tokens never end (tried). It is a
dependency, not a middleware, and the body is read before it, so four slow uploads
do not stop the site.
"""

from collections.abc import AsyncIterator

import anyio
from fastapi import Request


async def gate(request: Request) -> AsyncIterator[None]:
    """Hold one of the places of this process; use with `scope="function"`."""
    limiter: anyio.CapacityLimiter = request.app.state.gate
    # On behalf of the request: one task may serve two of them, one after the other.
    place = object()
    await limiter.acquire_on_behalf_of(place)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(place)
