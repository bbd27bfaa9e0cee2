"""Payments that wait for the bank, and the files of orders that were made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Agreement,
    Application,
    Asset,
    Authority,
    BankFile,
    BankFileLine,
    Call,
    Organisation,
    Payment,
    RecoveryReceipt,
    StoredFile,
    User,
)
from app.queries import visible
from app.queries.applications_receipts import Download
from app.queries.bank_purchases import Purchase, ready_purchases, these_purchases
from app.rules.permissions import Actor, Permission

READY = ("approved", "failed")
MOST_FILES = 100
# Orders in euro reach other countries; in another currency a bank takes them within its own.
ABROAD = "EUR"


@dataclass(frozen=True, slots=True)
class ReadyPayment:
    """An approved payment, or one that the bank gave back; `obstacle` keeps it out of a file.

    With `asset_id` it is a thing to be paid to its supplier, and `payment_id` is 0.
    `obstacle` is `set_off` (not confirmed yet), `account` (none in the agreement), `supplier`
    (none of it that two people agreed to), `abroad` (in a currency that a file takes within the
    authority's country only) or empty. `reference` is the payee's own.
    """

    payment_id: int
    authority_id: int
    authority: str
    currency: str
    agreement_id: int
    agreement: str
    position: int
    state: str
    creditor: str
    iban: str
    bic: str
    cents: int
    approved_on: datetime | None
    approved_by_id: int | None
    obstacle: str
    asset_id: int | None = None
    reference: str = ""
    text: str = ""

    @property
    def end_to_end(self) -> str:
        """The agreement and the number of the payment or thing: what the statement says again."""
        return f"{self.agreement}/{'D' if self.asset_id else ''}{self.position}"


@dataclass(frozen=True, slots=True)
class Debtor:
    name: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class BankFileRow:
    bank_file_id: int
    reference: str
    authority: str
    currency: str
    execute_on: date
    number: int
    total_cents: int
    made_at: datetime
    made_by: str
    sha256: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`asset_id` of a thing to its supplier; then there is no payment."""

    payment_id: int | None
    asset_id: int | None
    end_to_end: str
    creditor: str
    iban: str
    purpose: str
    reference: str
    amount_cents: int
    state: str
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class BankFilePage:
    file: BankFileRow
    debtor_iban: str
    orders: tuple[OrderRow, ...]


def ready(session: Session, actor: Actor) -> tuple[ReadyPayment, ...]:
    """Return what can go to the bank now, by authority and currency, the oldest first."""
    paid = _ready(session, _ready_query().where(visible.staff_scope(actor, Permission.PAY)))
    bought = (_bought(each) for each in ready_purchases(session, actor))
    return tuple(sorted((*paid, *bought), key=lambda each: (each.authority, each.currency)))


def these(
    session: Session, payment_ids: Sequence[int], asset_ids: Sequence[int] = ()
) -> tuple[ReadyPayment, ...]:
    """Return the same of certain payments and things; for the deed, which holds and asks."""
    paid = _ready(session, _ready_query().where(Payment.id.in_(payment_ids)))
    bought = these_purchases(session, asset_ids) if asset_ids else ()
    return (*paid, *(_bought(each) for each in bought))


def _bought(thing: Purchase) -> ReadyPayment:
    order = ReadyPayment(
        payment_id=0,
        authority_id=thing.authority_id,
        authority=thing.authority,
        currency=thing.currency,
        agreement_id=0,
        agreement=thing.agreement,
        position=thing.position,
        state="approved",
        creditor=thing.holder or thing.supplier,
        iban=thing.iban,
        bic=thing.bic,
        cents=thing.cents,
        approved_on=thing.approved_at,
        approved_by_id=thing.approved_by_id,
        obstacle="" if thing.iban else "supplier",
        asset_id=thing.asset_id,
        reference=thing.reference,
        text=f"Invoice {thing.invoice_number}",
    )
    return replace(order, obstacle=order.obstacle or _of_account(order, thing.from_iban))


def _ready(
    session: Session, query: Select[*tuple[Any, ...]]
) -> tuple[ReadyPayment, ...]:  # Any: columns
    found = []
    for row in session.execute(query):
        values: list[Any] = list(row)  # Any: the columns of ReadyPayment
        from_iban, waiting = values.pop(), values.pop()
        values.append("set_off" if waiting else "")
        order = ReadyPayment(*values)
        found.append(replace(order, obstacle=order.obstacle or _of_account(order, from_iban)))
    return tuple(found)


def _of_account(order: ReadyPayment, from_iban: str) -> str:
    if not order.iban:
        return "account"
    return "abroad" if from_iban and is_abroad(order, from_iban) else ""


def is_abroad(order: ReadyPayment, from_iban: str) -> bool:
    """Return whether no file takes it: another currency than the euro to another country."""
    return order.currency != ABROAD and order.iban[:2] != from_iban[:2]


def _ready_query() -> Select[*tuple[Any, ...]]:  # Any: the columns of ReadyPayment
    waiting = (
        select(RecoveryReceipt.id)
        .where(RecoveryReceipt.payment_id == Payment.id, RecoveryReceipt.state == "recorded")
        .exists()
    )
    return (
        select(
            Payment.id, Authority.id, Authority.name, Call.currency, Agreement.id,
            Agreement.reference, Payment.position, Payment.state, Agreement.account_holder,
            Agreement.iban, Agreement.bic, Payment.due_cents - Payment.set_off_cents,
            Payment.approved_at, Payment.approved_by, waiting, Authority.bank_iban,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Payment.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .where(Payment.state.in_(READY), Payment.due_cents > Payment.set_off_cents)
        .order_by(Authority.name, Call.currency, Payment.approved_at, Payment.id)
    )  # fmt: skip


def is_domestic(currency: str, from_iban: str) -> bool:
    """Return whether orders need the code and references of payments within Serbia."""
    return currency == "RSD" and from_iban.startswith("RS")


def last_purpose(session: Session, authority_id: int, *, of_things: bool) -> str:
    """Return the code that orders of this kind had last time, empty where there were none."""
    kind = BankFileLine.asset_id.is_not(None)
    row = session.execute(
        select(BankFileLine.purpose)
        .join(BankFile, BankFile.id == BankFileLine.bank_file_id)
        .where(
            BankFile.authority_id == authority_id,
            BankFileLine.purpose != "",
            kind if of_things else ~kind,
        )
        .order_by(BankFileLine.id.desc())
        .limit(1)
    )
    return row.scalar_one_or_none() or ""


def debtor(session: Session, authority_id: int) -> Debtor:
    row = session.execute(
        select(Authority.name, Authority.bank_holder, Authority.bank_iban, Authority.bank_bic)
        .where(Authority.id == authority_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return Debtor(row.bank_holder or row.name, row.bank_iban, row.bank_bic)


def files_before(session: Session, authority_id: int) -> int:
    query = select(func.count(BankFile.id)).where(BankFile.authority_id == authority_id)
    return session.execute(query).scalar_one()


def bank_files(session: Session, actor: Actor) -> tuple[BankFileRow, ...]:
    """Return the files of the authorities for which the person sees agreements, newest first."""
    rows = session.execute(_files(actor).order_by(BankFile.id.desc()).limit(MOST_FILES))
    return tuple(BankFileRow(*row) for row in rows)


def _files(actor: Actor) -> Select[*tuple[Any, ...]]:  # Any: the columns of BankFileRow
    return (
        select(
            BankFile.id, BankFile.reference, Authority.name, BankFile.currency,
            BankFile.execute_on, BankFile.number, BankFile.total_cents, BankFile.made_at,
            func.coalesce(User.name, ""), StoredFile.sha256,
        )
        .join(Authority, Authority.id == BankFile.authority_id)
        .join(StoredFile, StoredFile.id == BankFile.file_id)
        .outerjoin(User, User.id == BankFile.made_by)
        .where(visible.authorities(actor, Permission.SEE_AGREEMENTS))
    )  # fmt: skip


def bank_file(session: Session, actor: Actor, bank_file_id: int) -> BankFilePage:
    row = session.execute(_files(actor).where(BankFile.id == bank_file_id)).one_or_none()
    if row is None:
        raise NotFound
    iban = session.execute(
        select(BankFile.debtor_iban).where(BankFile.id == bank_file_id)
    ).scalar_one()
    orders = session.execute(
        select(
            Payment.id, Asset.id, BankFileLine.end_to_end, BankFileLine.creditor,
            BankFileLine.iban, BankFileLine.purpose, BankFileLine.reference,
            BankFileLine.amount_cents,
            func.coalesce(Payment.state, case((Asset.paid_on.is_not(None), "paid"), else_="sent")),
            BankFileLine.returned_at,
        )
        .outerjoin(Payment, Payment.id == BankFileLine.payment_id)
        .outerjoin(Asset, Asset.id == BankFileLine.asset_id)
        .where(BankFileLine.bank_file_id == bank_file_id)
        .order_by(BankFileLine.id)
    )  # fmt: skip
    return BankFilePage(BankFileRow(*row), iban, _order_rows(orders))


def _order_rows(rows: Iterable[Sequence[Any]]) -> tuple[OrderRow, ...]:  # Any: its columns
    return tuple(OrderRow(*row) for row in rows)


def download_of(session: Session, actor: Actor, bank_file_id: int) -> Download:
    row = session.execute(
        select(StoredFile.sha256, StoredFile.filename, StoredFile.media_type)
        .join(BankFile, BankFile.file_id == StoredFile.id)
        .join(Authority, Authority.id == BankFile.authority_id)
        .where(BankFile.id == bank_file_id, visible.authorities(actor, Permission.SEE_AGREEMENTS))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Download(*row)
