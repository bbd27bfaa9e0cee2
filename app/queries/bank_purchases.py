"""Things that wait for the payment to their supplier: for files of orders and for accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import (
    AccountChange,
    Agreement,
    Asset,
    Authority,
    BankFile,
    BankFileLine,
    Call,
)
from app.queries import visible
from app.queries.authority_accounts import SUPPLIER
from app.rules.permissions import Actor, Facts, Permission


@dataclass(frozen=True, slots=True)
class Purchase:
    """A thing that is ordered and not paid for; names of its supplier's account.

    Whoever asks for offers and orders, the authority or the beneficiary: the authority pays.

    `file_id` is the file for the bank that it is in, None where it is in none; `waiting_id` an
    account that nobody has confirmed yet.
    """

    asset_id: int
    title: str
    position: int
    agreement: str
    authority_id: int
    authority: str
    call_id: int
    currency: str
    supplier: str
    cents: int
    ordered_on: date | None
    invoice_number: str
    reference: str
    approved_at: datetime | None
    approved_by_id: int | None
    holder: str
    iban: str
    bic: str
    from_iban: str
    waiting_id: int | None
    file_id: int | None
    file_reference: str

    @property
    def facts(self) -> Facts:
        return Facts(authority_id=self.authority_id, call_id=self.call_id)


def purchases(session: Session, actor: Actor) -> tuple[Purchase, ...]:
    """Return what is ordered and not paid for, for who may see things, the oldest first."""
    return _found(session, visible.staff_scope(actor, Permission.SEE_ASSETS))


def ready_purchases(session: Session, actor: Actor) -> tuple[Purchase, ...]:
    """Return what was approved and is in no file, for who may pay."""
    scope = visible.staff_scope(actor, Permission.PAY)
    return _found(session, scope, *_READY)


def these_purchases(session: Session, asset_ids: Sequence[int]) -> tuple[Purchase, ...]:
    """Return the same of certain things; for the deed, which holds and asks."""
    return _found(session, Asset.id.in_(asset_ids), *_READY)


def purchase(session: Session, actor: Actor, asset_id: int) -> Purchase:
    scope = visible.staff_scope(actor, Permission.SEE_ASSETS)
    found = _found(session, scope, Asset.id == asset_id)
    if not found:
        raise NotFound
    return found[0]


def is_with_bank(session: Session, asset_id: int) -> bool:
    query = select(BankFileLine.id).where(
        BankFileLine.asset_id == asset_id, BankFileLine.returned_at.is_(None)
    )
    return session.execute(query).first() is not None


_LINE = aliased(BankFileLine)
_READY = (Asset.approved_at.is_not(None), _LINE.id.is_(None))


def _found(session: Session, *where: ColumnElement[bool]) -> tuple[Purchase, ...]:
    rows = session.execute(_query().where(*where).order_by(Asset.ordered_on, Asset.id))
    return tuple(Purchase(*row) for row in rows)


def _query() -> Select[*tuple[Any, ...]]:  # Any: the columns of Purchase
    account, waiting = aliased(AccountChange), aliased(AccountChange)
    return (
        select(
            Asset.id, Asset.title, Asset.position, Agreement.reference, Authority.id,
            Authority.name, Call.id, Call.currency, Asset.supplier, Asset.price_cents,
            Asset.ordered_on, Asset.invoice_number, Asset.payment_reference, Asset.approved_at,
            Asset.approved_by, func.coalesce(account.holder, ""), func.coalesce(account.iban, ""),
            func.coalesce(account.bic, ""), Authority.bank_iban, waiting.id, BankFile.id,
            func.coalesce(BankFile.reference, ""),
        )
        .join(Agreement, Agreement.id == Asset.agreement_id)
        .join(Call, Call.id == Asset.call_id)
        .join(Authority, Authority.id == Call.authority_id)
        .outerjoin(account, account.id == _newest("confirmed"))
        .outerjoin(waiting, waiting.id == _newest("proposed"))
        .outerjoin(_LINE, (_LINE.asset_id == Asset.id) & _LINE.returned_at.is_(None))
        .outerjoin(BankFile, BankFile.id == _LINE.bank_file_id)
        .where(
            Asset.ordered_on.is_not(None),
            Asset.paid_on.is_(None),
            Asset.supplier != "",
            Asset.state.not_in(("dropped", "planned")),
        )
    )  # fmt: skip


def _newest(state: str) -> ColumnElement[int]:
    """Return the newest account of the supplier in a state; needs Asset and Authority."""
    each = aliased(AccountChange)
    return (
        select(func.max(each.id))
        .where(
            each.authority_id == Authority.id,
            each.purpose == SUPPLIER,
            each.payee == Asset.supplier,
            each.state == state,
        )
        .correlate(Asset, Authority)
        .scalar_subquery()
    )
