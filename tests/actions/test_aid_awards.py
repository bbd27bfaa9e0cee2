"""The ceiling of de minimis aid stands before the award (handbook 3.1, 3.3): who would pass it
gets none, the next takes the place, and what was given since stops the decision.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import (
    allocation,
    decisions,
    letters_material,
    offers,
    ranking,
    reserve,
    reserve_release,
    undertakings,
)
from app.actions.letters_reasons import reasons_of
from app.actions.undertakings import NewLink
from app.documents.contexts_reasons import Ineligible
from app.errors import Conflict
from app.i18n import text
from app.models import (
    AllocationRun,
    Application,
    AuditEntry,
    Award,
    Organisation,
    ReserveActivation,
    StageEntry,
)
from app.queries import letters_sources
from app.queries.aid_standing import proposed_above
from app.rules.allocation import allocate
from app.rules.allocation_input import read_case
from app.rules.allocation_output import write_allocation
from app.rules.messages import Message
from app.rules.permissions import Role
from app.rules.scheme_letters import AidRegime, StateAid
from app.rules.undertakings import LinkKind
from tests.actions.test_undertakings import numbered
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user
from tests.make.reserve import ANNOUNCED_AT, Reserve, make_reserve, print_letters
from tests.make.scores import Scored, make_scored

TODAY = NOW.date()
CEILING = 300_000_00
AID = StateAid(AidRegime.DE_MINIMIS, ceiling_cents=CEILING, ceiling_years=3)


def grant_aid(session: Session, organisation_id: int, cents: int, on: date = TODAY) -> None:
    """Aid of another call of the same regime, signed on a day."""
    award = make_award(session, elsewhere(session, organisation_id), awarded_cents=cents)
    agreement = make_agreement(session, award, state="sent")
    agreement.state, agreement.signed_by_authority_on = "active", on
    award.state = "agreed"
    session.flush()


def elsewhere(session: Session, organisation_id: int) -> Application:
    scheme = replace(make_scheme(), state_aid=AID, currency="EUR")
    other = make_call(session, state="announced", scheme=scheme)
    firm = session.get_one(Organisation, organisation_id)
    return make_application(session, call=other, organisation=firm, state="awarded")


class Office:
    """One lot of 500,000.00; A asks for 200,000.00, B and C for 150,000.00, D for 100,000.00."""

    def __init__(self, session: Session) -> None:
        self.session = session
        authority = make_authority(session)
        scheme = make_scheme("eu_integra_sctm", envelope_cents=500_000_00)
        lot = replace(scheme.lots[0], envelope_cents=500_000_00)
        rules = replace(scheme.allocation, realloc_order=(lot.code,))
        self.scheme = replace(
            scheme, lots=(lot,), stages=scheme.stages[:2], allocation=rules, state_aid=AID
        )
        self.call = make_call(session, state="closed", scheme=self.scheme, authority=authority)
        self.stage_id = list(self.call.stages.values())[1]
        self.manager, self.second, self.officer = (
            make_user(session, roles=[role], authority=authority)
            for role in (Role.FUND_MANAGER, Role.FUND_MANAGER, Role.OFFICER)
        )
        firms = [make_organisation(session) for _ in range(4)]
        asks = (("91", 200_000_00), ("90", 150_000_00), ("85", 150_000_00), ("80", 100_000_00))
        lines = [
            Scored(lot.code, total, cents, organisation=firm)
            for (total, cents), firm in zip(asks, firms, strict=True)
        ]
        self.a, self.b, self.c, self.d = make_scored(session, self.call, lines)
        numbers = ("07024371", "17862146", "07241286", "08051259")
        for firm, number in zip(firms, numbers, strict=True):
            numbered(session, firm.id, number)
        ranking.rank(act_as(session, self.manager), self.stage_id)

    def has_aid(self, application: Application, cents: int, on: date = TODAY) -> None:
        grant_aid(self.session, application.organisation_id, cents, on)

    def link(self, one: Application, number: str) -> None:
        new = NewLink(
            number, "Parent", other_is_owner=True, kind=LinkKind.HOLDING, percent=Fraction(66),
            valid_from=date(2020, 1, 1), evidence="Extract.",
        )  # fmt: skip
        undertakings.record(act_as(self.session, self.officer), one.id, new)

    def allocate(self) -> AllocationRun:
        run_id = allocation.allocate(act_as(self.session, self.manager), self.call.id)
        return self.session.get_one(AllocationRun, run_id)

    def decide(self) -> None:
        decisions.decide(act_as(self.session, self.second), self.call.id, reason="As ranked.")

    def awards(self) -> dict[int, int]:
        rows = self.session.execute(
            select(Award.application_id, Award.awarded_cents).where(
                Award.call_id == self.call.id, Award.state.not_in(("discarded", "revoked"))
            )
        )
        return dict(rows.all())


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_without_aid_the_run_is_what_the_rules_say(office: Office) -> None:
    run = office.allocate()

    assert office.awards() == {
        office.a.id: 200_000_00, office.b.id: 150_000_00, office.c.id: 150_000_00,
    }  # fmt: skip
    assert {each["status"] for each in run.inputs["applications"]} == {"ELIGIBLE"}


def test_who_would_pass_the_ceiling_gets_none_and_the_next_takes_the_place(office: Office) -> None:
    office.has_aid(office.b, 150_000_01)

    run = office.allocate()

    assert office.awards() == {
        office.a.id: 200_000_00, office.c.id: 150_000_00, office.d.id: 100_000_00,
    }  # fmt: skip
    case = read_case(run.inputs)
    assert write_allocation(allocate(case.applications, case.lots, case.policy)) == run.result
    statuses = {row["id"]: row["status"] for row in run.inputs["applications"]}
    assert statuses[office.b.reference] == "INELIGIBLE"
    assert "150000.01" not in str(run.inputs)


def test_the_applicant_can_read_the_sums_and_no_name(office: Office) -> None:
    office.has_aid(office.b, 150_000_01)
    office.allocate()

    entry = office.session.scalars(
        select(StageEntry).where(StageEntry.application_id == office.b.id)
    ).one()
    assert (entry.outcome, office.b.state) == ("INELIGIBLE", "unsuccessful")
    assert text(Message(entry.outcome_detail["code"], entry.outcome_detail["values"])).replace(
        "\xa0", " "
    ) == (
        "The applicant and the enterprises linked with it have EUR 150,000.01 of de minimis aid in "
        "the time that counts, given or offered. An award of EUR 150,000.00 would pass the ceiling "
        "of EUR 300,000.00, and then none of it is de minimis aid, so there is no award. Up to EUR "
        "149,999.99 could still be given."
    )


def test_exactly_the_ceiling_is_awarded(office: Office) -> None:
    office.has_aid(office.b, 150_000_00)

    office.allocate()

    assert office.awards()[office.b.id] == 150_000_00


def test_aid_that_left_the_window_counts_no_more(office: Office) -> None:
    office.has_aid(office.b, 300_000_00, TODAY.replace(year=TODAY.year - 3, day=TODAY.day - 1))

    office.allocate()

    assert office.awards()[office.b.id] == 150_000_00


def test_an_offer_of_another_call_counts_before_it_is_signed(office: Office) -> None:
    make_award(
        office.session,
        elsewhere(office.session, office.b.organisation_id),
        awarded_cents=150_000_01,
    )

    office.allocate()

    assert office.b.id not in office.awards()


def test_an_offer_whose_agreement_ended_before_it_was_signed_counts_no_more(
    office: Office,
) -> None:
    other = elsewhere(office.session, office.b.organisation_id)
    award = make_award(office.session, other, awarded_cents=150_000_01)
    agreement = make_agreement(office.session, award, state="sent")
    office.session.flush()
    agreement.state = "terminated"

    office.allocate()

    assert office.awards()[office.b.id] == 150_000_00


def test_of_two_of_one_undertaking_the_better_one_is_awarded(office: Office) -> None:
    office.link(office.b, "RS:MB:07024371")

    office.allocate()

    assert office.awards() == {
        office.a.id: 200_000_00, office.c.id: 150_000_00, office.d.id: 100_000_00,
    }  # fmt: skip


def test_aid_that_came_since_the_run_stops_the_decision_and_a_new_run_goes_on(
    office: Office,
) -> None:
    office.allocate()
    office.has_aid(office.b, 150_000_01)

    (one,) = proposed_above(office.session, office.scheme, office.call.id, TODAY)
    assert (one.reference, one.found.left_cents) == (office.b.reference, 149_999_99)
    with pytest.raises(Conflict, match="pass the ceiling of de minimis aid") as refused:
        office.decide()
    assert refused.value.values["references"] == office.b.reference
    allocation.discard(act_as(office.session, office.manager), office.call.id, reason="Aid.")
    office.allocate()
    office.decide()
    assert office.b.id not in office.awards()
    assert proposed_above(office.session, office.scheme, office.call.id, TODAY) == ()


def test_the_letter_says_it_as_a_reason_of_its_own(office: Office) -> None:
    office.has_aid(office.b, 150_000_01)
    office.allocate()
    office.decide()
    session = office.session

    material = letters_material.gather(
        session, call_id=office.call.id, stage_id=office.stage_id,
        stage_key=office.scheme.stages[1].key, dated_on=TODAY,
    )  # fmt: skip
    (source,) = letters_sources.of_applications(session, office.stage_id, [office.b.id])
    (reason,) = reasons_of(material, source)

    assert isinstance(reason, Ineligible)
    assert reason.criterion == (
        "All de minimis aid of a single undertaking stays within the ceiling of 3 years."
    )
    assert "An award of EUR 150,000.00 would pass the ceiling" in reason.finding.replace(
        "\xa0", " "
    )


@pytest.fixture
def free(session: Session) -> Reserve:
    """T2 has a part, T4 waits; T3 has withdrawn, so there is money for both."""
    made = make_reserve(session, state_aid=replace(AID, ceiling_cents=400_000_00))
    for name in ("T1", "T2", "T3"):
        award = made.award(session, name)
        assert award is not None
        offers.accept(act_as(session, made.applicants[name], now=ANNOUNCED_AT), award.id)
    third = made.award(session, "T3")
    assert third is not None
    act = act_as(session, made.applicants["T3"], now=ANNOUNCED_AT)
    offers.withdraw(act, third.id, reason="No own share.")
    return made


def propose(session: Session, made: Reserve) -> int:
    return reserve.propose(act_as(session, made.manager, now=ANNOUNCED_AT), made.call.id)


def test_a_partial_offer_is_not_raised_above_the_ceiling_and_the_next_comes(
    session: Session, free: Reserve
) -> None:
    t2, t4 = free.applications["T2"], free.applications["T4"]
    grant_aid(session, t2.organisation_id, 100_000_01, ANNOUNCED_AT.date())

    key = propose(session, free)

    lines = session.get_one(ReserveActivation, key).lines
    assert [(line["application_id"], line["added_cents"]) for line in lines] == [
        (t4.id, 250_000_00)
    ]
    query = select(AuditEntry.detail).where(AuditEntry.event == "propose_release")
    assert session.scalars(query).one()["above_ceiling"] == [t2.reference]


def test_exactly_the_ceiling_is_reached_by_raising(session: Session, free: Reserve) -> None:
    t2 = free.applications["T2"]
    grant_aid(session, t2.organisation_id, 100_000_00, ANNOUNCED_AT.date())

    lines = session.get_one(ReserveActivation, propose(session, free)).lines

    assert lines[0]["application_id"] == t2.id
    assert lines[0]["added_cents"] == 40_123_46


def test_nobody_gets_free_money_where_all_who_wait_would_pass_the_ceiling(
    session: Session, free: Reserve
) -> None:
    for name, cents in (("T2", 100_000_01), ("T4", 150_000_01)):
        grant_aid(session, free.applications[name].organisation_id, cents, ANNOUNCED_AT.date())

    with pytest.raises(Conflict, match="pass the ceiling of de minimis aid") as refused:
        propose(session, free)

    names = [free.applications[name].reference for name in ("T2", "T4")]
    assert refused.value.values["references"] == ", ".join(names)


def test_aid_that_came_since_stops_decision_and_announcement_of_free_money(
    session: Session, free: Reserve
) -> None:
    key = propose(session, free)
    t4 = free.applications["T4"]
    decide = partial(
        reserve_release.decide, act_as(session, free.second, now=ANNOUNCED_AT), key, reason="List."
    )
    grant_aid(session, t4.organisation_id, 150_000_01, ANNOUNCED_AT.date())
    with pytest.raises(Conflict, match="by now") as refused:
        decide()
    assert refused.value.values["references"] == t4.reference

    reserve.discard(act_as(session, free.manager, now=ANNOUNCED_AT), key, reason="Aid.")
    key = propose(session, free)
    act = act_as(session, free.second, now=ANNOUNCED_AT)
    reserve_release.decide(act, key, reason="List.")
    print_letters(session, key)
    t2 = free.applications["T2"]
    grant_aid(session, t2.organisation_id, 100_000_01, ANNOUNCED_AT.date())
    with pytest.raises(Conflict, match="by now"):
        reserve_release.announce(act_as(session, free.manager, now=ANNOUNCED_AT), key)
