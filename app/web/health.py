"""What a supervisor or a load balancer asks for: does it live, may it get visitors?"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from app import db, queue, schema
from app.documents.store import Store
from app.web.gate import gate

router = APIRouter()


@router.get("/health", response_class=PlainTextResponse)
def health() -> str:
    """Say that the process lives; asks nothing of others."""
    return "ok"


@router.get("/ready")
def health_ready(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> JSONResponse:
    """Say whether pages can be served now: database, migrations and files.

    A queue that nobody works off is told and is no reason to send people away: what they
    do is kept, and done later.
    """
    engine = request.app.state.sessions.kw["bind"]
    standing = str(schema.standing(engine)) if db.is_reachable(engine) else "unreachable"
    is_current = standing == schema.Standing.CURRENT
    has_files = _store(request.app.state.settings.files_place).is_reachable()
    told: dict[str, Any] = {  # Any: JSON
        "database": standing,
        "files": "reachable" if has_files else "unreachable",
    }
    if is_current:
        with db.reading(request.app.state.sessions) as session:
            found = queue.waiting(session)
        told["queue"] = {"waiting": found.jobs, "oldest_seconds": found.oldest_seconds}
        told["worker"] = "at work" if found.has_worker else "silent"
    return JSONResponse(told, 200 if is_current and has_files else 503)


@cache
def _store(where: Path | str) -> Store:
    return Store(where)
