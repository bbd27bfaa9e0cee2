"""The start page's list: each role is told what it may do, and nobody what is not theirs."""

from datetime import timedelta

from app.actions import (
    offers,
    own_share_returns,
    own_shares,
    payments,
    price_changes,
    purchases,
    reserve,
    reserve_release,
    round_moves,
)
from app.actions.own_share_returns import NewReturn
from app.actions.price_changes import NewPrice
from app.models import Authority, Call, Stage, User
from app.queries.waiting import Task, waiting
from tests.actions.test_payments import DAY, Case
from tests.make.calls import CLOSES_AT
from tests.make.in_kind import TODAY, InKindDesk
from tests.make.people import act_as, make_user
from tests.make.reserve import ANNOUNCED_AT, make_reserve
from tests.make.rounds import LAPSED_AT, Rolling
from tests.web.assessing import assign, declare, mark, world

LATER = CLOSES_AT + timedelta(days=2)
IN_KIND = (Task.CONFIRM_SHARE, Task.DECIDE_PRICE, Task.APPROVE_RETURN, Task.APPROVE_INVOICE)


def told(session, person) -> list[tuple[Task, int]]:
    actor = act_as(session, person).actor
    return [(each.task, each.count) for each in waiting(session, actor, LATER)]


def test_officer_is_told_how_many_applications_wait_for_the_check(session) -> None:
    made = world(session, admitted=False)

    assert told(session, made.officer) == [(Task.CHECK, 2)]
    assert told(session, made.assessors[0]) == []


def test_nobody_is_told_to_check_for_a_call_that_was_cancelled(session) -> None:
    made = world(session, admitted=False)
    session.get_one(Call, made.call.id).state = "cancelled"
    session.flush()

    assert told(session, made.officer) == []


def test_assessor_is_told_of_own_open_files_until_they_are_submitted(session) -> None:
    made = world(session)
    assign(session, made, made.entries[0], made.assessors[:2])
    session.flush()
    before = [told(session, each) for each in made.assessors]

    declare(session, made, made.assessors[0])
    mark(session, made, made.entries[0], made.assessors[0])
    session.flush()

    assert before == [[(Task.ASSESS, 1)], [(Task.ASSESS, 1)], []]
    assert (told(session, made.assessors[0]), told(session, made.officer)) == ([], [])


def test_ranked_stage_waits_for_the_money_and_a_decided_one_for_its_announcement(session) -> None:
    made = world(session)
    authority = session.get_one(Authority, made.call.authority_id)
    manager = make_user(session, roles=["fund_manager"], authority=authority)
    stage = session.get_one(Stage, made.entries[0].stage_id)
    seen = []
    for state in ("ranked", "decided", "announced"):
        stage.state = state
        session.flush()
        seen.append((told(session, manager), told(session, made.assessors[2])))

    assert seen == [([(Task.ALLOCATE, 1)], []), ([(Task.ANNOUNCE, 1)], []), ([], [])]


def test_four_eyes_are_told_different_things_about_one_payment(session) -> None:
    case = Case(session)
    case.ask(case.first, report="")
    asked = (told(session, case.finance), told(session, case.person))
    case.check(case.first)
    checked = (told(session, case.finance), told(session, case.approver))
    payments.approve(case.act(case.approver), case.first.id)
    payments.pay(case.act(), case.first.id, paid_on=DAY, bank_reference="2026-77")
    paid = (told(session, case.finance), told(session, case.approver))

    assert asked == ([(Task.CHECK_PAYMENT, 1)], [])
    assert checked == ([], [(Task.APPROVE_PAYMENT, 1)])
    assert paid == ([], [(Task.RECONCILE, 1)])


def test_beneficiary_is_told_of_a_paper_to_sign_and_of_a_request_to_correct(session) -> None:
    case = Case(session)
    case.first.state = "returned"
    session.flush()
    returned = told(session, case.person)
    case.first.state, case.agreement.state = "planned", "sent"
    session.flush()

    assert (returned, told(session, case.person)) == ([(Task.CORRECT, 1)], [(Task.SIGN, 1)])


def test_finance_is_told_what_to_order_back_until_it_is_ordered(session) -> None:
    case = Case(session)
    case.settle(case.first, report="")
    case.found(case.first)
    case.first.recoverable_cents = 5_000_00
    session.flush()
    before = told(session, case.finance)
    case.agreement.ordered_cents = 5_000_00
    session.flush()

    assert (before, told(session, case.finance)) == ([(Task.ORDER_BACK, 1)], [])


def test_free_money_waits_for_a_second_person_and_then_for_its_letters(session) -> None:
    made = make_reserve(session)
    offers.decline(
        act_as(session, made.applicants["T3"], now=ANNOUNCED_AT), made.award(session, "T3").id
    )
    act = act_as(session, made.manager, now=ANNOUNCED_AT + timedelta(days=3))
    key = reserve.propose(act, made.call.id)
    proposed = (told(session, made.manager), told(session, made.second))
    second = act_as(session, made.second, now=ANNOUNCED_AT + timedelta(days=3))
    reserve_release.decide(second, key, reason="In order of the list.")

    assert proposed == ([], [(Task.DECIDE_RESERVE, 1)])
    assert told(session, made.manager) == [(Task.ANNOUNCE_RESERVE, 1)]


def test_money_that_moves_to_a_later_round_waits_for_a_second_person(session) -> None:
    made = Rolling(session)
    made.after(made.one)
    made.announced(made.one, ("92", 60_000_00))
    amounts = {made.one.scheme.lots[0].code: 10_000_00}
    round_moves.propose(made.act(now=LAPSED_AT), made.one.id, amounts=amounts, reason="Left over.")
    seen = [[task for task, _ in told(session, each)] for each in (made.first, made.second)]

    assert [Task.DECIDE_MOVE in tasks for tasks in seen] == [False, True]


def test_second_person_is_told_of_what_others_did_where_things_are_given(session) -> None:
    """Handbook S8: own share of 297.00, a lower price, what goes back of it, the invoice."""
    desk = InKindDesk(session).priced()
    seen = []

    def look(who: User) -> None:
        tasks = [[task for task, _ in told(session, each)] for each in (who, desk.approver)]
        seen.append(tuple([each for each in of if each in IN_KIND] for of in tasks))

    paid = own_shares.PaidIn(297_00, TODAY, "IZV-1")
    share_id = own_shares.record(desk.act(desk.finance), desk.grant_id, paid)
    look(desk.finance)
    own_shares.confirm(desk.act(desk.approver), share_id)
    (asset,) = desk.assets
    purchases.order(desk.act(), asset.id, ordered_on=TODAY)
    lower = NewPrice(1_900_01, "Cheaper by now.", None)
    change_id = price_changes.propose(desk.act(), asset.id, lower)
    look(desk.officer)
    price_changes.agree(desk.act(desk.approver), change_id)
    back = NewReturn(11_99, "RS35 2600 0560 1001 6113 79", "The price is lower.")
    return_id = own_share_returns.propose(desk.act(), desk.grant_id, back)
    look(desk.officer)
    own_share_returns.approve(desk.act(desk.approver), return_id)
    purchases.receive(desk.act(), asset.id, purchases.Received(TODAY, "SN-1", "Ruma"))
    purchases.bill(desk.act(), asset.id, invoice_number="F-2", invoice_cents=1_900_01)
    look(desk.officer)
    desk.act(desk.approver).record(asset, "same_supplier")
    look(desk.officer)

    assert seen == [*(([], [each]) for each in IN_KIND), ([], [])]
