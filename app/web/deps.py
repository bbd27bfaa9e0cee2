"""What a page asks for: `InAct` to write, `Reader` to read. Both commit or end before the answer.

Both wait at the gate first (`app.web.gate`), so no thread ever waits for a connection
while connections wait for threads. `scope="function"` ends the transaction before the
response is sent: "saved" is true when a person reads it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app import clock
from app.actions import accounts_sessions
from app.actions.accounts_links import token_sha256
from app.actions.act import Act
from app.db import in_transaction, reading
from app.errors import Forbidden, Problem
from app.i18n.marks import N_
from app.queries import actors, allowed
from app.rules.permissions import ANYBODY, Actor
from app.web.gate import gate
from app.web.needs import NEEDS
from app.web.security import session_token


class SignInFirst(Forbidden):
    """The page needs a signed-in person: `app.web.errors` asks for one and keeps a sent form."""

    default = N_("Your session has ended, or you were signed out in another tab.")


@dataclass(frozen=True, slots=True)
class Read:
    """One moment of the database, seen by one person."""

    session: Session
    actor: Actor
    now: datetime


def _who(request: Request, session: Session, now: datetime) -> Actor:
    token = session_token(request)
    found = actors.signed_in(session, token_sha256(token), now) if token else None
    request.state.sign_in_id = found.sign_in_id if found else None
    request.state.stays = found is not None and now - found.seen_at >= accounts_sessions.SEEN_EVERY
    request.state.actor = found.actor if found else ANYBODY
    return found.actor if found else ANYBODY


def open_act(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Iterator[Act]:
    now = clock.now()
    with in_transaction(request.app.state.sessions) as session:
        act = Act(session=session, actor=_who(request, session, now), now=now)
        if request.state.stays:
            accounts_sessions.stay(act, request.state.sign_in_id)
        yield act


def open_reader(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Iterator[Read]:
    now = clock.now()
    with reading(request.app.state.sessions) as session:
        yield Read(session=session, actor=_who(request, session, now), now=now)
    if request.state.stays:
        _stay(request, now)


def _stay(request: Request, now: datetime) -> None:
    """Move the end of the session, after the page is read: at most once in some minutes."""
    # The page was made; that the session could not be prolonged just now is no reason to lose it.
    with suppress(Problem), in_transaction(request.app.state.sessions) as session:
        act = Act(session=session, actor=request.state.actor, now=now)
        accounts_sessions.stay(act, request.state.sign_in_id)


def look_up_person(request: Request) -> None:
    """Set `request.state.actor` for an error page; the page was refused before anybody asked."""
    if getattr(request.state, "actor", None) is None:
        with suppress(Problem), reading(request.app.state.sessions) as session:
            _who(request, session, clock.now())


# Asynchronous, for they wait for nothing: a plain function would go to a thread and back.
async def _signed_in_act(
    request: Request, act: Annotated[Act, Depends(open_act, scope="function")]
) -> Act:
    _refuse_strangers(request, act.actor)
    return act


async def _signed_in_reader(
    request: Request, reader: Annotated[Read, Depends(open_reader, scope="function")]
) -> Read:
    _refuse_strangers(request, reader.actor)
    return reader


def _refuse_strangers(request: Request, actor: Actor) -> None:
    """Ask for a person, and on a desk of staff for one who has anything to do there."""
    if not actor.is_signed_in:
        raise SignInFirst
    route = request.scope.get("route")
    allowed.refuse_unless_held(actor, NEEDS.get(getattr(route, "name", ""), ()))


# For everybody: public pages, sign-in, registration.
PublicAct = Annotated[Act, Depends(open_act, scope="function")]
PublicReader = Annotated[Read, Depends(open_reader, scope="function")]
# For signed-in people; what they may see and do is decided by queries and acts.
InAct = Annotated[Act, Depends(_signed_in_act, scope="function")]
Reader = Annotated[Read, Depends(_signed_in_reader, scope="function")]
