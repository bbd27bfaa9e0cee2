"""Accounts of authorities that were proposed: what waits, and one with what is in use now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.models import AccountChange, Authority, Call, User
from app.queries import visible
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Actor, Facts, Permission


@dataclass(frozen=True, slots=True)
class AccountChangePage:
    """What was proposed beside what is in use (`now_*`); names are empty where nobody did it."""

    change_id: int
    state: str
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
    """Return all changes of an authority that was found by a query that asked, newest first."""
    query = _changes().where(AccountChange.authority_id == authority_id)
    return tuple(AccountChangePage(*row) for row in session.execute(query))


def _visible(actor: Actor) -> ColumnElement[bool]:
    return visible.authorities(actor, Permission.APPROVE_PAYMENT)


def _changes() -> Select[*tuple[Any, ...]]:  # Any: the columns of AccountChangePage
    proposer, decider = aliased(User), aliased(User)
    return (
        select(
            AccountChange.id, AccountChange.state, Authority.id, Authority.name,
            Authority.bank_iban, Authority.bank_bic, Authority.bank_holder,
            AccountChange.iban, AccountChange.bic, AccountChange.holder, AccountChange.reason,
            AccountChange.proposed_at, func.coalesce(proposer.name, ""), AccountChange.proposed_by,
            AccountChange.decided_at, func.coalesce(decider.name, ""),
            AccountChange.decision_reason,
        )
        .join(Authority, Authority.id == AccountChange.authority_id)
        .outerjoin(proposer, proposer.id == AccountChange.proposed_by)
        .outerjoin(decider, decider.id == AccountChange.decided_by)
        .order_by(AccountChange.id.desc())
    )  # fmt: skip


def in_use(session: Session, call_id: int) -> tuple[str, str]:
    """Return IBAN and holder of the account in use of a call's authority; empty without one."""
    query = (
        select(Authority.bank_iban, Authority.bank_holder, Authority.name)
        .join(Call, Call.authority_id == Authority.id)
        .where(Call.id == call_id)
    )
    row = session.execute(query).one()
    return (row.bank_iban, row.bank_holder or row.name) if row.bank_iban else ("", "")


def waiting(session: Session, authority_id: int) -> int | None:
    """Return the change of an authority that nobody has decided on, if there is one."""
    query = select(AccountChange.id).where(
        AccountChange.authority_id == authority_id, AccountChange.state == "proposed"
    )
    return session.execute(query).scalar_one_or_none()


def authority_of(session: Session, change_id: int) -> int:
    query = select(AccountChange.authority_id).where(AccountChange.id == change_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
