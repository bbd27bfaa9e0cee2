"""Many at once on one small server: nobody waits for ever, and slow ones stop nobody."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy.orm import Session

from app.rules.permissions import Role
from tests.make.calls import make_call
from tests.make.people import NOW, make_authority, make_user
from tests.servers import Person, at_once, sign_in

CLIENTS = 32
SLOW = 16


@pytest.fixture
def crowd(two_servers: list[str], session: Session) -> Iterator[list[Person]]:
    """32 people in front of one server that works on four requests at once."""
    authority = make_authority(session)
    make_call(session, authority=authority)
    people = [make_user(session, roles=[Role.FUND_MANAGER], authority=authority)] * CLIENTS
    tokens = [sign_in(session, person, NOW) for person in people]
    session.commit()
    with ExitStack() as stack:
        yield [stack.enter_context(Person(two_servers[0], token)) for token in tokens]


def test_thirty_two_people_at_four_tokens_are_all_answered(crowd: list[Person]) -> None:
    rounds = 3

    def visit(person: Person):
        for _ in range(rounds):
            answer = person.get("/office/calls")
        return answer

    answers = at_once(*(lambda person=person: visit(person) for person in crowd))

    assert [answer.status_code for answer in answers] == [200] * CLIENTS


def test_thirty_two_people_who_write_at_once_are_all_answered(crowd: list[Person]) -> None:
    forms = [person.form("/account/details/change") for person in crowd]

    def save(place: int):
        data = {**forms[place], "name": f"Person {place}", "locale": "en"}
        return crowd[place].post("/account/details/change", data=data)

    answers = at_once(*(lambda place=place: save(place) for place in range(CLIENTS)))

    # All change one row: each waits its turn, and nobody for longer than a lock is waited for.
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [answer.status_code for answer in answers].count(200) >= 1


@contextmanager
def slow_upload(address: str) -> Iterator[socket.socket]:
    """Begin to send a form and never end, as a telephone in a tunnel does."""
    host, port = address.removeprefix("http://").split(":")
    head = (
        f"POST /account/sign-in HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + b"0" * 10_000)
        yield connection


def test_slow_uploads_do_not_stop_the_site(two_servers: list[str]) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            stack.enter_context(slow_upload(two_servers[0]))
        visitor = stack.enter_context(Person(two_servers[0]))
        began = time.monotonic()
        answer = visitor.get("/calls")
        seconds = time.monotonic() - began

    assert answer.status_code == 200
    assert seconds < 10
