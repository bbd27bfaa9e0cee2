"""What can be done to one thing: which deed is possible when, for whom, and what it asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.actions import assets, in_kind, price_changes, purchases
from app.actions.act import Act
from app.actions.in_kind import NewItem
from app.actions.price_changes import NewPrice
from app.actions.purchases import Received
from app.errors import Conflict
from app.i18n.marks import N_
from app.queries.in_kind import AssetLine, InKindPage
from app.rules.permissions import Actor, Facts, Permission, may
from app.rules.scheme_text import said
from app.web.fields import Field, Verbatim, amount, date_of, text, yes_no
from app.web.forms import Form
from app.web.in_kind_deeds import BANK, ITEM, REASON, cents_in, day_in, text_in

AssetFields = Callable[[InKindPage, AssetLine], tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class AssetDeed:
    """One button of a thing."""

    needs: Permission
    button: str
    notice: str
    run: Callable[[Act, AssetLine, Form], object]
    fields: AssetFields | None = None
    explains: str = ""
    filled: Callable[[AssetLine], dict[str, object]] = lambda _: {}


def _receive_fields(page: InKindPage, asset: AssetLine) -> tuple[Field, ...]:
    del page, asset
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


def _bill_fields(page: InKindPage, asset: AssetLine) -> tuple[Field, ...]:
    del page, asset
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


def _transfer_fields(page: InKindPage, asset: AssetLine) -> tuple[Field, ...]:
    del asset
    condition = said(page.retention_condition, page.language)
    if not condition:
        return ()
    return (yes_no("condition", Verbatim(condition)),)


def _price_fields(page: InKindPage, asset: AssetLine) -> tuple[Field, ...]:
    del page, asset
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


def _change_of(asset: AssetLine) -> int:
    if asset.change is None:
        raise Conflict(N_("No other price waits. Somebody may have decided already."))
    return asset.change.change_id


ASSET_DEEDS: dict[str, AssetDeed] = {
    "change": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Describe the item"),
        notice=N_("The description is saved."),
        run=lambda act, asset, form: in_kind.change_item(act, asset.asset_id, form.into(NewItem)),
        fields=lambda _, __: ITEM,
        filled=lambda asset: {
            "title": asset.title,
            "quantity": asset.quantity,
            "specification": asset.specification,
        },
    ),
    "drop": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Leave the item out"),
        notice=N_("The item is left out; the list keeps it with the reason."),
        run=lambda act, asset, form: in_kind.drop_item(
            act, asset.asset_id, reason=text_in(form, "reason")
        ),
        fields=lambda _, __: (REASON,),
    ),
    "order": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the order"),
        notice=N_("Ordered."),
        run=lambda act, asset, form: purchases.order(
            act, asset.asset_id, ordered_on=day_in(form, "ordered_on")
        ),
        fields=lambda _, __: (
            date_of("ordered_on", N_("Day of the order"), missing=N_("Enter the day")),
        ),
    ),
    "receive": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the delivery"),
        notice=N_("The delivery stands in the register."),
        run=lambda act, asset, form: purchases.receive(act, asset.asset_id, form.into(Received)),
        fields=_receive_fields,
    ),
    "invoice": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Record the invoice"),
        notice=N_("The invoice waits for approval by a second person."),
        run=lambda act, asset, form: purchases.bill(
            act,
            asset.asset_id,
            invoice_number=text_in(form, "invoice_number"),
            invoice_cents=cents_in(form, "invoice_cents"),
        ),
        fields=_bill_fields,
    ),
    "price": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Propose another price"),
        notice=N_("Proposed. A second person agrees to it or not."),
        run=lambda act, asset, form: price_changes.propose(
            act, asset.asset_id, form.into(NewPrice)
        ),
        fields=_price_fields,
        explains=N_(
            "Where the supplier asks more or less than was quoted. The grant never pays more than "
            "was agreed; own share and support follow to the cent."
        ),
    ),
    "agree-price": AssetDeed(
        needs=Permission.APPROVE_PAYMENT,
        button=N_("Agree to the price"),
        notice=N_("The price is changed. Own share and support are divided anew."),
        run=lambda act, asset, _: price_changes.agree(act, _change_of(asset)),
    ),
    "drop-price": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Leave the price as it is"),
        notice=N_("The price stays."),
        run=lambda act, asset, form: price_changes.drop(
            act, _change_of(asset), reason=text_in(form, "reason")
        ),
        fields=lambda _, __: (REASON,),
    ),
    "cancel-order": AssetDeed(
        needs=Permission.HANDLE_ASSETS,
        button=N_("Cancel the order"),
        notice=N_("The order is cancelled. Own share and support are divided anew."),
        run=lambda act, asset, form: price_changes.cancel_order(
            act, asset.asset_id, reason=text_in(form, "reason")
        ),
        fields=lambda _, __: (REASON,),
    ),
    "approve": AssetDeed(
        needs=Permission.APPROVE_PAYMENT,
        button=N_("Approve the payment"),
        notice=N_("Approved. Finance pays the supplier."),
        run=lambda act, asset, _: purchases.approve(act, asset.asset_id),
    ),
    "pay": AssetDeed(
        needs=Permission.PAY,
        button=N_("Record the payment"),
        notice=N_("The payment to the supplier is recorded."),
        run=lambda act, asset, form: purchases.pay(
            act,
            asset.asset_id,
            paid_on=day_in(form, "paid_on"),
            bank_reference=text_in(form, "bank_reference"),
        ),
        fields=lambda _, __: (
            date_of("paid_on", N_("Day on the bank statement"), missing=N_("Enter the day")),
            BANK,
        ),
    ),
    "transfer": AssetDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Pass on the title"),
        notice=N_("The title has passed to the beneficiary."),
        run=lambda act, asset, form: assets.transfer(
            act, asset.asset_id, condition_met=form.values.get("condition") is True
        ),
        fields=_transfer_fields,
        explains=N_("From now on the thing belongs to the beneficiary. It cannot be undone."),
    ),
    "repossess": AssetDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Take the thing back"),
        notice=N_("Taken back. Give it to somebody else, or write it off."),
        run=lambda act, asset, form: assets.repossess(
            act,
            asset.asset_id,
            taken_on=day_in(form, "taken_on"),
            reason=text_in(form, "reason"),
        ),
        fields=lambda _, __: (
            date_of("taken_on", N_("Day on which it was taken back"), missing=N_("Enter the day")),
            REASON,
        ),
    ),
    "reallocate": AssetDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Give it to somebody else"),
        notice=N_("The register says to whom it was given."),
        run=lambda act, asset, form: assets.reallocate(
            act,
            asset.asset_id,
            given_to=text_in(form, "given_to"),
            reason=text_in(form, "reason"),
            out_of_order=text_in(form, "out_of_order"),
        ),
        fields=lambda _, __: (
            text(
                "given_to",
                N_("To which application"),
                hint=N_("The reference of the next on the reserve list"),
                missing=N_("Enter the application that it is given to."),
                max_length=80,
            ),
            REASON,
            text(
                "out_of_order",
                N_("Why not the next on the reserve list"),
                hint=N_("Only where somebody is passed over, for example: no use for it."),
                max_length=300,
            ),
        ),
    ),
    "write-off": AssetDeed(
        needs=Permission.MOVE_TITLE,
        button=N_("Write it off"),
        notice=N_("Written off."),
        run=lambda act, asset, form: assets.write_off(
            act, asset.asset_id, reason=text_in(form, "reason")
        ),
        fields=lambda _, __: (REASON,),
        explains=N_("For what is lost, stolen, destroyed or of no use any more."),
    ),
}


def asset_steps(
    page: InKindPage, asset: AssetLine, actor: Actor, today: date
) -> tuple[tuple[str, AssetDeed], ...]:
    """Return the deeds that the person may do to one thing as it stands."""
    facts: Facts = replace(page.facts, prepared_by=asset.prepared_by)
    proposed = asset.change.proposed_by if asset.change else None
    return tuple(
        (key, ASSET_DEEDS[key])
        for key in _asset_keys(page, asset, today)
        if may(actor, ASSET_DEEDS[key].needs, facts) is None
        and not (key == "agree-price" and actor.user_id == proposed)
    )


def _asset_keys(page: InKindPage, asset: AssetLine, today: date) -> tuple[str, ...]:
    if page.agreement_state != "active":
        return ("reallocate", "write-off") if asset.state == "repossessed" else ()
    if page.state == "choosing" and asset.state == "planned":
        return ("change", "drop")
    if page.state == "funded" and asset.state == "planned":
        return ("order",)
    found = [*_buying(page, asset)]
    if asset.state == "in_retention":
        is_over = asset.retained_until is not None and today >= asset.retained_until
        found += ["transfer"] if is_over else []
        found += ["repossess", "write-off"]
    if asset.state == "repossessed":
        found += ["reallocate", "write-off"]
    return tuple(found)


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
