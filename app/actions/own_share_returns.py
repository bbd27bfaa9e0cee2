"""Own share that was paid too much: proposed, approved by a second person, paid back.

It never was the grant's money, so it stands in none of the agreement's sums.
"""

from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.actions.in_kind import ENDED_TOO, TO, day_of, locked, tell
from app.actions.price_changes import paid_in
from app.errors import Conflict, Invalid, Said
from app.i18n import format_date, format_money
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import InKindGrant, OwnShareReturn
from app.queries import in_kind_facts as known
from app.queries.schemes import scheme_of
from app.rules.in_kind import own_share_over
from app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class NewReturn:
    amount_cents: int
    account: str
    reason: str


def propose(act: Act, grant_id: int, wanted: NewReturn) -> int:
    """Propose to pay money back to the beneficiary; return its id."""
    _, grant = locked(act, grant_id, states=ENDED_TOO)
    over_cents = own_share_over(grant.own_share_cents, *paid_in(act, grant, TO))
    currency = scheme_of(act.session, grant.call_id).currency
    wrong: dict[str, str | Said] = {}
    if wanted.amount_cents <= 0:
        wrong["amount_cents"] = N_("Enter the amount that is paid back.")
    elif wanted.amount_cents > over_cents:
        wrong["amount_cents"] = N_("Only {over} was paid in above what is owed.")
    if not wanted.account.strip():
        wrong["account"] = N_("Enter the account of the beneficiary.")
    if not wanted.reason.strip():
        wrong["reason"] = N_("Write why money is paid back.")
    if wrong:
        raise Invalid(wrong, over=format_money(over_cents, currency))
    row = OwnShareReturn(
        grant_id=grant.id,
        amount_cents=wanted.amount_cents,
        account=wanted.account.strip(),
        reason=wanted.reason.strip(),
        proposed_by=act.actor.user_id,
        proposed_at=act.now,
    )
    act.create(row, to=TO, within=grant)
    act.record(row, "propose_return", amount_cents=row.amount_cents, reason=row.reason)
    return row.id


def approve(act: Act, return_id: int) -> None:
    """Approve what somebody else proposed to pay back."""
    _, row = _loaded(act, return_id, Permission.APPROVE_PAYMENT)
    _refuse_unless(row, "proposed")
    row.approved_by, row.approved_at = act.actor.user_id, act.now
    act.move(row, "approve_return", amount_cents=row.amount_cents)


def pay(act: Act, return_id: int, *, paid_on: date, bank_reference: str) -> None:
    """Record that the bank has paid it, and tell the beneficiary."""
    grant, row = _loaded(act, return_id, Permission.PAY)
    _refuse_unless(row, "approved")
    assert row.approved_at is not None
    wrong: dict[str, str | Said] = {}
    if not bank_reference.strip():
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    if paid_on > day_of(act.now):
        wrong["paid_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    elif paid_on < row.approved_at.astimezone(ZONE).date():
        wrong["paid_on"] = N_("This day is before the approval. Enter the day of the payment.")
    if wrong:
        raise Invalid(wrong)
    row.paid_on, row.bank_reference = paid_on, bank_reference.strip()
    row.paid_recorded_by = act.actor.user_id
    act.move(row, "pay_return", amount_cents=row.amount_cents, paid_on=paid_on)
    currency = scheme_of(act.session, grant.call_id).currency
    amount = format_money(row.amount_cents, currency)
    tell(act, "own_share_returned", grant, amount=amount, day=format_date(paid_on),
         pay_to=row.account)  # fmt: skip


def drop(act: Act, return_id: int, *, reason: str) -> None:
    """Take a proposal back before it is paid."""
    _, row = _loaded(act, return_id, TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why nothing is paid back.")})
    act.move(row, "drop_return", reason=reason.strip())


def _loaded(act: Act, return_id: int, to: Permission) -> tuple[InKindGrant, OwnShareReturn]:
    grant_id = known.grant_of_return(act.session, return_id)
    _, grant = locked(act, grant_id, to, states=ENDED_TOO)
    return grant, act.load(OwnShareReturn, return_id, to=to)


def _refuse_unless(row: OwnShareReturn, state: str) -> None:
    if row.state != state:
        raise Conflict(N_("This does not wait for that any more. Look at it again."))
