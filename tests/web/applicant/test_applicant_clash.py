"""Two people of one organisation in front of the same part of a draft."""

import re
from html import unescape

import pytest

from app.models import Membership, StageEntry
from app.queries.applications import whole
from tests.make.people import make_user
from tests.web.applicant.conftest import IN_TIME, begun, budget
from tests.web.conftest import heading_of, text_of

PATH = "/applications/{key}/application/form/garden"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(response):
    """The hidden fields of a page, as a browser would send them back."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(response.text)}


@pytest.fixture
def two(session, town, sign_in_as):
    """Ana and Boris with the same section open, both empty as yet."""
    _, key, entry_id = begun(session, town)
    boris = make_user(session, name="Boris Borić")
    session.add(
        Membership(organisation_id=town[1].id, user_id=boris.id, state="admitted", asked_at=IN_TIME)
    )
    session.commit()
    return sign_in_as(town[0]), sign_in_as(boris), key, entry_id


def test_what_only_one_of_them_changed_is_kept_by_itself(two, session):
    ana, boris, key, entry_id = two
    path = PATH.format(key=key)
    read = hidden(boris.get(path))
    ana.submit(path, {"title": "Linden yard"})

    saved = boris.post(path, data={**read, "idea": "Benches.", "action": "continue"})

    assert heading_of(saved) == "Budget"
    stored = session.get_one(StageEntry, entry_id, populate_existing=True).answers
    assert stored == {"title": "Linden yard", "idea": "Benches."}


def test_the_second_one_sees_both_texts_and_nothing_is_overwritten(two, session):
    ana, boris, key, entry_id = two
    path = PATH.format(key=key)
    read = hidden(boris.get(path))
    ana.submit(path, {"title": "Linden yard"})

    asked = boris.post(path, data={**read, "title": "Orchard", "action": "continue"})

    assert (asked.status_code, heading_of(asked)) == (409, "There are two versions of this part")
    shown = text_of(asked)
    assert ("Linden yard" in shown, "Orchard" in shown, "Ana Anić" in shown) == (True,) * 3
    stored = session.get_one(StageEntry, entry_id, populate_existing=True).answers
    assert stored == {"title": "Linden yard"}


@pytest.mark.parametrize(
    ("pick", "kept"),
    [("theirs", "Linden yard"), ("mine", "Orchard"), ("both", "Linden yard\n\nOrchard")],
)
def test_the_choice_is_kept(two, session, pick, kept):
    ana, boris, key, entry_id = two
    path = PATH.format(key=key)
    read = hidden(boris.get(path))
    ana.submit(path, {"title": "Linden yard"})
    asked = boris.post(path, data={**read, "title": "Orchard", "action": "continue"})

    boris.post(path, data={**hidden(asked), "pick_title": pick})

    stored = session.get_one(StageEntry, entry_id, populate_existing=True).answers
    assert stored["title"] == kept


def test_who_chooses_nothing_is_asked_again(two):
    ana, boris, key, _ = two
    path = PATH.format(key=key)
    read = hidden(boris.get(path))
    ana.submit(path, {"title": "Linden yard"})
    asked = boris.post(path, data={**read, "title": "Orchard", "action": "continue"})

    again = boris.post(path, data=hidden(asked))

    assert again.status_code == 409
    assert "Choose for each of them" in text_of(again)


def test_saving_by_itself_is_no_clash_with_oneself_and_says_when_it_is_one_with_another(two):
    ana, boris, key, _ = two
    path = PATH.format(key=key)
    read = hidden(boris.get(path))
    quiet = {"X-Autosave": "1"}

    first = boris.post(path, data={**read, "title": "Or"}, headers=quiet)
    read["seen"] = first.headers["x-seen"]
    second = boris.post(path, data={**read, "title": "Orchard"}, headers=quiet)
    ana.submit(path, {"title": "Linden yard"})
    read["seen"] = second.headers["x-seen"]
    third = boris.post(path, data={**read, "title": "Orchards"}, headers=quiet)

    assert [first.status_code, second.status_code, third.status_code] == [204, 204, 409]


def test_two_budgets_are_shown_side_by_side_and_one_is_chosen(two, session):
    ana, boris, key, entry_id = two
    path = f"/applications/{key}/application/budget"
    read = hidden(boris.get(path))
    ana.submit(path, budget())

    mine = {"lines0-0-description": "Roses", "action": "continue"}
    asked = boris.post(path, data={**read, **budget(), **mine})
    boris.post(path, data={**hidden(asked), "pick_budget": "mine"})

    assert asked.status_code == 409
    assert ("Trees" in text_of(asked), "Roses" in text_of(asked)) == (True, True)
    session.expire_all()
    assert whole(session, entry_id).lines[0].description == "Roses"
