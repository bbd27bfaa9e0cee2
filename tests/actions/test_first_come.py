"""First come, first served, and a place for each country: through the real deeds."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import i18n
from app.actions import allocation, ranking
from app.errors import Conflict, Invalid
from app.models import AllocationRun, Application, Award, StageEntry, Submission
from app.rules.messages import Message
from app.rules.permissions import Role
from app.rules.scheme_money import AwardFloor
from tests.make.applications import RECEIVED
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.make.profiles import profile
from tests.make.scores import Scored, make_scored

COST = 10_000_00


class Hub:
    """One lot with money for two packages of services."""

    def __init__(self, session, name: str = "sp6_digital_hub", **policy) -> None:
        self.session = session
        scheme = profile(name)
        lot = replace(scheme.lots[0], envelope_cents=2 * COST)
        stage = replace(scheme.stages[0], site_visit=None)
        scheme = replace(
            scheme,
            lots=(lot,),
            envelope_cents=lot.envelope_cents,
            stages=(stage,),
            allocation=replace(scheme.allocation, **policy),
        )
        authority = make_authority(session)
        self.call = make_call(session, state="closed", scheme=scheme, authority=authority)
        self.manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)

    def apply(self, *lines: tuple[str, int], **organisation) -> list[Application]:
        """Add applications with their points and minutes after the first could come."""
        made = make_scored(
            self.session,
            self.call,
            [
                Scored(
                    self.call.scheme.lots[0].code,
                    total,
                    COST,
                    organisation=make_organisation(self.session, **organisation),
                )
                for total, _ in lines
            ],
        )
        for application, (_, minutes) in zip(made, lines, strict=True):
            sent = self.session.scalars(
                select(Submission).where(Submission.application_id == application.id)
            ).one()
            sent.stands = False
            self.session.flush()
            again = Submission(
                entry_id=sent.entry_id, number=2, application_id=application.id,
                received_at=RECEIVED + timedelta(minutes=minutes), snapshot=sent.snapshot,
                digest=sent.digest,
            )  # fmt: skip
            self.session.add(again)
        self.session.flush()
        return made

    def act(self):
        return act_as(self.session, self.manager)

    def allocated(self) -> AllocationRun:
        ranking.rank(self.act(), self.call.stage_id)
        allocation.allocate(self.act(), self.call.id)
        return self.session.scalars(select(AllocationRun)).one()

    def awards(self) -> list[tuple[str, str]]:
        rows = self.session.execute(
            select(Application.reference, Award.reason).join(Award).order_by(Application.reference)
        )
        return [(reference[-3:], reason) for reference, reason in rows]

    def why(self, place: int) -> str:
        query = select(StageEntry.outcome_detail).join(Application)
        detail = list(self.session.scalars(query.order_by(Application.reference)))[place]
        return i18n.text(Message(detail["code"], detail["values"]))


def test_the_earlier_of_those_who_reach_the_threshold_get_the_money(session) -> None:
    hub = Hub(session)
    hub.apply(("95", 30), ("61", 10), ("60", 20), ("59", 0))

    run = hub.allocated()

    assert hub.awards() == [("002", "AWARDED_FULL"), ("003", "AWARDED_FULL")]
    assert hub.why(1).replace("\u00a0", " ") == (
        "The application was received on 18 March 2026, 10:40 CET and is number 1 in the order of"
        " receipt; it reached the threshold with 61.00 points. When its turn came, EUR 20,000.00"
        " remained, so the request of EUR 10,000.00 is awarded in full."
    )
    assert hub.why(0).endswith("It has place 1 on the reserve list.")
    assert hub.why(3) == "The application has 59.00 points. At least 60.00 points were needed."
    assert [
        (row["score"], row["arrival"], row["agreed_score"], row["received_at"])
        for row in run.inputs["applications"]
    ][0::3] == [
        ("60", "-1773828000.000000", "95.000000", "2026-03-18T10:00:00+00:00"),
        ("59.000000", "-1773826200.000000", "59.000000", "2026-03-18T09:30:00+00:00"),
    ]


def test_an_outsider_recomputes_first_come_by_the_command(session) -> None:
    hub = Hub(session)
    hub.apply(("95", 30), ("61", 10), ("60", 20))
    run = hub.allocated()

    done = subprocess.run(
        [sys.executable, "-m", "app", "rules", "allocate"],
        input=json.dumps(run.inputs),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == run.result


def test_the_same_instant_is_a_tie_that_the_committee_settles(session) -> None:
    hub = Hub(session, tie_breakers=())
    first, second, third, late = hub.apply(("95", 5), ("61", 5), ("60", 0), ("90", 9))
    ranking.rank(hub.act(), hub.call.stage_id)

    with pytest.raises(allocation.TieToSettle) as refused:
        allocation.allocate(hub.act(), hub.call.id)
    assert refused.value.references == (first.reference, second.reference)
    with pytest.raises(Invalid):
        ranking.settle_tie(
            hub.act(), hub.call.stage_id, order=[second.reference, late.reference], reason="No."
        )
    ranking.settle_tie(
        hub.act(), hub.call.stage_id, order=[second.reference, first.reference], reason="By lot."
    )
    allocation.allocate(hub.act(), hub.call.id)

    assert hub.awards() == [("002", "AWARDED_FULL"), ("003", "AWARDED_FULL")]
    assert third.state == "proposed"


def test_the_best_of_each_country_is_placed_first(session) -> None:
    hub = Hub(session, "sp5_supplier_upgrading")
    hub.apply(("95", 0), ("90", 0), country="RS")
    hub.apply(("70", 0), country="AL")

    run = hub.allocated()

    assert [row["country"] for row in run.inputs["applications"]] == ["RS", "RS", "AL"]
    assert hub.awards() == [("001", "AWARDED_FULL"), ("003", "AWARDED_FLOOR")]
    assert "It is among the best of “Albania”" in hub.why(2)


@pytest.mark.parametrize(
    ("dimension", "values", "named"),
    [
        ("place", ["beograd", "mali-idjos", None], "Beograd"),
        ("district", ["Grad Beograd", "Severnobački", None], "Grad Beograd"),
    ],
)
def test_the_groups_of_places_reach_the_rule(session, dimension, values, named) -> None:
    """The place of the action counts, else that of a town that applies; a firm has none."""
    hub = Hub(session, "sp5_supplier_upgrading", floors=(AwardFloor(dimension),))
    hub.apply(("70", 0), register_code="beograd")
    hub.apply(("90", 0), register_code="mali-idjos")
    hub.apply(("95", 0))

    run = hub.allocated()

    assert [row[dimension] for row in run.inputs["applications"]] == values
    assert hub.awards() == [("001", "AWARDED_FLOOR"), ("002", "AWARDED_FULL")]
    assert f"“{named}”" in hub.why(0)


def test_a_policy_by_merit_and_region_is_written_as_it_always_was(session) -> None:
    """Runs of the past keep their digest: nothing is added that the policy does not name."""
    hub = Hub(session, "sp5_supplier_upgrading", floors=(AwardFloor("region"),))
    hub.apply(("95", 0))

    (row,) = hub.allocated().inputs["applications"]

    assert row.keys() == {
        "id", "lot", "score", "requested", "status", "lead", "region", "committee_order", "cut",
    }  # fmt: skip


def test_a_ranking_that_was_allocated_is_not_put_in_another_order(session) -> None:
    hub = Hub(session)
    first, second = hub.apply(("95", 5), ("61", 5))
    hub.allocated()

    with pytest.raises(Conflict):
        ranking.settle_tie(
            hub.act(), hub.call.stage_id, order=[second.reference, first.reference], reason="No."
        )
