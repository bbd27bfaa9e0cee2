"""An administrator rules on days off; working days are counted with the last word."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import days_off as deeds
from app.actions.days_off import NewRuling
from app.errors import Forbidden, Invalid, NotFound
from app.models import AuditEntry, DayOffRuling
from app.queries.days_off import days_off, holidays_page
from app.rules.permissions import Role
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority, make_user

EID = date(2026, 3, 20)
STRUCK = NewRuling(EID, is_free=False, name="Eid al-Fitr", reason="The moon was seen a day later.")
ADDED = NewRuling(date(2026, 3, 23), is_free=True, name="Eid al-Fitr", reason="Announced.")


@pytest.fixture
def office(session: Session):
    return make_authority(session, country="BA")


@pytest.fixture
def act(session: Session, office):
    return act_as(session, make_user(session, roles=[Role.ADMIN], authority=office))


def test_ruling_counts_for_the_calls_of_that_authority_alone(session, office, act) -> None:
    call = make_call(session, authority=office)
    other = make_call(session, authority=make_authority(session, country="BA"))
    before = days_off(session, call.id, EID)

    deeds.rule(act, office.id, STRUCK)
    deeds.rule(act, office.id, ADDED)

    assert days_off(session, call.id, EID) == before - {EID} | {ADDED.day}
    assert days_off(session, other.id, EID) == before


def test_last_word_on_a_day_stands_and_the_trail_keeps_both(session, office, act) -> None:
    deeds.rule(act, office.id, STRUCK)
    key = deeds.rule(act, office.id, NewRuling(EID, is_free=True, name="x", reason="Decree 7."))

    row = session.execute(select(DayOffRuling)).scalars().one()
    trail = session.execute(
        select(AuditEntry.event, AuditEntry.detail)
        .where(AuditEntry.object_id == key, AuditEntry.object_type == "day_off_ruling")
        .order_by(AuditEntry.id)
    ).all()
    assert (row.name, row.is_free, row.reason) == ("Eid al-Fitr", True, "Decree 7.")
    assert [(event, detail["was_free"], detail["is_free"]) for event, detail in trail] == [
        ("rule_day_off", None, False),
        ("rule_day_off", False, True),
    ]


def test_page_says_what_is_law_what_waits_and_what_was_said(session, office, act) -> None:
    deeds.rule(act, office.id, STRUCK)
    deeds.rule(act, office.id, ADDED)

    found = holidays_page(session, act.actor, office.id, 2026)

    assert {line.day: line.state for line in found.lines if line.day.month == 3} == {
        date(2026, 3, 1): "to_confirm",
        EID: "working_day",
        ADDED.day: "day_off",
    }
    # Nothing of 2026 falls on a Sunday; 2 May 2027 does.
    assert found.moved == ()
    assert holidays_page(session, act.actor, office.id, 2027).moved == (date(2027, 5, 3),)


@pytest.mark.parametrize(("field", "value"), [("reason", " "), ("name", "")])
def test_ruling_without_words_is_refused(office, act, field, value) -> None:
    given = {"day": EID, "is_free": True, "name": "Eid", "reason": "Decree."} | {field: value}

    with pytest.raises(Invalid) as refused:
        deeds.rule(act, office.id, NewRuling(**given))

    assert set(refused.value.fields) == {field}


def test_only_administrators_of_the_authority_rule_and_read(session, office) -> None:
    manager = act_as(session, make_user(session, roles=[Role.FUND_MANAGER], authority=office))
    stranger = act_as(
        session, make_user(session, roles=[Role.ADMIN], authority=make_authority(session))
    )

    for who in (manager, stranger):
        with pytest.raises((Forbidden, NotFound)):
            deeds.rule(who, office.id, STRUCK)
        with pytest.raises(NotFound):
            holidays_page(session, who.actor, office.id, 2026)
