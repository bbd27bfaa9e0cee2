"""Tests of app/actions/stages.py."""

from datetime import UTC, datetime, timedelta

import pytest

from app.actions import stages
from app.errors import Conflict, Invalid
from app.models import Application, Call, Stage, StageEntry
from app.queries.stages import window
from app.rules.permissions import Role
from tests.make.applications import make_application
from tests.make.calls import CLOSES_AT, OPENS_AT, make_call, make_scheme
from tests.make.people import act_as, make_organisation, make_user

AFTER = CLOSES_AT + timedelta(minutes=3)
LATER = CLOSES_AT + timedelta(days=90)


def state_of(session, model, key: int) -> str:
    return session.get(model, key, populate_existing=True).state


def entry(session, call, *, key: str, state: str, application_state: str) -> StageEntry:
    application = make_application(
        session, call=call, organisation=make_organisation(session), state="draft"
    )
    application.state = application_state
    row = session.query(StageEntry).filter_by(application_id=application.id).one()
    row.stage_id, row.state = call.stages[key], state
    session.flush()
    return row


def manager(session, call):
    return make_user(session, roles=[Role.FUND_MANAGER], call=call)


def test_clock_opens_the_first_stage_at_its_instant(session) -> None:
    call = make_call(session, stage_states={"application": "waiting"})

    stages.by_clock(act_as(session, now=OPENS_AT - timedelta(microseconds=1)), call.id)
    before = state_of(session, Stage, call.stage_id)
    stages.by_clock(act_as(session, now=OPENS_AT), call.id)

    assert before == "waiting"
    assert state_of(session, Stage, call.stage_id) == "open"


def test_clock_closes_stage_and_call_when_nothing_in_time_can_be_on_its_way(session) -> None:
    call = make_call(session)

    stages.by_clock(act_as(session, now=CLOSES_AT + timedelta(minutes=2)), call.id)
    before = state_of(session, Call, call.id)
    stages.by_clock(act_as(session, now=AFTER), call.id)

    assert before == "published"
    assert state_of(session, Stage, call.stage_id) == "closed"
    assert state_of(session, Call, call.id) == "closed"


def test_doing_it_again_changes_nothing(session) -> None:
    call = make_call(session)
    stages.by_clock(act_as(session, now=AFTER))

    assert stages.by_clock(act_as(session, now=AFTER), call.id) == 0


def test_job_that_slept_through_the_whole_call_opens_and_closes_it(session) -> None:
    call = make_call(session, stage_states={"application": "waiting"})

    stages.by_clock(act_as(session, now=LATER))

    assert state_of(session, Call, call.id) == "closed"


def test_drafts_lapse_and_what_was_sent_in_stays(session) -> None:
    call = make_call(session)
    begun = entry(session, call, key="application", state="open", application_state="draft")
    sent = entry(session, call, key="application", state="submitted", application_state="submitted")

    stages.by_clock(act_as(session, now=AFTER), call.id)

    assert state_of(session, StageEntry, begun.id) == "lapsed"
    assert state_of(session, Application, begun.application_id) == "draft"
    assert state_of(session, StageEntry, sent.id) == "submitted"


def test_call_of_two_forms_stays_published_until_the_last_one_closed(session) -> None:
    call = make_call(session, scheme=make_scheme("eu_integra_sctm"))

    stages.by_clock(act_as(session, now=AFTER), call.id)

    assert state_of(session, Stage, call.stages["concept_note"]) == "closed"
    assert state_of(session, Stage, call.stages["full_application"]) == "waiting"
    assert state_of(session, Call, call.id) == "published"


def invited(session, **states):
    return make_call(
        session,
        scheme=make_scheme("eu_integra_sctm"),
        stage_states={"concept_note": "announced", **states},
    )


def test_second_stage_opens_by_announcement_and_its_missed_entries_end(session) -> None:
    call = invited(session)
    second = call.stages["full_application"]
    opens, closes = LATER, LATER + timedelta(days=45)

    stages.open_stage(
        act_as(session, manager(session, call), now=LATER), second, opens_at=opens, closes_at=closes
    )
    missed = entry(session, call, key="full_application", state="open", application_state="invited")
    is_open = window(session, second).is_open(closes)
    stages.by_clock(act_as(session, now=closes + timedelta(hours=1)), call.id)

    assert is_open
    assert state_of(session, StageEntry, missed.id) == "lapsed"
    assert state_of(session, Application, missed.application_id) == "unsuccessful"
    assert state_of(session, Call, call.id) == "closed"


def test_planned_second_stage_does_not_open_before_the_first_is_announced(session) -> None:
    call = make_call(
        session,
        scheme=make_scheme("eu_integra_sctm"),
        stage_states={"concept_note": "ranked"},
    )
    second = call.stages["full_application"]
    act = act_as(session, manager(session, call))
    stages.set_dates(act, second, opens_at=LATER, closes_at=LATER + timedelta(days=45))

    stages.by_clock(act_as(session, now=LATER + timedelta(days=1)), call.id)

    assert state_of(session, Stage, second) == "waiting"


def test_second_stage_is_not_opened_before_the_first_is_announced(session) -> None:
    call = make_call(
        session, scheme=make_scheme("eu_integra_sctm"), stage_states={"concept_note": "decided"}
    )

    with pytest.raises(Conflict):
        stages.open_stage(
            act_as(session, manager(session, call)),
            call.stages["full_application"],
            opens_at=LATER,
            closes_at=LATER + timedelta(days=45),
        )


def test_dates_of_a_stage_run_forward_and_lie_ahead(session) -> None:
    call = invited(session)

    with pytest.raises(Invalid):
        stages.set_dates(
            act_as(session, manager(session, call)),
            call.stages["full_application"],
            opens_at=LATER,
            closes_at=LATER,
        )


def test_stage_stays_open_as_long_as_the_published_rules_promise(session) -> None:
    call = invited(session)
    act, second = act_as(session, manager(session, call)), call.stages["full_application"]

    with pytest.raises(Invalid) as refused:
        stages.set_dates(act, second, opens_at=LATER, closes_at=LATER + timedelta(days=44))
    stages.set_dates(act, second, opens_at=LATER, closes_at=LATER + timedelta(days=45))

    assert refused.value.values["days"] == 45
    assert session.get_one(Stage, second).closes_at == LATER + timedelta(days=45)


def test_first_stage_has_the_dates_of_the_call(session) -> None:
    call = make_call(session, state="draft")

    with pytest.raises(Conflict):
        stages.set_dates(
            act_as(session, manager(session, call)),
            call.stage_id,
            opens_at=datetime(2026, 6, 1, tzinfo=UTC),
            closes_at=datetime(2026, 7, 1, tzinfo=UTC),
        )


def test_a_deadline_that_invitations_say_only_becomes_later(session) -> None:
    call = invited(session)
    second = call.stages["full_application"]
    act = act_as(session, manager(session, call))
    opens, closes = LATER, LATER + timedelta(days=60)
    stages.set_dates(act, second, opens_at=opens, closes_at=closes)
    entry(session, call, key="full_application", state="open", application_state="invited")

    with pytest.raises(Invalid) as refused:
        stages.set_dates(act, second, opens_at=opens, closes_at=closes - timedelta(days=1))
    stages.set_dates(act, second, opens_at=opens, closes_at=closes + timedelta(days=1))

    assert set(refused.value.fields) == {"closes_at"}
