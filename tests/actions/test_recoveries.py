"""S7 d as an order: prepared, issued by a second, received in parts, confirmed, settled."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.actions import payments, recoveries
from app.actions.act import Act
from app.actions.recoveries import NewOrder, NewReceipt
from app.errors import Conflict, Forbidden, Invalid
from app.models import (
    Agreement,
    Award,
    Mail,
    Payment,
    RecoveryOrder,
    RecoveryReceipt,
    User,
)
from app.queries import recovery_facts
from app.rules.permissions import Role
from tests.actions.test_payments import DAY, Case
from tests.actions.test_payments_concurrent import at_once
from tests.make.applications import make_application
from tests.make.awards import IBAN, make_agreement, make_award, payments_of
from tests.make.people import NOW, make_organisation, make_user

ORDER = NewOrder(
    amount_cents=12_000_00,
    reason="The final report was accepted with 210,000.00 EUR.",
    days=45,
    interest_percent=Fraction("5.65"),
    iban=IBAN,
    account_holder="Office for Local Grants",
)


def manager_of(case: Case) -> User:
    return make_user(case.session, roles=[Role.FUND_MANAGER], authority=case.authority)


class Owed(Case):
    """S7 d: 180,000.00 are paid, the final grant is 168,000.00, 12,000.00 has to come back."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.manager = manager_of(self)
        self.advanced()
        self.settle(self.last, 106_500_00)

    def order(self, **changes: object) -> int:
        new = NewOrder(**{name: getattr(ORDER, name) for name in ORDER.__slots__} | changes)
        return recoveries.prepare(self.act(), self.agreement.id, new)

    def issued(self, **changes: object) -> int:
        key = self.order(**changes)
        recoveries.issue(self.act(self.approver), key)
        return key

    def record(self, key: int, cents: int, interest_cents: int = 0) -> int:
        new = NewReceipt(cents, interest_cents, DAY, "2026-99")
        return recoveries.record(self.act(), key, new)

    def receive(self, key: int, cents: int) -> None:
        recoveries.confirm(self.act(self.approver), self.record(key, cents))

    def state(self) -> tuple[str, str, int, int, int]:
        """Agreement, award; paid, ordered and recovered."""
        self.session.expire_all()
        agreement = self.session.get_one(Agreement, self.agreement.id)
        return (
            agreement.state,
            self.session.get_one(Award, self.award.id).state,
            agreement.paid_cents,
            agreement.ordered_cents,
            agreement.recovered_cents,
        )


@pytest.fixture
def owed(session: Session) -> Owed:
    return Owed(session)


def test_s7_d_is_ordered_received_and_settled_and_the_agreement_is_completed(owed: Owed) -> None:
    assert owed.state() == ("active", "agreed", 180_000_00, 0, 0)

    key = owed.issued()
    assert owed.state() == ("active", "agreed", 180_000_00, 12_000_00, 0)
    owed.receive(key, 12_000_00)

    assert owed.state() == ("completed", "completed", 180_000_00, 12_000_00, 12_000_00)
    order = owed.session.get_one(RecoveryOrder, key)
    assert (order.state, order.due_on, order.received_cents) == (
        "settled",
        date(2026, 5, 3),
        12_000_00,
    )


def test_what_a_new_order_starts_from_is_what_the_balance_left_owed(owed: Owed) -> None:
    start = recovery_facts.start_of(owed.session, owed.agreement.id)
    assert (start.amount_cents, start.payment_id) == (12_000_00, owed.last.id)
    owed.order(amount_cents=5_000_00)
    assert recovery_facts.start_of(owed.session, owed.agreement.id).amount_cents == 7_000_00


def test_the_letter_states_the_sums_the_day_and_the_interest(owed: Owed) -> None:
    context = owed.session.get_one(RecoveryOrder, owed.issued()).context
    said = {name: context[name] for name in ("amount_cents", "paid_cents", "final_cents")}
    assert said == {
        "amount_cents": 12_000_00,
        "paid_cents": 180_000_00,
        "final_cents": 168_000_00,
    }
    assert (context["accepted_cents"], context["due_on"], context["interest_percent"]) == (
        210_000_00,
        "2026-05-03",
        "5.65",
    )
    assert owed.session.scalars(select(Mail.subject).order_by(Mail.id)).all()[-1] == (
        "Part of a grant has to be paid back"
    )


def test_it_may_come_in_parts_and_counts_only_when_confirmed(owed: Owed) -> None:
    key = owed.issued()
    owed.receive(key, 5_000_00)
    owed.record(key, 7_000_00)
    assert owed.state()[4] == 5_000_00
    assert owed.session.get_one(RecoveryOrder, key).state == "issued"


def test_each_step_needs_a_second_person(owed: Owed) -> None:
    key = owed.order()
    with pytest.raises(Forbidden, match="prepared this yourself"):
        recoveries.issue(owed.act(), key)
    recoveries.issue(owed.act(owed.approver), key)
    receipt = owed.record(key, 1_00)
    with pytest.raises(Forbidden, match="prepared this yourself"):
        recoveries.confirm(owed.act(), receipt)
    with pytest.raises(Forbidden, match="prepared this yourself"):
        recoveries.reject(owed.act(), receipt, reason="Not on the statement.")


def test_never_more_is_ordered_than_was_paid_or_received_than_ordered(owed: Owed) -> None:
    with pytest.raises(Invalid) as refused:
        owed.order(amount_cents=180_000_01)
    assert refused.value.values["room_cents"] == 180_000_00
    key = owed.issued()
    with pytest.raises(Invalid) as refused:
        owed.record(key, 12_000_01)
    assert list(refused.value.fields) == ["amount_cents"]
    receipt = owed.record(key, 12_000_00)
    recoveries.confirm(owed.act(owed.approver), receipt)
    with pytest.raises(Conflict):
        owed.record(key, 1)


def test_what_waits_for_a_second_person_covers_its_part_of_the_debt(owed: Owed) -> None:
    key = owed.issued()
    receipt = owed.record(key, 7_000_00)
    with pytest.raises(Invalid, match="confirmed, or rejected") as refused:
        owed.record(key, 5_000_01)
    assert refused.value.values["waiting_cents"] == 7_000_00
    assert refused.value.values["left_cents"] == 5_000_00
    owed.record(key, 5_000_00)
    owed.record(key, 0, interest_cents=1_00)

    recoveries.reject(owed.act(owed.approver), receipt, reason="It is the same money.")
    owed.record(key, 7_000_00)


def test_of_two_who_record_the_rest_at_once_one_is_refused(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        owed = Owed(session)
        key, people = owed.issued(), [owed.finance.id, owed.approver.id]

    def rest(act: Act) -> None:
        try:
            recoveries.record(act, key, NewReceipt(12_000_00, 0, DAY, "2026-99"))
        except Invalid as refused:
            raise Conflict(str(refused)) from refused

    answers = at_once(sessions, [(person, rest) for person in people])

    assert sorted(answer is None for answer in answers) == [False, True]
    with db.reading(sessions) as session:
        found = session.scalars(select(RecoveryReceipt.amount_cents)).all()
    assert found == [12_000_00]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE recovery_order SET received_cents = 1200001", "received_within_order"),
        ("UPDATE agreement SET recovered_cents = 1200001", "recovered_within_ordered"),
        ("UPDATE agreement SET ordered_cents = 18000001", "ordered_within_paid"),
        ("UPDATE recovery_order SET amount_cents = 1 ", "amount_cents is frozen"),
        ("UPDATE recovery_order SET issued_by = prepared_by", "four_eyes|frozen"),
        ("UPDATE recovery_receipt SET confirmed_by = recorded_by", "four_eyes"),
        ("UPDATE recovery_receipt SET state = 'confirmed', amount_cents = 1200001", "within"),
        ("DELETE FROM recovery_order", "written once"),
        ("DELETE FROM recovery_receipt", "written once"),
    ],
)
def test_the_database_refuses_it_too(owed: Owed, statement: str, refusal: str) -> None:
    owed.record(owed.issued(), 1_00)
    with pytest.raises(DBAPIError, match=refusal):
        owed.session.execute(text(statement))


def test_a_rejected_receipt_counts_for_nothing(owed: Owed) -> None:
    key = owed.issued()
    receipt = owed.record(key, 12_000_00)
    recoveries.reject(owed.act(owed.approver), receipt, reason="Another grant's money.")
    owed.receive(key, 12_000_00)
    assert owed.state()[4] == 12_000_00


def test_an_order_is_cancelled_by_a_second_person_until_money_came(owed: Owed) -> None:
    key = owed.issued()
    with pytest.raises(Forbidden):
        recoveries.cancel(owed.act(), key, reason="Wrong sum.")
    recoveries.cancel(owed.act(owed.approver), key, reason="Wrong sum.")
    assert owed.state()[3] == 0
    again = owed.issued()
    owed.record(again, 1_00)
    with pytest.raises(Conflict, match="was received"):
        recoveries.cancel(owed.act(owed.approver), again, reason="Wrong sum.")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"amount_cents": 0}, "amount_cents"),
        ({"reason": " "}, "reason"),
        ({"days": 0}, "days"),
        ({"interest_percent": Fraction(101)}, "interest_percent"),
        ({"iban": "RS35260005601001611378"}, "iban"),
        ({"account_holder": ""}, "account_holder"),
    ],
)
def test_an_order_says_everything_that_is_wrong_with_it(
    owed: Owed, change: dict[str, object], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        owed.order(**change)
    assert list(refused.value.fields) == [place]


def test_a_debt_is_set_off_against_an_approved_payment_of_the_same_beneficiary(
    owed: Owed,
) -> None:
    key = owed.issued()
    later = other_payment(owed)
    receipt = recoveries.set_off(owed.act(), key, later.id, amount_cents=12_000_00)
    assert owed.session.scalars(select(Payment.set_off_cents).where(Payment.id == later.id)).one()
    with pytest.raises(Conflict, match="not confirmed yet"):
        payments.pay(owed.act(), later.id, paid_on=DAY, bank_reference="1")
    recoveries.confirm(owed.act(owed.approver), receipt)

    payments.pay(owed.act(), later.id, paid_on=DAY, bank_reference="1")

    owed.session.expire_all()
    assert (later.due_cents, later.set_off_cents, later.state) == (50_000_00, 12_000_00, "paid")
    assert owed.state()[4] == 12_000_00
    assert owed.session.get_one(RecoveryOrder, key).state == "settled"


def test_no_more_is_set_off_than_the_payment_has_and_nobody_elses_money(owed: Owed) -> None:
    key = owed.issued()
    small = other_payment(owed, cents=5_000_00)
    with pytest.raises(Invalid) as refused:
        recoveries.set_off(owed.act(), key, small.id, amount_cents=5_000_01)
    assert refused.value.values["free_cents"] == 5_000_00
    strangers = other_payment(owed, town=make_organisation(owed.session))
    with pytest.raises(Conflict, match="same beneficiary"):
        recoveries.set_off(owed.act(), key, strangers.id, amount_cents=1_00)


def other_payment(owed: Owed, *, cents: int = 50_000_00, town=None) -> Payment:
    """An approved payment under another agreement of the same call."""
    session = owed.session
    own = make_application(
        session,
        call=owed.call,
        organisation=town or owed.town,
        state="awarded",
        requested_cents=100_000_00,
    )
    agreement = make_agreement(session, make_award(session, own), rate="1/1")
    payment = payments_of(session, agreement)[0]
    payment.state, payment.due_cents, payment.approved_at = "approved", cents, NOW
    session.flush()
    return payment
