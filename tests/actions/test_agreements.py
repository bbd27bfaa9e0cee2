"""From the accepted award to a signed agreement with its plan; and every refusal on the way."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import agreements, amendments
from app.actions.agreements import Terms
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Agreement, AuditEntry, Authority, Award, Mail, StageEntry
from app.queries.amendments import budget_of
from app.queries.payment_claims import Before, costs_by_heading, counted
from app.queries.schemes import scheme_of
from app.rules.permissions import Role
from tests.make.applications import make_application, make_budget
from tests.make.awards import make_award, payments_of
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user

TERMS = Terms(
    starts_on=date(2026, 4, 1),
    ends_on=date(2028, 3, 31),
    iban="RS35 2600 0560 1001 6113 79",
    bic="SBPORSBG",
    account_holder=" Municipality of Žabalj ",
)
TODAY = date(2026, 3, 19)


class Desk:
    """An accepted award of the three-instalment library scheme, finance and fund manager."""

    def __init__(self, session: Session, **award: int) -> None:
        self.session = session
        self.authority: Authority = make_authority(session)
        scheme = make_scheme("eu_integra_sctm")
        self.call = make_call(
            session, state="announced", scheme=scheme, authority=self.authority, code="INT-1"
        )
        self.finance = make_user(session, roles=[Role.FINANCE], authority=self.authority)
        self.manager = make_user(session, roles=[Role.FUND_MANAGER], authority=self.authority)
        self.person = make_user(session, name="Ana Anić", email="ana@example.org")
        town = make_organisation(session, contact=self.person)
        application = make_application(
            session,
            call=self.call,
            organisation=town,
            state="awarded",
            requested_cents=200_000_00,
            total_cents=250_000_00,
        )
        self.award = make_award(session, application, **award)

    def act(self, user=None):
        return act_as(self.session, user or self.finance)

    def sent(self) -> int:
        key = agreements.prepare(self.act(), self.award.id, TERMS)
        agreements.send(self.act(), key)
        return key

    def signed(self) -> int:
        key = self.sent()
        agreements.sign_for_beneficiary(self.act(), key, name="Ana Anić", signed_on=TODAY)
        agreements.sign(self.act(self.manager), key, name="Mira Marić", signed_on=TODAY)
        return key


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_the_agreement_takes_grant_and_rate_from_award_and_budget(desk: Desk) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)

    agreement = desk.session.get_one(Agreement, key)
    assert (agreement.grant_cents, agreement.total_cents) == (200_000_00, 250_000_00)
    assert agreement.rate == "4/5"
    assert agreement.reference == "INT-1/L1-001/A"
    assert agreement.iban == "RS35260005601001611379"
    assert agreement.account_holder == "Municipality of Žabalj"
    assert agreement.state == "draft"


def test_a_cut_offer_keeps_its_rate_and_lowers_the_total(session: Session) -> None:
    desk = Desk(session, awarded_cents=150_000_01)

    agreement = session.get_one(Agreement, agreements.prepare(desk.act(), desk.award.id, TERMS))

    assert agreement.rate == "4/5"
    # 187,500.0125 rounded up: four fifths of it are not less than the grant.
    assert agreement.total_cents == 187_500_02
    assert agreement.total_cents * 4 // 5 == 150_000_01


def test_an_award_that_nobody_accepted_gets_no_agreement(session: Session) -> None:
    desk = Desk(session, state="announced")

    with pytest.raises(Conflict, match="accepted"):
        agreements.prepare(desk.act(), desk.award.id, TERMS)


def test_an_award_gets_one_agreement_only(desk: Desk) -> None:
    agreements.prepare(desk.act(), desk.award.id, TERMS)

    with pytest.raises(Conflict, match="has an agreement already"):
        agreements.prepare(desk.act(), desk.award.id, TERMS)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        # Two digits swapped: 2600 → 6200.
        ({"iban": "RS35 6200 0560 1001 6113 79"}, ["iban"]),
        ({"iban": ""}, ["iban"]),
        ({"bic": "NOBIC"}, ["bic"]),
        ({"ends_on": date(2026, 4, 1)}, ["ends_on"]),
        ({"account_holder": "  "}, ["account_holder"]),
        ({"ends_on": date(2026, 4, 1), "iban": "x", "bic": "y"}, ["ends_on", "iban", "bic"]),
    ],
)
def test_wrong_terms_are_refused_all_at_once_and_nothing_is_kept(
    desk: Desk, change: dict, places: list[str]
) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    wrong = {name: getattr(TERMS, name) for name in Terms.__slots__} | change

    with pytest.raises(Invalid) as refused:
        agreements.change(desk.act(), key, Terms(**wrong))

    assert list(refused.value.fields) == places
    assert not desk.session.dirty


def test_a_serbian_account_number_becomes_its_iban(desk: Desk) -> None:
    terms = Terms(TERMS.starts_on, TERMS.ends_on, "260-0056010016113-79", "", "Town")

    agreement = desk.session.get_one(
        Agreement, agreements.prepare(desk.act(), desk.award.id, terms)
    )

    assert agreement.iban == "RS35260005601001611379"
    assert agreement.bic == ""


def test_both_signatures_bring_it_into_force_with_a_plan_of_the_whole_grant(desk: Desk) -> None:
    key = desk.signed()

    agreement = desk.session.get_one(Agreement, key)
    assert agreement.state == "active"
    assert desk.session.get_one(Award, desk.award.id).state == "agreed"
    plan = payments_of(desk.session, agreement)
    assert [(each.kind, each.planned_cents, each.state) for each in plan] == [
        ("prefinancing", 80_000_00, "planned"),
        ("interim", 100_000_00, "planned"),
        ("balance", 20_000_00, "planned"),
    ]
    assert sum(each.planned_cents for each in plan) == agreement.grant_cents


def test_the_beneficiary_is_told_by_mail_that_it_can_sign(desk: Desk) -> None:
    key = desk.sent()

    mail = desk.session.scalars(select(Mail)).one()
    assert mail.to == "ana@example.org"
    assert mail.subject == "Your grant agreement is ready to be signed"
    assert f"/agreements/{key}" in mail.body


def test_the_authority_signs_last(desk: Desk) -> None:
    key = desk.sent()

    with pytest.raises(Conflict, match="beneficiary signs first"):
        agreements.sign(desk.act(desk.manager), key, name="Mira Marić", signed_on=TODAY)


def test_only_the_fund_manager_signs_for_the_authority(desk: Desk) -> None:
    key = desk.sent()
    agreements.sign_for_beneficiary(desk.act(), key, name="Ana Anić", signed_on=TODAY)

    with pytest.raises(Forbidden):
        agreements.sign(desk.act(), key, name="Mira Marić", signed_on=TODAY)


@pytest.mark.parametrize(
    ("name", "signed_on", "places"),
    [
        ("", TODAY, ["name"]),
        ("Ana", date(2026, 3, 20), ["signed_on"]),
        ("", date(2026, 3, 20), ["name", "signed_on"]),
    ],
)
def test_a_signature_needs_a_name_and_a_day_that_has_come(
    desk: Desk, name: str, signed_on: date, places: list[str]
) -> None:
    key = desk.sent()

    with pytest.raises(Invalid) as refused:
        agreements.sign_for_beneficiary(desk.act(), key, name=name, signed_on=signed_on)

    assert list(refused.value.fields) == places
    assert desk.session.get_one(Agreement, key).signed_by_beneficiary == ""


def test_the_authority_cannot_sign_before_the_beneficiary_did(desk: Desk) -> None:
    key = desk.sent()
    agreements.sign_for_beneficiary(desk.act(), key, name="Ana Anić", signed_on=TODAY)

    with pytest.raises(Invalid) as refused:
        agreements.sign(desk.act(desk.manager), key, name="Mira", signed_on=date(2026, 3, 18))

    assert list(refused.value.fields) == ["signed_on"]


def test_an_agreement_that_was_sent_can_be_taken_back_until_it_is_signed(desk: Desk) -> None:
    key = desk.sent()
    agreements.take_back(desk.act(), key, reason="Wrong account")
    agreements.change(desk.act(), key, TERMS)
    agreements.send(desk.act(), key)
    agreements.sign_for_beneficiary(desk.act(), key, name="Ana Anić", signed_on=TODAY)

    with pytest.raises(Conflict, match="has signed"):
        agreements.take_back(desk.act(), key, reason="Too late")


def test_an_agreement_that_was_sent_is_not_changed(desk: Desk) -> None:
    key = desk.sent()

    with pytest.raises(Conflict, match="Only a draft"):
        agreements.change(desk.act(), key, TERMS)


def test_finance_of_another_authority_sees_nothing(desk: Desk, session: Session) -> None:
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    stranger = make_user(session, roles=[Role.FINANCE], authority=make_authority(session))

    with pytest.raises(NotFound):
        agreements.send(desk.act(stranger), key)


def test_every_step_is_in_the_trail(desk: Desk) -> None:
    key = desk.signed()

    events = desk.session.scalars(
        select(AuditEntry.event)
        .where(AuditEntry.object_type == "agreement", AuditEntry.object_id == key)
        .order_by(AuditEntry.id)
    ).all()
    assert events == ["prepare", "send", "sign_for_beneficiary", "sign", "activate"]


def budgeted(session: Session, **award: int) -> Desk:
    desk = Desk(session, **award)
    entry = session.scalars(
        select(StageEntry).where(StageEntry.application_id == desk.award.application_id)
    ).one()
    lines = (("1", "Team", 200_000_00), ("3", "Pump", 40_000_00), ("8", "Rent", 10_000_00))
    make_budget(session, entry, lines=lines)
    return desk


def test_a_cut_offer_cuts_each_heading_of_the_budget_to_the_cent(session: Session) -> None:
    desk = budgeted(session, awarded_cents=150_000_01)
    agreement = session.get_one(Agreement, agreements.prepare(desk.act(), desk.award.id, TERMS))

    found = budget_of(session, agreement.id)

    assert [(each.code, each.applied_cents, each.original_cents) for each in found] == [
        ("1", 200_000_00, 150_000_02), ("3", 40_000_00, 30_000_00), ("8", 10_000_00, 7_500_00),
    ]  # fmt: skip
    assert sum(each.original_cents for each in found) == agreement.total_cents == 187_500_02
    assert [each["agreed_cents"] for each in agreement.terms["budget"]] == [
        each.original_cents for each in found
    ]


def test_an_agreed_budget_is_frozen_when_the_agreement_is_sent(session: Session) -> None:
    desk = budgeted(session)
    agreement = session.get_one(Agreement, desk.sent())
    assert {each["code"]: each["cents"] for each in agreement.budget} == {
        "1": 200_000_00, "3": 40_000_00, "8": 10_000_00,
    }  # fmt: skip
    with pytest.raises(DBAPIError, match=r"agreement\.budget is frozen"):
        session.execute(text("UPDATE agreement SET budget = '[]'"))


def test_a_beneficiary_divides_a_reduced_budget_anew_and_is_paid_by_it(session: Session) -> None:
    desk = budgeted(session, awarded_cents=150_000_01)
    agreement_id = desk.signed()
    new = {"1": 145_000_02, "3": 35_000_00, "8": 7_500_00}
    person = act_as(session, desk.person)
    assert amendments.ask(person, agreement_id, new, reason="A bigger pump.").state == "noted"

    scheme = scheme_of(session, desk.call.id)
    costs = [("3", 40_000_00, 40_000_00)]
    nothing = Before(accepted_cents=0, paid_cents=(), is_blocked=False)
    found = counted(scheme, costs_by_heading(session, agreement_id, scheme, nothing, costs))

    # 35,000.00 are agreed and, with a quarter of 30,000.00, 37,500.00 the most.
    assert {each.costs.code: each.counted_cents for each in found}["3"] == 37_500_00
