"""Every route of a desk × every role: opened or refused, as the tables say.

Lists and forms are asked without an object, so only the route's own gate answers; what each
object says is the crawler's part (`tests/journeys/test_crawler.py`).
"""

import re

import pytest

from app.errors import Forbidden
from app.queries.allowed import refuse_unless_held
from app.rules.permissions import GRANTED, STAFF_ROLES, Actor, Grant, Permission, Role
from app.web.needs import NEEDS
from tests.house.routes import Filed, filed
from tests.make.people import make_authority, make_user
from tests.web.conftest import text_of

APPLICANT, NOBODY = "applicant", "nobody"
WHO = [*(role.value for role in STAFF_ROLES), APPLICANT, NOBODY]
# What a form needs in its address; no such object is there, so nothing is changed.
PLACEHOLDER = re.compile(r"\{\w+(:int)?\}")


def allowed(line: Filed, who: str) -> bool:
    role = Role.APPLICANT if who == APPLICANT else None if who == NOBODY else Role(who)
    granted = GRANTED[role] if role else frozenset()
    return bool({Permission[name] for name in line.who} & granted)


def address(line: Filed) -> str:
    return PLACEHOLDER.sub("999999", line.path)


def actor(who: str) -> Actor:
    if who == APPLICANT:
        return Actor(user_id=1, organisation_ids=frozenset({1}))
    return Actor(
        user_id=1, grants=frozenset() if who == NOBODY else frozenset({Grant(Role(who), 1)})
    )


@pytest.mark.parametrize("who", WHO)
def test_the_gate_answers_every_route_of_a_desk_as_the_tables_say(who: str) -> None:
    wrong = []
    for line in (filed()[name] for name in NEEDS):
        try:
            refuse_unless_held(actor(who), NEEDS[line.name])
            opened = True
        except Forbidden:
            opened = False
        if opened != allowed(line, who):
            wrong.append(line.name)

    assert wrong == []


@pytest.mark.parametrize("who", [NOBODY, Role.FINANCE.value])
def test_lists_open_and_forms_are_taken_over_http_as_the_tables_say(
    sign_in_as, session, who: str
) -> None:
    authority = make_authority(session)
    roles = [] if who == NOBODY else [who]
    browser = sign_in_as(make_user(session, roles=roles, authority=authority if roles else None))
    lists = [filed()[name] for name in NEEDS if filed()[name].method == "GET"]
    forms = [filed()[name] for name in NEEDS if filed()[name].method == "POST"]
    # A sample of the forms: all of them pass the one gate that the test above asks.
    asked = [*lists, *[line for line in forms if not allowed(line, who)][::8]]
    wrong = []
    for line in asked:
        send = browser.submit if line.method == "POST" else browser.get
        answer = send(address(line))
        refused = answer.status_code == 403 and "Your role does not allow" in text_of(answer)
        if refused == allowed(line, who):
            wrong.append((line.method, line.name, answer.status_code))

    assert wrong == []
