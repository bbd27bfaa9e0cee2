"""A request that is checked, approved and paid: four eyes, the limits, and every refusal."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import payments
from app.actions.payments import Accepted
from app.errors import Conflict, Forbidden, Invalid
from app.models import Agreement, Mail, Payment
from app.queries.payments import staff_payment
from tests.actions.test_payments import DAY, Case
from tests.make.people import NOW, act_as


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)


# --- checking ---------------------------------------------------------------------------


def test_a_smaller_amount_is_accepted_with_its_reason(case: Case) -> None:
    case.settle(case.first, report="")
    case.ask(case.second, 100_000_00, 20_000_00, forecast_cents=100_000_00)

    payments.check(case.act(), case.second.id, case.accepted(case.second, less=1))

    payment = case.session.get_one(Payment, case.second.id)
    assert (payment.accepted_cents, payment.due_cents) == (119_999_99, 68_000_00)


@pytest.mark.parametrize(
    ("accepted", "place"),
    [
        (None, "accepted"),
        (Accepted(100_000_01), "accepted"),
        (Accepted(-1), "accepted"),
        (Accepted(99_999_99, " "), "reason"),
    ],
)
def test_a_line_is_accepted_within_what_was_reported(
    case: Case, accepted: Accepted | None, place: str
) -> None:
    case.settle(case.first, report="")
    case.ask(case.second, 100_000_00)
    (key,) = case.accepted(case.second)

    with pytest.raises(Invalid) as refused:
        payments.check(case.act(), case.second.id, {key: accepted} if accepted else {})

    assert list(refused.value.fields) == [f"{place}_{key}"]


def test_revenue_below_zero_is_refused(case: Case) -> None:
    case.ask(case.first, report="")

    with pytest.raises(Invalid) as refused:
        payments.check(case.act(), case.first.id, {}, revenue_cents=-1)

    assert list(refused.value.fields) == ["revenue_cents"]


def test_what_is_due_is_never_above_the_agreement(case: Case) -> None:
    case.agreement.grant_cents = 100_000_00
    case.session.flush()
    case.ask(case.first, report="")

    case.check(case.first)

    assert case.session.get_one(Payment, case.first.id).due_cents == 100_000_00


def test_a_return_needs_its_reason(case: Case) -> None:
    case.ask(case.first, report="")

    with pytest.raises(Invalid):
        payments.give_back(case.act(), case.first.id, reason=" ")


# --- approving and paying ---------------------------------------------------------------


def test_nobody_approves_their_own_check(case: Case) -> None:
    case.ask(case.first, report="")
    case.check(case.first)

    with pytest.raises(Forbidden, match="prepared this yourself"):
        payments.approve(case.act(), case.first.id)


def test_only_what_was_checked_is_approved(case: Case) -> None:
    case.ask(case.first, report="")

    with pytest.raises(Conflict, match="does not wait for approval"):
        payments.approve(case.act(case.approver), case.first.id)


def test_an_approval_above_the_agreement_is_refused_with_the_figures(case: Case) -> None:
    case.ask(case.first, report="")
    case.check(case.first)
    case.agreement.grant_cents = 100_000_00
    case.session.flush()

    with pytest.raises(Conflict) as refused:
        payments.approve(case.act(case.approver), case.first.id)

    said = refused.value.values
    assert (said["due_cents"], said["left_cents"]) == (112_000_00, 100_000_00)


@pytest.mark.parametrize(
    ("paid_on", "reference", "places"),
    [
        (date(2026, 3, 20), "", ["bank_reference", "paid_on"]),
        (date(2026, 3, 18), "77", ["paid_on"]),
    ],
)
def test_a_payment_has_a_day_and_a_reference(
    case: Case, paid_on: date, reference: str, places: list[str]
) -> None:
    case.ask(case.first, report="")
    case.check(case.first)
    payments.approve(case.act(case.approver), case.first.id)

    with pytest.raises(Invalid) as refused:
        payments.pay(case.act(), case.first.id, paid_on=paid_on, bank_reference=reference)

    assert list(refused.value.fields) == places


def test_what_was_not_approved_is_not_paid(case: Case) -> None:
    case.ask(case.first, report="")

    with pytest.raises(Conflict, match="Only an approved request"):
        payments.pay(case.act(), case.first.id, paid_on=DAY, bank_reference="77")


def test_nothing_is_paid_twice(case: Case) -> None:
    case.settle(case.first, report="")

    with pytest.raises(Conflict):
        payments.pay(case.act(), case.first.id, paid_on=DAY, bank_reference="78")
    assert case.session.get_one(Agreement, case.agreement.id).paid_cents == 112_000_00


def test_the_beneficiary_is_told_of_a_payment(case: Case) -> None:
    case.settle(case.first, report="")

    mail = case.session.scalars(select(Mail)).one()
    assert mail.subject == "A payment was made to your account"
    assert "19 March 2026" in mail.body


def test_nobody_approves_a_check_that_was_made_after_they_looked(case: Case) -> None:
    def shown() -> str:
        return staff_payment(case.session, case.act().actor, case.first.id).seen

    case.ask(case.first, report="")
    case.check(case.first)
    seen = shown()
    later = act_as(case.session, case.finance, now=NOW + timedelta(minutes=1))
    payments.check(later, case.first.id, {})

    with pytest.raises(Conflict, match="checked again meanwhile"):
        payments.approve(case.act(case.approver), case.first.id, seen=seen)
    payments.approve(case.act(case.approver), case.first.id, seen=shown())

    assert case.first.state == "approved"
