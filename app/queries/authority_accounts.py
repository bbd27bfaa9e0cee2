"""Accounts that were proposed: what waits, and one with what is in use now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.errors import NotFound
from app.models import AccountChange, Asset, Authority, Call, User
from app.queries import visible
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Actor, Facts, Permission

AUTHORITY, PAYING_IN, SUPPLIER = "authority", "paying_in", "supplier"


@dataclass(frozen=True, slots=True)
class Use:
    """What an account of an authority is for; `payee` is the supplier's name."""

    purpose: str = AUTHORITY
    payee: str = ""


@dataclass(frozen=True, slots=True)
class Valid:
    """The account in use: the newest for this use that a second person confirmed.

    Where there is none, an authority uses the one that stands with it, for own shares as well.
    """

    iban: str
    bic: str
    holder: str


@dataclass(frozen=True, slots=True)
class AccountChangePage:
    """What was proposed beside what is in use (`now_*`); names are empty where nobody did it.

    In use is what `valid` says.
    """

    change_id: int
    state: str
    purpose: str
    payee: str
    authority_id: int
    authority: str
    now_iban: str
    now_bic: str
    now_holder: str
    iban: str
    bic: str
    holder: str
    reason: str
    proposed_at: datetime
    proposed_by: str
    proposed_by_id: int | None
    decided_at: datetime | None
    decided_by: str
    decision_reason: str

    @property
    def facts(self) -> Facts:
        by = frozenset({self.proposed_by_id} if self.proposed_by_id is not None else ())
        return Facts(authority_id=self.authority_id, prepared_by=by)

    @property
    def in_use(self) -> str:
        """The account in use as on paper, empty where there is none."""
        return _printed(self.now_iban, self.now_bic, self.now_holder) if self.now_iban else ""

    @property
    def proposed(self) -> str:
        return _printed(self.iban, self.bic, self.holder)


def _printed(iban: str, bic: str, holder: str) -> str:
    return " · ".join(part for part in (printed_iban(iban), bic, holder) if part)


def account_change(session: Session, actor: Actor, change_id: int) -> AccountChangePage:
    """Return a change for who may confirm one in its authority."""
    query = _changes().where(AccountChange.id == change_id, _visible(actor))
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return AccountChangePage(*row)


def waiting_changes(session: Session, actor: Actor) -> tuple[AccountChangePage, ...]:
    """Return what waits for a second person, where the reader could be that person."""
    query = _changes().where(AccountChange.state == "proposed", _visible(actor))
    return tuple(AccountChangePage(*row) for row in session.execute(query))


def changes_of(session: Session, authority_id: int) -> tuple[AccountChangePage, ...]:
    """Return all changes of an authority's own accounts, newest first; the authority was found
    by a query that asked.
    """
    query = _changes().where(
        AccountChange.authority_id == authority_id, AccountChange.purpose != SUPPLIER
    )
    return tuple(AccountChangePage(*row) for row in session.execute(query))


def changes_of_supplier(
    session: Session, authority_id: int, payee: str
) -> tuple[AccountChangePage, ...]:
    """Return all changes of a supplier's account, newest first; the authority was found so too."""
    query = _changes().where(
        AccountChange.authority_id == authority_id,
        AccountChange.purpose == SUPPLIER,
        AccountChange.payee == payee,
    )
    return tuple(AccountChangePage(*row) for row in session.execute(query))


def _visible(actor: Actor) -> ColumnElement[bool]:
    return visible.authorities(actor, Permission.APPROVE_PAYMENT)


def _changes() -> Select[*tuple[Any, ...]]:  # Any: the columns of AccountChangePage
    proposer, decider, before = aliased(User), aliased(User), aliased(AccountChange)
    newest = (
        select(func.max(before.id))
        .where(
            before.authority_id == AccountChange.authority_id,
            before.purpose == AccountChange.purpose,
            before.payee == AccountChange.payee,
            before.state == "confirmed",
        )
        .correlate(AccountChange)
        .scalar_subquery()
    )
    in_use = aliased(AccountChange)
    return (
        select(
            AccountChange.id, AccountChange.state, AccountChange.purpose, AccountChange.payee,
            Authority.id, Authority.name, _or_own(in_use.iban, Authority.bank_iban),
            _or_own(in_use.bic, Authority.bank_bic), _or_own(in_use.holder, Authority.bank_holder),
            AccountChange.iban, AccountChange.bic, AccountChange.holder, AccountChange.reason,
            AccountChange.proposed_at, func.coalesce(proposer.name, ""), AccountChange.proposed_by,
            AccountChange.decided_at, func.coalesce(decider.name, ""),
            AccountChange.decision_reason,
        )
        .join(Authority, Authority.id == AccountChange.authority_id)
        .outerjoin(in_use, in_use.id == newest)
        .outerjoin(proposer, proposer.id == AccountChange.proposed_by)
        .outerjoin(decider, decider.id == AccountChange.decided_by)
        .order_by(AccountChange.id.desc())
    )  # fmt: skip


def _or_own(
    found: InstrumentedAttribute[str], own: InstrumentedAttribute[str]
) -> ColumnElement[str]:
    return func.coalesce(found, case((AccountChange.purpose != SUPPLIER, own), else_=""))


def in_use(session: Session, call_id: int) -> tuple[str, str]:
    """Return IBAN and holder of the account in use of a call's authority; empty without one."""
    query = (
        select(Authority.bank_iban, Authority.bank_holder, Authority.name)
        .join(Call, Call.authority_id == Authority.id)
        .where(Call.id == call_id)
    )
    row = session.execute(query).one()
    return (row.bank_iban, row.bank_holder or row.name) if row.bank_iban else ("", "")


def paying_in(session: Session, call_id: int) -> tuple[str, str]:
    """Return IBAN and holder of where own shares are paid in: its own account, or the authority's.

    Empty without any that two people agreed to.
    """
    found = valid(session, authority_of_call(session, call_id), Use(PAYING_IN))
    return (found.iban, found.holder) if found else in_use(session, call_id)


def paying_in_iban() -> ColumnElement[str]:
    """Return the same IBAN as a column; needs Authority in the FROM."""
    own = (
        select(AccountChange.iban)
        .where(
            AccountChange.authority_id == Authority.id,
            AccountChange.purpose == PAYING_IN,
            AccountChange.state == "confirmed",
        )
        .order_by(AccountChange.id.desc())
        .limit(1)
        .correlate(Authority)
        .scalar_subquery()
    )
    return func.coalesce(own, Authority.bank_iban)


def valid(session: Session, authority_id: int, use: Use) -> Valid | None:
    """Return the account in use, None where there is none."""
    query = (
        select(AccountChange.iban, AccountChange.bic, AccountChange.holder)
        .where(*_for(authority_id, use), AccountChange.state == "confirmed")
        .order_by(AccountChange.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None and use.purpose != SUPPLIER:
        row = session.execute(
            select(Authority.bank_iban, Authority.bank_bic, Authority.bank_holder)
            .where(Authority.id == authority_id, Authority.bank_iban != "")
        ).one_or_none()  # fmt: skip
    return None if row is None else Valid(*row)


def waiting(session: Session, authority_id: int, use: Use) -> int | None:
    """Return the change that nobody has decided on, if there is one."""
    query = select(AccountChange.id).where(
        *_for(authority_id, use), AccountChange.state == "proposed"
    )
    return session.execute(query).scalar_one_or_none()


def _for(authority_id: int, use: Use) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountChange.authority_id == authority_id,
        AccountChange.purpose == use.purpose,
        AccountChange.payee == use.payee,
    )


def use_of(session: Session, change_id: int) -> Use:
    query = select(AccountChange.purpose, AccountChange.payee).where(AccountChange.id == change_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return Use(*row)


def authority_of_call(session: Session, call_id: int) -> int:
    return session.execute(select(Call.authority_id).where(Call.id == call_id)).scalar_one()


def authority_of_asset(session: Session, asset_id: int) -> int:
    query = select(Call.authority_id).join(Asset, Asset.call_id == Call.id)
    found = session.execute(query.where(Asset.id == asset_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def authority_of(session: Session, change_id: int) -> int:
    query = select(AccountChange.authority_id).where(AccountChange.id == change_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
