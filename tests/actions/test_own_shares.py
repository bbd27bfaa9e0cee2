"""The own share: recorded, confirmed by a second person, or struck out."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.actions import agreement_steps, own_share_returns, own_shares
from app.actions.own_share_returns import NewReturn
from app.actions.own_shares import PaidIn
from app.errors import Conflict, Forbidden, Invalid
from app.models import OwnShare
from app.queries.calls_archive import open_ends
from tests.make.in_kind import TODAY, InKindDesk


@pytest.fixture
def desk(session: Session) -> InKindDesk:
    return InKindDesk(session).priced()


def paid_in(desk: InKindDesk, cents: int, reference: str) -> int:
    paid = PaidIn(cents, TODAY, reference)
    return own_shares.record(desk.act(desk.finance), desk.grant_id, paid)


def test_two_parts_open_the_buying_when_the_second_is_confirmed(desk: InKindDesk) -> None:
    first, second = paid_in(desk, 200_00, "IZV-1"), paid_in(desk, 97_00, "IZV-2")

    own_shares.confirm(desk.act(desk.approver), first)
    assert desk.grant.state == "priced"
    own_shares.confirm(desk.act(desk.approver), second)

    assert desk.grant.state == "funded"
    row = desk.session.get_one(OwnShare, second)
    assert (row.state, row.confirmed_by, row.recorded_by) == (
        "confirmed", desk.approver.id, desk.finance.id,
    )  # fmt: skip


def test_nobody_confirms_what_they_recorded(desk: InKindDesk) -> None:
    key = paid_in(desk, 297_00, "IZV-1")

    with pytest.raises(Forbidden) as refusal:
        own_shares.confirm(desk.act(desk.finance), key)
    with pytest.raises(Forbidden):
        own_shares.confirm(desk.act(desk.officer), key)

    assert "second person" in refusal.value.message
    assert desk.grant.state == "priced"


def test_a_wrong_record_is_struck_out_and_counts_nothing(desk: InKindDesk) -> None:
    wrong = paid_in(desk, 297_00, "IZV-1")

    with pytest.raises(Invalid):
        own_shares.strike(desk.act(desk.finance), wrong, reason=" ")
    own_shares.strike(desk.act(desk.finance), wrong, reason="Another trader paid this.")

    assert desk.session.get_one(OwnShare, wrong).state == "struck"
    with pytest.raises(Conflict, match="does not wait for confirmation"):
        own_shares.confirm(desk.act(desk.approver), wrong)
    right = paid_in(desk, 297_00, "IZV-1")
    own_shares.confirm(desk.act(desk.approver), right)
    assert desk.grant.state == "funded"


def test_a_line_of_the_statement_is_recorded_once_and_whole(desk: InKindDesk) -> None:
    paid_in(desk, 100_00, "IZV-1")

    with pytest.raises(Invalid) as double:
        paid_in(desk, 197_00, " IZV-1 ")
    tomorrow = PaidIn(0, TODAY + timedelta(days=1), " ")
    with pytest.raises(Invalid) as empty:
        own_shares.record(desk.act(desk.finance), desk.grant_id, tomorrow)

    assert sorted(double.value.fields) == ["bank_reference"]
    assert sorted(empty.value.fields) == ["amount_cents", "bank_reference", "received_on"]


def test_no_own_share_is_recorded_before_the_prices(session: Session) -> None:
    desk = InKindDesk(session).quoted()

    with pytest.raises(Conflict, match="No own share is waited for"):
        paid_in(desk, 297_00, "IZV-1")


def test_money_that_came_before_a_grant_was_given_up_is_confirmed_and_paid_back(desk) -> None:
    key = paid_in(desk, 297_00, "IZV-9")
    agreement_steps.propose_end(desk.act(desk.finance), desk.agreement_id, reason="Moved abroad.")
    agreement_steps.end(desk.act(desk.manager), desk.agreement_id)

    own_shares.confirm(desk.act(desk.approver), key)
    back = own_share_returns.propose(
        desk.act(), desk.grant_id, NewReturn(297_00, "RS35", "Nothing was bought.")
    )
    own_share_returns.approve(desk.act(desk.approver), back)

    assert (desk.grant.state, desk.own_share().state) == ("given_up", "confirmed")
    ends = open_ends(desk.session, desk.grant.call_id)
    assert (ends.in_kind, ends.returns, ends.is_settled) == (0, 1, False)
