"""Two of one undertaking, two connections: together they never pass the ceiling of aid."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import db
from app.actions import agreements, decisions, undertakings
from app.actions.undertakings import NewLink
from app.errors import Conflict
from app.models import Agreement, AllocationRun, Award, Call, Organisation, User
from app.rules.permissions import Role
from app.rules.undertakings import LinkKind
from tests.actions.test_aid_awards import AID, Office
from tests.actions.test_payments_concurrent import at_once
from tests.actions.test_undertakings import numbered
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award
from tests.make.calls import make_call, make_scheme
from tests.make.people import NOW, act_as, make_authority, make_organisation, make_user

SIGNED_ON = NOW.date()
SISTERS = ("07024371", "17862146")
PARENT = NewLink(
    "RS:MB:07241286", "Parent", other_is_owner=True, kind=LinkKind.HOLDING,
    percent=Fraction(66), valid_from=date(2020, 1, 1), evidence="Extract.",
)  # fmt: skip


class Sisters:
    """Two firms with an agreement of 200,000.00 each that waits for the authority's signature."""

    def __init__(self, session: Session) -> None:
        authority = make_authority(session)
        scheme = replace(make_scheme(), state_aid=AID, currency="EUR")
        call = make_call(session, state="announced", scheme=scheme, authority=authority)
        self.applications, self.agreements = [], []
        for number in SISTERS:
            firm = make_organisation(session)
            numbered(session, firm.id, number)
            application = make_application(session, call=call, organisation=firm, state="awarded")
            award = make_award(session, application, awarded_cents=200_000_00)
            agreement = make_agreement(session, award, state="sent")
            agreement.signed_by_beneficiary = "Vera"
            agreement.signed_by_beneficiary_on = SIGNED_ON
            self.applications.append(application.id)
            self.agreements.append(agreement.id)
        session.flush()
        self.officer = make_user(session, roles=[Role.OFFICER], authority=authority).id
        self.managers = [
            make_user(session, roles=[Role.FUND_MANAGER], authority=authority).id for _ in range(2)
        ]


def link(session: Session, sisters: Sisters, place: int) -> None:
    act = act_as(session, session.get_one(User, sisters.officer))
    undertakings.record(act, sisters.applications[place], PARENT)


def link_without_patience(sessions: db.Sessions, sisters: Sisters, place: int) -> None:
    with db.in_transaction(sessions) as session:
        session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        link(session, sisters, place)


def sign(act, key: int) -> None:
    agreements.sign(act, key, name="Mira Marić", signed_on=SIGNED_ON)


def test_of_two_signatures_of_one_undertaking_at_once_one_is_refused(
    sessions: db.Sessions,
) -> None:
    with db.in_transaction(sessions) as session:
        sisters = Sisters(session)
        for place in (0, 1):
            link(session, sisters, place)

    answers = at_once(
        sessions,
        [
            (person, lambda act, key=key: sign(act, key))
            for person, key in zip(sisters.managers, sisters.agreements, strict=True)
        ],
    )

    (refused,) = [answer for answer in answers if answer is not None]
    assert refused.values["known_cents"] == 200_000_00
    with sessions() as session:
        states = session.scalars(select(Agreement.state).order_by(Agreement.state)).all()
        assert states == ["active", "sent"]


def test_a_link_that_joins_two_undertakings_waits_for_who_counts_their_aid(
    sessions: db.Sessions,
) -> None:
    with db.in_transaction(sessions) as session:
        sisters = Sisters(session)
        link(session, sisters, 0)
    with db.in_transaction(sessions) as signing:
        manager = signing.get_one(User, sisters.managers[0])
        sign(act_as(signing, manager), sisters.agreements[0])
        # The parent never registered here: the second firm shares no row with the first.
        with pytest.raises(Conflict, match="Somebody else is working on this"):
            link_without_patience(sessions, sisters, 1)

    with db.in_transaction(sessions) as session:
        link(session, sisters, 1)
    (refused,) = at_once(
        sessions, [(sisters.managers[1], lambda act: sign(act, sisters.agreements[1]))]
    )
    assert refused is not None


def test_an_award_is_decided_or_an_agreement_signed_never_both_above_the_ceiling(
    sessions: db.Sessions,
) -> None:
    with db.in_transaction(sessions) as session:
        office = Office(session)
        office.allocate()
        scheme = replace(make_scheme(), state_aid=AID, currency="EUR")
        authority = session.get_one(Call, office.call.id).authority_id
        other = make_call(session, state="announced", scheme=scheme, authority=authority)
        firm = session.get_one(Organisation, office.b.organisation_id)
        application = make_application(session, call=other, organisation=firm, state="awarded")
        award = make_award(session, application, awarded_cents=200_000_00)
        agreement = make_agreement(session, award, state="sent")
        agreement.signed_by_beneficiary, agreement.signed_by_beneficiary_on = "Vera", SIGNED_ON
        session.flush()
        call_id, key = office.call.id, agreement.id
        people = [office.second.id, office.manager.id]

    answers = at_once(
        sessions,
        [
            (people[0], lambda act: decisions.decide(act, call_id, reason="As ranked.")),
            (people[1], lambda act: sign(act, key)),
        ],
    )

    # What is offered and not signed counts, so the decision is refused in either order.
    assert [answer is None for answer in answers] == [False, True]
    with sessions() as session:
        decided = select(func.count()).where(Award.call_id == call_id, Award.state == "decided")
        assert session.scalar(decided) == 0
        assert session.scalars(
            select(AllocationRun.decided_at).where(AllocationRun.call_id == call_id)
        ).all() == [None]
