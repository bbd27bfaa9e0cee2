"""Rounds as the manager, the second manager and the public see them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app import clock
from app.actions import reserve
from app.models import Authority, Award, Call, RoundMove
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_json import digest
from app.rules.scheme_rounds import Rounds
from tests.actions.test_rounds import FREE, LINES
from tests.make.calls import make_call
from tests.make.people import make_user
from tests.make.profiles import profile
from tests.make.rounds import LAPSED_AT, PREPARED_AT, Rolling, rolling
from tests.web.conftest import errors_of, text_of
from tests.web.counting import statements
from tests.web.test_office_calls_rules import fields_of


@pytest.fixture
def world(session) -> Rolling:
    return Rolling(session)


@pytest.fixture
def today():
    with clock.frozen(LAPSED_AT):
        yield


def test_two_managers_move_what_is_left_and_the_public_reads_it(
    session, sign_in_as, client, world, today
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    first, path = sign_in_as(world.first), f"/office/calls/{world.one.id}/rounds"

    assert f"{path}/move" in first.get(path).text
    proposed = first.submit(f"{path}/move", {"lot-I": "30,000.00", "reason": "Left over."})
    assert "You proposed this yourself" in text_of(proposed)
    move = session.query(RoundMove).one()
    own = first.submit(f"/office/rounds/{move.id}/agree")
    second = sign_in_as(world.second)
    asked = text_of(second.get(f"/office/rounds/{move.id}/agree"))
    agreed = second.submit(f"/office/rounds/{move.id}/agree")

    assert own.status_code == 403
    assert "ROUND-1 EUR 150,000.00 EUR 120,000.00" in asked.replace("\xa0", " ")
    assert "The money has moved." in text_of(agreed)
    assert world.money(two)[0] == FREE
    page = text_of(client.get(f"/calls/{two.id}")).replace("\xa0", " ")
    assert "EUR 30,000.00 came from ROUND-1 on 1 July 2026: Left over." in page
    report = text_of(second.get(f"/office/calls/{world.one.id}/report")).replace("\xa0", " ")
    assert "EUR 30,000.00 moved to ROUND-2 on 1 July 2026" in report


def test_refused_amounts_are_shown_again_as_they_were_typed(
    session, sign_in_as, world, today
) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    path = f"/office/calls/{world.one.id}/rounds/move"

    refused = sign_in_as(world.first).submit(path, {"lot-I": "30,000.01", "reason": "All of it."})

    assert refused.status_code == 422
    assert errors_of(refused) == ["Enter 30,000.00 or less"]
    assert 'value="30,000.01"' in refused.text
    assert "All of it." in refused.text


def test_what_was_typed_stays_where_somebody_else_was_faster(
    session, sign_in_as, world, today
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    path = f"/office/calls/{world.one.id}/rounds/move"
    first, second = sign_in_as(world.first), sign_in_as(world.second)
    second.submit(path, {"lot-I": "10,000.00", "reason": "Sooner."})

    late = first.submit(path, {"lot-I": "30,000.00", "reason": "A long reason."})

    assert late.status_code == 409
    assert "A move is proposed already." in text_of(late)
    assert ["A long reason." in late.text, 'value="30,000.00"' in late.text] == [True, True]
    session.get_one(Call, two.id).state = "cancelled"
    session.query(RoundMove).one().state = "dropped"
    session.flush()
    alone = first.submit(path, {"lot-I": "30,000.00", "reason": "A long reason."})
    assert (alone.status_code, "No round follows this one" in text_of(alone)) == (409, True)
    assert "A long reason." in alone.text


def test_page_of_a_later_round_names_lots_that_have_no_money(
    session, sign_in_as, world, today
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)
    call = session.get_one(Call, two.id)
    lots = [*call.template["lots"], {**call.template["lots"][0], "code": "Z", "envelope_cents": 0}]
    session.execute(text("SET session_replication_role = replica"))
    call.template = {**call.template, "lots": lots}
    call.digest = digest(call.template)
    session.flush()
    session.execute(text("SET session_replication_role = DEFAULT"))

    page = text_of(sign_in_as(world.first).get(f"/office/calls/{two.id}/rounds"))

    assert "No money yet in: Z." in page


def test_public_page_of_a_round_costs_at_most_eight_queries(
    session, client, engine, world, today
) -> None:
    two = world.after(world.one)
    world.announced(world.one, *LINES)
    world.moved(world.one, FREE, now=LAPSED_AT)
    client.get(f"/calls/{two.id}")

    assert len(statements(engine, lambda: client.get(f"/calls/{two.id}"))) <= 8


def test_page_of_an_undecided_round_says_when_money_can_move(
    session, sign_in_as, world, today
) -> None:
    browser, path = sign_in_as(world.first), f"/office/calls/{world.one.id}/rounds"

    assert "can move once its awards are announced" in text_of(browser.get(path))
    assert browser.get(f"{path}/move").status_code == 409


def test_page_says_why_nothing_moves_while_the_list_is_called_or_the_round_is_over(
    session, sign_in_as, world, today
) -> None:
    world.after(world.one)
    made = world.announced(world.one, ("92", 60_000_00), ("90", 60_000_00), ("85", 40_000_00))
    session.query(Award).filter_by(application_id=made[0].id).one().state = "declined"
    session.flush()
    reserve.propose(world.act(), world.one.id)
    browser, path = sign_in_as(world.first), f"/office/calls/{world.one.id}/rounds"

    called = browser.get(path)
    session.get_one(Call, world.one.id).state = "archived"
    over = browser.get(path)

    assert "is being given to its reserve list" in text_of(called)
    assert "This round is over: nothing of it moves any more." in text_of(over)
    assert ["rounds/move" in each.text for each in (called, over)] == [False, False]


def test_next_round_is_begun_once_from_a_form_that_is_sent_twice(
    session, sign_in_as, world
) -> None:
    with clock.frozen(PREPARED_AT):
        browser, path = sign_in_as(world.first), f"/office/calls/{world.one.id}/rounds/next"
        key = re.search(r'name="form_key" value="([^"]+)"', browser.get(path).text)[1]
        form = {"form_key": key, "code": "R2", "title": "Second round"}

        taken = browser.submit(path, form | {"code": world.one.code})
        answers = [browser.submit(path, form) for _ in range(2)]

        assert (taken.status_code, len(errors_of(taken))) == (422, 1)
        assert {each.url.path for each in answers} == {answers[0].url.path}
        page = text_of(browser.get(f"/office/calls/{world.one.id}/rounds"))
        assert "2: R2" in page
    assert session.query(Call).filter_by(follows_id=world.one.id).count() == 1


def test_of_a_round_that_cannot_begin_nothing_is_kept(session, sign_in_as) -> None:
    """On the day of the last cut-off, after its hour, where no days are promised."""
    scheme = rolling()
    world = Rolling(session, replace(scheme, call=replace(scheme.call, min_days=0)))
    with clock.frozen(datetime(2026, 9, 30, 21, 58, tzinfo=UTC)):
        path = f"/office/calls/{world.one.id}/rounds/next"
        refused = sign_in_as(world.first).submit(path, {"code": "R2", "title": "Second round"})

    assert (refused.status_code, errors_of(refused)) == (
        422, ["This moment has passed. Enter a closing that lies ahead."],
    )  # fmt: skip
    assert session.query(Call).filter_by(follows_id=world.one.id).count() == 0


def test_a_draft_is_given_cut_offs(session, sign_in_as, world) -> None:
    scheme = profile("sp6_digital_hub")
    call = make_call(session, state="draft", scheme=scheme, authority=world.one.authority_id)
    desk, where = sign_in_as(world.first), f"/office/calls/{call.id}/rules/policy"

    shown = desk.get(where)
    begun = desk.submit(where, fields_of(shown.text) | {"op": "switch:rounds"})
    sent = fields_of(begun.text) | {"rounds-cut_offs": "2026-03-31, 30 June"}
    wrong = desk.submit(where, sent)
    desk.submit(where, sent | {"rounds-cut_offs": "2026-03-31, 2026-06-30"})

    assert errors_of(wrong) == ["Enter days like 2027-03-31 with commas between them."]
    assert "2026-03-31, 30 June" in wrong.text
    assert scheme_of(session, call.id).rounds == Rounds((date(2026, 3, 31), date(2026, 6, 30)))
    desk.submit(where, fields_of(desk.get(where).text) | {"op": "switch:rounds"})
    assert scheme_of(session, call.id).rounds is None


def test_a_reader_sees_the_rounds_and_no_button(session, sign_in_as, world, today) -> None:
    world.after(world.one)
    world.announced(world.one, *LINES)
    authority = session.get_one(Authority, world.one.authority_id)
    auditor = make_user(session, roles=[Role.AUDITOR], authority=authority)
    page = sign_in_as(auditor).get(f"/office/calls/{world.one.id}/rounds")

    assert (page.status_code, "rounds/move" in page.text) == (200, False)


def test_page_of_the_archive_says_what_a_later_round_could_get(
    session, sign_in_as, world, today
) -> None:
    world.after(world.one)
    world.announced(world.one, ("40", 60_000_00))
    browser, path = sign_in_as(world.first), f"/office/calls/{world.one.id}/archive"

    page = text_of(browser.get(path)).replace("\xa0", " ")
    refused = browser.submit(path, {"reason": "Nobody was awarded."})

    assert "EUR 150,000.00 of this round is still free, and ROUND-2 could get it." in page
    assert "Why is the call put away?" not in page
    assert (refused.status_code, "could get it" in text_of(refused)) == (409, True)
