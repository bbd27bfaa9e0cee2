"""Equipment in the demo world: from visits to one grant in retention and one at its own share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from app.actions import (
    agreements,
    handovers,
    in_kind,
    in_kind_quotes,
    offers,
    own_shares,
    purchases,
    site_visits,
    undertakings,
)
from app.actions.agreements import Terms
from app.actions.in_kind_quotes import NewQuote
from app.actions.undertakings import NewLink
from app.demo import awarding, judging, starting, traders
from app.demo.answers import Subject
from app.demo.applying import Begun
from app.demo.cast import AUTHORITY, iban, invented_pib
from app.demo.cast import Stage as World
from app.demo.marks import sheet_of_marks
from app.demo.papers import Papers
from app.demo.starting import Playing
from app.demo.traders import Gifts, PlannedGift
from app.queries import demo as rows
from app.rules.agreement_terms import last_day
from app.rules.deadlines import ZONE
from app.rules.money import parse_cents
from app.rules.undertakings import LinkKind

Give = Callable[[Playing, Gifts, PlannedGift, Begun, datetime], None]

MONTHS = 30
SUPPLIERS = (("Alat i mašine d.o.o.", 0), ("Tehno Sever d.o.o.", 70_00), ("Import Plus", 140_00))


def tell(world: World, told: Gifts, papers: Papers, give: Give) -> Playing:
    """Tell the whole story of the call, as far as it has come on the base day."""
    play = starting.publish(world, told.call, papers)
    begun = [
        traders.apply(play, told, each, number) for number, each in enumerate(told.applications)
    ]
    _judge(play, told, begun)
    _decide(play, begun)
    for number, (planned, each) in enumerate(zip(told.applications, begun, strict=True)):
        if planned.far:
            give(play, told, planned, each, world.at(told.call.announced + 3, 10, number))
    return play


def _judge(play: Playing, told: Gifts, begun: Sequence[Begun]) -> None:
    """Check, note who owns whom, assign, mark and visit everybody."""
    world, closes, stage = play.world, play.planned.closes, play.scheme.stages[0]
    judging.close(world, play.call_id, world.at(closes, 18))
    judging.check_each(play, begun, world.at(closes + 3))
    for planned, each in zip(told.applications, begun, strict=True):
        _linked(world, planned, each, world.at(closes + 3, 12))
    judging.assign_each(play, begun, stage, world.at(closes + 3, 15))
    judging.declare_all(play, stage, world.at(closes + 4))
    sheets = {
        each.application_id: [sheet_of_marks(stage, mark) for mark in planned.marks]
        for planned, each in zip(told.applications, begun, strict=True)
    }
    judging.mark_each(play, begun, stage, sheets, world.at(closes + 8, 19))
    for each in begun:
        _visit(world, each, world.at(closes + 10, 13), "The premises are ready, as described.")


def _linked(world: World, planned: PlannedGift, begun: Begun, at: datetime) -> None:
    """Note who holds the votes of a firm: the two are one undertaking, and their aid adds up."""
    owner = planned.owner
    if owner is None:
        return
    link = NewLink(
        number=f"RS:PIB:{invented_pib(traders.number_of(owner.trader))}",
        name=traders.trader_of(owner.trader).name,
        other_is_owner=True,
        kind=LinkKind.HOLDING,
        percent=Fraction(owner.percent),
        valid_from=(at - timedelta(days=900)).date(),
        evidence=owner.evidence,
    )
    with world.acting("officer", at) as act:
        undertakings.record(act, begun.application_id, link)


def _visit(world: World, begun: Begun, at: datetime, findings: str) -> None:
    with world.acting("officer", at) as act:
        visit = site_visits.NewVisit(
            at.astimezone(ZONE).date(), "Petar Provera and the applicant", findings, "confirmed"
        )
        site_visits.record(act, begun.application_id, visit)


def _decide(play: Playing, begun: Sequence[Begun]) -> None:
    """Scores, ranking, allocation, decision by a second manager, letters, announcement."""
    closes = play.planned.closes
    awarding.rank(play, closes + 14)
    awarding.allocate(play, closes + 14)
    awarding.decide(play, closes + 16)
    awarding.announce(play, begun)


def give(play: Playing, told: Gifts, planned: PlannedGift, begun: Begun, at: datetime) -> None:
    """Agreement, quotes, own share; for the first one also buying and the handover."""
    del told
    world, quoted = play.world, play.world.at(planned.quotes)
    grant_id = agreed(world, planned, begun, at)
    quotes = _quoted(world, grant_id, quoted)
    if planned.far == "quoted":
        return
    priced(world, grant_id, quotes, quoted)
    own_share_id = paid_in(world, grant_id, quoted + timedelta(days=6))
    if planned.far != "retained":
        return
    with world.acting("approver", quoted + timedelta(days=7)) as act:
        own_shares.confirm(act, own_share_id)
    _bought(world, planned.trader, list(quotes), quoted + timedelta(days=8))
    _handed_over(play, grant_id, planned, quoted + timedelta(days=26))
    _visit(world, begun, quoted + timedelta(days=58), "The bench is in use: eleven repairs so far.")


def paid_in(world: World, grant_id: int, at: datetime) -> int:
    """The whole own share is on the bank statement; return its record."""
    with world.acting("finance", at) as act:
        paid = own_shares.PaidIn(
            rows.own_share_of(act.session, grant_id), act.now.date(), f"IZV-{grant_id:03d}/4"
        )
        return own_shares.record(act, grant_id, paid)


def agreed(world: World, planned: PlannedGift, begun: Begun, at: datetime) -> int:
    clerk = world.clerks[planned.trader]
    with world.acting(clerk, at) as act:
        award_id = rows.award_of(act.session, begun.application_id)
        assert award_id is not None
        offers.accept(act, award_id)
    starts_on = (at + timedelta(days=7)).date()
    terms = Terms(starts_on, last_day(starts_on, MONTHS), iban="", bic="", account_holder="")
    with world.acting("finance", at + timedelta(days=2)) as act:
        agreement_id = agreements.prepare(act, award_id, terms)
        agreements.send(act, agreement_id)
    owner = traders.trader_of(planned.trader).person
    with world.acting("finance", at + timedelta(days=4)) as act:
        agreements.sign_for_beneficiary(act, agreement_id, name=owner, signed_on=act.now.date())
    with world.acting("manager2", at + timedelta(days=5)) as act:
        signatory = world.world.authority["signatory_name"]
        agreements.sign(act, agreement_id, name=signatory, signed_on=act.now.date())
        return rows.in_kind_of(act.session, agreement_id)


def _quoted(world: World, grant_id: int, at: datetime) -> dict[int, int]:
    """Three quotes for each thing; return the cheapest of each, which is what was estimated."""
    cheapest = {}
    with world.acting("officer", at) as act:
        for asset_id, estimate_cents in rows.estimates(act.session, grant_id).items():
            quotes = [
                in_kind_quotes.add_quote(
                    act, asset_id, NewQuote(name, estimate_cents + more, act.now.date())
                )
                for name, more in SUPPLIERS
            ]
            cheapest[asset_id] = quotes[0]
    return cheapest


def priced(world: World, grant_id: int, quotes: Mapping[int, int], at: datetime) -> None:
    with world.acting("officer", at) as act:
        for quote_id in quotes.values():
            in_kind_quotes.choose(act, quote_id)
    with world.acting("officer", at + timedelta(days=1)) as act:
        due_on = (at + timedelta(days=15)).date()
        pay_to = in_kind.PayTo(iban(AUTHORITY), f"97 {grant_id:04d}")
        in_kind.fix_prices(act, grant_id, due_on=due_on, pay_to=pay_to)


def _bought(world: World, trader: str, asset_ids: Sequence[int], at: datetime) -> None:
    for asset_id in asset_ids:
        billed(world, trader, asset_id, at)
        with world.acting("approver", at + timedelta(days=13)) as act:
            purchases.approve(act, asset_id)
        with world.acting("finance", at + timedelta(days=14)) as act:
            purchases.pay(
                act, asset_id, paid_on=act.now.date(), bank_reference=f"IZV-{asset_id:03d}/9"
            )


def billed(world: World, trader: str, asset_id: int, at: datetime) -> None:
    """A thing is ordered, comes twelve days later, and its invoice with it."""
    with world.acting("officer", at) as act:
        purchases.order(act, asset_id, ordered_on=act.now.date())
    location = f"Workshop, {traders.trader_of(trader).place.title()}"
    with world.acting("officer", at + timedelta(days=12)) as act:
        came = purchases.Received(act.now.date(), f"TB-{asset_id:04d}", location)
        purchases.receive(act, asset_id, came)
        price_cents = rows.price_of(act.session, asset_id)
        invoice = f"F-{asset_id:03d}/{act.now:%y}"
        purchases.bill(act, asset_id, invoice_number=invoice, invoice_cents=price_cents)


def _handed_over(play: Playing, grant_id: int, planned: PlannedGift, at: datetime) -> None:
    world, papers = play.world, play.papers
    assert play.scheme.in_kind is not None
    keys = tuple(each.key for each in play.scheme.in_kind.handover_conditions)
    owner = traders.trader_of(planned.trader).person
    with world.acting("officer", at) as act:
        paper_id = handovers.prepare(act, grant_id)
    with world.acting(None, at + timedelta(minutes=1)) as act:
        handovers.render(act, paper_id, renderer=papers.renderer, store=papers.store)
    with world.acting("officer", at + timedelta(days=1)) as act:
        signed = handovers.Signed(act.now.date(), "Petar Provera", owner, keys)
        subject = Subject("", owner, planned.title, parse_cents(planned.requested), at.date())
        handovers.hand_over(act, paper_id, signed, papers.file("Signed protocol", subject))
