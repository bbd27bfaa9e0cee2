"""The evidence of an award holds the whole trail of what was given in kind (issue, point 8)."""

from app.actions import price_changes, purchases
from app.actions.price_changes import NewPrice
from app.queries.evidence import bundle, evidence_award, trail_objects
from app.rules.permissions import Role
from tests.make.in_kind import NOW, InKindDesk
from tests.make.people import act_as, make_user


def test_quotes_choice_order_payments_papers_and_own_share_are_in_the_evidence(session) -> None:
    desk = InKindDesk(session).received()
    asset = desk.assets[0]
    change = price_changes.propose(desk.act(), asset.id, NewPrice(1_900_00, "A discount"))
    price_changes.agree(desk.act(desk.approver), change)
    purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=1_900_00)
    desk.handed_over()
    auditor = act_as(session, make_user(session, roles=[Role.AUDITOR], authority=desk.authority))
    found = evidence_award(session, auditor.actor, desk.award.id)

    parts = bundle(session, auditor.actor, found, NOW).parts

    paths = [part.path for part in parts if part.path.startswith("in-kind/")]
    assert paths == [
        "in-kind/in_kind_grant.json",
        "in-kind/in_kind_paper.json",
        "in-kind/own_share.json",
        "in-kind/asset.json",
        "in-kind/price_change.json",
        "in-kind/quote.json",
        "in-kind/papers/01-signed.pdf",
    ]
    objects = trail_objects(session, found)
    assert objects["price_change"] == (change,)
    assert objects["in_kind_paper"] == (desk.papers[0].id,)
    assert objects["asset"] == (asset.id,)
