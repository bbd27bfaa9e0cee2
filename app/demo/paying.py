"""After the letters: offers are accepted, agreements signed, first instalments paid."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app import registers
from app.actions import agreements, end_requests, offers, payments
from app.actions.agreements import Terms
from app.actions.payment_refusals import Request
from app.demo import settling
from app.demo.applying import Begun
from app.demo.cast import Stage as World
from app.demo.cast import iban, town_hall
from app.demo.starting import Playing
from app.queries import demo as rows
from app.rules.agreement_terms import last_day

# The day on which an accepted grant is given back.
GIVEN_BACK = -5
# The day on which somebody asks to end an agreement, and the day on which it is to end.
END_ASKED, ENDS = -2, 30

# How far an award has come: each takes the steps before it, too. "" has not answered.
_STEPS = ("accepted", "drafted", "sent", "signed", "requested", "checked", "approved", "paid")
_ALSO = {
    "ending": "signed",
    "returned": "requested",
    "balanced": "paid",
    "overpaid": "paid",
    "ordered": "paid",
    "late": "paid",
}
_REPORTING = ("balanced", "overpaid", "ordered", "late")


def play(play: Playing, begun: Sequence[Begun], announced: datetime) -> None:
    """Tell for each award how far it has come, first to last."""
    for number, each in enumerate(begun):
        with play.world.acting(None, announced) as act:
            award_id = rows.award_of(act.session, each.application_id)
        if award_id is not None and each.planned.far:
            _one(play, each, award_id, announced + timedelta(days=1, minutes=number))


def _one(play: Playing, begun: Begun, award_id: int, at: datetime) -> None:
    world, far = play.world, begun.planned.far
    clerk = world.clerks[begun.planned.place]
    with world.acting(clerk, at) as act:
        offers.accept(act, award_id)
    if far == "given_back":
        with world.acting(clerk, world.at(GIVEN_BACK, 10)) as act:
            offers.withdraw(act, award_id, reason=begun.planned.text)
        return
    step = _STEPS.index(_ALSO.get(far, far))
    if step < _STEPS.index("drafted"):
        return
    agreement_id = _agreed(world, begun, award_id, step, at + timedelta(days=1))
    if far == "ending":
        with world.acting(clerk, world.at(END_ASKED)) as act:
            ends_on = world.at(ENDS).date()
            end_requests.ask(act, agreement_id, reason=begun.planned.text, ends_on=ends_on)
    if step < _STEPS.index("requested"):
        return
    with world.acting(None, at) as act:
        payment_id = rows.payments_of(act.session, agreement_id)[0]
    requested(world, clerk, payment_id, step, at + timedelta(days=4))
    if far == "returned":
        with world.acting("finance", at + timedelta(days=5)) as act:
            payments.give_back(act, payment_id, reason=begun.planned.text)
    elif far in _REPORTING:
        settling.play(play, begun, agreement_id, at)


def _agreed(world: World, begun: Begun, award_id: int, step: int, at: datetime) -> int:
    starts_on = (at + timedelta(days=10)).date()
    terms = Terms(
        starts_on=starts_on,
        ends_on=last_day(starts_on, begun.planned.months),
        iban=iban(begun.application_id),
        bic="",
        account_holder=_holder(begun.planned.place),
    )
    with world.acting("finance", at) as act:
        agreement_id = agreements.prepare(act, award_id, terms)
    if step < _STEPS.index("sent"):
        return agreement_id
    with world.acting("finance", at + timedelta(minutes=20)) as act:
        agreements.send(act, agreement_id)
    if step < _STEPS.index("signed"):
        return agreement_id
    with world.acting("finance", at + timedelta(days=1)) as act:
        agreements.sign_for_beneficiary(
            act, agreement_id, name="The legal representative", signed_on=act.now.date()
        )
    with world.acting("manager2", at + timedelta(days=2)) as act:
        signatory = world.world.authority["signatory_name"]
        agreements.sign(act, agreement_id, name=signatory, signed_on=act.now.date())
    return agreement_id


def requested(world: World, clerk: int, payment_id: int, step: int, at: datetime) -> None:
    """Ask for the first instalment, then check, approve and pay it, as far as the story has it."""
    with world.acting(clerk, at) as act:
        payments.request(act, payment_id, Request())
    if step < _STEPS.index("checked"):
        return
    with world.acting("finance", at + timedelta(days=1)) as act:
        payments.check(act, payment_id, {})
    if step < _STEPS.index("approved"):
        return
    with world.acting("approver", at + timedelta(days=2)) as act:
        payments.approve(act, payment_id)
    if step < _STEPS.index("paid"):
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
