"""The officer's check: answers are kept, admission needs all of them, refusals give reasons."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.actions import checks, clarifications, judgements
from app.actions.checks import Answer
from app.actions.clarifications import Question
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import AuditEntry, Authority, CheckItem, Stage, StageEntry
from app.queries.checks import entry_check
from tests.conftest import NOW
from tests.make.applications import make_application, make_entry
from tests.make.calls import CLOSES_AT, make_call, make_scheme
from tests.make.letters import judge_all
from tests.make.people import act_as, make_organisation, make_user
from tests.web.assessing import world


@pytest.fixture
def made(session):
    return world(session, applications=1, admitted=False)


@pytest.fixture
def act(session, made):
    return act_as(session, made.officer)


def items(session, entry) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        select(CheckItem.key, CheckItem.result, CheckItem.reason).where(
            CheckItem.entry_id == entry.id
        )
    )
    return {key: (result, reason) for key, result, reason in rows}


def test_answers_are_kept_and_changed(session, made, act) -> None:
    entry = made.entries[0]

    checks.answer(act, entry.id, {"statutes": Answer("to_clarify", " Which version? ")})
    checks.answer(act, entry.id, {"statutes": Answer("not_met", "Not signed.")})

    assert items(session, entry) == {"statutes": ("not_met", "Not signed.")}


def test_same_answer_again_writes_nothing(session, made, act) -> None:
    for _ in range(2):
        checks.answer(act, made.entries[0].id, {"statutes": Answer("met")})

    written = session.scalars(select(AuditEntry).where(AuditEntry.event == "check")).all()
    assert len(written) == 1


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("statutes", Answer("not_met", " ")),
        ("statutes", Answer("perhaps", "So.")),
        ("unknown", Answer("met")),
    ],
)
def test_wrong_answers_are_refused_at_their_item(session, made, act, key, answer) -> None:
    with pytest.raises(Invalid) as refused:
        checks.answer(act, made.entries[0].id, {key: answer})

    assert list(refused.value.fields) == [key]
    assert items(session, made.entries[0]) == {}


def test_admission_needs_every_item_met(session, made, act) -> None:
    with pytest.raises(Invalid) as refused:
        checks.admit(act, made.entries[0].id)

    assert list(refused.value.fields) == ["statutes"]


def test_admitted_application_is_no_longer_checked(session, made, act) -> None:
    entry = made.entries[0]
    checks.answer(act, entry.id, {"statutes": Answer("met")})
    checks.admit(act, entry.id)

    assert (entry.state, made.applications[0].state) == ("admitted", "admitted")
    with pytest.raises(Conflict):
        checks.answer(act, entry.id, {"statutes": Answer("not_met", "Late thought.")})


def test_refusal_names_the_items_and_the_reason(session, made, act) -> None:
    entry = made.entries[0]
    checks.answer(act, entry.id, {"statutes": Answer("not_met", "Not signed.")})

    checks.find_ineligible(act, entry.id, reason=" The statutes are not signed. ")

    detail = {
        "items": [{"key": "statutes", "reason": "Not signed."}],
        "reason": "The statutes are not signed.",
    }
    application = made.applications[0]
    assert (entry.state, application.state) == ("failed", "ineligible")
    assert (application.outcome, application.outcome_detail) == ("CHECK_FAILED", detail)


@pytest.mark.parametrize(("result", "reason"), [("met", "So."), ("not_met", " ")])
def test_refusal_needs_a_failed_item_and_a_reason(session, made, act, result, reason) -> None:
    checks.answer(act, made.entries[0].id, {"statutes": Answer(result, "Seen.")})

    with pytest.raises(Invalid):
        checks.find_ineligible(act, made.entries[0].id, reason=reason)

    assert made.entries[0].state == "submitted"


def test_withdrawn_application_is_not_admitted(session, made, act) -> None:
    checks.answer(act, made.entries[0].id, {"statutes": Answer("met")})
    made.applications[0].state = "withdrawn"
    session.flush()

    with pytest.raises(Conflict, match="withdrawn"):
        checks.admit(act, made.entries[0].id)


def open_call(session, *, state="published"):
    """An application that was sent in before the deadline of its stage has passed."""
    call = make_call(session, state=state, stage_states={"application": "open"})
    application = make_application(session, call=call, organisation=make_organisation(session))
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    authority = session.get_one(Authority, call.authority_id)
    return entry, make_user(session, roles=["officer"], authority=authority)


DEEDS = [
    lambda act, entry_id: checks.answer(act, entry_id, {"statutes": Answer("met")}),
    checks.admit,
    lambda act, entry_id: checks.find_ineligible(act, entry_id, reason="None."),
    lambda act, entry_id: judgements.judge(act, entry_id, {}),
    lambda act, entry_id: clarifications.ask(
        act, entry_id, Question(("statutes",), "Which one?", date(2026, 4, 9))
    ),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_checked_or_asked_while_the_applicant_may_still_change_it(session, deed) -> None:
    entry, officer = open_call(session)
    checks_rows = select(CheckItem).where(CheckItem.entry_id == entry.id)
    session.add(CheckItem(entry_id=entry.id, key="statutes", result="not_met", reason="None.",
                          checked_at=NOW))  # fmt: skip

    with pytest.raises(Conflict) as refused:
        deed(act_as(session, officer, now=CLOSES_AT), entry.id)

    why = refused.value.values["why"]
    assert (why.code, why.values) == ("check.stage_open", {"closes_at": CLOSES_AT})
    assert (entry.state, len(session.scalars(checks_rows).all())) == ("submitted", 1)


def test_check_begins_when_nothing_can_still_be_on_its_way(session) -> None:
    entry, officer = open_call(session)
    just_after = act_as(session, officer, now=CLOSES_AT + timedelta(seconds=1))
    settled = act_as(session, officer, now=CLOSES_AT + timedelta(minutes=2, seconds=1))

    with pytest.raises(Conflict):
        checks.answer(just_after, entry.id, {"statutes": Answer("met")})
    checks.answer(settled, entry.id, {"statutes": Answer("met")})

    assert items(session, entry) == {"statutes": ("met", "")}


def test_suspended_call_that_is_still_open_is_not_checked(session) -> None:
    entry, officer = open_call(session, state="suspended")

    with pytest.raises(Conflict) as refused:
        checks.admit(act_as(session, officer, now=CLOSES_AT + timedelta(days=3)), entry.id)

    assert refused.value.values["why"].code == "check.call_suspended"


def test_last_check_leaves_no_criterion_open_and_names_those_that_are(session) -> None:
    _, entry, stage, act = last_check(session)
    checks.answer(act, entry.id, {item.key: Answer("met") for item in stage.checklist})
    wanted = [each.criterion.key for each in entry_check(session, act.actor, entry.id).criteria]
    judgements.judge(act, entry.id, {wanted[0]: Answer("met")})

    with pytest.raises(Invalid) as refused:
        checks.admit(act, entry.id)

    assert list(refused.value.fields) == [f"criterion:{key}" for key in wanted[1:]]
    assert len(wanted) > 1


def test_earlier_check_leaves_criteria_to_the_last_one(session) -> None:
    call = make_call(session, state="closed", scheme=make_scheme("eu_integra_sctm"),
                     stage_states={"concept_note": "closed"})  # fmt: skip
    application = make_application(session, call=call, organisation=make_organisation(session))
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == application.id)
    ).one()
    authority = session.get_one(Authority, call.authority_id)
    act = act_as(session, make_user(session, roles=["officer"], authority=authority))
    checklist = call.scheme.stages[0].checklist
    checks.answer(act, entry.id, {item.key: Answer("met") for item in checklist})

    checks.admit(act, entry.id)

    assert entry.state == "admitted"


def last_check(session):
    """An entry of the stage that only the provisionally selected take part in."""
    call = make_call(session, state="allocated", scheme=make_scheme("eu_integra_sctm"))
    stage = next(s for s in call.scheme.stages if s.entrants == "PROVISIONALLY_SELECTED")
    application = make_application(
        session, call=call, organisation=make_organisation(session), state="proposed", entry=False
    )
    row = session.get_one(Stage, call.stages[stage.key])
    entry = make_entry(session, application, stage=row)
    officer = make_user(
        session, roles=["officer"], authority=session.get_one(Authority, call.authority_id)
    )
    return application, entry, stage, act_as(session, officer)


def test_last_check_leaves_the_proposal_to_the_decision(session) -> None:
    application, entry, stage, act = last_check(session)
    checks.answer(act, entry.id, {item.key: Answer("met") for item in stage.checklist})
    judge_all(act, entry.id)

    checks.admit(act, entry.id)

    assert (entry.state, application.state) == ("admitted", "proposed")


def test_failed_last_check_is_the_ground_for_the_next_allocation(session) -> None:
    application, entry, stage, act = last_check(session)
    checks.answer(act, entry.id, {stage.checklist[0].key: Answer("not_met", "Debts.")})

    checks.find_ineligible(act, entry.id, reason="Taxes are not paid.")

    assert (entry.state, entry.outcome) == ("failed", "INELIGIBLE")
    assert (application.state, application.outcome) == ("proposed", "")


def test_only_the_office_checks(session, made) -> None:
    entry_id = made.entries[0].id

    with pytest.raises(Forbidden):
        checks.admit(act_as(session, made.assessors[0]), entry_id)
    with pytest.raises(NotFound):
        checks.admit(act_as(session, make_user(session)), entry_id)
    with pytest.raises(NotFound):
        checks.admit(act_as(session, made.officer), 0)
