"""After the letters: offers are accepted, agreements signed, first instalments paid."""

from datetime import datetime, timedelta

from app import registers
from app.actions import agreements, offers, payments
from app.actions.agreements import Terms
from app.actions.payment_refusals import Request
from app.demo.applying import Begun
from app.demo.cast import Stage as World
from app.demo.cast import town_hall
from app.queries import demo as rows
from app.rules.agreement_terms import last_day

# As long as the applications say.
MONTHS = 15

# How far each award of the story has come, in the order of the list; the rest has not answered.
PAID, APPROVED, CHECKED, REQUESTED, SIGNED, SENT, ACCEPTED = range(7)
_FAR = (PAID, PAID, PAID, APPROVED, CHECKED, REQUESTED, SIGNED, SENT, ACCEPTED, ACCEPTED)


def play(world: World, begun: list[Begun], announced: datetime) -> None:
    """Tell for each award how far it has come, first to last."""
    awarded = 0
    for number, each in enumerate(begun):
        with world.acting(None, announced) as act:
            award_id = rows.award_of(act.session, each.application_id)
        if award_id is None or awarded >= len(_FAR):
            continue
        _one(world, each, award_id, _FAR[awarded], announced + timedelta(days=1, minutes=number))
        awarded += 1


def _one(world: World, begun: Begun, award_id: int, far: int, at: datetime) -> None:
    clerk = world.clerks[begun.planned.place]
    with world.acting(clerk, at) as act:
        offers.accept(act, award_id)
    if far == ACCEPTED:
        return
    agreement_id = _agreed(world, begun, award_id, far, at + timedelta(days=1))
    if far >= SENT:
        return
    with world.acting(None, at) as act:
        payment_id = rows.first_payment(act.session, agreement_id)
    if far <= REQUESTED:
        _requested(world, clerk, payment_id, far, at + timedelta(days=4))


def _agreed(world: World, begun: Begun, award_id: int, far: int, at: datetime) -> int:
    starts_on = (at + timedelta(days=10)).date()
    terms = Terms(
        starts_on=starts_on,
        ends_on=last_day(starts_on, MONTHS),
        iban=_iban(begun.application_id),
        bic="",
        account_holder=_holder(begun.planned.place),
    )
    with world.acting("finance", at) as act:
        agreement_id = agreements.prepare(act, award_id, terms)
        agreements.send(act, agreement_id)
    if far == SENT:
        return agreement_id
    with world.acting("finance", at + timedelta(days=1)) as act:
        agreements.sign_for_beneficiary(
            act, agreement_id, name="The legal representative", signed_on=act.now.date()
        )
    with world.acting("manager2", at + timedelta(days=2)) as act:
        signatory = world.world.authority["signatory_name"]
        agreements.sign(act, agreement_id, name=signatory, signed_on=act.now.date())
    return agreement_id


def _requested(world: World, clerk: int, payment_id: int, far: int, at: datetime) -> None:
    with world.acting(clerk, at) as act:
        payments.request(act, payment_id, Request())
    if far == REQUESTED:
        return
    with world.acting("finance", at + timedelta(days=1)) as act:
        payments.check(act, payment_id, {})
    if far == CHECKED:
        return
    with world.acting("approver", at + timedelta(days=2)) as act:
        payments.approve(act, payment_id)
    if far == APPROVED:
        return
    with world.acting("finance", at + timedelta(days=3)) as act:
        payments.pay(
            act,
            payment_id,
            paid_on=act.now.date(),
            bank_reference=f"840-{act.now:%Y%m%d}-{payment_id:04d}",
        )


def _holder(key: str) -> str:
    place = registers.local_government(key)
    return town_hall(place) if place else key


def _iban(number: int) -> str:
    """Return an invented account at the treasury with the right check digits (handbook 4.2)."""
    account = f"840{9_900_000_000_000 + number * 97:013d}"[:16]
    check = 98 - int(account) * 100 % 97
    return f"RS35{account}{check:02d}"
