"""Two people, two connections: together they neither pay above the grant nor confirm twice."""

from datetime import timedelta

from sqlalchemy import func, select

from app import db
from app.actions import own_share_returns, own_shares, price_changes, purchases, reallocations
from app.actions.act import Act
from app.actions.own_share_returns import NewReturn
from app.actions.price_changes import NewPrice
from app.actions.reallocations import NewHolder
from app.errors import Conflict, Invalid
from app.models import Agreement, Asset, InKindGrant, InKindPaper, OwnShareReturn
from app.rules.permissions import Role
from tests.actions.test_payments_concurrent import at_once
from tests.make.in_kind import TODAY, InKindDesk
from tests.make.people import make_user


def test_of_two_approvals_above_the_grant_together_one_is_refused(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = InKindDesk(session, prices=(1_000_00, 980_00)).received()
        for asset in desk.assets:
            purchases.bill(
                desk.act(), asset.id, invoice_number="F-1", invoice_cents=asset.price_cents
            )
            # As a mistake of ours might: each thing alone is within the grant, both are not.
            asset.support_cents = 900_00
        people = [
            make_user(session, roles=[Role.APPROVER], authority=desk.authority).id
            for _ in desk.assets
        ]
        keys, agreement_id = [asset.id for asset in desk.assets], desk.agreement_id

    answers = at_once(
        sessions,
        [
            (person, lambda act, key=key: purchases.approve(act, key))
            for person, key in zip(people, keys, strict=True)
        ],
    )

    (refused,) = [answer for answer in answers if answer is not None]
    assert refused.values["left_cents"] == 783_00
    with sessions() as session:
        assert session.get_one(Agreement, agreement_id).committed_cents == 900_00
        states = [session.get_one(Asset, key).approved_at is not None for key in keys]
        assert sorted(states) == [False, True]


def test_of_two_who_confirm_the_same_own_share_one_is_told(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = InKindDesk(session).priced()
        paid = own_shares.PaidIn(297_00, TODAY, "IZV-1")
        key = own_shares.record(desk.act(desk.finance), desk.grant_id, paid)
        people = [
            make_user(session, roles=[Role.APPROVER], authority=desk.authority).id for _ in range(2)
        ]
        grant_id = desk.grant_id

    answers = at_once(
        sessions, [(person, lambda act: own_shares.confirm(act, key)) for person in people]
    )

    refused = [answer for answer in answers if answer is not None]
    assert [type(each) for each in refused] == [Conflict]
    with sessions() as session:
        assert session.get_one(InKindGrant, grant_id).state == "funded"


def test_of_two_who_pay_the_same_own_share_back_one_is_told(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = InKindDesk(session).received()
        asset_id = desk.assets[0].id
        change = price_changes.propose(desk.act(), asset_id, NewPrice(1_900_01, "Cheaper"))
        price_changes.agree(desk.act(desk.approver), change)
        people = [
            make_user(session, roles=[Role.OFFICER], authority=desk.authority).id for _ in range(2)
        ]
        grant_id = desk.grant_id
    wanted = NewReturn(11_99, "RS35", "Cheaper")

    def propose(act: Act) -> None:
        try:
            own_share_returns.propose(act, grant_id, wanted)
        except Invalid as refusal:
            raise Conflict("Nothing is left.") from refusal

    answers = at_once(
        sessions,
        [(person, propose) for person in people],
    )

    assert [type(each) for each in answers if each is not None] == [Conflict]
    with sessions() as session:
        query = select(func.sum(OwnShareReturn.amount_cents))
        assert session.scalar(query.where(OwnShareReturn.grant_id == grant_id)) == 11_99


def test_a_price_rises_or_its_payment_is_approved_never_both(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = InKindDesk(session).received()
        asset_id = desk.assets[0].id
        wanted = NewPrice(2_050_00, "Dearer", TODAY + timedelta(days=9))
        change = price_changes.propose(desk.act(), asset_id, wanted)
        # As a mistake of ours might: an invoice of the old price beside the change that waits.
        desk.assets[0].invoice_number = "F-1"
        people = [
            make_user(session, roles=[Role.APPROVER], authority=desk.authority).id for _ in range(2)
        ]
        agreement_id = desk.agreement_id

    answers = at_once(
        sessions,
        [
            (people[0], lambda act: price_changes.agree(act, change)),
            (people[1], lambda act: purchases.approve(act, asset_id)),
        ],
    )

    assert [type(each) for each in answers if each is not None] == [Conflict]
    with sessions() as session:
        asset = session.get_one(Asset, asset_id)
        committed = session.get_one(Agreement, agreement_id).committed_cents
        paid = asset.approved_at is not None
        assert (asset.price_cents, committed) == ((1_980_00, 1_683_00) if paid else (2_050_00, 0))


def test_of_two_who_agree_to_the_same_new_holder_one_is_told(sessions: db.Sessions) -> None:
    with db.in_transaction(sessions) as session:
        desk = InKindDesk(session).taken_back()
        wanted = NewHolder(desk.waiting(1).id, 1_500_00, "Next on the list.", aid_fits=True)
        key = reallocations.propose(desk.act(), desk.assets[0].id, wanted)
        people = [
            make_user(session, roles=[Role.FUND_MANAGER], authority=desk.authority).id
            for _ in range(2)
        ]

    answers = at_once(
        sessions, [(person, lambda act: reallocations.agree(act, key)) for person in people]
    )

    assert [type(each) for each in answers if each is not None] == [Conflict]
    with sessions() as session:
        papers = select(func.count()).where(InKindPaper.kind == "reallocation")
        assert session.scalar(papers) == 1
