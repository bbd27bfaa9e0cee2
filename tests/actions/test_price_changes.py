"""Another price than the quote's, own share paid back, and a grant in kind that is given up."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import (
    agreement_steps,
    handovers,
    own_share_returns,
    own_shares,
    price_changes,
    purchases,
    reallocations,
)
from app.actions.own_share_returns import NewReturn
from app.actions.price_changes import NewPrice
from app.actions.reallocations import NewHolder
from app.errors import Conflict, Forbidden, Invalid
from app.models import Agreement, AuditEntry, Award, Lot, Mail, OwnShareReturn
from tests.make.in_kind import SCAN, TODAY, InKindDesk

WHY = "The maker has raised the price since March."
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session)


def agreed(desk: InKindDesk, price_cents: int, place: int = 0) -> None:
    """Another price, proposed by the officer and agreed by the approver."""
    wanted = NewPrice(price_cents, WHY, NEXT_WEEK)
    key = price_changes.propose(desk.act(), desk.assets[place].id, wanted)
    price_changes.agree(desk.act(desk.approver), key)


def sums(desk: InKindDesk) -> tuple[int, int, int]:
    return desk.grant.price_cents, desk.grant.support_cents, desk.grant.own_share_cents


def bill(desk: InKindDesk, place: int = 0) -> None:
    asset = desk.assets[place]
    cents = asset.price_cents
    purchases.bill(desk.act(), asset.id, invoice_number="F-2", invoice_cents=cents)


def test_a_lower_price_leaves_own_share_that_is_paid_back_by_three_people(desk) -> None:
    """1,900.01 at 85 %: the grant pays 1,615.00, the own share is 285.01 instead of 297.00."""
    desk.received()
    agreed(desk, 1_900_01)
    assert sums(desk) == (1_900_01, 1_615_00, 285_01)

    wanted = NewReturn(11_99, "RS35 2600 0560 1001 6113 79", WHY)
    key = own_share_returns.propose(desk.act(), desk.grant_id, wanted)
    own_share_returns.approve(desk.act(desk.approver), key)
    finance = desk.act(desk.finance)
    own_share_returns.pay(finance, key, paid_on=TODAY, bank_reference="IZV-90/2")

    row = desk.session.get_one(OwnShareReturn, key)
    mail = desk.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (row.state, row.amount_cents) == ("paid", 11_99)
    assert "11.99" in mail.body
    bill(desk)
    purchases.approve(desk.act(desk.approver), desk.assets[0].id)
    agreement = desk.session.get_one(Agreement, desk.agreement_id)
    desk.session.refresh(agreement)
    assert agreement.committed_cents == 1_615_00


def test_a_higher_price_is_never_the_grants_and_waits_for_the_own_share(desk) -> None:
    """2,050.00: the grant stays at 1,683.00, so the own share rises from 297.00 to 367.00."""
    desk.received()
    agreed(desk, 2_050_00)
    bill(desk)
    assert sums(desk) == (2_050_00, 1_683_00, 367_00)
    assert desk.grant.own_share_due_on == NEXT_WEEK
    mail = desk.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert "70.00" in mail.body

    with pytest.raises(Conflict, match="own share is not all there"):
        purchases.approve(desk.act(desk.approver), desk.assets[0].id)
    paid = own_shares.PaidIn(70_00, TODAY, "IZV-78/1")
    key = own_shares.record(desk.act(desk.finance), desk.grant_id, paid)
    own_shares.confirm(desk.act(desk.approver), key)
    purchases.approve(desk.act(desk.approver), desk.assets[0].id)

    assert desk.assets[0].approved_at is not None


def test_what_was_approved_keeps_its_share_when_another_price_changes(session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 1_000_00), granted_cents=1_700_00).received()
    bill(desk)
    purchases.approve(desk.act(desk.approver), desk.assets[0].id)

    agreed(desk, 900_00, place=1)

    assert [each.support_cents for each in desk.assets] == [850_00, 765_00]
    assert sums(desk) == (1_900_00, 1_615_00, 285_00)
    with pytest.raises(Conflict, match="between the order and the approval"):
        price_changes.propose(desk.act(), desk.assets[0].id, NewPrice(1, WHY, NEXT_WEEK))


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (NewPrice(1_980_00, WHY, NEXT_WEEK), "price_cents"),
        (NewPrice(0, WHY, NEXT_WEEK), "price_cents"),
        (NewPrice(1_900_00, " "), "reason"),
        (NewPrice(2_000_00, WHY), "due_on"),
        (NewPrice(2_000_00, WHY, TODAY - timedelta(days=1)), "due_on"),
    ],
)
def test_a_price_is_refused_with_the_place(desk, wanted, place) -> None:
    desk.received()

    with pytest.raises(Invalid) as refusal:
        price_changes.propose(desk.act(), desk.assets[0].id, wanted)

    assert list(refusal.value.fields) == [place]


def test_nobody_agrees_to_a_price_of_their_own_and_no_invoice_passes_it(desk) -> None:
    desk.received()
    asset = desk.assets[0]
    proposed = price_changes.propose(desk.act(desk.manager), asset.id, NewPrice(1_900_00, WHY))

    with pytest.raises(Forbidden):
        price_changes.agree(desk.act(desk.manager), proposed)
    with pytest.raises(Conflict, match="waits for a second person"):
        purchases.bill(desk.act(), asset.id, invoice_number="F", invoice_cents=1_980_00)
    with pytest.raises(Conflict, match="waits already"):
        price_changes.propose(desk.act(), asset.id, NewPrice(1_800_00, WHY))
    price_changes.drop(desk.act(), proposed, reason="The supplier gave in")
    with pytest.raises(Conflict):
        price_changes.agree(desk.act(desk.approver), proposed)

    assert sums(desk) == (1_980_00, 1_683_00, 297_00)


def test_a_cancelled_order_frees_its_part_of_both(session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 1_000_00), granted_cents=1_700_00).funded()
    for asset in desk.assets:
        purchases.order(desk.act(), asset.id, ordered_on=TODAY)

    price_changes.cancel_order(desk.act(), desk.assets[1].id, reason="Not made any more")

    assert [each.state for each in desk.assets] == ["ordered", "dropped"]
    assert sums(desk) == (1_000_00, 850_00, 150_00)


def test_no_more_is_paid_back_than_was_paid_in_too_much(desk) -> None:
    desk.received()
    with pytest.raises(Invalid) as refusal:
        own_share_returns.propose(desk.act(), desk.grant_id, NewReturn(1, "RS35", WHY))
    agreed(desk, 1_900_01)
    own_share_returns.propose(desk.act(), desk.grant_id, NewReturn(11_99, "RS35", WHY))

    with pytest.raises(Invalid):
        own_share_returns.propose(desk.act(), desk.grant_id, NewReturn(1, "RS35", WHY))

    assert list(refusal.value.fields) == ["amount_cents"]
    with pytest.raises(DBAPIError, match="only own share that was paid too much"):
        desk.session.execute(
            text(
                "INSERT INTO own_share_return (grant_id, state, amount_cents, account, reason,"
                " proposed_at, bank_reference, version) VALUES (:grant, 'proposed', 1, 'x', 'x',"
                " now(), '', 1)"
            ),
            {"grant": desk.grant_id},
        )


# --- a grant that is given up -------------------------------------------------------


def ended(desk: InKindDesk) -> None:
    """One proposes the end with the reason, another one decides."""
    agreement_steps.propose_end(desk.act(desk.finance), desk.agreement_id, reason="Moved abroad")
    agreement_steps.end(desk.act(desk.manager), desk.agreement_id)


def test_a_grant_that_is_given_up_frees_its_money_and_the_own_share(desk) -> None:
    desk.funded()
    award = desk.session.get_one(Award, desk.award.id)
    lot = desk.session.get_one(Lot, award.lot_id)
    desk.session.refresh(lot)
    before_cents = lot.awarded_cents

    ended(desk)

    desk.session.refresh(lot)
    assert (desk.grant.state, desk.assets[0].state) == ("given_up", "dropped")
    assert before_cents - lot.awarded_cents == award.awarded_cents
    assert sums(desk) == (0, 0, 0)
    wanted = NewReturn(297_00, "RS35 2600", "Given up")
    key = own_share_returns.propose(desk.act(), desk.grant_id, wanted)
    assert desk.session.get_one(OwnShareReturn, key).state == "proposed"


def test_what_was_paid_for_stays_with_the_authority_and_is_given_on(session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).funded()
    first = desk.assets[0]
    purchases.order(desk.act(), first.id, ordered_on=TODAY)
    with pytest.raises(Conflict, match="Cancel these orders or pay"):
        ended(desk)
    agreement_steps.drop_end(desk.act(desk.finance), desk.agreement_id, reason="Not yet")
    purchases.receive(desk.act(), first.id, purchases.Received(TODAY, "SN", "Ruma"))
    bill(desk)
    purchases.approve(desk.act(desk.approver), first.id)
    purchases.pay(desk.act(desk.finance), first.id, paid_on=TODAY, bank_reference="IZV-1")

    ended(desk)

    assert [each.state for each in desk.assets] == ["repossessed", "dropped"]
    assert sums(desk) == (1_000_00, 850_00, 150_00)
    lot = desk.session.get_one(Lot, desk.session.get_one(Award, desk.award.id).lot_id)
    desk.session.refresh(lot)
    assert lot.awarded_cents == 850_00
    wanted = NewHolder(desk.waiting(1).id, 900_00, "Next on the list", aid_fits=True)
    reallocations.agree(desk.act(desk.manager), reallocations.propose(desk.act(), first.id, wanted))
    assert first.state == "reallocated"


def test_who_still_holds_a_thing_does_not_give_up_before_it_is_taken_back(desk) -> None:
    desk.paid()
    paper_id = handovers.prepare(desk.act(), desk.grant_id)
    signed = handovers.Signed(TODAY, "Petar", "Milica", ("registered", "training"))
    handovers.hand_over(desk.act(), paper_id, signed, SCAN)

    with pytest.raises(Conflict, match="Take these back first"):
        ended(desk)


def test_the_own_share_falls_with_the_price_also_where_the_rest_is_approved(session) -> None:
    """The first thing rises and takes all of the grant; when it falls, the second is paid."""
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).received()
    second = desk.assets[1]
    agreed(desk, 3_000_00)
    assert [each.support_cents for each in desk.assets] == [1_683_00, 0]
    rest = own_shares.PaidIn(2_000_00, TODAY, "IZV-78")
    own_shares.confirm(
        desk.act(desk.approver), own_shares.record(desk.act(desk.finance), desk.grant_id, rest)
    )
    bill(desk, 1)
    purchases.approve(desk.act(desk.approver), second.id)
    purchases.pay(desk.act(desk.finance), second.id, paid_on=TODAY, bank_reference="IZV-1")

    agreed(desk, 100_00)

    # 1,080.00 at 85 % are 918.00: 100.00 for the cheap one, the rest for the approved one.
    assert sums(desk) == (1_080_00, 918_00, 162_00)
    assert [each.support_cents for each in desk.assets] == [100_00, 818_00]
    agreement = desk.session.get_one(Agreement, desk.agreement_id)
    desk.session.refresh(agreement)
    assert (agreement.committed_cents, agreement.paid_cents) == (818_00, 818_00)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "raise_support")).one()
    assert (entry.detail["was_cents"], entry.detail["support_cents"]) == (0, 818_00)
    wanted = NewReturn(2_297_00 - 162_00, "RS35", "A price has fallen.")
    own_share_returns.propose(desk.act(), desk.grant_id, wanted)


def test_the_database_lets_the_support_of_an_approved_thing_rise_but_never_fall(session) -> None:
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).paid()
    change = text("UPDATE asset SET support_cents = support_cents + :by WHERE id = :key")

    session.execute(text("UPDATE agreement SET grant_cents = grant_cents + 1"))
    session.execute(change, {"by": 1, "key": desk.assets[0].id})
    with pytest.raises(DBAPIError, match="does not fall"):
        session.execute(change, {"by": -2, "key": desk.assets[0].id})
