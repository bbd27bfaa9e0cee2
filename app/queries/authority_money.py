"""The account of an authority and its rates of interest, by their days."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Agreement, Authority, Call, InterestRate, User
from app.queries import visible
from app.rules.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Rate:
    """`percent` is decimal text; it counts from its day until the next one's."""

    valid_from: date
    percent: str
    source: str
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class AuthorityMoney:
    authority_id: int
    name: str
    iban: str
    bic: str
    holder: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a recovery order starts from; empty where nothing is set."""

    iban: str
    holder: str
    percent: str


def authority_money(session: Session, actor: Actor, authority_id: int) -> AuthorityMoney:
    """Return the settings for who may change the authority."""
    row = session.execute(
        select(Authority.name, Authority.bank_iban, Authority.bank_bic, Authority.bank_holder)
        .where(
            Authority.id == authority_id,
            visible.authorities(actor, Permission.MANAGE_AUTHORITY),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    rates = session.execute(
        select(
            InterestRate.valid_from, InterestRate.percent, InterestRate.source,
            InterestRate.set_at, func.coalesce(User.name, ""),
        )
        .outerjoin(User, User.id == InterestRate.set_by)
        .where(InterestRate.authority_id == authority_id)
        .order_by(InterestRate.valid_from.desc(), InterestRate.id.desc())
    )  # fmt: skip
    return AuthorityMoney(authority_id, *row, tuple(Rate(*rate) for rate in rates))


def recovery_terms(session: Session, agreement_id: int, today: date) -> Terms:
    """Return account and rate of an agreement's authority; of a day's rates the newest counts."""
    row = session.execute(
        select(Authority.id, Authority.bank_iban, Authority.bank_holder, Authority.name)
        .join(Call, Call.authority_id == Authority.id)
        .join(Agreement, Agreement.call_id == Call.id)
        .where(Agreement.id == agreement_id)
    ).one()
    percent = session.execute(
        select(InterestRate.percent)
        .where(InterestRate.authority_id == row.id, InterestRate.valid_from <= today)
        .order_by(InterestRate.valid_from.desc(), InterestRate.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return Terms(row.bank_iban, row.bank_holder or row.name, percent or "")
