"""The suppliers that an authority knows, by their names."""

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from app.models import AccountChange, Asset, Call, Quote
from app.queries.authority_accounts import SUPPLIER

_CONFIRMED, _BOUGHT, _ASKED = 1, 2, 3


def suppliers_of(session: Session, authority_id: int) -> tuple[str, ...]:
    """Return each spelling once: first those with a confirmed account, then those bought from,
    then those that made an offer; of each kind the oldest first.
    """
    named = union_all(
        select(AccountChange.payee.label("name"), literal(_CONFIRMED).label("kind"),
               AccountChange.id.label("place"))
        .where(AccountChange.authority_id == authority_id, AccountChange.purpose == SUPPLIER,
               AccountChange.state == "confirmed"),
        select(Asset.supplier, literal(_BOUGHT), Asset.id)
        .join(Call, Call.id == Asset.call_id)
        .where(Call.authority_id == authority_id, Asset.supplier != ""),
        select(Quote.supplier, literal(_ASKED), Quote.id)
        .join(Asset, Asset.id == Quote.asset_id)
        .join(Call, Call.id == Asset.call_id)
        .where(Call.authority_id == authority_id),
    ).subquery()  # fmt: skip
    rows = session.execute(
        select(named.c.name)
        .group_by(named.c.name)
        .order_by(func.min(named.c.kind), func.min(named.c.place), named.c.name)
    )
    return tuple(rows.scalars())


def suppliers_for_thing(session: Session, asset_id: int) -> tuple[str, ...]:
    """Return the suppliers of the authority for which a thing is bought."""
    query = (
        select(Call.authority_id).join(Asset, Asset.call_id == Call.id).where(Asset.id == asset_id)
    )
    return suppliers_of(session, session.execute(query).scalar_one())
