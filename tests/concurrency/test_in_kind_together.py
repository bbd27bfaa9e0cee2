"""Two people, two connections: together they neither pay above the grant nor confirm twice."""

from app import db
from app.actions import own_shares, purchases
from app.errors import Conflict
from app.models import Agreement, Asset, InKindGrant
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
