"""What finance needs to know of an authority: its account, and its interest on late repayments.

The account is where money comes back to and what orders to the bank are paid from. A rate is
never changed: a new row counts from its day on.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.actions.act import Act
from app.actions.recovery_letter import decimal
from app.errors import Invalid, Said
from app.i18n.marks import N_
from app.models import Authority, InterestRate
from app.rules.bank_accounts import check_account, check_bic
from app.rules.permissions import Permission

TO = Permission.MANAGE_AUTHORITY


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    bic: str
    holder: str


@dataclass(frozen=True, slots=True)
class NewRate:
    valid_from: date
    percent: Fraction
    source: str


def set_account(act: Act, authority_id: int, new: Account) -> None:
    """Keep the account; orders and letters that were issued keep theirs."""
    authority = act.load(Authority, authority_id, to=TO)
    account, bic = check_account(new.iban), check_bic(new.bic) if new.bic.strip() else None
    wrong: dict[str, str | Said] = {}
    if account.blocking:
        wrong["iban"] = next(iter(account.blocking))
    if bic is not None and bic.blocking:
        wrong["bic"] = next(iter(bic.blocking))
    if not new.holder.strip():
        wrong["holder"] = N_("Enter in whose name the account is.")
    if wrong:
        raise Invalid(wrong)
    was = _account_of(authority)
    authority.bank_iban = account.normal
    authority.bank_bic = bic.normal if bic else ""
    authority.bank_holder = new.holder.strip()
    act.record(authority, "change_account", was=was, now=_account_of(authority))


def _account_of(authority: Authority) -> dict[str, object]:
    return {
        "iban": authority.bank_iban,
        "bic": authority.bank_bic,
        "account_holder": authority.bank_holder,
    }


def set_interest(act: Act, authority_id: int, new: NewRate) -> int:
    """Let a rate count from a day on, with its source; return its id."""
    authority = act.load(Authority, authority_id, to=TO)
    wrong: dict[str, str | Said] = {}
    if not 0 <= new.percent <= 100:
        wrong["percent"] = N_("Enter a rate from 0 to 100 % a year.")
    if not new.source.strip():
        wrong["source"] = N_("Write where the rate comes from.")
    if wrong:
        raise Invalid(wrong)
    rate = act.create(
        InterestRate(
            authority_id=authority.id,
            valid_from=new.valid_from,
            percent=decimal(new.percent) or "0",
            source=new.source.strip(),
            set_at=act.now,
            set_by=act.actor.user_id,
        ),
        to=TO,
        within=authority,
    )
    act.record(
        rate, "set_interest", valid_from=rate.valid_from, percent=rate.percent, reason=rate.source
    )
    return rate.id
