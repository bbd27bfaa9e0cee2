"""A file of orders for the bank, made of what a second person approved (handbook 5.5).

Payments to beneficiaries, and things to their suppliers on the account that two people agreed to.
Each is in one file at most; one that the bank gave back may go into another. The database refuses
amounts that were not approved, whoever approved them, and a supplier's account of before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.actions import purchases
from app.actions.act import Act
from app.actions.payments import loaded
from app.documents import pain001
from app.documents.store import Store, Stored
from app.errors import Conflict, Invalid, Said
from app.i18n.formats import ZONE
from app.i18n.marks import N_
from app.models import Asset, Authority, BankFile, BankFileLine, Payment, StoredFile
from app.queries import bank_files as known
from app.queries.bank_files import ABROAD, Debtor, ReadyPayment
from app.rules.domestic_orders import purpose_finding
from app.rules.permissions import Permission

TO = Permission.PAY


@dataclass(frozen=True, slots=True)
class NewFile:
    """All orders of a file are in one currency.

    Orders within Serbia have codes of what is paid for: one for payments, one for things.
    """

    payment_ids: tuple[int, ...]
    execute_on: date
    currency: str = ABROAD
    asset_ids: tuple[int, ...] = ()
    purpose: str = ""
    purpose_things: str = ""


def make(act: Act, authority_id: int, new: NewFile, *, store: Store) -> int:
    """Make the file and note that its payments are with the bank; return its id.

    Of two people who send the same payment at once, the second is refused.
    """
    authority = act.load(Authority, authority_id, to=TO)
    payments = [loaded(act, key, TO)[1] for key in sorted(set(new.payment_ids))]
    things = [purchases.to_pay(act, key) for key in sorted(set(new.asset_ids))]
    orders = known.these(act.session, [each.id for each in payments], [each.id for each in things])
    debtor = known.debtor(act.session, authority.id)
    _refuse(act, new, debtor)
    _refuse_payments(act, [*payments, *things], orders)
    _refuse_currency(new, authority_id, debtor, orders)
    reference = _reference(act, authority.id)
    kept = store.keep(_message(act, reference, new, debtor, orders))
    bank_file = _row(act, authority, new, debtor, orders, (reference, kept))
    _lines(act, authority, bank_file, new, orders)
    for thing in things:
        act.record(thing, "send_to_bank", reference=reference, price_cents=thing.price_cents)
    for payment in payments:
        event = "send" if payment.state == "approved" else "send_again"
        act.move(payment, event, reference=reference)
    act.record(
        bank_file,
        "make_bank_file",
        orders=bank_file.number,
        amount_cents=bank_file.total_cents,
        sha256=kept.sha256,
    )
    return bank_file.id


def _reference(act: Act, authority_id: int) -> str:
    number = known.files_before(act.session, authority_id) + 1
    return f"ENV{authority_id}-{act.now:%Y%m%d}-{number}"


def _row(
    act: Act,
    authority: Authority,
    new: NewFile,
    debtor: Debtor,
    orders: Sequence[ReadyPayment],
    written: tuple[str, Stored],
) -> BankFile:
    reference, kept = written
    file = act.create(
        StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            media_type="application/xml",
            filename=f"{reference}.xml",
            created_at=act.now,
            created_by=act.actor.user_id,
        ),
        to=TO,
        within=authority,
    )
    return act.create(
        BankFile(
            authority_id=authority.id,
            reference=reference,
            currency=new.currency,
            execute_on=new.execute_on,
            debtor_name=debtor.name,
            debtor_iban=debtor.iban,
            debtor_bic=debtor.bic,
            number=len(orders),
            total_cents=sum(order.cents for order in orders),
            file_id=file.id,
            made_by=act.actor.user_id,
            made_at=act.now,
        ),
        to=TO,
        within=authority,
    )


def _lines(
    act: Act,
    authority: Authority,
    bank_file: BankFile,
    new: NewFile,
    orders: Sequence[ReadyPayment],
) -> None:
    act.create_many(
        BankFileLine,
        (
            {
                "bank_file_id": bank_file.id,
                "payment_id": order.payment_id or None,
                "asset_id": order.asset_id,
                "end_to_end": order.end_to_end,
                "amount_cents": order.cents,
                "creditor": order.creditor,
                "iban": order.iban,
                "bic": order.bic,
                "purpose": _purpose(new, order),
                "reference": order.reference,
            }
            for order in orders
        ),
        to=TO,
        within=authority,
    )


def _purpose(new: NewFile, order: ReadyPayment) -> str:
    return new.purpose_things if order.asset_id else new.purpose


def _message(
    act: Act, reference: str, new: NewFile, debtor: Debtor, orders: Sequence[ReadyPayment]
) -> bytes:
    return pain001.message(
        reference,
        act.now.astimezone(ZONE),
        new.execute_on,
        debtor=pain001.Party(debtor.name, debtor.iban, debtor.bic),
        orders=[
            pain001.Order(
                end_to_end=order.end_to_end,
                amount_cents=order.cents,
                creditor=pain001.Party(order.creditor, order.iban, order.bic),
                text=order.text or f"Grant {order.agreement}, payment {order.position}",
                purpose=_purpose(new, order),
                reference=order.reference,
            )
            for order in orders
        ],
        currency=new.currency,
    )


def _refuse(act: Act, new: NewFile, debtor: Debtor) -> None:
    wrong: dict[str, str | Said] = {}
    if not (new.payment_ids or new.asset_ids):
        wrong["payments"] = N_("Choose at least one payment.")
    if new.execute_on < act.now.astimezone(ZONE).date():
        wrong["execute_on"] = N_("This day is over. Enter today or a later day.")
    if known.is_domestic(new.currency, debtor.iban):
        asked = {"purpose": (new.purpose, new.payment_ids)}
        asked["purpose_things"] = (new.purpose_things, new.asset_ids)
        for field, (code, orders) in asked.items():
            finding = purpose_finding(code, field)
            if orders and finding is not None:
                wrong[field] = finding
    if wrong:
        raise Invalid(wrong)
    if not debtor.iban:
        raise Conflict(
            N_("The account that pays is not known. An administrator enters it with the authority.")
        )


def _refuse_payments(
    act: Act, asked: Sequence[Payment | Asset], orders: Sequence[ReadyPayment]
) -> None:
    """All or none: a payment that cannot go is named with what to do."""
    if len(orders) < len(asked):
        raise Conflict(
            N_("A payment was sent or paid meanwhile. Look at the list again; nothing was sent.")
        )
    own = [each.end_to_end for each in orders if each.approved_by_id == act.actor.user_id]
    if own:
        raise Conflict(
            N_("You approved {references} yourself, so somebody else sends it to the bank."),
            references=", ".join(own),
        )
    stuck = [each.end_to_end for each in orders if each.obstacle in ("set_off", "account")]
    unknown = [each.end_to_end for each in orders if each.obstacle == "supplier"]
    if unknown:
        raise Conflict(
            N_(
                "{references}: two people have not agreed to an account of the supplier. Enter it, "
                "and have it confirmed by somebody who approves payments."
            ),
            references=", ".join(unknown),
        )
    if stuck:
        raise Conflict(
            N_(
                "{references} waits for a set-off to be confirmed, or its agreement has no account."
            ),
            references=", ".join(stuck),
        )


def _refuse_currency(
    new: NewFile, authority_id: int, debtor: Debtor, orders: Sequence[ReadyPayment]
) -> None:
    """One currency and one authority in a file; abroad only what is in euro."""
    other = [
        each.end_to_end
        for each in orders
        if each.authority_id != authority_id or each.currency != new.currency
    ]
    if other:
        raise Conflict(
            N_("{references} has another currency or another authority: put it into another file."),
            references=", ".join(other),
        )
    abroad = [each.end_to_end for each in orders if known.is_abroad(each, debtor.iban)]
    if abroad:
        raise Conflict(
            N_(
                "{references} goes to an account abroad, which a file takes in EUR only. Leave it "
                "out, pay it with a form of your bank and note it on its page."
            ),
            references=", ".join(abroad),
        )
