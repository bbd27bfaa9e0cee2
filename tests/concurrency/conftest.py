"""Two web processes on one database, and two people, each in front of one of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy.orm import Session

from app import db
from app.models import User
from tests.conftest import _copy_of_template
from tests.make.people import NOW
from tests.servers import Person, serving, sign_in


@pytest.fixture(scope="session")
def shared_url(server_url: str) -> Iterator[str]:
    """One database for all tests of this folder: each makes a call and people of its own."""
    with _copy_of_template(server_url) as url:
        yield url


@pytest.fixture
def session(shared_url: str) -> Iterator[Session]:
    """What a test prepares; it must commit before anybody looks."""
    engine = db.engine_for(shared_url)
    with db.sessions(engine)() as opened:
        yield opened
    engine.dispose()


@pytest.fixture(scope="session")
def two_servers(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    folder = tmp_path_factory.mktemp("servers")
    with serving(shared_url, folder, processes=2, clock=NOW, thread_tokens=4) as addresses:
        yield addresses


@pytest.fixture
def pair(
    two_servers: list[str], session: Session
) -> Iterator[Callable[[User, User], tuple[Person, Person]]]:
    """Give each of two people a browser, in front of different servers."""
    with ExitStack() as stack:

        def open_both(first: User, second: User) -> tuple[Person, Person]:
            tokens = [sign_in(session, user, NOW) for user in (first, second)]
            session.commit()
            return tuple(
                stack.enter_context(Person(address, token))
                for address, token in zip(two_servers, tokens, strict=True)
            )

        yield open_both
