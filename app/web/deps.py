"""What a page asks for: `InAct` to write, `Reader` to read. Both commit or end before the answer.

Both wait at the gate first (`app.web.gate`), so no thread ever waits for a connection
while connections wait for threads. `scope="function"` ends the transaction before the
response is sent: "saved" is true when a person reads it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app import clock
from app.actions.act import Act
from app.db import in_transaction, reading
from app.errors import Forbidden
from app.queries import actors
from app.rules.permissions import ANYBODY, Actor
from app.web.gate import gate

SESSION_COOKIE = "envelope_session"


class SignInFirst(Forbidden):
    """The page needs a signed-in person; `app.web.app` sends a browser to the sign-in page."""


@dataclass(frozen=True, slots=True)
class Read:
    """One moment of the database, seen by one person."""

    session: Session
    actor: Actor
    now: datetime


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _who(request: Request, session: Session, now: datetime) -> Actor:
    token = request.cookies.get(SESSION_COOKIE, "")
    found = actors.signed_in(session, token_sha256(token), now) if token else None
    request.state.sign_in_id = found.sign_in_id if found else None
    request.state.actor = found.actor if found else ANYBODY
    return found.actor if found else ANYBODY


def open_act(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Iterator[Act]:
    now = clock.now()
    with in_transaction(request.app.state.sessions) as session:
        yield Act(session=session, actor=_who(request, session, now), now=now)


def open_reader(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Iterator[Read]:
    now = clock.now()
    with reading(request.app.state.sessions) as session:
        yield Read(session=session, actor=_who(request, session, now), now=now)


def _signed_in_act(act: Annotated[Act, Depends(open_act, scope="function")]) -> Act:
    if not act.actor.is_signed_in:
        raise SignInFirst
    return act


def _signed_in_reader(reader: Annotated[Read, Depends(open_reader, scope="function")]) -> Read:
    if not reader.actor.is_signed_in:
        raise SignInFirst
    return reader


# For everybody: public pages, sign-in, registration.
PublicAct = Annotated[Act, Depends(open_act, scope="function")]
PublicReader = Annotated[Read, Depends(open_reader, scope="function")]
# For signed-in people; what they may see and do is decided by queries and acts.
InAct = Annotated[Act, Depends(_signed_in_act, scope="function")]
Reader = Annotated[Read, Depends(_signed_in_reader, scope="function")]
