"""A grant in kind up to its prices: the items, and what each side pays of them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from app.actions.act import Act
from app.actions.notices import write_to_applicant
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date, format_money
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Agreement, Asset, InKindGrant, OwnShare
from app.queries import authority_accounts
from app.queries import in_kind_facts as known
from app.queries.schemes import scheme_of
from app.rules.bank_accounts import check_account, printed_iban
from app.rules.in_kind import shares
from app.rules.permissions import Permission
from app.rules.scheme_in_kind import InKind

TO = Permission.HANDLE_ASSETS
# What is left to do after an agreement was ended: give things on, pay own share back.
ENDED_TOO = ("active", "suspended", "completed", "terminated")
CHOSEN = N_("The prices are fixed. Open them again first, with a reason.")


@dataclass(frozen=True, slots=True)
class NewItem:
    title: str
    quantity: str = ""
    specification: str = ""


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the own share is paid: the account that two people confirmed for it."""

    account: str
    reference: str = ""


def begin(act: Act, agreement: Agreement, *, to: Permission) -> int:
    """Open the grant in kind of an agreement that was signed; its items are those applied for."""
    grant = act.create(
        InKindGrant(
            agreement_id=agreement.id,
            application_id=agreement.application_id,
            call_id=agreement.call_id,
            procured_by=rules_of(act.session, agreement.call_id).procured_by.value,
            created_at=act.now,
        ),
        to=to,
        within=agreement,
    )
    items = known.planned_items(act.session, agreement.application_id)
    for place, item in enumerate(items, start=1):
        row = Asset(
            grant_id=grant.id,
            agreement_id=agreement.id,
            call_id=agreement.call_id,
            position=place,
            **asdict(item),
        )
        act.create(row, to=to, within=grant)
    act.record(grant, "begin_in_kind", items=[item.title for item in items])
    return grant.id


def add_item(act: Act, grant_id: int, item: NewItem) -> int:
    """Add a thing to the list, for example a spare part of the same price."""
    _, grant = locked(act, grant_id)
    _refuse_unless(grant, "choosing", CHOSEN)
    if not item.title.strip():
        raise Invalid({"title": N_("Enter what is needed.")})
    row = Asset(
        grant_id=grant.id,
        agreement_id=grant.agreement_id,
        call_id=grant.call_id,
        position=1 + max((each.position for each in assets_of(act, grant)), default=0),
        title=item.title.strip(),
        quantity=item.quantity.strip(),
        specification=item.specification.strip(),
    )
    act.create(row, to=TO, within=grant)
    act.record(row, "add_item", title=row.title)
    return row.id


def change_item(act: Act, asset_id: int, item: NewItem) -> None:
    """Say what is needed more exactly; quotes that were asked for before stay."""
    asset = planned(act, asset_id)
    if not item.title.strip():
        raise Invalid({"title": N_("Enter what is needed.")})
    was = {"title": asset.title, "quantity": asset.quantity, "specification": asset.specification}
    asset.title, asset.quantity = item.title.strip(), item.quantity.strip()
    asset.specification = item.specification.strip()
    now = {"title": asset.title, "quantity": asset.quantity, "specification": asset.specification}
    act.record(asset, "change_item", was=was, now=now)


def drop_item(act: Act, asset_id: int, *, reason: str) -> None:
    """Leave a thing out; the list keeps it with the reason."""
    asset = planned(act, asset_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why this is not bought.")})
    asset.end_reason, asset.ended_on = reason.strip(), day_of(act.now)
    act.move(asset, "drop", reason=reason.strip())


def fix_prices(act: Act, grant_id: int, *, due_on: date, pay_to: PayTo) -> None:
    """Close the choice: what the grant pays, what the beneficiary pays in, and until when.

    The support is never above the grant; what lies above it is the beneficiary's own share.
    It goes to the account that two people confirmed for it, and to no other: the beneficiary
    reads it in a mail that leaves at once.
    """
    agreement, grant = locked(act, grant_id)
    assets = [each for each in assets_of(act, grant) if each.state == "planned"]
    _refuse_unpriced(assets)
    account = _account(act, grant, due_on, pay_to)
    prices = [each.price_cents or 0 for each in assets]
    parts = shares(prices, Fraction(agreement.rate), agreement.grant_cents)
    for asset, part in zip(assets, parts, strict=True):
        asset.support_cents = part.support_cents
    grant.price_cents = sum(prices)
    grant.support_cents = sum(part.support_cents for part in parts)
    grant.own_share_cents = grant.price_cents - grant.support_cents
    grant.own_share_due_on, grant.own_share_pay_to = due_on, _printed(act, grant, account, pay_to)
    act.move(
        grant,
        "fix_prices",
        price_cents=grant.price_cents,
        support_cents=grant.support_cents,
        own_share_cents=grant.own_share_cents,
        due_on=due_on,
        iban=account,
    )
    if grant.own_share_cents == 0:
        act.move(grant, "fund")
    else:
        _ask_for_own_share(act, agreement, grant)


def reopen(act: Act, grant_id: int, *, reason: str) -> None:
    """Open the choice again, as long as nothing of the own share was paid in."""
    _, grant = locked(act, grant_id)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why the prices are opened again.")})
    paid_in = act.load_many(
        OwnShare,
        OwnShare.grant_id == grant.id,
        OwnShare.state != "struck",
        to=TO,
        within=grant,
    )
    if paid_in:
        raise Conflict(N_("Own share was paid in for these prices. They can no longer change."))
    for asset in assets_of(act, grant):
        asset.support_cents = None
    grant.price_cents = grant.support_cents = grant.own_share_cents = 0
    act.move(grant, "reopen", reason=reason.strip())


def rules_of(session: Session, call_id: int) -> InKind:
    rules = scheme_of(session, call_id).in_kind
    if rules is None:
        raise Conflict(N_("Nothing is given in kind in this call."))
    return rules


def locked(
    act: Act, grant_id: int, to: Permission = TO, *, states: Collection[str] = ("active",)
) -> tuple[Agreement, InKindGrant]:
    """Lock agreement and grant in this order, the one in which the sums are kept."""
    agreement = act.load(Agreement, known.agreement_of(act.session, grant_id), to=to)
    if agreement.state not in states:
        raise Conflict(N_("The agreement is not in force, so nothing is bought or handed over."))
    return agreement, act.load(InKindGrant, grant_id, to=to)


def assets_of(act: Act, grant: InKindGrant, to: Permission = TO) -> Sequence[Asset]:
    return act.load_many(
        Asset, Asset.grant_id == grant.id, to=to, within=grant, order_by=Asset.position.asc()
    )


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def tell(
    act: Act, name: str, grant: InKindGrant, *, amount: str = "", day: str = "", pay_to: str = ""
) -> None:
    """Write to the beneficiary about the grant."""
    write_to_applicant(
        act,
        grant.application_id,
        name,
        reference=known.reference_of(act.session, grant.id),
        path=f"/in-kind/{grant.id}",
        amount=amount,
        day=day,
        pay_to=pay_to,
    )


def planned(act: Act, asset_id: int) -> Asset:
    _, grant = locked(act, known.grant_of_asset(act.session, asset_id))
    asset = act.load(Asset, asset_id, to=TO)
    _refuse_unless(grant, "choosing", CHOSEN)
    if asset.state != "planned":
        raise Conflict(N_("This item was left out."))
    return asset


def _refuse_unless(grant: InKindGrant, state: str, why: str) -> None:
    if grant.state != state:
        raise Conflict(why)


def _refuse_unpriced(assets: Sequence[Asset]) -> None:
    open_ones = [each.title for each in assets if each.price_cents is None]
    if not assets:
        raise Conflict(N_("There is nothing to buy. Add an item first."))
    if open_ones:
        raise Conflict(
            N_("A quote has to be chosen first for: {items}."), items=", ".join(open_ones)
        )


def _account(act: Act, grant: InKindGrant, due_on: date, pay_to: PayTo) -> str:
    """Raise Invalid for a day or an account that cannot be; return the IBAN without spaces."""
    account = check_account(pay_to.account)
    confirmed, _ = authority_accounts.paying_in(act.session, grant.call_id)
    wrong: dict[str, str | Said] = {}
    if due_on < day_of(act.now):
        wrong["due_on"] = N_("This day is over. Enter until when the own share is paid in.")
    if account.blocking:
        wrong["account"] = next(iter(account.blocking))
    elif not confirmed:
        wrong["account"] = N_(
            "No account was confirmed yet. An administrator enters it with the authority, and "
            "somebody who approves payments confirms it."
        )
    elif account.normal != confirmed:
        wrong["account"] = N_(
            "Own shares are paid in to {confirmed}, which two people confirmed. Another account "
            "is entered by an administrator with the authority and confirmed by a second person."
        )
    if wrong:
        raise Invalid(wrong, confirmed=printed_iban(confirmed))
    return account.normal


def _printed(act: Act, grant: InKindGrant, account: str, pay_to: PayTo) -> str:
    """Write account, holder and reference, as on paper."""
    _, holder = authority_accounts.paying_in(act.session, grant.call_id)
    return " · ".join(
        each for each in (printed_iban(account), holder, pay_to.reference.strip()) if each
    )


def _ask_for_own_share(act: Act, agreement: Agreement, grant: InKindGrant) -> None:
    currency = scheme_of(act.session, agreement.call_id).currency
    assert grant.own_share_due_on is not None
    tell(
        act,
        "own_share_due",
        grant,
        amount=format_money(grant.own_share_cents, currency),
        day=format_date(grant.own_share_due_on),
        pay_to=grant.own_share_pay_to,
    )
