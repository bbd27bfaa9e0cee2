"""The handbook's lists through the real deeds: rank, allocate, decide."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.actions import allocation, decisions, ranking
from app.errors import Conflict, Forbidden
from app.models import AllocationRun, Application, Award, Call, Lot, StageEntry
from app.rules.permissions import Role
from app.rules.scheme_money import LotMode
from tests.make.calls import MadeCall, make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.make.scores import Scored, make_scored

A2 = [
    ("L1", "91.00", 498_750_00),
    ("L1", "89.50", 500_000_00),
    ("L1", "87.00", 475_320_45),
    ("L1", "85.50", 499_999_99),
    ("L1", "84.00", 312_400_10),
    ("L1", "82.50", 450_000_00),
    ("L1", "80.00", 288_115_75),
    ("L1", "78.50", 500_000_00),
    ("L1", "74.00", 365_000_00),
    ("L1", "61.00", 220_000_00),
    ("L1", "59.50", 400_000_00),
    ("L2", "93.00", 1_000_000_00),
    ("L2", "90.00", 985_600_00),
    ("L2", "88.50", 1_000_000_00),
    ("L2", "86.00", 764_250_50),
    ("L2", "83.00", 900_000_00),
    ("L2", "79.50", 875_000_25),
    ("L2", "77.00", 650_000_00),
    ("L2", "70.00", 400_000_00),
]


class Office:
    """A call of the two-lot library scheme, closed, with two managers."""

    def __init__(self, session: Session, **scheme_changes: object) -> None:
        self.session = session
        authority = make_authority(session)
        scheme = make_scheme("eu_integra_sctm")
        # The check of the provisionally selected has its own tests.
        scheme = replace(scheme, stages=scheme.stages[:2], **scheme_changes)
        self.call: MadeCall = make_call(session, state="closed", scheme=scheme, authority=authority)
        self.first, self.second = (
            make_user(session, roles=[Role.FUND_MANAGER], authority=authority) for _ in range(2)
        )
        self.stage_id = list(self.call.stages.values())[1]

    def act(self, user=None):
        return act_as(self.session, user or self.first)

    def ranked(self, lines) -> list[Application]:
        made = make_scored(self.session, self.call, lines)
        ranking.rank(self.act(), self.stage_id)
        return made

    def awards(self) -> list[tuple[str, str, int]]:
        rows = self.session.execute(
            select(Application.reference, Award.reason, Award.awarded_cents)
            .join(Award)
            .where(Award.state != "discarded")
            .order_by(Application.reference)
        )
        return [(reference.partition("/")[2], reason, cents) for reference, reason, cents in rows]


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_the_two_lot_case_awards_the_whole_envelope_to_the_cent(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2])

    run_id = allocation.allocate(office.act(), office.call.id)

    awards = {reference: (reason, cents) for reference, reason, cents in office.awards()}
    assert awards["L2-007"] == ("AWARDED_PARTIAL", 505_562_96)
    assert sum(cents for _, cents in awards.values()) == 10_140_000_00
    assert len(awards) == 17
    lots = office.session.execute(
        select(Lot.code, Lot.transferred_cents, Lot.awarded_cents).order_by(Lot.code)
    ).all()
    assert [tuple(lot) for lot in lots] == [
        ("L1", -30_413_71, 4_109_586_29),
        ("L2", 30_413_71, 6_030_413_71),
    ]
    run = office.session.get_one(AllocationRun, run_id)
    assert run.result["totals"] == {
        "envelope": "10140000.00",
        "awarded": "10140000.00",
        "unallocated": "0.00",
    }


def test_every_application_carries_its_rank_and_reason(office: Office) -> None:
    made = office.ranked([Scored(*line) for line in A2])

    allocation.allocate(office.act(), office.call.id)

    rows = office.session.execute(
        select(
            Application.reference,
            Application.state,
            StageEntry.outcome,
            StageEntry.rank,
            StageEntry.reserve_position,
        )
        .join(StageEntry)
        .where(Application.id.in_([made[10].id, made[17].id, made[18].id]))
        .order_by(Application.reference)
    ).all()
    assert [tuple(row)[1:] for row in rows] == [
        ("unsuccessful", "BELOW_THRESHOLD", None, None),
        ("proposed", "AWARDED_PARTIAL", 7, None),
        ("reserve", "RESERVE", 8, 1),
    ]


def test_an_outsider_recomputes_the_run_by_the_command(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2])
    run = office.session.get_one(AllocationRun, allocation.allocate(office.act(), office.call.id))

    printed = subprocess.run(
        [sys.executable, "-m", "app", "rules", "allocate"],
        input=json.dumps(run.inputs),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(printed.stdout) == run.result


def test_a_second_allocation_of_the_same_call_is_refused(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2[:3]])
    allocation.allocate(office.act(), office.call.id)

    with pytest.raises(Conflict):
        allocation.allocate(office.act(office.second), office.call.id)


def test_a_discarded_run_frees_all_money_and_stays_on_file(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2])
    allocation.allocate(office.act(), office.call.id)

    allocation.discard(office.act(), office.call.id, reason="An amount was typed wrongly.")

    assert office.awards() == []
    office.session.expire_all()
    assert office.session.get_one(Call, office.call.id).awarded_cents == 0
    assert office.session.get_one(Call, office.call.id).state == "ranked"
    allocation.allocate(office.act(), office.call.id)
    assert sum(cents for *_, cents in office.awards()) == 10_140_000_00
    assert len(office.session.execute(select(AllocationRun.id)).all()) == 2


def test_who_computed_may_not_decide(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2[:3]])
    allocation.allocate(office.act(), office.call.id)

    with pytest.raises(Forbidden):
        decisions.decide(office.act(), office.call.id, reason="As ranked.")


def test_a_second_person_decides(office: Office) -> None:
    office.ranked([Scored(*line) for line in A2])
    allocation.allocate(office.act(), office.call.id)

    decisions.decide(office.act(office.second), office.call.id, reason="As ranked.")

    states = office.session.execute(select(Award.state).distinct()).scalars().all()
    assert states == ["decided"]
    run = office.session.execute(select(AllocationRun)).scalar_one()
    assert (run.decided_by, run.decision_reason) == (office.second.id, "As ranked.")


def test_a_tie_that_matters_names_the_equals_and_the_committee_settles_it(
    session: Session,
) -> None:
    policy = replace(make_scheme("eu_integra_sctm").allocation, lot_mode=LotMode.SEPARATE)
    office = Office(session, allocation=policy)
    same = {"2": "15.000000", "3": "10.000000"}
    office.ranked([Scored("L1", "80.00", 500_000_00, same) for _ in range(9)])
    with pytest.raises(allocation.TieToSettle) as raised:
        allocation.allocate(office.act(), office.call.id)
    assert len(raised.value.references) == 9

    ranking.settle_tie(
        office.act(),
        office.stage_id,
        order=list(reversed(raised.value.references)),
        reason="The committee prefers the later ones.",
    )
    allocation.allocate(office.act(), office.call.id)

    assert len(office.awards()) == 8
    assert office.awards()[0][0] == "L1-002"


def test_a_lead_that_holds_an_award_is_capped_and_does_not_stop_the_list(office: Office) -> None:
    lead = make_organisation(office.session)
    office.ranked(
        [
            Scored("L1", "90.00", 300_000_00, organisation=lead),
            Scored("L1", "88.00", 300_000_00, organisation=lead),
            Scored("L1", "86.00", 300_000_00),
        ]
    )

    allocation.allocate(office.act(), office.call.id)

    outcomes = office.session.execute(
        select(Application.outcome).order_by(Application.reference)
    ).scalars()
    assert list(outcomes) == ["AWARDED_FULL", "CAP_REACHED", "AWARDED_FULL"]


def test_ranking_is_refused_while_one_has_no_agreed_score(office: Office) -> None:
    made = make_scored(office.session, office.call, [Scored("L1", "90.00", 300_000_00)])
    office.session.execute(text("UPDATE stage_entry SET state = 'admitted'"))
    office.session.expire_all()

    with pytest.raises(Conflict, match=made[0].reference):
        ranking.rank(office.act(), office.stage_id)


def test_an_officer_of_another_authority_sees_no_call_to_allocate(office: Office) -> None:
    stranger = make_user(
        office.session, roles=[Role.FUND_MANAGER], authority=make_authority(office.session)
    )

    with pytest.raises(Forbidden):
        allocation.allocate(office.act(stranger), office.call.id)
