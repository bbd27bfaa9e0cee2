"""The last instalments of a grant: costs reported and accepted, the balance, what comes back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from app.actions import paper_reports, payment_files, payments, recoveries
from app.actions.payment_refusals import Accepted, NewExpenditure, Request
from app.actions.recoveries import NewOrder, NewReceipt
from app.demo.applying import Begun, subject_of
from app.demo.cast import Stage as World
from app.demo.cast import iban
from app.demo.starting import Playing
from app.demo.world import PlannedClaim
from app.queries import demo as rows
from app.queries import reporting
from app.queries.agreement_facts import agreement_of_payment
from app.queries.amendments import HeadingBudget, budget_of
from app.rules.money import parse_cents, split_cents
from app.rules.recovery import DEFAULT_DAYS
from app.rules.scheme import Scheme
from app.rules.scheme_money import HeadingKind
from app.rules.scheme_text import said


def play(play: Playing, begun: Begun, agreement_id: int, at: datetime) -> None:
    """Report and settle each later instalment; then ask for what was paid too much."""
    with play.world.acting(None, at) as act:
        _, *later = rows.payments_of(act.session, agreement_id)
    # Who is late has claimed fewer than there are instalments.
    for payment_id, claim in zip(later, begun.planned.claims, strict=False):
        _settle(play, begun, payment_id, claim)
    _came_on_paper(play.world, agreement_id)
    if begun.planned.far == "ordered":
        _order(play, begun, agreement_id)


def _came_on_paper(world: World, agreement_id: int) -> None:
    """Reports without an instalment came on their last day; finance noted it at noon."""
    with world.acting("finance", world.at(0)) as act:
        listed = reporting.lines(act.session, agreement_id, act.now)
    for each in listed:
        if each.is_over and not each.is_known:
            noon = world.at((each.due_on - world.base_day).days, 12)
            with world.acting("finance", noon) as act:
                paper_reports.note(act, agreement_id, each.about, came_on=each.due_on)


def _settle(play: Playing, begun: Begun, payment_id: int, claim: PlannedClaim) -> None:
    world, at = play.world, play.world.at(claim.on, 11)
    with world.acting(world.clerks[begun.planned.place], at) as act:
        budget = budget_of(act.session, agreement_of_payment(act.session, payment_id))
        asked = Request(claim.report, None, _costs(play.scheme, claim, at, budget))
        proof = play.papers.file("Invoices and bank statements", subject_of(begun.planned, at))
        payment_files.attach(act, payment_id, proof)
        payments.request(act, payment_id, asked)
    with world.acting("finance", at + timedelta(days=9)) as act:
        reported = rows.costs_of(act.session, payment_id)
        payments.check(act, payment_id, _accepted(reported, claim))
    with world.acting("approver", at + timedelta(days=11)) as act:
        payments.approve(act, payment_id)
    with world.acting("finance", at + timedelta(days=13)) as act:
        payments.pay(
            act,
            payment_id,
            paid_on=act.now.date(),
            bank_reference=f"840-{act.now:%Y%m%d}-{payment_id:04d}",
        )


def _costs(
    scheme: Scheme, claim: PlannedClaim, at: datetime, budget: Sequence[HeadingBudget]
) -> list[NewExpenditure]:
    """Return one invoice for each direct heading, in the shares that the budget gives them."""
    assert scheme.budget is not None
    headings = [each for each in scheme.budget.headings if each.kind is HeadingKind.DIRECT]
    agreed = {each.code: each.current_cents for each in budget}
    cents = list(split_cents(parse_cents(claim.accepted), [agreed[each.code] for each in headings]))
    cents[0] += parse_cents(claim.refused) if claim.refused else 0
    return [
        NewExpenditure(
            heading=heading.code,
            description=said(heading.title, scheme.languages[0]),
            amount_cents=amount_cents,
            supplier=supplier,
            invoice_number=f"{place}-{amount_cents % 997:03d}/{at:%y}",
            invoice_on=(at - timedelta(days=20 + place)).date(),
        )
        for place, (heading, supplier, amount_cents) in enumerate(
            zip(headings, claim.suppliers, cents, strict=True), start=1
        )
    ]


def _accepted(reported: Mapping[int, int], claim: PlannedClaim) -> dict[int, Accepted]:
    """Accept everything but what the story refuses of the first cost."""
    accepted = {key: Accepted(cents) for key, cents in reported.items()}
    if claim.refused:
        first = next(iter(reported))
        accepted[first] = Accepted(reported[first] - parse_cents(claim.refused), claim.reason)
    return accepted


def _order(play: Playing, begun: Begun, agreement_id: int) -> None:
    """Finance prepares an order, a colleague issues it, a part of the money has arrived."""
    world, ordered = play.world, begun.planned.recovery
    assert ordered is not None
    at = world.at(ordered.on, 10)
    with world.acting("finance", at) as act:
        new = NewOrder(
            parse_cents(ordered.amount),
            ordered.reason,
            DEFAULT_DAYS,
            Fraction(ordered.interest_percent),
            iban(0),
            world.world.authority["name"],
        )
        order_id = recoveries.prepare(act, agreement_id, new)
    with world.acting("approver", at + timedelta(days=1)) as act:
        recoveries.issue(act, order_id)
    arrived = world.at(ordered.arrived_on, 12)
    with world.acting("finance", arrived) as act:
        came = NewReceipt(
            parse_cents(ordered.arrived), 0, arrived.date(), f"840-{arrived:%Y%m%d}-R{order_id}"
        )
        recoveries.record(act, order_id, came)
