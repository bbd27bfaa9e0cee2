"""Steps of a grant in kind as forms: prices, own share, buying, paying.

One world goes the whole road in each test, so that every step is sent where it belongs: by the
wrong person, with wrong input, right, and where two are needed by the first one again.
"""

import pytest

from app import clock
from app.models import OwnShare, OwnShareReturn
from tests.make.in_kind import NOW, InKindDesk
from tests.web.conftest import text_of
from tests.web.in_kind_road import Road, day


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def road(session, sign_in_as) -> Road:
    return Road(InKindDesk(session), sign_in_as)


def test_items_prices_and_own_share(road: Road, session) -> None:
    desk = road.desk.quoted()
    grant, (asset,) = f"/office/in-kind/{desk.grant_id}", desk.assets
    officer, finance, monitor = desk.officer, desk.finance, desk.monitor

    road.refuse(
        f"{grant}/add-item",
        officer,
        {"quantity": "3 pieces"},
        ["Enter what is needed."],
        "3 pieces",
    )
    road.take(
        f"{grant}/add-item",
        officer,
        {"title": "Chisels"},
        never=monitor,
        says="Choose a quote for: Machine 1, Chisels.",
    )
    thing, chisels = f"/office/assets/{asset.id}", f"/office/assets/{desk.assets[1].id}"
    road.refuse(
        f"{thing}/change",
        officer,
        {"title": "", "specification": "2 kW"},
        ["Enter what is needed."],
        "2 kW",
    )
    road.take(
        f"{thing}/change",
        officer,
        {"title": "Lathe"},
        never=monitor,
        says="The description is saved.",
    )
    road.refuse(
        f"{chisels}/drop",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Leave the item out",
    )
    road.take(
        f"{chisels}/drop",
        officer,
        {"reason": "Not needed."},
        never=monitor,
        says="The item is left out",
    )
    early = road.of(officer).submit(f"{grant}/prices", {"account": "A", **day("due_on", 30)})
    assert early.status_code == 409
    cheapest = min(desk.quotes(desk.assets[0]), key=lambda each: each.price_cents)
    road.take(
        f"{thing}/quotes/choose",
        officer,
        {"offer": str(cheapest.id)},
        never=monitor,
        says="The quote is chosen.",
    )
    assert "Fix the prices: the beneficiary" in text_of(road.of(officer).get(grant))
    road.refuse(
        f"{grant}/prices",
        officer,
        {"account": "RS35260005601001611379", **day("due_on", 1)},
        ["This day is over. Enter until when the own share is paid in."],
        "RS35260005601001611379",
    )
    road.take(
        f"{grant}/prices",
        officer,
        {"account": "RS35260005601001611379", **day("due_on", 30)},
        never=monitor,
        says="The beneficiary pays in EUR 297.00 by 30 April 2026.",
    )
    road.refuse(
        f"{grant}/reopen",
        officer,
        {"reason": " "},
        ["Write the reason; it is kept on file."],
        "Open the prices again",
    )

    share = {"amount_cents": "297.00", "bank_reference": "IZV-1", **day("received_on")}
    road.refuse(
        f"{grant}/own-share",
        finance,
        {**share, **day("received_on", 16)},
        ["This day lies ahead. Enter the day on the bank statement."],
        "IZV-1",
    )
    road.take(
        f"{grant}/own-share",
        finance,
        share,
        never=monitor,
        says="A second person confirms the own share of EUR 297.00",
    )
    own = f"/office/own-shares/{session.query(OwnShare.id).scalar()}"
    road.refuse(
        f"{own}/strike",
        finance,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "before anybody has confirmed",
    )
    road.take(
        f"{own}/confirm", desk.approver, never=finance, says="Order from the supplier: Lathe."
    )


def test_buying_paying_and_another_price(road: Road, session) -> None:
    desk = road.desk.funded()
    thing = f"/office/assets/{desk.assets[0].id}"
    grant = f"/office/in-kind/{desk.grant_id}"
    officer, approver, finance = desk.officer, desk.approver, desk.finance

    road.refuse(
        f"{thing}/order",
        officer,
        day("ordered_on", 16),
        ["This day lies ahead. Enter the day of the order."],
        'value="16"',
    )
    road.take(
        f"{thing}/order",
        officer,
        day("ordered_on"),
        never=desk.monitor,
        says="To be delivered: Machine 1.",
    )
    road.refuse(
        f"{thing}/cancel-order",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Cancel the order",
    )
    road.refuse(
        f"{thing}/receive",
        officer,
        {"location": "Ruma", **day("received_on")},
        ["Enter the serial number, or “none” if it has none."],
        'value="Ruma"',
    )
    came = {"serial_number": "SN-1", "location": "Ruma", **day("received_on")}
    road.take(
        f"{thing}/receive",
        officer,
        came,
        never=desk.monitor,
        says="Record the invoice for: Machine 1.",
    )

    price = {"price_cents": "1,900.01", "reason": "A discount."}
    road.refuse(
        f"{thing}/price",
        officer,
        {**price, "reason": ""},
        ["Write the reason; it is kept on file."],
        "1,900.01",
    )
    road.take(
        f"{thing}/price",
        officer,
        price,
        never=desk.monitor,
        says="A second person agrees to another price, or not: Machine 1.",
    )
    road.refuse(
        f"{thing}/drop-price",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Leave the price as it is",
    )
    road.take(
        f"{thing}/agree-price",
        approver,
        never=officer,
        says="EUR 11.99 of own share were paid in too much",
    )

    bill = {"invoice_number": "F-7", "invoice_cents": "1,900.01"}
    road.refuse(
        f"{thing}/invoice",
        officer,
        {**bill, "invoice_cents": "1,900.02"},
        [
            "The invoice is not the price that was agreed. Ask the supplier to correct it, "
            "or propose another price with its reason."
        ],
        "F-7",
    )
    road.take(
        f"{thing}/invoice",
        officer,
        bill,
        never=desk.monitor,
        says="A second person approves the payment for: Machine 1.",
    )
    road.take(
        f"{thing}/approve", approver, never=officer, says="Finance pays the supplier of: Machine 1."
    )
    paid = {"bank_reference": "IZV-9", **day("paid_on")}
    road.refuse(
        f"{thing}/pay",
        finance,
        {**paid, **day("paid_on", 14)},
        ["This day is before the approval. Enter the day of the payment."],
        "IZV-9",
    )
    road.take(
        f"{thing}/pay",
        finance,
        paid,
        never=approver,
        says="The payment to the supplier is recorded.",
    )

    back = {"amount_cents": "11.99", "account": "RS35", "reason": "A discount."}
    road.refuse(
        f"{grant}/return",
        officer,
        {**back, "amount_cents": "12.00"},
        ["Only EUR 11.99 was paid in above what is owed."],
        "RS35",
    )
    road.take(
        f"{grant}/return",
        officer,
        back,
        never=desk.monitor,
        says="A second person approves that own share is paid back.",
    )
    line = f"/office/in-kind/returns/{session.query(OwnShareReturn.id).scalar()}"
    road.refuse(
        f"{line}/drop",
        officer,
        {"reason": ""},
        ["Write the reason; it is kept on file."],
        "Do not pay it back",
    )
    road.take(f"{line}/approve", approver, never=officer, says="Finance pays own share back.")
    road.take(f"{line}/pay", finance, paid, never=approver, says="The beneficiary was told.")
