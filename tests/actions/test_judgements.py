"""Criteria that an officer judges, and a refusal of somebody who had passed the check."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.actions import checks, judgements
from app.actions.checks import Answer
from app.actions.judgements import Refusal
from app.errors import Conflict, Invalid
from app.models import Assessment, Judgement, StageEntry
from app.queries.judgements import results_of
from app.rules.scheme_form import EligibilityCriterion
from tests.make.applications import make_application
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.web.assessing import assign, declare, mark, world

FOUND = Refusal(
    key="statutes", document="Extract of the register", finding="It was dissolved in March."
)


@pytest.fixture
def made(session):
    return world(session, applications=1)


def judged(session):
    """An application in a call with one criterion that only a person can judge."""
    criterion = EligibilityCriterion(key="local", question={"en": "It serves the place."})
    scheme = replace(make_scheme(), eligibility=(criterion,))
    authority = make_authority(session)
    call = make_call(session, scheme=scheme, authority=authority, state="closed")
    application = make_application(session, call=call, organisation=make_organisation(session))
    officer = make_user(session, roles=["officer"], authority=authority)
    entry_id = checks_entry(session, application.id)
    return act_as(session, officer), application.id, entry_id


def checks_entry(session, application_id: int) -> int:
    query = select(StageEntry.id).where(StageEntry.application_id == application_id)
    return session.scalars(query).one()


def test_judgement_is_kept_and_changed(session) -> None:
    act, application_id, entry_id = judged(session)

    judgements.judge(act, entry_id, {"local": Answer("to_clarify", "Where is it?")})
    judgements.judge(act, entry_id, {"local": Answer("met")})

    assert results_of(session, application_id) == {"local": "met"}
    assert session.scalars(select(Judgement.judged_by)).one() == act.actor.user_id


@pytest.mark.parametrize(
    "answers", [{"local": Answer("not_met")}, {"other": Answer("met")}, {"local": Answer("?", "x")}]
)
def test_wrong_judgements_are_refused_at_their_criterion(session, answers) -> None:
    act, application_id, entry_id = judged(session)

    with pytest.raises(Invalid) as refused:
        judgements.judge(act, entry_id, answers)

    assert list(refused.value.fields) == list(answers)
    assert results_of(session, application_id) == {}


def test_who_does_not_meet_a_judged_criterion_is_not_admitted(session) -> None:
    act, _, entry_id = judged(session)
    checks.answer(act, entry_id, {"statutes": Answer("met")})
    judgements.judge(act, entry_id, {"local": Answer("not_met", "It serves another place.")})

    with pytest.raises(Invalid) as refused:
        checks.admit(act, entry_id)

    assert list(refused.value.fields) == ["criterion:local"]


def test_refusal_after_the_check_keeps_criterion_document_and_finding(session, made) -> None:
    entry, application = made.entries[0], made.applications[0]

    judgements.find_ineligible_later(
        act_as(session, made.officer), entry.id, replace(FOUND, heard_by=date(2026, 4, 20))
    )

    assert (entry.state, application.state) == ("failed", "ineligible")
    assert (entry.outcome, entry.outcome_detail) == (
        "INELIGIBLE",
        {
            "items": [
                {
                    "key": "statutes",
                    "reason": "It was dissolved in March.",
                    "document": "Extract of the register",
                    "heard_by": "2026-04-20",
                }
            ],
            "reason": "",
        },
    )


def test_assessors_lose_the_file_but_not_what_they_submitted(session, made) -> None:
    entry = made.entries[0]
    first, second = made.assessors[:2]
    assign(session, made, entry, [first, second])
    declare(session, made, first, second)
    mark(session, made, entry, first)

    judgements.find_ineligible_later(act_as(session, made.officer), entry.id, FOUND)

    states = session.execute(select(Assessment.assessor_id, Assessment.state)).all()
    assert dict(map(tuple, states)) == {first.id: "submitted", second.id: "removed"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "nothing"}, "key"),
        ({"document": " "}, "document"),
        ({"finding": ""}, "finding"),
        ({"heard_by": date(2026, 3, 19)}, "heard_by"),
    ],
)
def test_refusal_without_its_grounds_is_refused(session, made, change, field) -> None:
    act = act_as(session, made.officer)

    with pytest.raises(Invalid) as refused:
        judgements.find_ineligible_later(act, made.entries[0].id, replace(FOUND, **change))

    assert list(refused.value.fields) == [field]


def test_only_who_was_admitted_is_refused_after_the_check(session, made) -> None:
    act = act_as(session, made.officer)
    judgements.find_ineligible_later(act, made.entries[0].id, FOUND)

    with pytest.raises(Conflict):
        judgements.find_ineligible_later(act, made.entries[0].id, FOUND)
