"""Tests of app/actions/calls_correct.py: corrigenda on real rows."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import sha256

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.actions import applications_submit, calls, calls_correct, calls_edit
from app.actions.calls_correct import Correction
from app.actions.calls_edit import Edit
from app.errors import Conflict, Forbidden, Invalid
from app.models import Call, CallVersion, Lot, Mail, Stage, StageEntry, Submission
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from app.rules.scheme_json import canonical
from app.rules.scheme_text import Text
from tests.actions.test_calls import events, manager_of
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT, make_call
from tests.make.people import NOW, act_as, make_organisation, make_user

WHY = "The help text was wrong."
HELP = "stages[0].form[0].help"
POINTS = "stages[0].grid.threshold"


def later(days: int) -> datetime:
    return CLOSES_AT + timedelta(days=days)


def prepared(session, values=None, call=None):
    """A published call with a corrigendum in work, and the act of its manager."""
    call = call or make_call(session)
    act = act_as(session, manager_of(session, call))
    calls_correct.prepare(act, call.id)
    if values:
        calls_edit.change_rules(act, call.id, Edit(values))
    return call, act


def versions(session, call_id: int) -> list[CallVersion]:
    query = select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number)
    return list(session.execute(query).scalars())


def told(refusal) -> list[str]:
    return [getattr(each, "code", each) for each in refusal.value.fields.values()]


def test_corrigendum_in_work_changes_nothing_that_is_published(session) -> None:
    call, _ = prepared(session, {HELP: Text({"en": "Clearer"})})

    row = session.get(Call, call.id)
    assert scheme_of(session, call.id) == call.scheme
    assert row.correction["rules"]["stages"][0]["form"][0]["help"] == {"en": "Clearer"}
    assert versions(session, call.id) == []


def test_published_corrigendum_is_a_version_that_proves_itself(session) -> None:
    call, act = prepared(session, {HELP: Text({"en": "Clearer"})})
    was = session.get(Call, call.id).digest

    number = calls_correct.correct(act, call.id, Correction(WHY))

    row = session.get(Call, call.id)
    first, second = versions(session, call.id)
    assert (number, first.number, second.number) == (2, 1, 2)
    assert scheme_of(session, call.id).stages[0].form[0].help == {"en": "Clearer"}
    assert (first.rules_digest, second.rules_digest) == (was, row.digest)
    assert second.document["rules"] == row.template
    assert sha256(canonical(second.document)).hexdigest() == second.digest != first.digest
    assert (row.state, row.correction, second.reason) == ("published", None, WHY)
    assert events(session, call.id) == ["prepare_correction", "change_rules", "correct"]


def test_later_deadline_holds_for_the_call_and_its_open_stage(session) -> None:
    call, act = prepared(session)

    calls_correct.correct(act, call.id, Correction(WHY, later(5)))

    dates = session.execute(
        select(Call.closes_at, Stage.closes_at).where(
            Call.id == call.id, Stage.id == call.stage_id, Stage.call_id == Call.id
        )
    ).one()
    first, second = versions(session, call.id)
    assert dates == (later(5), later(5))
    assert first.rules_digest == second.rules_digest
    assert (first.document["closes_at"], second.document["closes_at"]) == (
        CLOSES_AT.isoformat(),
        later(5).isoformat(),
    )


def test_lots_keep_their_money_and_take_on_new_words(session) -> None:
    call, act = prepared(session, {"lots[0].title": Text({"en": "Parks and squares"})})

    calls_correct.correct(act, call.id, Correction(WHY))

    row = session.execute(select(Lot.title, Lot.envelope_cents).where(Lot.id == call.lot_id)).one()
    assert row == ("Parks and squares", call.scheme.lots[0].envelope_cents)


@pytest.mark.parametrize(
    ("values", "wanted", "expected"),
    [
        ({}, Correction(WHY), ["corrigendum.nothing_changed"]),
        ({HELP: Text({"en": "A"})}, Correction(" "), [calls_correct.NO_REASON]),
        ({}, Correction(WHY, later(-1)), ["corrigendum.earlier"]),
        ({POINTS: Fraction(1)}, Correction(WHY), ["corrigendum.prolong"]),
        (
            {"envelope": 1},
            Correction(WHY),
            ["corrigendum.prolong", "scheme.lots_are_not_the_envelope"],
        ),
    ],
)
def test_what_is_not_allowed_is_refused_with_every_reason(
    session, values, wanted, expected
) -> None:
    call, act = prepared(session, values)

    with pytest.raises(Invalid) as refusal:
        calls_correct.correct(act, call.id, wanted)

    assert told(refusal) == expected
    assert session.get(Call, call.id).state == "published"


def test_points_change_when_everybody_gets_more_time(session) -> None:
    call, act = prepared(session, {POINTS: Fraction(1)})

    calls_correct.correct(act, call.id, Correction(WHY, later(7)))

    assert scheme_of(session, call.id).stages[0].grid.threshold == 1


def test_nobody_who_has_begun_is_turned_out(session) -> None:
    call = make_call(session)
    make_application(session, call=call, organisation=make_organisation(session), state="draft")
    smaller = call.scheme.lots[0].max_grant_cents - 1
    _, act = prepared(session, {"lots[0].max_grant": smaller}, call)

    with pytest.raises(Invalid) as refusal:
        calls_correct.correct(act, call.id, Correction(WHY, later(30)))

    assert told(refusal) == ["corrigendum.against_begun"]


def test_clock_decides_that_a_call_is_corrected_before_its_deadline(session) -> None:
    call, act = prepared(session, {HELP: Text({"en": "A"})})
    too_late = replace(act, now=CLOSES_AT + timedelta(seconds=1))

    with pytest.raises(Invalid) as refusal:
        calls_correct.correct(too_late, call.id, Correction(WHY, later(5)))

    assert told(refusal) == ["corrigendum.deadline_passed"]


def test_who_began_is_told_and_who_sent_in_what_to_do(session) -> None:
    call = make_call(session)
    for name, state in (("ana", "draft"), ("ben", "submitted")):
        person = make_user(session, email=f"{name}@example.org")
        town = make_organisation(session, contact=person)
        make_application(session, call=call, organisation=town, state=state)
    _, act = prepared(session, {HELP: Text({"en": "A"})}, call)

    calls_correct.correct(act, call.id, Correction(WHY, later(5)))

    mails = {mail.to: mail.body for mail in session.execute(select(Mail)).scalars()}
    assert sorted(mails) == ["ana@example.org", "ben@example.org"]
    assert "take it back and send it again" not in mails["ana@example.org"]
    assert "take it back and send it again" in mails["ben@example.org"]
    assert all(WHY in body and "5 April 2026" in body for body in mails.values())


def test_nobody_publishes_a_corrigendum_that_they_have_not_read(session) -> None:
    call, act = prepared(session, {HELP: Text({"en": "A"})})

    with pytest.raises(Conflict):
        calls_correct.correct(act, call.id, Correction(WHY, seen="0" * 64))


def test_dropped_corrigendum_leaves_the_call_as_it_is(session) -> None:
    call, act = prepared(session, {HELP: Text({"en": "A"})})

    calls_correct.drop(act, call.id)

    with pytest.raises(Conflict):
        calls_correct.correct(act, call.id, Correction(WHY))
    assert session.get(Call, call.id).correction is None


def test_second_corrigendum_waits_for_the_first(session) -> None:
    call, act = prepared(session)

    with pytest.raises(Conflict):
        calls_correct.prepare(act, call.id)


def money(call, change_cents: int) -> dict[str, object]:
    """The envelope and the share of the first lot, changed by the same amount."""
    lot = call.scheme.lots[0]
    return {
        "envelope": call.scheme.envelope_cents + change_cents,
        "lots[0].envelope": lot.envelope_cents + change_cents,
    }


def money_of(session, call) -> tuple[int, int]:
    query = select(Call.envelope_cents, Lot.envelope_cents).where(
        Call.id == call.id, Lot.call_id == Call.id, Lot.id == call.lot_id
    )
    return tuple(session.execute(query).one())


@pytest.mark.parametrize("state", ["published", "closed", "assessed", "ranked", "announced"])
def test_more_money_comes_until_the_end(session, state) -> None:
    call = make_call(session, state=state)
    _, act = prepared(session, money(call, 1_000_00), call)

    number = calls_correct.correct(act, call.id, Correction(WHY))

    whole, lot = call.scheme.envelope_cents, call.scheme.lots[0].envelope_cents
    assert money_of(session, call) == (whole + 1_000_00, lot + 1_000_00)
    assert (number, session.get(Call, call.id).state) == (2, state)


def test_less_money_comes_before_the_decisions_only(session) -> None:
    call = make_call(session, state="ranked")
    _, act = prepared(session, money(call, -1_000_00), call)
    calls_correct.correct(act, call.id, Correction(WHY))
    done = make_call(session, state="announced")
    _, late = prepared(session, money(done, -1), done)

    with pytest.raises(Invalid) as refusal:
        calls_correct.correct(late, done.id, Correction(WHY))

    assert money_of(session, call)[0] == call.scheme.envelope_cents - 1_000_00
    assert told(refusal) == ["corrigendum.money_promised"] * 2
    assert money_of(session, done)[0] == done.scheme.envelope_cents


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE call SET envelope_cents = envelope_cents + 1 WHERE id = :call",
        "UPDATE lot SET envelope_cents = envelope_cents + 1 WHERE call_id = :call",
    ],
)
@pytest.mark.parametrize("corrected", [False, True])
def test_database_gives_money_only_as_the_newest_version_says(
    session, statement, corrected
) -> None:
    call = make_call(session)
    if corrected:
        _, act = prepared(session, money(call, 1_000_00), call)
        calls_correct.correct(act, call.id, Correction(WHY))

    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(text(statement), {"call": call.id})


def test_opening_that_lies_ahead_moves_with_its_stage(session) -> None:
    opens_at = NOW + timedelta(days=10)
    call = make_call(session, opens_at=opens_at)
    _, act = prepared(session, call=call)

    calls_correct.correct(
        act, call.id, Correction(WHY, later(30), opens_at=opens_at + timedelta(days=3))
    )

    row, stage = session.get(Call, call.id), session.get(Stage, call.stage_id)
    assert row.opens_at == stage.opens_at == opens_at + timedelta(days=3)
    assert (row.closes_at, stage.closes_at) == (later(30), later(30))


@pytest.mark.parametrize("state", ["draft", "allocated", "decided", "archived", "cancelled"])
def test_only_a_published_call_is_corrected(session, state) -> None:
    call = make_call(session, state=state)

    with pytest.raises(Conflict):
        calls_correct.prepare(act_as(session, manager_of(session, call)), call.id)


def test_officer_corrects_nothing(session) -> None:
    call = make_call(session)
    officer = make_user(session, roles=[Role.OFFICER], call=call)

    with pytest.raises(Forbidden):
        calls_correct.prepare(act_as(session, officer), call.id)


def test_title_is_corrected_and_the_code_stays(session) -> None:
    call, act = prepared(session)
    calls.change_basics(act, call.id, code="OTHER", title="Clearer title", summary="")

    calls_correct.correct(act, call.id, Correction(WHY))

    row = session.get(Call, call.id)
    assert (row.title, row.code) == ("Clearer title", call.code)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE call SET template = template || \'{"key": "other"}\' WHERE id = :call',
        "UPDATE call SET digest = 'x' WHERE id = :call",
        "UPDATE call_version SET reason = 'nicer' WHERE call_id = :call",
        "DELETE FROM call_version WHERE call_id = :call",
        "UPDATE call SET template = (SELECT document -> 'rules' FROM call_version"
        " WHERE call_id = :call AND number = 1), digest = (SELECT rules_digest"
        " FROM call_version WHERE call_id = :call AND number = 1) WHERE id = :call",
    ],
)
def test_database_lets_a_call_take_on_its_newest_version_only(session, statement) -> None:
    call, act = prepared(session, {HELP: Text({"en": "A"})})
    calls_correct.correct(act, call.id, Correction(WHY))

    with pytest.raises(DBAPIError, match=r"frozen|written once"):
        session.execute(text(statement), {"call": call.id})


def test_submission_names_the_version_under_which_it_was_received(session) -> None:
    call = make_call(session)
    _, act = prepared(session, {HELP: Text({"en": "A"})}, call)
    calls_correct.correct(act, call.id, Correction(WHY))
    person = make_user(session)
    town = make_organisation(session, contact=person)
    made = make_application(session, call=call, organisation=town, state="draft")
    entry_id = session.scalars(
        select(StageEntry.id).where(StageEntry.application_id == made.id)
    ).one()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applications_submit, "refuse_unready", lambda _case: None)
        sent = applications_submit.submit(act_as(session, person), entry_id, received_at=NOW)

    assert session.get(Submission, sent).rules_version == 2
    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(update(Submission).values(rules_version=1))
