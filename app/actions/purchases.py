"""Buying: ordered when the own share is there, received, billed, approved, paid to the supplier.

What the grant pays is added to the agreement's sums by the database when it is approved and
when it is paid; the agreement is locked first, so of two people the second sees the first.
"""

from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.actions.in_kind import TO, day_of, locked
from app.actions.price_changes import paid_in
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Asset, BankFileLine, InKindGrant
from app.queries import in_kind_facts as known
from app.queries.bank_purchases import is_with_bank
from app.queries.schemes import scheme_of
from app.queries.suppliers import suppliers_for_thing
from app.rules.domestic_orders import check_reference
from app.rules.in_kind import own_share_left
from app.rules.permissions import Permission
from app.rules.suppliers import same_as


@dataclass(frozen=True, slots=True)
class Received:
    """What came: the number on the thing itself, and where it stands."""

    received_on: date
    serial_number: str
    location: str


def order(act: Act, asset_id: int, *, ordered_on: date) -> None:
    """Order a thing at the price of the chosen quote, once the whole own share is confirmed."""
    _, grant, asset = _loaded(act, asset_id)
    if grant.state != "funded":
        raise Conflict(N_("The own share is not paid in yet, so nothing is ordered."))
    if ordered_on > day_of(act.now):
        raise Invalid({"ordered_on": N_("This day lies ahead. Enter the day of the order.")})
    asset.ordered_on, asset.ordered_by = ordered_on, act.actor.user_id
    act.move(asset, "order", supplier=asset.supplier, price_cents=asset.price_cents)


def receive(act: Act, asset_id: int, received: Received) -> None:
    """Record that a thing came, with its serial number and where it stands."""
    _, _, asset = _loaded(act, asset_id)
    wrong: dict[str, str | Said] = {}
    if received.received_on > day_of(act.now):
        wrong["received_on"] = N_("This day lies ahead. Enter the day of the delivery.")
    elif asset.ordered_on and received.received_on < asset.ordered_on:
        wrong["received_on"] = N_("This day is before the order. Enter the day of the delivery.")
    if not received.serial_number.strip():
        wrong["serial_number"] = N_("Enter the serial number, or “none” if it has none.")
    if not received.location.strip():
        wrong["location"] = N_("Enter where it stands.")
    if wrong:
        raise Invalid(wrong)
    asset.received_on = received.received_on
    asset.serial_number = received.serial_number.strip()
    asset.location = received.location.strip()
    act.move(
        asset,
        "receive",
        received_on=asset.received_on,
        serial_number=asset.serial_number,
        location=asset.location,
    )


def bill(act: Act, asset_id: int, *, invoice_number: str, invoice_cents: int) -> None:
    """Record the supplier's invoice; it must be the price of the quote, or as it was changed."""
    _, _, asset = _loaded(act, asset_id)
    if known.open_price_change(act.session, asset_id) is not None:
        raise Conflict(N_("Another price waits for a second person. Agree or drop it first."))
    if asset.ordered_on is None or asset.approved_at is not None:
        raise Conflict(N_("The invoice belongs between the order and the approval."))
    wrong: dict[str, str | Said] = {}
    if not invoice_number.strip():
        wrong["invoice_number"] = N_("Enter the number of the invoice.")
    if invoice_cents != asset.price_cents:
        wrong["invoice_cents"] = N_(
            "The invoice is not the price that was agreed. Ask the supplier to correct it, or "
            "propose another price with its reason."
        )
    if wrong:
        raise Invalid(wrong)
    asset.invoice_number = invoice_number.strip()
    act.record(asset, "bill", invoice_number=asset.invoice_number, price_cents=asset.price_cents)


def approve(act: Act, asset_id: int) -> None:
    """Approve the payment to the supplier; never by who chose or ordered, never above the grant."""
    to = Permission.APPROVE_PAYMENT
    agreement, grant, asset = _loaded(act, asset_id, to)
    if not asset.invoice_number or asset.approved_at is not None:
        raise Conflict(N_("No invoice of this item waits for approval. Look at it again."))
    if own_share_left(grant.own_share_cents, *paid_in(act, grant, to)):
        raise Conflict(
            N_("The price has risen and the own share is not all there yet. Nothing was approved.")
        )
    support_cents = asset.support_cents or 0
    left_cents = agreement.grant_cents - agreement.committed_cents
    if support_cents > left_cents:
        raise Conflict(
            N_("{support} is more than the {left} left in the grant. Nothing was approved."),
            support_cents=support_cents,
            left_cents=left_cents,
            currency=scheme_of(act.session, asset.call_id).currency,
        )
    asset.approved_at, asset.approved_by = act.now, act.actor.user_id
    act.record(
        asset, "approve_purchase", price_cents=asset.price_cents, support_cents=support_cents
    )
    act.session.flush()


def pay(act: Act, asset_id: int, *, paid_on: date, bank_reference: str) -> None:
    """Record that the bank has paid the supplier: the day and the bank's reference."""
    _, _, asset = _loaded(act, asset_id, Permission.PAY)
    if asset.approved_at is None or asset.paid_on is not None:
        raise Conflict(N_("Only an approved invoice can be paid, and only once."))
    wrong: dict[str, str | Said] = {}
    if not bank_reference.strip():
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if paid_on > day_of(act.now):
        wrong["paid_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    elif paid_on < asset.approved_at.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day is before the approval. Enter the day of the payment.")
    if wrong:
        raise Invalid(wrong)
    asset.paid_on, asset.bank_reference = paid_on, bank_reference.strip()
    asset.paid_recorded_by = act.actor.user_id
    act.record(
        asset,
        "pay_supplier",
        price_cents=asset.price_cents,
        paid_on=paid_on,
        bank_reference=asset.bank_reference,
    )
    act.session.flush()


def to_pay(act: Act, asset_id: int) -> Asset:
    """Lock a thing that was approved for the payment to its supplier; a part of a bank file."""
    _, _, asset = _loaded(act, asset_id, Permission.PAY)
    return asset


def refer(act: Act, asset_id: int, *, typed: str) -> None:
    """Keep the reference that the supplier wants to read on its statement."""
    _, _, asset = _loaded(act, asset_id)
    if asset.ordered_on is None or asset.paid_on is not None:
        raise Conflict(N_("The reference belongs between the order and the payment."))
    if is_with_bank(act.session, asset.id):
        raise Conflict(N_("The order is with the bank already. Its reference stays."))
    found = check_reference(typed)
    if found.why is not None:
        raise Invalid({"reference": found.why})
    was, asset.payment_reference = asset.payment_reference, found.normal
    act.record(asset, "refer_payment", was=was, now=found.normal)
    act.session.flush()


def same_supplier(act: Act, asset_id: int, *, name: str, reason: str) -> None:
    """Say that the supplier of a thing is one that is known under another spelling: the thing is
    paid for on that one's account. Whoever approves the payment sees the name.
    """
    _, _, asset = _loaded(act, asset_id)
    if asset.ordered_on is None or asset.approved_at is not None:
        raise Conflict(N_("The name of the supplier belongs between the order and the approval."))
    wrong: dict[str, str | Said] = {}
    if name not in same_as(asset.supplier, suppliers_for_thing(act.session, asset.id)):
        wrong["same"] = N_("Choose the name under which the supplier is known.")
    if not reason.strip():
        wrong["same_reason"] = N_("Write what shows that it is the same supplier.")
    if wrong:
        raise Invalid(wrong)
    was, asset.supplier = asset.supplier, name
    act.record(asset, "same_supplier", was=was, now=name, reason=reason.strip())
    act.session.flush()


def bank_gave_back(act: Act, asset_id: int, *, reason: str) -> None:
    """Note that the bank has not paid the supplier: the order may go into another file."""
    _, _, asset = _loaded(act, asset_id, Permission.PAY)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the bank gave it back.")})
    lines = act.load_many(
        BankFileLine,
        BankFileLine.asset_id == asset.id,
        BankFileLine.returned_at.is_(None),
        to=Permission.PAY,
        within=asset,
    )
    if asset.paid_on is not None or not lines:
        raise Conflict(N_("No order of this thing is with the bank. Look at it again."))
    for line in lines:
        line.returned_at = act.now
    act.record(asset, "bank_gave_back", reason=reason.strip())
    act.session.flush()


def _loaded(act: Act, asset_id: int, to: Permission = TO) -> tuple[Agreement, InKindGrant, Asset]:
    """Lock agreement, grant and asset, in this order, under one permission."""
    agreement, grant = locked(act, known.grant_of_asset(act.session, asset_id), to)
    return agreement, grant, act.load(Asset, asset_id, to=to)
