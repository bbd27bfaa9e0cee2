"""Accounts that money goes to or comes from: proposed by one person, confirmed by a second (4.2).

Those of an authority, what it pays from and where own shares are paid in, and those of the
suppliers from whom it orders. Until the second person confirms it the account before stays in
use; papers that were issued keep theirs.
"""

from dataclasses import dataclass
from datetime import timedelta

from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict, Invalid, NotFound, Said
from app.i18n.marks import N_
from app.models import AccountChange, Asset, Authority, Base
from app.queries import authority_accounts as known
from app.queries.authority_accounts import Use, Valid
from app.queries.contacts import staff_of_authority
from app.rules.bank_accounts import check_account, check_bic
from app.rules.permissions import Permission, Role

PROPOSE = Permission.MANAGE_AUTHORITY
ORDER = Permission.HANDLE_ASSETS
AUTHORITY, PAYING_IN, SUPPLIER = known.AUTHORITY, known.PAYING_IN, known.SUPPLIER
CONFIRM = Permission.APPROVE_PAYMENT
# Time for everybody who was told to notice a change that nobody here wanted.
COOLING = timedelta(hours=24)
_GONE = N_("This change does not wait any more. Look at it again.")


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    bic: str
    holder: str
    reason: str


def propose(act: Act, authority_id: int, new: Account, purpose: str = AUTHORITY) -> int:
    """Propose another account; return its id. All who watch over the money are told at once.

    `purpose` is what the authority uses it for: `AUTHORITY` or `PAYING_IN`.
    """
    authority = act.load(Authority, authority_id, to=PROPOSE)
    return _propose(act, authority, authority, Use(purpose), new)


def propose_of_supplier(act: Act, asset_id: int, new: Account) -> int:
    """Propose the account of the supplier of a thing that is ordered; return its id.

    It is the supplier's for all things that the authority orders there.
    """
    authority, asset = _of_thing(act, asset_id)
    if asset.ordered_on is None or asset.paid_on is not None or not asset.supplier:
        raise Conflict(N_("A supplier's account belongs between the order and the payment."))
    return _propose(act, authority, asset, Use(SUPPLIER, asset.supplier), new)


def _of_thing(act: Act, asset_id: int) -> tuple[Authority, Asset]:
    """Lock the authority, then the thing: in this order a file for the bank holds them."""
    authority_id = known.authority_of_asset(act.session, asset_id)
    act.wait_for(Authority, authority_id)
    asset = act.load(Asset, asset_id, to=ORDER)
    return act.session.get_one(Authority, authority_id), asset


def _propose(act: Act, authority: Authority, within: Base, use: Use, new: Account) -> int:
    if known.waiting(act.session, authority.id, use) is not None:
        raise Conflict(
            N_("A change of the account waits already. Have it confirmed, or take it back first.")
        )
    before = known.valid(act.session, authority.id, use)
    iban, bic = _refuse(before, new)
    to = ORDER if use.purpose == SUPPLIER else PROPOSE
    change = act.create(
        AccountChange(
            authority_id=authority.id,
            purpose=use.purpose,
            payee=use.payee,
            iban=iban,
            bic=bic,
            holder=new.holder.strip(),
            reason=new.reason.strip(),
            proposed_at=act.now,
            proposed_by=act.actor.user_id,
        ),
        to=to,
        within=within,
    )
    act.record(
        change,
        "propose_account",
        was=_words(before),
        now=_of_change(change),
        reason=change.reason,
    )
    _tell(act, authority, change)
    return change.id


def _tell(act: Act, authority: Authority, change: AccountChange) -> None:
    """Tell all who could have done it, and all who can confirm it: nobody changes it unseen."""
    pages = {
        Role.ADMIN: f"/admin/authorities/{authority.id}/money",
        Role.APPROVER: f"/finance/accounts/{change.id}",
    }
    if change.purpose == SUPPLIER:
        pages = {
            Role.FINANCE: "/finance/suppliers",
            Role.APPROVER: f"/finance/accounts/{change.id}",
        }
    for role, path in pages.items():
        for email in staff_of_authority(act.session, authority.id, role):
            mail.write(
                act,
                "account_proposed",
                to=email,
                authority=authority.name,
                payee=change.payee,
                by=act.actor.name,
                reason=change.reason,
                path=path,
            )


def confirm(act: Act, change_id: int) -> None:
    """Use the account that somebody else proposed from now on; a first one needs no waiting."""
    authority, change = _loaded(act, change_id, CONFIRM)
    before = known.valid(act.session, authority.id, Use(change.purpose, change.payee))
    if act.now < (open_from := change.proposed_at + COOLING) and before is not None:
        raise Conflict(
            N_(
                "It can be confirmed from {open} on. Until then everybody who was told can object; "
                "the account before stays in use."
            ),
            open_at=open_from,
        )
    was, now = _words(before), _of_change(change)
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    act.move(change, "confirm_account", was=was, now=now)
    if change.purpose != AUTHORITY:
        return
    authority.bank_iban, authority.bank_bic = change.iban, change.bic
    authority.bank_holder = change.holder
    act.record(authority, "change_account", was=was, now=now)


def refuse(act: Act, change_id: int, *, reason: str) -> None:
    """Leave the account as it is; the trail keeps what was proposed and why not."""
    _, change = _loaded(act, change_id, CONFIRM)
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    change.decision_reason = reason.strip()
    act.move(change, "refuse_account", reason=reason.strip())


def take_back(act: Act, change_id: int) -> None:
    """Take back what is not confirmed yet of an authority; the account stays as it is."""
    _, change = _loaded(act, change_id, PROPOSE)
    if change.purpose == SUPPLIER:
        raise NotFound
    _take_back(act, change)


def take_back_of_supplier(act: Act, asset_id: int) -> None:
    """Take back what waits for the supplier of a thing, by whoever may order there."""
    authority, asset = _of_thing(act, asset_id)
    waits = known.waiting(act.session, authority.id, Use(SUPPLIER, asset.supplier))
    found = act.load_many(AccountChange, AccountChange.id == waits, to=ORDER, within=asset)
    if not found:
        raise Conflict(_GONE)
    _take_back(act, found[0])


def _take_back(act: Act, change: AccountChange) -> None:
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    act.move(change, "take_back_account")


def _loaded(act: Act, change_id: int, to: Permission) -> tuple[Authority, AccountChange]:
    """Lock the authority, then the change; Conflict where somebody has decided already."""
    authority = act.load(Authority, known.authority_of(act.session, change_id), to=to)
    change = act.load(AccountChange, change_id, to=to)
    if change.state != "proposed":
        raise Conflict(_GONE)
    return authority, change


def _refuse(before: Valid | None, new: Account) -> tuple[str, str]:
    """Raise Invalid for what is no account or nothing new; return IBAN and BIC as stored."""
    account, bic = check_account(new.iban), check_bic(new.bic) if new.bic.strip() else None
    wrong: dict[str, str | Said] = {}
    if account.blocking:
        wrong["iban"] = next(iter(account.blocking))
    if bic is not None and bic.blocking:
        wrong["bic"] = next(iter(bic.blocking))
    if not new.holder.strip():
        wrong["holder"] = N_("Enter in whose name the account is.")
    if not new.reason.strip():
        wrong["reason"] = N_("Write why the account is another one; the second person reads it.")
    found = (account.normal, bic.normal if bic else "", new.holder.strip())
    if not wrong and before is not None and found == (before.iban, before.bic, before.holder):
        wrong["iban"] = N_("This is the account in use. Enter another one, or leave it.")
    if wrong:
        raise Invalid(wrong)
    return found[0], found[1]


def _of_change(change: AccountChange) -> dict[str, object]:
    found = _words(Valid(change.iban, change.bic, change.holder))
    return found | ({"supplier": change.payee} if change.payee else {})


def _words(account: Valid | None) -> dict[str, object]:
    account = account or Valid("", "", "")
    return {"iban": account.iban, "bic": account.bic, "account_holder": account.holder}
