"""The own share: what was paid in, confirmed by a second person, struck out if it was wrong."""

from dataclasses import dataclass
from datetime import date

from app.actions.act import Act
from app.actions.in_kind import ENDED_TOO, TO, day_of, locked
from app.actions.price_changes import paid_in
from app.errors import Conflict, Invalid, Said
from app.i18n.marks import N_
from app.models import InKindGrant, OwnShare
from app.queries import in_kind_facts as known
from app.rules.in_kind import own_share_left
from app.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class PaidIn:
    """One line of the bank statement."""

    amount_cents: int
    received_on: date
    bank_reference: str


def record(act: Act, grant_id: int, paid: PaidIn) -> int:
    """Record money of the beneficiary on the authority's account; return its id."""
    _, grant = locked(act, grant_id)
    confirmed, returned = paid_in(act, grant, TO)
    is_left = own_share_left(grant.own_share_cents, confirmed, returned) > 0
    # After a price has risen the rest is paid in as well, whatever was bought already.
    if not (grant.state == "priced" or (grant.state in ("funded", "retained") and is_left)):
        raise Conflict(N_("No own share is waited for. Look at the state of the grant."))
    _refuse_wrong(act, grant, paid)
    row = OwnShare(
        grant_id=grant.id,
        amount_cents=paid.amount_cents,
        received_on=paid.received_on,
        bank_reference=paid.bank_reference.strip(),
        recorded_by=act.actor.user_id,
        recorded_at=act.now,
    )
    act.create(row, to=TO, within=grant)
    act.record(
        row,
        "record_own_share",
        amount_cents=row.amount_cents,
        received_on=row.received_on,
        bank_reference=row.bank_reference,
    )
    return row.id


def confirm(act: Act, own_share_id: int) -> None:
    """Confirm by the bank statement what somebody else recorded; all of it opens the buying."""
    grant_id = known.grant_of_own_share(act.session, own_share_id)
    # Also once the agreement was ended: only what is confirmed can be paid back.
    _, grant = locked(act, grant_id, Permission.CONFIRM_OWN_SHARE, states=ENDED_TOO)
    row = act.load(OwnShare, own_share_id, to=Permission.CONFIRM_OWN_SHARE)
    if row.state != "recorded":
        raise Conflict(N_("This record does not wait for confirmation. Look at it again."))
    row.confirmed_by, row.confirmed_at = act.actor.user_id, act.now
    act.move(row, "confirm", amount_cents=row.amount_cents)
    act.session.flush()
    confirmed, returned = paid_in(act, grant, Permission.CONFIRM_OWN_SHARE)
    left_cents = own_share_left(grant.own_share_cents, confirmed, returned)
    if grant.state == "priced" and left_cents == 0:
        act.move(grant, "fund", own_share_cents=grant.own_share_cents)


def strike(act: Act, own_share_id: int, *, reason: str) -> None:
    """Strike out a record that was wrong, before anybody confirmed it."""
    locked(act, known.grant_of_own_share(act.session, own_share_id), states=ENDED_TOO)
    row = act.load(OwnShare, own_share_id, to=TO)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why this record is struck out.")})
    act.move(row, "strike", reason=reason.strip())


def _refuse_wrong(act: Act, grant: InKindGrant, paid: PaidIn) -> None:
    wrong: dict[str, str | Said] = {}
    if paid.amount_cents <= 0:
        wrong["amount_cents"] = N_("Enter the amount on the bank statement.")
    if paid.received_on > day_of(act.now):
        wrong["received_on"] = N_("This day lies ahead. Enter the day on the bank statement.")
    reference = paid.bank_reference.strip()
    if not reference:
        wrong["bank_reference"] = N_("Enter the reference on the bank statement.")
    present = act.load_many(OwnShare, OwnShare.grant_id == grant.id, to=TO, within=grant)
    if any(each.bank_reference == reference and each.state != "struck" for each in present):
        wrong["bank_reference"] = N_("This line of the statement is recorded already.")
    if wrong:
        raise Invalid(wrong)
