"""What a page asks for: `InAct` to write, `Reader` to read. Both commit or end before the answer.

Both wait at the gate first (`app.web.gate`), so no thread ever waits for a connection
while connections wait for threads. The thread of the page opens the transaction, runs the page
and ends the transaction (`in_one_thread`): three threads in turn cost a quarter of a small page.
It ends before the response is sent: "saved" is true when a person reads it, and "refused" as well.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app import clock
from app.actions import accounts_sessions
from app.actions.accounts_links import token_sha256
from app.actions.act import Act
from app.db import in_transaction, reading, undo
from app.errors import Forbidden, Problem
from app.i18n.marks import N_
from app.queries import actors, allowed
from app.rules.permissions import ANYBODY, Actor
from app.web.gate import gate
from app.web.needs import NEEDS
from app.web.security import session_token

REFUSED = 400


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


@contextmanager
def _acting(request: Request, *, signed_in: bool) -> Iterator[Act]:
    now = clock.now()
    with in_transaction(request.app.state.sessions) as session:
        act = Act(session=session, actor=_who(request, session, now), now=now)
        if signed_in:
            _refuse_strangers(request, act.actor)
        if request.state.stays:
            accounts_sessions.stay(act, request.state.sign_in_id)
        yield act


@contextmanager
def _looking(request: Request, *, signed_in: bool) -> Iterator[Read]:
    now = clock.now()
    with reading(request.app.state.sessions) as session:
        reader = Read(session=session, actor=_who(request, session, now), now=now)
        if signed_in:
            _refuse_strangers(request, reader.actor)
        yield reader
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


@dataclass(frozen=True, slots=True)
class _Unopened:
    """What stands for an `Act` or `Read` until the thread of the page opens it."""

    opened: Callable[[], AbstractContextManager[object]]


def in_one_thread(page: Callable[..., Any]) -> Callable[..., Any]:  # Any: pages of every kind
    """Return the page as a function that opens what it asks for, and ends it, by itself.

    A page that shows a refusal, 422 or 409, is undone; one that raises it is as well.
    """
    if iscoroutinefunction(page):
        return page

    @wraps(page)
    def whole(**given: object) -> object:
        with ExitStack() as stack:
            for name, value in given.items():
                if isinstance(value, _Unopened):
                    given[name] = stack.enter_context(value.opened())
            answer = page(**given)
            if getattr(answer, "status_code", 200) >= REFUSED:
                _undo(given.values())
            return answer

    return whole


def _undo(given: Iterable[object]) -> None:
    """Leave nothing of what a page wrote before it was refused, except what it says to keep."""
    for each in given:
        if isinstance(each, Act) and not each.is_kept:
            undo(each.session)


# Asynchronous, for they wait for nothing: a plain function would go to a thread and back.
async def _act(request: Request, _gate: Annotated[None, Depends(gate, scope="function")]) -> Act:
    return cast("Act", _Unopened(partial(_acting, request, signed_in=False)))


async def _reader(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Read:
    return cast("Read", _Unopened(partial(_looking, request, signed_in=False)))


async def _signed_in_act(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Act:
    return cast("Act", _Unopened(partial(_acting, request, signed_in=True)))


async def _signed_in_reader(
    request: Request, _gate: Annotated[None, Depends(gate, scope="function")]
) -> Read:
    return cast("Read", _Unopened(partial(_looking, request, signed_in=True)))


def _refuse_strangers(request: Request, actor: Actor) -> None:
    """Ask for a person, and on a desk of staff for one who has anything to do there."""
    if not actor.is_signed_in:
        raise SignInFirst
    route = request.scope.get("route")
    allowed.refuse_unless_held(actor, NEEDS.get(getattr(route, "name", ""), ()))


# For everybody: public pages, sign-in, registration.
PublicAct = Annotated[Act, Depends(_act)]
PublicReader = Annotated[Read, Depends(_reader)]
# For signed-in people; what they may see and do is decided by queries and acts.
InAct = Annotated[Act, Depends(_signed_in_act)]
Reader = Annotated[Read, Depends(_signed_in_reader)]
