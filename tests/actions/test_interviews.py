"""A restricted call: the shortlist is invited by letter to an interview, which decides."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from app.actions import (
    allocation,
    checks,
    decisions,
    ranking,
    scores,
    stages,
)
from app.errors import Conflict, Invalid
from app.models import Award, Call, StageEntry
from app.queries.applications_list import own_application
from app.rules.scheme_grid import Criterion, GridSection
from app.rules.scheme_rules import scoring_discrepancy, scoring_grid
from app.rules.scheme_text import Text
from app.rules.scoring import score
from app.rules.scoring_model import AgreedScore, Assessment, Outcome
from tests.make.interviews import AFTER, BEGIN, COST, END, Desk
from tests.make.people import act_as
from tests.make.profiles import profile


@pytest.fixture
def desk(session) -> Desk:
    return Desk(session)


def test_from_the_letter_over_the_interview_to_the_award(desk: Desk) -> None:
    desk.invite()
    assert desk.states() == ["submitted", "submitted", "rejected"]

    for entry in desk.entries():
        desk.came(entry)
    for entry, mark in zip(desk.entries(), ("3", "5"), strict=True):
        desk.interview(entry, mark)
    scores.agree_all(desk.act("chair", BEGIN), desk.last)
    with pytest.raises(Conflict):
        ranking.rank(desk.act(at=BEGIN), desk.last)
    stages.by_clock(desk.act("clock", AFTER), desk.call.id)
    assert desk.session.get_one(Call, desk.call.id).state == "closed"
    ranking.rank(desk.act(at=AFTER), desk.last)
    allocation.allocate(desk.act(at=AFTER), desk.call.id)
    decisions.decide(desk.act("second", AFTER), desk.call.id, reason="As ranked.")

    awards = desk.session.scalars(select(Award).order_by(Award.id)).all()
    assert [(each.reason, each.state, each.awarded_cents) for each in awards] == [
        ("AWARDED_FULL", "decided", COST),
        ("AWARDED_FULL", "decided", COST),
    ]
    ranks = [(entry.rank, f"{entry.score:.2f}") for entry in desk.entries()]
    assert ranks == [(2, "60.00"), (1, "100.00")]


def test_who_holds_the_interview_reads_what_was_sent_in_before_it(desk: Desk) -> None:
    session = desk.session
    desk.invite()
    first = session.scalars(
        select(StageEntry).where(
            StageEntry.stage_id == desk.first,
            StageEntry.application_id == desk.applications[0].id,
        )
    ).one()
    entry = desk.entries()[0]
    desk.came(entry)
    desk.interview(entry, "4")

    assert [section.title["en"] for section in desk.read.sections] == ["Your territory"]
    asked = [answer.question.key for answer in desk.read.sections[0].answers]
    assert asked == ["title", "place", "need", "requested", "total"]
    assert (desk.read.requested_cents, desk.read.total_cents) == (COST, first.total_cents)


def test_the_letter_says_when_and_is_not_released_with_another_beginning(desk: Desk) -> None:
    with pytest.raises(Conflict, match="interviews begin at"):
        desk.invite(begin=BEGIN.replace(hour=10))

    invited = [each.context for each in desk.letters() if each.kind == "invitation"]
    assert len(invited) == 2
    assert {each["interviews_from_at"] for each in invited} == {"2026-05-04T08:00:00+00:00"}
    assert {each["closes_at"] for each in invited} == {"2026-05-06T08:00:00+00:00"}


def test_nobody_is_invited_to_interviews_that_have_begun(desk: Desk) -> None:
    desk.decide()

    with pytest.raises(Invalid) as refused:
        decisions.announce_preselection(
            desk.act(at=AFTER), desk.first, opens_at=BEGIN, closes_at=AFTER + timedelta(days=1)
        )

    assert set(refused.value.fields) == {"opens_at"}


def test_who_does_not_come_is_refused_at_the_check_of_the_interview(desk: Desk) -> None:
    desk.invite()
    entry = desk.entries()[0]
    officer = desk.act("officer", BEGIN)

    checks.answer(officer, entry.id, {"came": checks.Answer("not_met", "Nobody came.")})
    checks.find_ineligible(officer, entry.id, reason="Nobody came, without a message.")

    assert desk.states() == ["ineligible", "submitted", "rejected"]


def test_an_interview_without_a_checklist_is_assessed_at_once(session) -> None:
    scheme = profile("sp2_territorial_strategies")
    first, interview = scheme.stages
    desk = Desk(session, replace(scheme, stages=(first, replace(interview, checklist=()))))

    desk.invite()

    assert desk.states() == ["admitted", "admitted", "rejected"]
    assert [entry.state for entry in desk.entries()] == ["admitted"] * 2


def test_the_applicant_sees_the_interview_and_nothing_of_what_is_decided_inside(desk: Desk) -> None:
    desk.invite()
    application = desk.applications[0]
    actor = act_as(desk.session, desk.clerk).actor

    seen = own_application(desk.session, actor, application.id)
    assert seen.interview is not None
    assert (seen.interview.stage_key, seen.interview.closes_at) == ("interview", END)
    assert (seen.may_take_back(BEGIN), seen.may_begin_next(BEGIN)) == (False, False)
    for inside in ("proposed", "reserve", "unsuccessful"):
        application.state = inside
        desk.session.flush()
        seen = own_application(desk.session, actor, application.id)
        assert seen.shown_state == "under_assessment"


@pytest.mark.parametrize(
    ("marks", "outcome", "total"),
    [
        (("1", "1"), Outcome.PASSED, 91),
        (("1", "0"), Outcome.SECTION_BELOW_MINIMUM, Fraction(181, 2)),
        (("0", "0"), Outcome.SECTION_BELOW_MINIMUM, 90),
    ],
)
def test_an_interview_that_only_passes_or_fails_leaves_the_order_as_it_was(
    marks, outcome, total
) -> None:
    """One mark from 0 to 1 with a minimum of 1; the other scores are carried over."""
    interview = profile("sp2_territorial_strategies").stages[1]
    criterion = Criterion("2.1", Text({"en": "Convincing?"}), min=Fraction(0), max=Fraction(1))
    kept = replace(
        interview.grid.sections[0], code="1", criteria=(), maximum=Fraction(100),
        carry_over=object(),
    )  # fmt: skip
    own = GridSection(
        "2", Text({"en": "Interview"}), Fraction(1), (criterion,), minimum=Fraction(1)
    )
    grid = replace(interview.grid, sections=(kept, own), maximum=Fraction(101), threshold=None)
    stage = replace(interview, grid=grid)

    agreed = score(
        scoring_grid(stage, {"1": Fraction(90)}),
        [Assessment(name, {"2.1": Fraction(mark)}) for name, mark in zip("AB", marks, strict=True)],
        scoring_discrepancy(stage),
    )

    assert isinstance(agreed, AgreedScore)
    assert (agreed.outcome, agreed.total) == (outcome, total)
