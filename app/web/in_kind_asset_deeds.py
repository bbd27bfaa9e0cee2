"""What can be done with one thing until its supplier is paid, and which step is open when."""

from collections.abc import Iterator
from datetime import date

from app.actions import in_kind, price_changes, purchases
from app.actions.in_kind import NewItem
from app.actions.price_changes import NewPrice
from app.actions.purchases import Received
from app.errors import Conflict
from app.i18n.marks import N_
from app.queries.in_kind_page import AssetLine, InKindPage
from app.rules.permissions import Actor, Permission
from app.web.fields import Field, amount, date_of, text
from app.web.in_kind_parts import ITEM, REASON, STATEMENT, Thing, reason_only
from app.web.in_kind_title_deeds import TITLES, title_keys
from app.web.step_forms import OpenSteps, Step, Steps


def _receive_fields(_: Thing) -> tuple[Field, ...]:
    return (
        date_of("received_on", N_("Day of the delivery"), missing=N_("Enter the day")),
        text(
            "serial_number",
            N_("Serial number"),
            hint=N_("From the thing itself. Several with commas; “none” if it has none."),
            missing=N_("Enter the serial number, or “none” if it has none."),
            max_length=300,
        ),
        text("location", N_("Where it stands"), missing=N_("Enter where it stands."),
             max_length=200),
    )  # fmt: skip


def _bill_fields(_: Thing) -> tuple[Field, ...]:
    return (
        text(
            "invoice_number",
            N_("Number of the invoice"),
            missing=N_("Enter the number of the invoice."),
            max_length=80,
        ),
        amount(
            "invoice_cents",
            N_("Amount of the invoice"),
            missing=N_("Enter the amount"),
            minimum_cents=1,
        ),
    )


def _price_fields(_: Thing) -> tuple[Field, ...]:
    return (
        amount(
            "price_cents",
            N_("New price of the whole item"),
            missing=N_("Enter the price"),
            minimum_cents=1,
        ),
        REASON,
        date_of(
            "due_on",
            N_("Until when a higher own share is paid in"),
            hint=N_("Only where the price rises."),
        ),
    )


def _change_of(thing: Thing) -> int:
    if thing.asset.change is None:
        raise Conflict(N_("No other price waits. Somebody may have decided already."))
    return thing.asset.change.change_id


_BUYING: dict[str, Step[Thing]] = {
    "change": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Describe the item"),
        notice=N_("The description is saved."),
        run=lambda act, thing, sent: in_kind.change_item(
            act, thing.asset.asset_id, sent.into(NewItem)
        ),
        fields=lambda _: ITEM,
        filled=lambda thing: {
            "title": thing.asset.title,
            "quantity": thing.asset.quantity,
            "specification": thing.asset.specification,
        },
    ),
    "drop": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Leave the item out"),
        notice=N_("The item is left out; the list keeps it with the reason."),
        run=lambda act, thing, sent: in_kind.drop_item(
            act, thing.asset.asset_id, reason=sent.text("reason")
        ),
        fields=reason_only,
    ),
    "order": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the order"),
        notice=N_("Ordered."),
        run=lambda act, thing, sent: purchases.order(
            act, thing.asset.asset_id, ordered_on=sent.day("ordered_on")
        ),
        fields=lambda _: (
            date_of("ordered_on", N_("Day of the order"), missing=N_("Enter the day")),
        ),
    ),
    "receive": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the delivery"),
        notice=N_("The delivery stands in the register."),
        run=lambda act, thing, sent: purchases.receive(
            act, thing.asset.asset_id, sent.into(Received)
        ),
        fields=_receive_fields,
    ),
    "invoice": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the invoice"),
        notice=N_("The invoice waits for approval by a second person."),
        run=lambda act, thing, sent: purchases.bill(
            act,
            thing.asset.asset_id,
            invoice_number=sent.text("invoice_number"),
            invoice_cents=sent.cents("invoice_cents"),
        ),
        fields=_bill_fields,
    ),
    "price": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Propose another price"),
        notice=N_("Proposed. A second person agrees to it or not."),
        run=lambda act, thing, sent: price_changes.propose(
            act, thing.asset.asset_id, sent.into(NewPrice)
        ),
        fields=_price_fields,
        explains=N_(
            "Where the supplier asks more or less than was quoted. The grant never pays more than "
            "was agreed; own share and support follow to the cent."
        ),
    ),
    "agree-price": Step(
        needs=Permission.APPROVE_PAYMENT,
        button=N_("Agree to the price"),
        notice=N_("The price is changed. Own share and support are divided anew."),
        run=lambda act, thing, _: price_changes.agree(act, _change_of(thing)),
    ),
    "drop-price": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Leave the price as it is"),
        notice=N_("The price stays."),
        run=lambda act, thing, sent: price_changes.drop(
            act, _change_of(thing), reason=sent.text("reason")
        ),
        fields=reason_only,
    ),
    "cancel-order": Step(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Cancel the order"),
        notice=N_("The order is cancelled. Own share and support are divided anew."),
        run=lambda act, thing, sent: price_changes.cancel_order(
            act, thing.asset.asset_id, reason=sent.text("reason")
        ),
        fields=reason_only,
    ),
    "approve": Step(
        needs=Permission.APPROVE_PAYMENT,
        button=N_("Approve the payment"),
        notice=N_("Approved. Finance pays the supplier."),
        run=lambda act, thing, _: purchases.approve(act, thing.asset.asset_id),
    ),
    "pay": Step(
        needs=Permission.PAY,
        button=N_("Record the payment"),
        notice=N_("The payment to the supplier is recorded."),
        run=lambda act, thing, sent: purchases.pay(
            act,
            thing.asset.asset_id,
            paid_on=sent.day("paid_on"),
            bank_reference=sent.text("bank_reference"),
        ),
        fields=lambda _: STATEMENT,
    ),
}
ASSET: Steps[Thing] = Steps(_BUYING | TITLES)


def asset_steps(thing: Thing, actor: Actor, today: date) -> OpenSteps[Thing]:
    """Return the steps that the person may take with one thing as it stands."""
    return ASSET.open(_asset_keys(thing.grant, thing.asset, today), actor, thing.facts)


def _asset_keys(page: InKindPage, asset: AssetLine, today: date) -> tuple[str, ...]:
    if page.agreement_state != "active":
        return title_keys(asset, today) if asset.state == "repossessed" else ()
    if page.state == "choosing" and asset.state == "planned":
        return ("change", "drop")
    if page.state == "funded" and asset.state == "planned":
        return ("order",)
    return (*_buying(page, asset), *title_keys(asset, today))


def _buying(page: InKindPage, asset: AssetLine) -> Iterator[str]:
    if asset.state == "ordered":
        yield "receive"
    if asset.change is not None:
        yield "agree-price"
        yield "drop-price"
    elif asset.ordered_on and asset.approved_at is None and asset.state != "dropped":
        if not asset.invoice_number:
            yield "invoice"
        elif not page.own_share_left_cents:
            yield "approve"
        yield "price"
        if asset.state == "ordered":
            yield "cancel-order"
    if asset.approved_at and asset.paid_on is None:
        yield "pay"
