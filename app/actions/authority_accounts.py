"""The account of an authority: proposed by one person, confirmed by a second (handbook 4.2).

It is where money comes back to and what orders to the bank are paid from. Until the second
person confirms it the account before stays in use; papers that were issued keep theirs.
"""

from dataclasses import dataclass
from datetime import timedelta

from app.actions import mail
from app.actions.act import Act
from app.errors import Conflict, Invalid, Said
from app.i18n.marks import N_
from app.models import AccountChange, Authority
from app.queries import authority_accounts as known
from app.queries.contacts import staff_of_authority
from app.rules.bank_accounts import check_account, check_bic
from app.rules.permissions import Permission, Role

PROPOSE = Permission.MANAGE_AUTHORITY
CONFIRM = Permission.APPROVE_PAYMENT
# Time for everybody who was told to notice a change that nobody here wanted.
COOLING = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    bic: str
    holder: str
    reason: str


def propose(act: Act, authority_id: int, new: Account) -> int:
    """Propose another account; return its id. All who watch over the money are told at once."""
    authority = act.load(Authority, authority_id, to=PROPOSE)
    if known.waiting(act.session, authority.id) is not None:
        raise Conflict(
            N_("A change of the account waits already. Have it confirmed, or take it back first.")
        )
    iban, bic = _refuse(authority, new)
    change = act.create(
        AccountChange(
            authority_id=authority.id,
            iban=iban,
            bic=bic,
            holder=new.holder.strip(),
            reason=new.reason.strip(),
            proposed_at=act.now,
            proposed_by=act.actor.user_id,
        ),
        to=PROPOSE,
        within=authority,
    )
    act.record(
        change,
        "propose_account",
        was=_of_authority(authority),
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
    for role, path in pages.items():
        for email in staff_of_authority(act.session, authority.id, role):
            mail.write(
                act,
                "account_proposed",
                to=email,
                authority=authority.name,
                by=act.actor.name,
                reason=change.reason,
                path=path,
            )


def confirm(act: Act, change_id: int) -> None:
    """Use the account that somebody else proposed from now on; a first one needs no waiting."""
    authority, change = _loaded(act, change_id, CONFIRM)
    if act.now < (open_from := change.proposed_at + COOLING) and authority.bank_iban:
        raise Conflict(
            N_(
                "It can be confirmed from {open} on. Until then everybody who was told can object; "
                "the account before stays in use."
            ),
            open_at=open_from,
        )
    was = _of_authority(authority)
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    act.move(change, "confirm_account", was=was, now=_of_change(change))
    authority.bank_iban, authority.bank_bic = change.iban, change.bic
    authority.bank_holder = change.holder
    act.record(authority, "change_account", was=was, now=_of_authority(authority))


def refuse(act: Act, change_id: int, *, reason: str) -> None:
    """Leave the account as it is; the trail keeps what was proposed and why not."""
    _, change = _loaded(act, change_id, CONFIRM)
    if not reason.strip():
        raise Invalid({"reason": N_("Write the reason; it is kept on file.")})
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    change.decision_reason = reason.strip()
    act.move(change, "refuse_account", reason=reason.strip())


def take_back(act: Act, change_id: int) -> None:
    """Take back what is not confirmed yet; the account stays as it is."""
    _, change = _loaded(act, change_id, PROPOSE)
    change.decided_at, change.decided_by = act.now, act.actor.user_id
    act.move(change, "take_back_account")


def _loaded(act: Act, change_id: int, to: Permission) -> tuple[Authority, AccountChange]:
    """Lock the authority, then the change; Conflict where somebody has decided already."""
    authority = act.load(Authority, known.authority_of(act.session, change_id), to=to)
    change = act.load(AccountChange, change_id, to=to)
    if change.state != "proposed":
        raise Conflict(N_("This change does not wait any more. Look at it again."))
    return authority, change


def _refuse(authority: Authority, new: Account) -> tuple[str, str]:
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
    if not wrong and found == (authority.bank_iban, authority.bank_bic, authority.bank_holder):
        wrong["iban"] = N_("This is the account in use. Enter another one, or leave it.")
    if wrong:
        raise Invalid(wrong)
    return found[0], found[1]


def _of_authority(authority: Authority) -> dict[str, object]:
    return _words(authority.bank_iban, authority.bank_bic, authority.bank_holder)


def _of_change(change: AccountChange) -> dict[str, object]:
    return _words(change.iban, change.bic, change.holder)


def _words(iban: str, bic: str, holder: str) -> dict[str, object]:
    return {"iban": iban, "bic": bic, "account_holder": holder}
