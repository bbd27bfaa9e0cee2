"""The navigation marks one page, the one that leads nearest to where a person is."""

import re

from app.rules.permissions import Role
from tests.make.people import make_authority, make_user


def marked(html: str) -> list[str]:
    return re.findall(r'aria-current="true">([^<]+)</a>', html)


def test_a_page_below_another_one_is_the_only_one_that_is_marked(sign_in_as, session) -> None:
    assessor = make_user(session, roles=[Role.ASSESSOR], authority=make_authority(session))
    browser = sign_in_as(assessor)

    assert marked(browser.get("/assessor").text) == ["Your assessments"]
    assert marked(browser.get("/assessor/interviews").text) == ["Your interviews"]
