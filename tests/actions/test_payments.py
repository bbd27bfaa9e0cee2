"""The handbook's S6 and S7 through the real deeds, four eyes, and every refusal."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import payment_files, payment_steps, payments
from app.actions.applications import NewFile
from app.actions.payment_steps import OnStatement
from app.actions.payments import Accepted, NewExpenditure, Request
from app.errors import Conflict, Invalid, NotFound
from app.models import Agreement, Award, ExpenditureLine, Mail, Payment, PaymentFile
from app.rules.permissions import Role
from app.rules.scheme_money import Underconsumption
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award, payments_of
from tests.make.calls import make_call, make_scheme
from tests.make.people import act_as, make_authority, make_organisation, make_user

DAY = date(2026, 3, 19)
# S6 pays 112,000.00 and 68,000.00 of 200,000.00 in advance.
S6_PERCENTS = (56, 34, 10)


class Case:
    """An agreement over 200,000.00 of 250,000.00 (80 %), its beneficiary and the staff."""

    def __init__(
        self,
        session: Session,
        *,
        applicant_type="LSG_MUNICIPALITY",
        currency="EUR",
        every_months: int | None = None,
        **plan,
    ) -> None:
        self.session = session
        authority = make_authority(session)
        scheme = replace(make_scheme("eu_integra_sctm"), currency=currency)
        if every_months is not None:
            interim, *others = scheme.reports
            reports = (replace(interim, every_months=every_months), *others)
            scheme = replace(scheme, reports=reports)
        instalments = tuple(
            replace(each, percent=Fraction(percent))
            for each, percent in zip(scheme.payments.instalments, S6_PERCENTS, strict=True)
        )
        rules = replace(scheme.payments, instalments=instalments, **plan)
        call = make_call(
            session, state="announced", scheme=replace(scheme, payments=rules), authority=authority
        )
        self.authority, self.call = authority, call
        self.person = make_user(session)
        town = make_organisation(session, contact=self.person, applicant_type=applicant_type)
        self.town = town
        application = make_application(
            session,
            call=call,
            organisation=town,
            state="awarded",
            requested_cents=200_000_00,
            total_cents=250_000_00,
        )
        self.award = make_award(session, application)
        self.agreement: Agreement = make_agreement(session, self.award, rate="4/5")
        self.first, self.second, self.last = payments_of(session, self.agreement)
        roles = [Role.FINANCE, Role.APPROVER]
        self.finance = make_user(session, roles=roles, authority=authority)
        self.approver = make_user(session, roles=roles, authority=authority)

    def act(self, user=None):
        return act_as(self.session, user or self.finance)

    def ask(self, payment: Payment, *cents: int, **more) -> None:
        lines = [NewExpenditure("1", f"Cost {amount}", amount) for amount in cents]
        request = Request(**({"report": "Done.", "lines": lines} | more))
        payments.request(self.act(self.person), payment.id, request)

    def accepted(self, payment: Payment, less: int = 0) -> dict[int, Accepted]:
        """Accept every line, the first one less by some cents."""
        lines = self.session.scalars(
            select(ExpenditureLine)
            .where(ExpenditureLine.payment_id == payment.id)
            .order_by(ExpenditureLine.position)
        )
        return {
            line.id: Accepted(line.amount_cents - (less if place == 0 else 0), "Not eligible")
            for place, line in enumerate(lines)
        }

    def check(self, payment: Payment, **more):
        return payments.check(self.act(), payment.id, self.accepted(payment), **more)

    def settle(self, payment: Payment, *cents: int, revenue_cents: int = 0, **more):
        """Ask, check, approve and pay; return what the check found."""
        self.ask(payment, *cents, **more)
        due = self.check(payment, revenue_cents=revenue_cents)
        payments.approve(self.act(self.approver), payment.id)
        payments.pay(self.act(), payment.id, paid_on=DAY, bank_reference="2026-77")
        return due

    def found(self, payment: Payment, user=None) -> None:
        """Find a payment on the statement as it is there, by the approver if nobody is named."""
        self.session.refresh(payment)
        seen = OnStatement(DAY, "IZV-9", (payment.due_cents or 0) - payment.set_off_cents)
        payment_steps.reconcile(self.act(user or self.approver), payment.id, seen)

    def advanced(self) -> "Case":
        """S6 with enough consumption: 112,000.00 and 68,000.00 are paid."""
        self.settle(self.first, report="")
        self.settle(self.second, 103_500_00, forecast_cents=100_000_00)
        return self


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)


# --- S6 ---------------------------------------------------------------------------------


def test_s6_the_second_instalment_is_what_the_cap_leaves(case: Case) -> None:
    case.settle(case.first, report="")
    due = case.settle(case.second, 103_500_00, forecast_cents=100_000_00)

    assert due.amount_cents == 68_000_00
    agreement = case.session.get_one(Agreement, case.agreement.id)
    assert (agreement.paid_cents, agreement.committed_cents) == (180_000_00, 180_000_00)


def test_s6_too_little_spending_takes_off_the_unused_amount(case: Case) -> None:
    case.settle(case.first, report="")

    assert case.settle(case.second, 90_000_00, forecast_cents=100_000_00).amount_cents == 40_000_00


def test_s6_or_only_the_shortfall_where_the_scheme_says_so(session: Session) -> None:
    case = Case(session, underconsumption=Underconsumption.SHORTFALL_TO_MINIMUM)
    case.settle(case.first, report="")

    assert case.settle(case.second, 90_000_00, forecast_cents=100_000_00).amount_cents == 68_000_00


# --- S7: 180,000.00 are paid, 103,500.00 of costs are accepted --------------------------


@pytest.mark.parametrize(
    ("costs", "revenue", "due", "recover"),
    [
        (236_480_35, 0, 9_184_28, 0),
        (236_480_35, 50_000_00, 7_021_14, 0),
        (260_000_00, 0, 20_000_00, 0),
        (210_000_00, 0, 0, 12_000_00),
    ],
)
def test_s7_the_balance(session: Session, costs: int, revenue: int, due: int, recover: int) -> None:
    case = Case(session, applicant_type="SME").advanced()

    found = case.settle(case.last, costs - 103_500_00, revenue_cents=revenue)

    assert (found.amount_cents, found.recover_cents) == (due, recover)
    agreement = case.session.get_one(Agreement, case.agreement.id)
    assert agreement.paid_cents == 180_000_00 + due
    assert agreement.state == ("active" if recover else "completed")
    assert case.session.get_one(Award, case.award.id).state == (
        "agreed" if recover else "completed"
    )
    assert case.session.get_one(Payment, case.last.id).recoverable_cents == recover


def test_s7_profit_is_not_taken_from_a_non_profit_beneficiary(session: Session) -> None:
    case = Case(session, applicant_type="LSG_MUNICIPALITY").advanced()

    found = case.settle(case.last, 132_980_35, revenue_cents=50_000_00)

    assert found.amount_cents == 9_184_28


# --- asking -----------------------------------------------------------------------------


def test_instalments_are_asked_for_in_their_order(case: Case) -> None:
    with pytest.raises(Conflict, match="earlier instalment"):
        case.ask(case.second, 100_00)


def test_nothing_is_asked_for_before_both_have_signed(case: Case) -> None:
    case.agreement.state = "suspended"
    case.session.flush()

    with pytest.raises(Conflict, match="while the agreement is active"):
        case.ask(case.first)


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        (Request(), ["lines", "report"]),
        (Request("Done.", None, [NewExpenditure("1", "Cost", 0)]), ["lines"]),
        (Request("Done.", None, [NewExpenditure("1", " ", 1)]), ["lines"]),
        (Request("Done.", None, [NewExpenditure("99", "Cost", 1)]), ["lines"]),
        (
            Request("Done.", None, [NewExpenditure("1", "C", 1, invoice_on=date(2026, 3, 20))]),
            ["lines"],
        ),
        (Request("Done.", -1, [NewExpenditure("1", "Cost", 1)]), ["forecast_cents"]),
    ],
)
def test_a_request_that_cannot_be_checked_is_refused(
    case: Case, request_: Request, places: list[str]
) -> None:
    case.settle(case.first, report="")

    with pytest.raises(Invalid) as refused:
        payments.request(case.act(case.person), case.second.id, request_)

    assert list(refused.value.fields) == places
    assert case.session.get_one(Payment, case.second.id).state == "planned"


def test_a_stranger_does_not_find_the_instalment(case: Case) -> None:
    stranger = make_user(case.session)
    make_organisation(case.session, contact=stranger)

    with pytest.raises(NotFound):
        payments.request(case.act(stranger), case.first.id, Request())


def test_a_returned_request_is_corrected_and_replaces_its_costs(case: Case) -> None:
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00)
    payments.give_back(case.act(), case.second.id, reason="The invoice of May is missing.")

    payment = case.session.get_one(Payment, case.second.id)
    assert (payment.state, payment.check_note) == ("returned", "The invoice of May is missing.")
    assert case.session.scalars(select(Mail.subject)).all()[-1] == (
        "A payment request has to be corrected"
    )
    case.ask(case.second, 90_000_00, 13_500_00)
    rows = case.session.scalars(
        select(ExpenditureLine.amount_cents)
        .where(ExpenditureLine.payment_id == payment.id)
        .order_by(ExpenditureLine.position)
    )
    assert (rows.all(), payment.check_note) == ([90_000_00, 13_500_00], "")


def test_files_are_added_while_a_request_is_written_and_not_after(case: Case) -> None:
    file = NewFile("a" * 64, 10, "application/pdf", "invoice.pdf")
    first = payment_files.attach(case.act(case.person), case.first.id, file)
    payment_files.attach(case.act(case.person), case.first.id, file)
    payment_files.detach(case.act(case.person), case.first.id, first)
    case.ask(case.first, report="")

    assert len(case.session.scalars(select(PaymentFile)).all()) == 1
    with pytest.raises(Conflict, match="can no longer be changed"):
        payment_files.attach(case.act(case.person), case.first.id, file)


def test_a_request_holds_so_many_files_and_no_more(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payment_files, "MOST_FILES", 1)
    file = NewFile("a" * 64, 10, "application/pdf", "invoice.pdf")
    payment_files.attach(case.act(case.person), case.first.id, file)

    with pytest.raises(Invalid):
        payment_files.attach(case.act(case.person), case.first.id, file)
