"""Another price than the chosen quote's: with a reason and a second person, to the cent.

The grant never pays more than was agreed. A higher own share is paid in before the supplier
is paid; a lower one leaves money that is paid back (`own_share_returns`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.actions.act import Act
from app.actions.in_kind import TO, assets_of, day_of, locked, tell
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date, format_money
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant, OwnShare, OwnShareReturn, PriceChange
from app.queries import in_kind_facts as known
from app.queries.schemes import scheme_of
from app.rules.in_kind import Share, own_share_left, shares_again
from app.rules.permissions import Permission

_NOT_NOW = N_("A price changes between the order and the approval of the payment.")
_GONE = N_("This change does not wait for a decision any more. Look at it again.")


@dataclass(frozen=True, slots=True)
class NewPrice:
    """`due_on` is needed where the own share rises: until when the rest is paid in."""

    price_cents: int
    reason: str
    due_on: date | None = None


def propose(act: Act, asset_id: int, wanted: NewPrice) -> int:
    """Propose what the supplier really asks; return its id. A second person agrees or not."""
    _, grant, asset = _loaded(act, asset_id, TO)
    if asset.ordered_on is None or asset.approved_at is not None or asset.state == "dropped":
        raise Conflict(_NOT_NOW)
    if known.open_price_change(act.session, asset_id) is not None:
        raise Conflict(N_("A change of this price waits already. Agree or drop it first."))
    wrong: dict[str, str | Said] = {}
    if wanted.price_cents <= 0:
        wrong["price_cents"] = N_("The price must be above zero.")
    elif wanted.price_cents == asset.price_cents:
        wrong["price_cents"] = N_("This is the price of the quote. Record the invoice instead.")
    if not wanted.reason.strip():
        wrong["reason"] = N_("Write why the price is another one; an auditor reads it.")
    if wanted.due_on is not None and wanted.due_on < day_of(act.now):
        wrong["due_on"] = N_("This day is over. Enter until when the own share is paid in.")
    if wanted.due_on is None and wanted.price_cents > (asset.price_cents or 0):
        wrong["due_on"] = N_("Enter until when a higher own share is paid in.")
    if wrong:
        raise Invalid(wrong)
    row = PriceChange(
        asset_id=asset.id,
        was_cents=asset.price_cents or 0,
        price_cents=wanted.price_cents,
        reason=wanted.reason.strip(),
        due_on=wanted.due_on,
        proposed_by=act.actor.user_id,
        proposed_at=act.now,
    )
    act.create(row, to=TO, within=grant)
    act.record(
        row,
        "propose_price",
        was_cents=row.was_cents,
        price_cents=row.price_cents,
        reason=row.reason,
    )
    return row.id


def agree(act: Act, change_id: int) -> None:
    """Agree to a price that somebody else proposed; own share and support follow to the cent."""
    to = Permission.APPROVE_PAYMENT
    agreement, grant, asset = _loaded(act, known.asset_of_price_change(act.session, change_id), to)
    change = act.load(PriceChange, change_id, to=to)
    if change.state != "proposed":
        raise Conflict(_GONE)
    if asset.approved_at is not None or asset.price_cents != change.was_cents:
        raise Conflict(_NOT_NOW)
    asset.price_cents, asset.invoice_number = change.price_cents, ""
    # Divided anew below; until then the database would refuse support above the price.
    asset.support_cents = min(asset.support_cents or 0, change.price_cents)
    change.decided_by, change.decided_at = act.actor.user_id, act.now
    share_again(act, agreement, grant, to)
    act.move(
        change,
        "agree_price",
        was_cents=change.was_cents,
        price_cents=change.price_cents,
        own_share_cents=grant.own_share_cents,
        support_cents=grant.support_cents,
    )
    left_cents = _left(act, grant, to)
    if left_cents and change.due_on is not None:
        grant.own_share_due_on = change.due_on
        currency = scheme_of(act.session, grant.call_id).currency
        amount = format_money(left_cents, currency)
        day = format_date(change.due_on)
        tell(act, "own_share_more", grant, amount=amount, day=day, pay_to=grant.own_share_pay_to)


def drop(act: Act, change_id: int, *, reason: str) -> None:
    """Leave the price as it is; the trail keeps what was proposed and why not."""
    _loaded(act, known.asset_of_price_change(act.session, change_id), TO)
    change = act.load(PriceChange, change_id, to=TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the price stays.")})
    if change.state != "proposed":
        raise Conflict(_GONE)
    change.decided_by, change.decided_at = act.actor.user_id, act.now
    act.move(change, "drop_price", reason=reason.strip())


def cancel_order(act: Act, asset_id: int, *, reason: str) -> None:
    """Leave out a thing that was ordered but not delivered and not approved; shares follow."""
    agreement, grant, asset = _loaded(act, asset_id, TO)
    if asset.state != "ordered" or asset.approved_at is not None:
        raise Conflict(N_("Only an order that has not come and is not approved is cancelled."))
    if known.open_price_change(act.session, asset_id) is not None:
        raise Conflict(N_("A change of this price waits already. Agree or drop it first."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the order is cancelled.")})
    asset.end_reason, asset.ended_on = reason.strip(), day_of(act.now)
    act.move(asset, "drop", reason=reason.strip())
    share_again(act, agreement, grant, TO)


def share_again(act: Act, agreement: Agreement, grant: InKindGrant, to: Permission) -> None:
    """Divide the prices of all that is bought anew and keep the sums of the grant. A part."""
    bought = [each for each in assets_of(act, grant, to) if each.state != "dropped"]
    parts = [Share(each.price_cents or 0, each.support_cents or 0) for each in bought]
    fixed = [each.approved_at is not None for each in bought]
    divided = shares_again(parts, fixed, Fraction(agreement.rate), agreement.grant_cents)
    for asset, part in zip(bought, divided, strict=True):
        if asset.approved_at is not None and asset.support_cents != part.support_cents:
            act.record(
                asset,
                "raise_support",
                was_cents=asset.support_cents,
                support_cents=part.support_cents,
            )
        asset.support_cents = part.support_cents
    grant.price_cents = sum(part.price_cents for part in divided)
    grant.support_cents = sum(part.support_cents for part in divided)
    grant.own_share_cents = grant.price_cents - grant.support_cents
    act.session.flush()


def _left(act: Act, grant: InKindGrant, to: Permission) -> int:
    confirmed, returned = paid_in(act, grant, to)
    return own_share_left(grant.own_share_cents, confirmed, returned)


def paid_in(act: Act, grant: InKindGrant, to: Permission) -> tuple[Sequence[int], Sequence[int]]:
    """Return what was confirmed of the own share, and what goes back of it. A part."""
    shares = act.load_many(
        OwnShare, OwnShare.grant_id == grant.id, OwnShare.state == "confirmed", to=to, within=grant
    )
    returns = act.load_many(
        OwnShareReturn,
        OwnShareReturn.grant_id == grant.id,
        OwnShareReturn.state != "dropped",
        to=to,
        within=grant,
    )
    return [each.amount_cents for each in shares], [each.amount_cents for each in returns]


def _loaded(act: Act, asset_id: int, to: Permission) -> tuple[Agreement, InKindGrant, Asset]:
    agreement, grant = locked(act, known.grant_of_asset(act.session, asset_id), to)
    return agreement, grant, act.load(Asset, asset_id, to=to)
