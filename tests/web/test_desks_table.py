"""Every route of a desk × every role: opened or refused, as the tables say.

Lists and forms are asked without an object, so only the route's own gate answers; what each
object says is the crawler's part (`tests/journeys/test_crawler.py`).
"""

import re

import pytest

from app.rules.permissions import GRANTED, STAFF_ROLES, Permission, Role
from app.web.needs import NEEDS
from tests.house.routes import Filed, filed
from tests.make.people import make_authority, make_organisation, make_user
from tests.web.conftest import text_of

APPLICANT, NOBODY = "applicant", "nobody"
WHO = [*(role.value for role in STAFF_ROLES), APPLICANT, NOBODY]
# What a form needs in its address; no such object is there, so nothing is changed.
PLACEHOLDER = re.compile(r"\{(\w+)(:int)?\}")


def allowed(line: Filed, who: str) -> bool:
    role = Role.APPLICANT if who == APPLICANT else None if who == NOBODY else Role(who)
    granted = GRANTED[role] if role else frozenset()
    return bool({Permission[name] for name in line.who} & granted)


def address(line: Filed) -> str:
    return PLACEHOLDER.sub(lambda found: "999999" if found[2] else "none", line.path)


@pytest.mark.parametrize("who", WHO)
def test_desks_open_for_whom_the_table_grants_and_refuse_everybody_else(
    sign_in_as, session, who: str
) -> None:
    authority = make_authority(session)
    roles = [who] if who not in (APPLICANT, NOBODY) else []
    person = make_user(session, roles=roles, authority=authority if roles else None)
    if who == APPLICANT:
        make_organisation(session, contact=person)
    browser = sign_in_as(person)
    wrong = []
    for line in (filed()[name] for name in NEEDS):
        answer = (
            browser.submit(address(line))
            if line.method == "POST" and not allowed(line, who)
            else browser.get(address(line))
            if line.method == "GET"
            else None
        )
        if answer is None:
            continue
        refused = answer.status_code == 403 and "Your role does not allow" in text_of(answer)
        if refused == allowed(line, who):
            wrong.append((line.method, line.name, answer.status_code))

    assert wrong == []
