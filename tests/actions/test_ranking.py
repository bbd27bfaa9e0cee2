"""Ranking and the shortlist: the handbook's list A5 through the real deeds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    applications,
    calls_correct,
    calls_edit,
    decisions,
    preselection,
    ranking,
)
from app.actions.calls_correct import Correction
from app.actions.calls_edit import Edit
from app.errors import Conflict, Forbidden, Invalid
from app.models import AllocationRun, Application, Letter, Mail, Stage, StageEntry
from app.rules.permissions import Role
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, act_as, make_authority, make_user
from tests.make.printed import make_letters
from tests.make.scores import Scored, make_scored

A5 = [
    ("46.00", 900_000_00),
    ("44.00", 1_200_000_00),
    ("43.00", 1_500_000_00),
    ("41.50", 800_000_00),
    ("40.00", 1_100_000_00),
    ("38.00", 700_000_00),
    ("35.00", 900_000_00),
    ("29.50", 600_000_00),
]


class Office:
    """A two-stage call whose first stage is assessed; one lot of 3,000,000.00."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.authority = make_authority(session)
        scheme = make_scheme("eu_integra_sctm")
        lot = replace(scheme.lots[0], envelope_cents=3_000_000_00, max_grant_cents=2_000_000_00)
        policy = replace(scheme.allocation, realloc_order=(lot.code,))
        scheme = replace(scheme, lots=(lot,), envelope_cents=lot.envelope_cents, allocation=policy)
        first, *_ = scheme.stages
        self.call = make_call(
            session,
            state="published",
            scheme=scheme,
            authority=self.authority,
            stage_states={first.key: "closed"},
        )
        self.stage_id = self.call.stages[first.key]
        self.first_key = first.key
        self.manager, self.second = (
            make_user(session, roles=[Role.FUND_MANAGER], authority=self.authority)
            for _ in range(2)
        )

    def act(self, user=None, *, now=NOW):
        return act_as(self.session, user or self.manager, now=now)

    def fill(self, lines=A5) -> list[Application]:
        scored = [Scored(next(iter(self.call.lots)), total, cents) for total, cents in lines]
        return make_scored(self.session, self.call, scored, stage_key=self.first_key)

    def outcomes(self) -> list[str]:
        return list(
            self.session.execute(
                select(StageEntry.outcome)
                .join(Application)
                .where(StageEntry.stage_id == self.stage_id)
                .order_by(Application.reference)
            ).scalars()
        )

    def shortlisted(self) -> None:
        ranking.rank(self.act(), self.stage_id)
        preselection.preselect(self.act(), self.stage_id)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_the_note_that_crosses_the_limit_is_in_and_the_others_know_why(office: Office) -> None:
    office.fill()

    office.shortlisted()

    assert office.outcomes() == ["PRESELECTED"] * 6 + ["NOT_PRESELECTED", "BELOW_THRESHOLD"]
    run = office.session.execute(select(AllocationRun)).scalar_one()
    assert run.result["lots"] == [
        {
            "code": next(iter(office.call.lots)),
            "limit": "6000000.00",
            "passed": "6200000.00",
            "passed_percent": "206.67",
            "cut_off": "38.000000",
        }
    ]


def test_equals_at_the_line_are_all_in(office: Office) -> None:
    lines = [*A5]
    lines[6] = ("38.00", 900_000_00)
    office.fill(lines)

    office.shortlisted()

    assert office.outcomes() == ["PRESELECTED"] * 7 + ["BELOW_THRESHOLD"]


def test_who_computed_the_shortlist_may_not_decide_on_it(office: Office) -> None:
    office.fill()
    office.shortlisted()

    with pytest.raises(Forbidden):
        decisions.decide_preselection(office.act(), office.stage_id, reason="As ranked.")


def test_a_shortlist_is_not_decided_after_a_corrigendum_of_the_money(office: Office) -> None:
    office.fill()
    office.shortlisted()
    more = 3_500_000_00
    calls_correct.prepare(office.act(), office.call.id)
    values = {"envelope": more, "lots[0].envelope": more}
    calls_edit.change_rules(office.act(), office.call.id, Edit(values))
    calls_correct.correct(office.act(), office.call.id, Correction("The donor gives more."))

    with pytest.raises(Conflict, match="A corrigendum changed the money"):
        decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")
    preselection.discard_preselection(office.act(), office.stage_id, reason="More money.")
    preselection.preselect(office.act(), office.stage_id)
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")

    # Up to 7,000,000.00 now, so the seventh of the list is in.
    assert office.outcomes() == ["PRESELECTED"] * 7 + ["BELOW_THRESHOLD"]


def test_a_shortlist_taken_back_leaves_no_outcome_and_its_run_on_file(office: Office) -> None:
    office.fill()
    office.shortlisted()

    preselection.discard_preselection(office.act(), office.stage_id, reason="A wrong sum.")

    assert office.outcomes() == [""] * 8
    discarded = office.session.execute(select(AllocationRun.discarded_at)).scalar_one()
    assert discarded == NOW
    preselection.preselect(office.act(), office.stage_id)
    assert office.outcomes()[0] == "PRESELECTED"


def test_nothing_is_announced_while_a_letter_is_missing(office: Office) -> None:
    office.fill()
    office.shortlisted()
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")
    letters = make_letters(office.session, office.stage_id)
    letters[0].state = "queued"
    office.session.flush()

    with pytest.raises(Conflict) as refused:
        announce(office)

    assert (refused.value.values["missing"], refused.value.values["unready"]) == (0, 1)
    released = office.session.execute(
        select(Letter.id).where(Letter.released_at.is_not(None))
    ).all()
    assert released == []


def test_shortlist_of_whom_somebody_withdrew_is_not_decided_and_computed_anew_it_is(
    office: Office,
) -> None:
    made = office.fill()
    office.shortlisted()
    applicant = office.act(make_user(office.session))
    mine = replace(applicant.actor, organisation_ids=frozenset({made[1].organisation_id}))
    applications.withdraw(replace(applicant, actor=mine), made[1].id)

    with pytest.raises(Conflict, match="withdrew after the shortlist was computed") as refused:
        decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")
    preselection.discard_preselection(office.act(), office.stage_id, reason="One withdrew.")
    preselection.preselect(office.act(), office.stage_id)
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")

    assert refused.value.values == {"references": made[1].reference}
    passed = office.session.scalars(
        select(Application.reference)
        .join(StageEntry, StageEntry.application_id == Application.id)
        .where(StageEntry.state == "passed")
        .order_by(Application.reference)
    ).all()
    # The seventh takes the place: without the second the six before it ask for 5,200,000.00.
    assert passed == [made[place].reference for place in (0, 2, 3, 4, 5, 6)]


def test_the_announcement_releases_all_letters_invites_the_passed_and_refuses_the_others(
    office: Office,
) -> None:
    office.fill()
    office.shortlisted()
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")
    make_letters(office.session, office.stage_id)

    announce(office)

    states = office.session.execute(
        select(Application.state).order_by(Application.reference)
    ).scalars()
    assert list(states) == ["invited"] * 6 + ["rejected"] * 2
    letters = office.session.execute(select(Letter.state).distinct()).scalars().all()
    assert letters == ["sent"]
    stages = office.session.execute(
        select(Stage.state).where(Stage.call_id == office.call.id).order_by(Stage.position)
    ).scalars()
    assert list(stages) == ["announced", "open", "waiting"]


def announce(office: Office) -> None:
    decisions.announce_preselection(
        office.act(now=NOW),
        office.stage_id,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=45),
    )


def test_a_ranking_is_taken_back_only_with_a_reason(office: Office) -> None:
    office.fill()
    ranking.rank(office.act(), office.stage_id)

    with pytest.raises(Invalid):
        ranking.take_back(office.act(), office.stage_id, reason=" ")

    ranking.take_back(office.act(), office.stage_id, reason="One mark was typed wrongly.")
    assert office.session.get_one(Stage, office.stage_id).state == "closed"


def test_no_mail_says_what_a_letter_says(office: Office) -> None:
    office.fill()
    office.shortlisted()
    decisions.decide_preselection(office.act(office.second), office.stage_id, reason="Yes.")
    make_letters(office.session, office.stage_id)

    announce(office)

    bodies = office.session.execute(select(Mail.body)).scalars().all()
    assert [body for body in bodies if "PRESELECTED" in body or "shortlist" in body] == []
