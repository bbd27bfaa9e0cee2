"""Recovery over HTTP: prepared, issued, received, confirmed; steps; who is refused, and how."""

import pytest

from app import clock
from app.models import Agreement, Payment, RecoveryOrder
from app.rules.bank_accounts import printed_iban
from app.rules.permissions import Role
from tests.actions.test_payments import Case
from tests.actions.test_recoveries import Owed, manager_of
from tests.make.awards import IBAN
from tests.make.people import NOW, make_user
from tests.web.conftest import errors_of, text_of

ORDER = {
    "amount_cents": "12,000.00",
    "reason": "The final grant is lower.",
    "days": "45",
    "interest_percent": "5.65",
    "iban": IBAN,
    "account_holder": "Office",
}
TODAY = {"received_on.day": "19", "received_on.month": "3", "received_on.year": "2026"}


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def test_s7_d_from_the_agreement_to_the_last_cent(sign_in_as, session):
    owed = Owed(session)
    finance, approver = sign_in_as(owed.finance), sign_in_as(owed.approver)
    path = f"/finance/agreements/{owed.agreement.id}"
    assert "EUR 12,000.00 was paid too much" in text_of(finance.get(path))

    wrong = finance.submit(f"{path}/recovery", ORDER | {"amount_cents": "180,000.01"})
    assert errors_of(wrong) == [
        "No more than EUR 180,000.00 can be asked back: what was paid less what is ordered already."
    ]
    page = finance.submit(f"{path}/recovery", ORDER)
    order = page.url.path
    assert "A second person issues it." in text_of(page)
    prepared = text_of(approver.get(order))
    assert f"To be paid to {printed_iban(IBAN)} · Office" in prepared
    assert "another account than the one that two people confirmed" in prepared
    issued = approver.submit(f"{order}/issue")
    assert "3 May 2026" in text_of(issued)
    finance.submit(
        f"{order}/receipts",
        {"amount_cents": "12,000.00", "interest_cents": "", "bank_reference": "7"} | TODAY,
    )
    receipt = session.query(RecoveryOrder).one().id
    assert "Waits for a second person" in text_of(approver.get(order))
    key = approver.get(order).text.partition("/finance/recoveries/receipts/")[2].partition("/")[0]
    done = approver.submit(f"/finance/recoveries/receipts/{key}/confirm")

    assert receipt
    assert "Nothing: it is settled." in text_of(done)
    session.expire_all()
    assert session.get_one(Agreement, owed.agreement.id).state == "completed"
    assert "Settled" in text_of(finance.get("/finance/recoveries"))
    own = text_of(sign_in_as(owed.person).get(f"/agreements/{owed.agreement.id}"))
    assert "received EUR 12,000.00, left EUR 0.00" in own


def test_a_returned_request_shows_what_it_said_before(sign_in_as, session):
    case = Case(session)
    case.settle(case.first, report="")
    case.ask(case.second, 50_000_00)
    finance = sign_in_as(case.finance)
    path = f"/finance/payments/{case.second.id}"
    empty = finance.submit(f"{path}/return", {"reason": ""})
    assert errors_of(empty) == ["Write what has to be corrected."]
    page = finance.submit(f"{path}/return", {"reason": "The invoice is missing."})
    assert "As sent in for the 1. time, then returned" in text_of(page)
    assert "The term of payment stands still" in text_of(page)
    assert "As sent in for the 1. time" in text_of(
        sign_in_as(case.person).get(f"/agreements/payments/{case.second.id}")
    )


def test_an_agreement_is_suspended_with_a_reason_and_goes_on(sign_in_as, session):
    case = Case(session)
    manager = sign_in_as(manager_of(case))
    path = f"/finance/agreements/{case.agreement.id}"
    assert errors_of(manager.submit(f"{path}/step/suspend", {"reason": ""})) == [
        "Write the reason."
    ]
    assert "Suspended" in text_of(manager.submit(f"{path}/step/suspend", {"reason": "Floods."}))
    assert "goes on" in text_of(manager.submit(f"{path}/step/resume"))


@pytest.mark.parametrize(
    "path",
    [
        "/finance/payments/{payment}/check",
        "/finance/payments/{payment}/return",
        "/finance/agreements/{agreement}/change",
        "/finance/agreements/{agreement}/sign/authority",
        "/finance/agreements/{agreement}/recovery",
        "/finance/payments/{payment}/step/reject",
        "/finance/agreements/{agreement}/step/suspend",
    ],
)
def test_who_only_sees_agreements_finds_no_form(sign_in_as, session, path):
    case = Case(session)
    monitor = make_user(session, roles=[Role.MONITOR], authority=case.authority)
    address = path.format(payment=case.first.id, agreement=case.agreement.id)

    page = sign_in_as(monitor).get(address)

    assert page.status_code == 403
    assert "Your role does not allow you to" in text_of(page)


@pytest.mark.parametrize(
    "path",
    [
        "/finance/desk",
        "/finance/agreements",
        "/finance/payments",
        "/finance/recoveries",
        "/office/applications",
        "/office/letters",
        "/office/reports",
        "/office/calls",
        "/assessor",
    ],
)
def test_a_desk_refuses_who_has_nothing_to_do_there(sign_in_as, session, path):
    page = sign_in_as(make_user(session)).get(path)

    assert page.status_code == 403
    assert "Your role does not allow you to" in text_of(page)


def test_a_form_is_refused_before_it_is_read(sign_in_as, session):
    case = Case(session)
    case.ask(case.first, report="")
    monitor = make_user(session, roles=[Role.MONITOR], authority=case.authority)

    page = sign_in_as(monitor).submit(f"/finance/payments/{case.first.id}/return", {"reason": ""})

    assert page.status_code == 403
    assert session.get_one(Payment, case.first.id).state == "requested"
