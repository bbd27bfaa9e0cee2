"""What a new database gets at its first start: the demo world, or a first administrator.

The demo world is `app.demo`: `build(sessions, *, base_day: date) -> None` fills an empty
database and refuses any other with a Conflict; `sign_ins(session) -> Sequence` says who can
sign in (`.name`, `.role`, `.email`, `.password`), empty where the demo world is not.
"""

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from sqlalchemy import make_url
from sqlalchemy.orm import Session

from app import clock, schema
from app.actions.accounts_invitations import first_admin_link
from app.actions.act import Act
from app.commands.migrate import say
from app.db import Sessions, engine_for, in_transaction, sessions
from app.queries.accounts import is_empty
from app.rules.permissions import SYSTEM
from app.settings import settings


def prepare(url: str) -> list[str]:
    """Fill a database that has nobody in it; return what to tell the person who started it."""
    _clear_unfinished(url)
    engine = engine_for(url, tokens=1)
    make = sessions(engine)
    try:
        with make() as session:
            empty = is_empty(session)
        return _filled(make, url) if empty else _known(make)
    finally:
        engine.dispose()


def build_demo(url: str, day: date | None) -> list[str]:
    """Build the demo world, refused where anything else is; return who can sign in."""
    _clear_unfinished(url)
    engine = engine_for(url, tokens=1)
    make = sessions(engine)
    try:
        _build(make, url, day or clock.now().date())
        return _known(make)
    finally:
        engine.dispose()


def wants_demo() -> bool:
    """True unless told otherwise, but never by itself in a database that somebody else runs."""
    chosen = settings()
    return chosen.database_url is None if chosen.demo is None else chosen.demo


def _filled(make: Sessions, url: str) -> list[str]:
    if wants_demo() and find_spec("app.demo") is not None:
        say("Building the demo world; this happens once and takes a minute …")
        _build(make, url, clock.now().date())
        return _known(make)
    with in_transaction(make) as session:
        link = first_admin_link(Act(session=session, actor=SYSTEM, now=clock.now()))
    return ["The database is empty. The first administrator signs up here, once:", f"  {link}"]


def _build(make: Sessions, url: str, day: date) -> None:
    """Build it between two notes in the data folder, so that half a world is known as one."""
    demo = import_module("app.demo")
    with make() as session:
        empty = is_empty(session)
    note = _unfinished()
    if empty:
        note.write_text(_name_of(url), encoding="utf-8")
    demo.build(make, base_day=day)
    note.unlink(missing_ok=True)


def _clear_unfinished(url: str) -> None:
    """Empty the database whose demo world was interrupted: half of one helps nobody."""
    note = _unfinished()
    if not note.exists() or note.read_text(encoding="utf-8") != _name_of(url):
        return
    say("The demo world was not finished last time; beginning it again.")
    schema.downgrade(url, "base")
    schema.upgrade(url)


def _unfinished() -> Path:
    return settings().data_dir / "demo-unfinished"


def _name_of(url: str) -> str:
    """Name the database without its password; our own has another port at each start."""
    if settings().database_url is None:
        return "our own"
    return make_url(url).render_as_string(hide_password=True)


def _known(make: Sessions) -> list[str]:
    demo = _module("app.demo")
    if demo is None:
        return []
    with make() as session:
        return _who_can_sign_in(demo, session)


def _who_can_sign_in(demo: ModuleType, session: Session) -> list[str]:
    people = demo.sign_ins(session)
    if not people:
        return []
    wide = max(len(person.email) for person in people)
    lines = [
        f"  {person.email:{wide}}  {person.password}  {person.role}, {person.name}"
        for person in people
    ]
    return ["You can sign in as:", *lines]


def _module(name: str) -> ModuleType | None:
    return import_module(name) if find_spec(name) is not None else None
