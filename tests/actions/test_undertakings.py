"""Aid counts for linked enterprises wherever it is given (handbook 3.1, S4)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import agreements, reallocations, undertakings
from app.actions.reallocations import NewHolder
from app.actions.undertakings import NewLink
from app.errors import Conflict, Forbidden, Invalid
from app.models import (
    Agreement,
    AuditEntry,
    OrganisationIdentifier,
    OwnershipLink,
    Reallocation,
)
from app.queries.aid import aid_known
from app.queries.undertakings import around
from app.rules.undertakings import LinkKind
from tests.actions.test_payments_concurrent import at_once
from tests.make.awards import make_agreement, make_award
from tests.make.in_kind import NOW, TERMS, TODAY, InKindDesk, in_kind_scheme

PARENT = NewLink(
    "rs:mb:17862146", "Parent d.o.o.", other_is_owner=True, kind=LinkKind.HOLDING,
    percent=Fraction(66), valid_from=date(2020, 1, 1), evidence="Extract of 3 March.",
)  # fmt: skip


def numbered(session: Session, organisation_id: int, number: str) -> str:
    session.query(OrganisationIdentifier).filter_by(organisation_id=organisation_id).delete()
    session.add(
        OrganisationIdentifier(
            organisation_id=organisation_id, country="RS", scheme="MB", number=number
        )
    )
    session.flush()
    return f"RS:MB:{number}"


class Firms:
    """S has a thing to get; P and Q had aid of the same call's regime before."""

    def __init__(self, session: Session, ceiling_cents: int = 3_000_00) -> None:
        self.session = session
        scheme = in_kind_scheme(900_000_00)
        aid = replace(scheme.state_aid, ceiling_cents=ceiling_cents, ceiling_years=3)
        self.scheme = replace(scheme, state_aid=aid)
        self.desk = InKindDesk(session, scheme=self.scheme).taken_back()
        self.s, self.p, self.q = (self.desk.waiting(place) for place in (1, 2, 3))
        for each, number in ((self.s, "07024371"), (self.p, "17862146"), (self.q, "07241286")):
            numbered(session, each.organisation_id, number)

    def has_aid(self, application, cents: int, on: date = TODAY) -> Agreement:
        award = make_award(self.session, application, awarded_cents=cents)
        agreement = make_agreement(self.session, award, state="sent")
        agreement.state, agreement.signed_by_authority_on = "active", on
        self.session.flush()
        return agreement

    def link(self, new: NewLink = PARENT) -> int:
        return undertakings.record(self.desk.act(), self.s.id, new)

    def known(self, on: date = TODAY) -> int:
        return aid_known(
            self.session, around(self.session, self.s.organisation_id), self.scheme, on
        ).cents

    def propose(self, cents: int = 1_500_00) -> int:
        wanted = NewHolder(self.s.id, cents, "Next on the list.", aid_fits=True)
        return reallocations.propose(self.desk.act(), self.desk.assets[0].id, wanted)


@pytest.fixture
def firms(session: Session) -> Firms:
    return Firms(session)


def test_s4_aid_of_the_parent_counts_and_that_of_a_holding_of_30_percent_does_not(firms) -> None:
    for application, day, cents in (
        (firms.p, date(2023, 3, 10), 120_000_00), (firms.s, date(2024, 2, 1), 90_000_00),
        (firms.q, date(2025, 1, 20), 100_000_00),
    ):  # fmt: skip
        firms.has_aid(application, cents, day)
    later = firms.desk.waiting(4)
    later.organisation_id = firms.s.organisation_id
    firms.has_aid(later, 60_000_00, date(2025, 6, 15))
    assert firms.known(date(2026, 3, 9)) == 150_000_00
    firms.link()
    other = replace(PARENT, number="RS:MB:07241286", name="Q", percent=Fraction(30))
    firms.link(other)

    days = [date(2026, 3, day) for day in (9, 10, 11)]
    assert [firms.known(day) for day in days] == [270_000_00, 270_000_00, 150_000_00]


def test_a_thing_is_refused_above_the_ceiling_of_the_whole_undertaking(firms: Firms) -> None:
    firms.has_aid(firms.p, 2_000_00)
    key = firms.propose()
    firms.link()

    with pytest.raises(Conflict, match="passes the ceiling"):
        reallocations.agree(firms.desk.act(firms.desk.manager), key)
    reallocations.drop(firms.desk.act(), key, reason="Too much aid.")
    with pytest.raises(Invalid) as refused:
        firms.propose()
    assert list(refused.value.fields) == ["value_cents"]
    firms.propose(1_000_00)


def test_an_agreement_above_the_ceiling_is_refused_whole_when_drafted_and_when_signed(
    session: Session,
) -> None:
    firms = Firms(session, ceiling_cents=2_000_00)
    desk = InKindDesk(session, scheme=firms.scheme, person_email="vera@example.org")
    numbered(session, desk.trader.id, "08051259")
    link = replace(PARENT, number="RS:MB:08051259", name="Trader", other_is_owner=False)
    undertakings.record(firms.desk.act(), firms.p.id, link)
    has_aid = firms.has_aid(firms.p, 317_01)

    with pytest.raises(Conflict, match="passes the ceiling"):
        agreements.prepare(desk.act(desk.finance), desk.award.id, TERMS)
    has_aid.grant_cents = has_aid.committed_cents = 317_00
    session.flush()
    key = agreements.prepare(desk.act(desk.finance), desk.award.id, TERMS)
    agreements.send(desk.act(desk.finance), key)
    agreements.sign_for_beneficiary(desk.act(desk.finance), key, name="Vera", signed_on=TODAY)
    firms.has_aid(firms.q, 1)
    q = replace(PARENT, number="RS:MB:07241286", name="Q", kind=LinkKind.BOARD, percent=None)
    undertakings.record(firms.desk.act(), firms.p.id, q)

    with pytest.raises(Conflict, match="passes the ceiling") as refused:
        agreements.sign(desk.act(desk.manager), key, name="Mira Marić", signed_on=TODAY)
    assert (refused.value.values["known_cents"], refused.value.values["left_cents"]) == (
        317_01, 1_682_99,
    )  # fmt: skip
    assert session.get_one(Agreement, key).state == "sent"


def test_sisters_of_a_parent_that_never_registered_here_count_together(firms: Firms) -> None:
    abroad = replace(PARENT, number="RS:MB:20000000", name="Holding")
    firms.link(abroad)
    undertakings.record(firms.desk.act(), firms.q.id, abroad)
    firms.has_aid(firms.q, 700_00)

    assert firms.known() == 700_00
    found = around(firms.session, firms.s.organisation_id)
    assert found.members(TODAY) == tuple(sorted((firms.s.organisation_id, firms.q.organisation_id)))
    assert "RS:MB:20000000" in found.undertaking(TODAY)


def test_a_link_that_is_over_counts_no_more_and_stays_on_file(firms: Firms) -> None:
    firms.has_aid(firms.p, 700_00)
    key = firms.link()
    assert firms.known() == 700_00
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        undertakings.end(firms.desk.act(), key, valid_to=TODAY + timedelta(days=1), reason=" ")
    assert sorted(refused.value.fields) == ["reason", "valid_to"]

    undertakings.end(firms.desk.act(), key, valid_to=yesterday, reason="Sold.")

    assert (firms.known(), firms.known(yesterday)) == (0, 0)
    with pytest.raises(Conflict, match="ended already"):
        undertakings.end(firms.desk.act(), key, valid_to=yesterday, reason="Again.")
    query = select(AuditEntry.event).where(AuditEntry.object_type == "ownership_link")
    assert firms.session.scalars(query.order_by(AuditEntry.id)).all() == ["record_link", "end_link"]
    with pytest.raises(DBAPIError, match="evidence is frozen"):
        firms.session.execute(text("UPDATE ownership_link SET evidence = 'None'"))


def test_what_is_no_link_is_refused_at_the_place(firms: Firms) -> None:
    nothing = NewLink("17862146", " ", True, LinkKind.HOLDING, None, date(2030, 1, 1), " ")
    with pytest.raises(Invalid) as refused:
        firms.link(nothing)
    assert sorted(refused.value.fields) == ["evidence", "name", "number", "percent", "valid_from"]
    pib = {"country": "RS", "scheme": "PIB", "number": "100000049"}
    firms.session.add(OrganisationIdentifier(organisation_id=firms.s.organisation_id, **pib))
    firms.session.flush()
    numbers = ("RS:MB:07024371", "RS:PIB:100000049", "RS:MB:1786214", "RS:PIB:100000048", "XX:MB:1")
    for number in numbers:
        with pytest.raises(Invalid) as wrong:
            firms.link(replace(PARENT, number=number))
        assert list(wrong.value.fields) == ["number"]
    with pytest.raises(Forbidden):
        undertakings.record(firms.desk.act(firms.desk.monitor), firms.s.id, PARENT)
    assert firms.session.scalars(select(OwnershipLink)).all() == []


def test_of_two_linked_firms_that_are_given_aid_at_once_one_sees_the_other(sessions) -> None:
    with db.in_transaction(sessions) as session:
        firms = Firms(session)
        firms.link()
        other = InKindDesk(session, scheme=firms.scheme, person_email="vera@example.org")
        holder = other.taken_back().waiting(1)
        holder.organisation_id = firms.p.organisation_id
        session.flush()
        wanted = NewHolder(holder.id, 1_500_01, "Next on the list.", aid_fits=True)
        keys = [
            firms.propose(),
            reallocations.propose(other.act(), other.assets[0].id, wanted),
        ]
        people = [firms.desk.manager.id, other.manager.id]

    answers = at_once(
        sessions,
        [
            (person, lambda act, key=key: reallocations.agree(act, key))
            for person, key in zip(people, keys, strict=True)
        ],
        NOW,
    )

    assert [answer is None for answer in answers].count(True) == 1
    with sessions() as session:
        states = select(Reallocation.state).order_by(Reallocation.state)
        assert session.scalars(states).all() == ["agreed", "proposed"]


def test_a_link_that_was_a_mistake_never_counts(firms: Firms) -> None:
    firms.has_aid(firms.p, 700_00)
    key = firms.link()

    undertakings.end(firms.desk.act(), key, valid_to=None, reason="Another firm of this name.")

    assert {firms.known(day) for day in (TODAY, PARENT.valid_from)} == {0}
    (line,) = around(firms.session, firms.s.organisation_id).lines
    assert (line.never_held, line.is_ended) == (True, True)


def test_an_ending_that_was_a_mistake_is_taken_back_and_both_stay_on_the_trail(
    firms: Firms,
) -> None:
    firms.has_aid(firms.p, 700_00)
    key = firms.link()
    with pytest.raises(Conflict, match="has not ended"):
        undertakings.restore(firms.desk.act(), key, reason="Not sold.")
    undertakings.end(firms.desk.act(), key, valid_to=PARENT.valid_from, reason="Sold.")
    with pytest.raises(Invalid):
        undertakings.restore(firms.desk.act(), key, reason=" ")
    assert firms.known() == 0

    undertakings.restore(firms.desk.act(), key, reason="The sale was called off.")

    assert firms.known() == 700_00
    query = select(AuditEntry.event, AuditEntry.detail["reason"].astext).where(
        AuditEntry.object_type == "ownership_link", AuditEntry.object_id == key
    )
    assert [tuple(row) for row in firms.session.execute(query.order_by(AuditEntry.id))] == [
        ("record_link", None), ("end_link", "Sold."),
        ("restore_link", "The sale was called off."),
    ]  # fmt: skip


def test_of_an_ending_no_part_is_changed_alone(firms: Firms) -> None:
    key = firms.link()
    undertakings.end(firms.desk.act(), key, valid_to=TODAY, reason="Sold.")

    with pytest.raises(DBAPIError, match="ended_alike"):
        firms.session.execute(text("UPDATE ownership_link SET valid_to = NULL, ended_at = NULL"))
