"""Tests of app/actions/calls.py: publishing, and what is frozen then."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.actions import calls
from app.errors import Conflict, Invalid
from app.models import Call, Lot, Stage
from app.rules.scheme_json import to_json
from app.rules.scheme_money import AllocationPolicy, AwardOrder
from tests.actions.test_calls import CLOSES, OPENS, draft, events, manager_of
from tests.make.calls import make_scheme
from tests.make.people import NOW, act_as


def test_publishing_freezes_the_rules_under_a_digest_that_anybody_can_compute(session) -> None:
    call = draft(session)

    digest = calls.publish(act_as(session, manager_of(session, call)), call.id)

    row = session.get(Call, call.id)
    session.refresh(row)
    written = json.dumps(
        row.template, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert row.digest == digest == sha256(written).hexdigest()
    assert (row.state, row.published_at) == ("published", NOW)
    assert events(session, call.id) == ["publish"]


def test_same_rules_have_the_same_digest_and_one_cent_another(session) -> None:
    first, second, third = draft(session), draft(session), draft(session)
    dearer = replace(
        third.scheme,
        lots=(replace(third.scheme.lots[0], max_grant_cents=400_000_01),),
    )
    session.get(Call, third.id).template = to_json(dearer)

    digests = [
        calls.publish(act_as(session, manager_of(session, call)), call.id)
        for call in (first, second, third)
    ]

    assert digests[0] == digests[1] != digests[2]


def test_call_with_errors_is_refused_with_all_of_them(session) -> None:
    scheme = make_scheme(envelope_cents=1_00, currency="rsd")
    call = draft(session, scheme=scheme, opens_at=None, closes_at=None)

    with pytest.raises(Invalid) as refusal:
        calls.publish(act_as(session, manager_of(session, call)), call.id)

    assert [said.code for said in refusal.value.fields.values()] == [
        "calls.no_dates",
        "scheme.currency_form",
        "scheme.lots_are_not_the_envelope",
    ]
    assert session.get(Call, call.id).state == "draft"


def test_policy_that_cannot_be_run_is_refused(session) -> None:
    policy = AllocationPolicy(
        order=AwardOrder.LOTTERY_IN_BAND, reserve_valid_until=date(2027, 1, 31)
    )
    call = draft(session, scheme=make_scheme(allocation=policy))

    with pytest.raises(Invalid) as refusal:
        calls.publish(act_as(session, manager_of(session, call)), call.id)

    assert [said.values["key"] for said in refusal.value.fields.values()] == ["order"]


def test_too_few_days_to_the_closing_are_counted_from_publication(session) -> None:
    """The template asks for 20 days; 19 March + 20 is 8 April."""
    early = draft(session, closes_at=datetime(2026, 4, 7, 21, 59, 59, 999999, tzinfo=UTC))
    enough = draft(session, closes_at=datetime(2026, 4, 8, 22, 0, tzinfo=UTC))

    with pytest.raises(Invalid) as refusal:
        calls.publish(act_as(session, manager_of(session, early)), early.id)

    assert [said.code for said in refusal.value.fields.values()] == ["scheme.too_few_days"]
    assert calls.publish(act_as(session, manager_of(session, enough)), enough.id)


def test_call_whose_opening_has_passed_opens_with_its_publication(session) -> None:
    call = draft(session, opens_at=NOW - timedelta(hours=2))

    calls.publish(act_as(session, manager_of(session, call)), call.id)

    assert session.get(Call, call.id).opens_at == NOW
    assert session.get(Stage, call.stage_id).state == "open"


def test_call_that_opens_tomorrow_waits(session) -> None:
    call = draft(session)

    calls.publish(act_as(session, manager_of(session, call)), call.id)

    assert session.get(Stage, call.stage_id).state == "waiting"


def test_nobody_publishes_rules_that_they_have_not_read(session) -> None:
    call = draft(session)

    with pytest.raises(Conflict):
        calls.publish(act_as(session, manager_of(session, call)), call.id, seen="0" * 64)


def test_published_call_refuses_every_change_of_its_rules(session) -> None:
    call = draft(session)
    act = act_as(session, manager_of(session, call))
    calls.publish(act, call.id)
    lots = [calls.LotChange("A", "Parks", 1, 0, None)]

    with pytest.raises(Conflict):
        calls.change_basics(act, call.id, code="B", title="B", summary="")
    with pytest.raises(Conflict):
        calls.change_dates(act, call.id, opens_at=OPENS, closes_at=CLOSES)
    with pytest.raises(Conflict):
        calls.change_lots(act, call.id, envelope_cents=1, lots=lots)
    with pytest.raises(Conflict):
        calls.publish(act, call.id)


@pytest.mark.parametrize(
    "statement",
    [
        update(Call).values(envelope_cents=1),
        update(Call).values(template={}),
        update(Call).values(digest="other"),
        update(Lot).values(envelope_cents=1),
    ],
)
def test_database_too_refuses_to_change_published_rules(session, statement) -> None:
    call = draft(session)
    calls.publish(act_as(session, manager_of(session, call)), call.id)
    column = Lot.call_id if statement.table.name == "lot" else Call.id

    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(statement.where(column == call.id))
