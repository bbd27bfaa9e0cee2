"""Equipment for which those who get it ask for quotes: one invoice waits, one lacks quotes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.actions import authority_accounts, handovers, in_kind_quotes, own_shares, purchases
from app.actions.authority_accounts import Account
from app.actions.in_kind_quotes import NewQuote
from app.demo import giving
from app.demo.answers import Subject
from app.demo.applying import Begun
from app.demo.cast import AUTHORITY, iban
from app.demo.starting import Playing
from app.demo.traders import Gifts, PlannedGift
from app.queries import demo as rows
from app.rules.money import parse_cents

# The numbers of the two accounts of the supplier, beside the one of the authority.
FIRST, OTHER = AUTHORITY - 2, AUTHORITY - 1


def give(play: Playing, told: Gifts, planned: PlannedGift, begun: Begun, at: datetime) -> None:
    """Agreement and quotes; for the first one order, delivery, invoice, account and protocol.

    The supplier's second account was entered this morning: nobody may confirm it before tomorrow.
    """
    world, quoted = play.world, play.world.at(planned.quotes)
    grant_id = giving.agreed(world, planned, begun, at)
    quotes = _quoted(play, planned, grant_id, quoted)
    if planned.far == "asking":
        return
    giving.priced(world, grant_id, quotes, quoted + timedelta(days=1))
    own_share_id = giving.paid_in(world, grant_id, quoted + timedelta(days=7))
    with world.acting("approver", quoted + timedelta(days=8)) as act:
        own_shares.confirm(act, own_share_id)
    ordered = quoted + timedelta(days=9)
    for asset_id in quotes:
        giving.billed(world, planned.trader, asset_id, ordered)
        with world.acting("officer", ordered + timedelta(days=13)) as act:
            purchases.refer(act, asset_id, typed=f"00 {asset_id:03d}-{act.now:%y}")
        _accounts(play, told, asset_id, ordered + timedelta(days=13))
    with world.acting("officer", ordered + timedelta(days=20)) as act:
        handovers.prepare(act, grant_id)


def _quoted(play: Playing, planned: PlannedGift, grant_id: int, at: datetime) -> Mapping[int, int]:
    """Hand in quotes with their papers, of all suppliers or for the first thing of one alone."""
    suppliers = giving.SUPPLIERS[:1] if planned.far == "asking" else giving.SUPPLIERS
    cheapest: dict[int, int] = {}
    with play.world.acting(play.world.clerks[planned.trader], at) as act:
        for asset_id, estimate_cents in rows.estimates(act.session, grant_id).items():
            for name, more_cents in suppliers:
                subject = Subject(
                    "", name, planned.title, parse_cents(planned.requested), at.date()
                )
                quote_id = in_kind_quotes.add_quote(
                    act,
                    asset_id,
                    NewQuote(name, estimate_cents + more_cents, act.now.date()),
                    play.papers.file("Quote", subject),
                )
                cheapest.setdefault(asset_id, quote_id)
            if planned.far == "asking":
                break
    return cheapest


def _accounts(play: Playing, told: Gifts, asset_id: int, at: datetime) -> None:
    """The account of the contract is agreed to by two people; then the firm tells another one."""
    world, holder = play.world, told.supplier["holder"]
    with world.acting("officer", at) as act:
        first = Account(iban(FIRST), "", holder, told.supplier["reason"])
        change_id = authority_accounts.propose_of_supplier(act, asset_id, first)
    with world.acting("approver", at + timedelta(hours=4)) as act:
        authority_accounts.confirm(act, change_id)
    with world.acting("officer", world.at(0, 8)) as act:
        other = Account(iban(OTHER), "", holder, told.supplier["changed"])
        authority_accounts.propose_of_supplier(act, asset_id, other)
