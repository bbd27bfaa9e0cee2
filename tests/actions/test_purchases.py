"""Ordering, receiving, invoice, approval and payment of a supplier, within the grant."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import own_shares, purchases
from app.actions.purchases import Received
from app.errors import Conflict, Forbidden, Invalid
from app.models import Agreement
from tests.make.in_kind import TODAY, InKindDesk

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session)


def sums(desk: InKindDesk) -> tuple[int, int]:
    agreement = desk.session.get_one(Agreement, desk.agreement_id)
    desk.session.refresh(agreement)
    return agreement.committed_cents, agreement.paid_cents


def test_the_sums_of_the_agreement_count_what_the_grant_pays(desk: InKindDesk) -> None:
    desk.received()
    (asset,) = desk.assets
    purchases.bill(desk.act(), asset.id, invoice_number="F-17", invoice_cents=1_980_00)
    assert sums(desk) == (0, 0)

    purchases.approve(desk.act(desk.approver), asset.id)
    assert sums(desk) == (1_683_00, 0)
    purchases.pay(desk.act(desk.finance), asset.id, paid_on=TODAY, bank_reference="IZV-9")

    assert sums(desk) == (1_683_00, 1_683_00)
    assert (asset.invoice_number, asset.bank_reference, asset.paid_on) == ("F-17", "IZV-9", TODAY)


def test_nothing_is_ordered_before_the_own_share_is_confirmed(desk: InKindDesk) -> None:
    desk.priced()
    (asset,) = desk.assets
    paid = own_shares.PaidIn(297_00, TODAY, "IZV-1")
    own_shares.record(desk.act(desk.finance), desk.grant_id, paid)

    with pytest.raises(Conflict, match="The own share is not paid in yet"):
        purchases.order(desk.act(), asset.id, ordered_on=TODAY)
    with pytest.raises(DBAPIError, match="the own share is not paid in"):
        desk.session.execute(text("UPDATE asset SET ordered_on = '2026-04-15'"))


def test_a_delivery_needs_its_day_number_and_place(desk: InKindDesk) -> None:
    desk.funded()
    (asset,) = desk.assets
    with pytest.raises(Invalid):
        purchases.order(desk.act(), asset.id, ordered_on=TOMORROW)
    purchases.order(desk.act(), asset.id, ordered_on=TODAY)

    with pytest.raises(Invalid) as early:
        purchases.receive(desk.act(), asset.id, Received(TODAY - timedelta(days=1), " ", " "))
    with pytest.raises(Invalid) as late:
        purchases.receive(desk.act(), asset.id, Received(TOMORROW, "SN-1", "Ruma"))
    purchases.receive(desk.act(), asset.id, Received(TODAY, " SN-1 ", " Ruma "))

    assert sorted(early.value.fields) == ["location", "received_on", "serial_number"]
    assert sorted(late.value.fields) == ["received_on"]
    assert (asset.state, asset.serial_number, asset.location) == ("received", "SN-1", "Ruma")
    with pytest.raises(Conflict):
        purchases.receive(desk.act(), asset.id, Received(TODAY, "SN-2", "Ruma"))


def test_the_invoice_is_the_price_of_the_quote(desk: InKindDesk) -> None:
    desk.funded()
    (asset,) = desk.assets
    with pytest.raises(Conflict, match="between the order and the approval"):
        purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=1_980_00)
    purchases.order(desk.act(), asset.id, ordered_on=TODAY)

    with pytest.raises(Invalid) as refusal:
        purchases.bill(desk.act(), asset.id, invoice_number=" ", invoice_cents=1_980_01)

    assert sorted(refusal.value.fields) == ["invoice_cents", "invoice_number"]


def test_who_chose_or_ordered_does_not_approve(desk: InKindDesk) -> None:
    desk.received()
    (asset,) = desk.assets
    with pytest.raises(Conflict, match="No invoice"):
        purchases.approve(desk.act(desk.approver), asset.id)
    purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=1_980_00)

    asset.ordered_by = desk.approver.id
    desk.session.flush()
    with pytest.raises(Forbidden) as refusal:
        purchases.approve(desk.act(desk.approver), asset.id)

    assert "second person" in refusal.value.message
    with pytest.raises(DBAPIError, match="four_eyes"):
        desk.session.execute(text("UPDATE asset SET approved_by = ordered_by"))


def test_a_payment_needs_approval_reference_and_a_day_that_fits(desk: InKindDesk) -> None:
    desk.received()
    (asset,) = desk.assets
    with pytest.raises(Conflict, match="Only an approved invoice"):
        purchases.pay(desk.act(desk.finance), asset.id, paid_on=TODAY, bank_reference="X")
    purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=1_980_00)
    purchases.approve(desk.act(desk.approver), asset.id)

    for day in (TOMORROW, TODAY - timedelta(days=1)):
        with pytest.raises(Invalid) as refusal:
            purchases.pay(desk.act(desk.finance), asset.id, paid_on=day, bank_reference=" ")
        assert sorted(refusal.value.fields) == ["bank_reference", "paid_on"]
    purchases.pay(desk.act(desk.finance), asset.id, paid_on=TODAY, bank_reference="IZV-9")
    with pytest.raises(Conflict):
        purchases.pay(desk.act(desk.finance), asset.id, paid_on=TODAY, bank_reference="IZV-9")


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        # One cent above the grant, by bare SQL.
        (
            "UPDATE asset SET support_cents = 168301, approved_at = now() WHERE position = 1",
            "within_grant",
        ),
        ("UPDATE asset SET support_cents = 198001", "support_within_price"),
        ("UPDATE asset SET paid_on = now()", "paid_when_approved"),
        ("UPDATE in_kind_grant SET own_share_cents = 1", "shares_are_the_price"),
        ("UPDATE own_share SET amount_cents = 1", "own_share.amount_cents is frozen"),
    ],
)
def test_the_database_refuses(desk: InKindDesk, statement: str, refusal: str) -> None:
    desk.received()

    with pytest.raises(DBAPIError, match=refusal):
        desk.session.execute(text(statement))


def test_what_was_approved_keeps_its_price(desk: InKindDesk) -> None:
    desk.paid()

    with pytest.raises(DBAPIError, match=r"asset\.price_cents is frozen"):
        desk.session.execute(text("UPDATE asset SET price_cents = 1, support_cents = 1"))


def test_the_rule_says_what_is_left_before_the_database_refuses(desk: InKindDesk) -> None:
    desk.received()
    (asset,) = desk.assets
    purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=1_980_00)
    asset.support_cents = 1_800_00
    desk.session.flush()

    with pytest.raises(Conflict) as refusal:
        purchases.approve(desk.act(desk.approver), asset.id)

    assert refusal.value.values["left_cents"] == 1_683_00
