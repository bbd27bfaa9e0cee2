"""Finance over HTTP: check by heading, changed budget, account, bank file, statement, letters."""

import pytest

from app import clock
from app.actions import amendments, payments
from app.models import AccountChange, AgreementLetter, Amendment, BankFile
from app.rules.permissions import Role
from tests.actions.test_authority_accounts import A_DAY
from tests.actions.test_payment_headings import LAST, Spending
from tests.actions.test_payments import Case
from tests.actions.test_recoveries import manager_of
from tests.make.awards import IBAN
from tests.make.people import NOW, make_user
from tests.web.conftest import errors_of, text_of

ACCOUNT = {
    "purpose": "authority",
    "iban": IBAN,
    "bic": "",
    "holder": "Office",
    "reason": "The bank has merged.",
}
DAY = {"day": "19", "month": "3", "year": "2026"}


def on(name: str) -> dict[str, str]:
    return {f"{name}.{part}": typed for part, typed in DAY.items()}


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def case(session) -> Spending:
    return Spending(session)


def test_a_check_shows_each_heading_and_what_is_held_back(sign_in_as, case):
    case.settle(case.first, report="")
    case.paid(case.second, {"1": 103_500_00}, forecast_cents=100_000_00)
    case.claim(case.last, LAST)
    finance, approver = sign_in_as(case.finance), sign_in_as(case.approver)
    path = f"/finance/payments/{case.last.id}"
    before = text_of(finance.get(f"{path}/check"))

    accepted = {f"accepted_{key}": f"{each.accepted_cents // 100}" for key, each in
                case.accepted(case.last).items()}  # fmt: skip
    wrong = finance.submit(f"{path}/check", accepted | {"revenue_cents": "x", "note": "Kept."})
    computed = finance.submit(f"{path}/check", accepted | {"action": "compute"})
    checked = finance.submit(f"{path}/check", accepted)
    stale = approver.submit(f"{path}/approve", {"seen": "2026-01-01T00:00:00+00:00"})
    seen = f'name="seen" value="{case.last.checked_at.isoformat()}"'
    assert (stale.status_code, seen in approver.get(path).text) == (409, True)
    approved = approver.submit(f"{path}/approve", {"seen": case.last.checked_at.isoformat()})

    words = (
        "Heading 3: EUR 60,000.00 is accepted in all, EUR 40,000.00 agreed. Without a decision no "
        "more than EUR 50,000.00 counts: EUR 10,000.00 is not paid until the budget is changed."
    )
    for page in (before, text_of(computed), text_of(checked)):
        assert words in page
        assert "Due: EUR 12,000.00" in page
        assert "With the balance the agreement ends" in page
    assert (wrong.status_code, "Kept." in wrong.text) == (422, True)
    assert "Total EUR 250,000.00 EUR 103,500.00 EUR 146,500.00" in text_of(approved)
    own = sign_in_as(case.person).get(f"/agreements/payments/{case.last.id}")
    assert "Heading 3" not in text_of(own)


def test_a_budget_changed_after_the_check_is_told_before_it_is_refused(sign_in_as, case):
    case.settle(case.first, report="")
    case.claim(case.second, {"1": 103_500_00, "3": 52_000_00}, forecast_cents=100_000_00)
    case.check(case.second)
    asked = case.move(20_000_00)
    manager, approver = sign_in_as(manager_of(case)), sign_in_as(case.approver)
    budget = f"/finance/agreements/{case.agreement.id}/budget"
    assert "The fund manager decides on it." in text_of(approver.get(budget))
    waits = "A change of the budget, asked for on"
    finance = sign_in_as(make_user(case.session, roles=[Role.FINANCE], authority=case.authority))
    path = f"/finance/payments/{case.second.id}"
    assert waits in text_of(approver.get(path))
    assert waits in text_of(finance.get(f"{path}/check"))
    decide = f"/finance/amendments/{asked.id}/decide"
    assert errors_of(manager.submit(decide, {"reason": "Fine."})) == [
        "Choose whether you approve the change"
    ]
    manager.submit(decide, {"decision": "approve", "reason": "The results stay."})

    page = text_of(approver.get(path))
    refused = approver.submit(f"{path}/approve")

    assert case.session.get_one(Amendment, asked.id).state == "approved"
    assert "The budget was changed after this check" in page
    assert waits not in page
    assert "Check it again" in page
    assert (refused.status_code, "checked again" in text_of(refused)) == (409, True)


def test_a_beneficiary_sees_what_is_left_of_each_heading_before_asking(sign_in_as, case):
    case.settle(case.first, report="")
    case.paid(case.second, {"1": 100_000_00, "3": 52_000_00}, forecast_cents=100_000_00)
    own = sign_in_as(case.person)

    paid = text_of(own.get(f"/agreements/payments/{case.second.id}"))
    asking = text_of(own.get(f"/agreements/payments/{case.last.id}/request"))

    assert "EUR 2,000.00 is not paid until the budget is changed." in paid
    assert "What is not paid yet counts with your next request" in paid
    assert "EUR 200,000.00 EUR 100,000.00 EUR 100,000.00" in asking


def test_another_account_is_proposed_compared_and_confirmed_by_two(sign_in_as, session, case):
    admin = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=case.authority))
    other = make_user(session, roles=[Role.FINANCE], authority=case.authority)
    finance, approver = sign_in_as(other), sign_in_as(case.approver)
    money = f"/admin/authorities/{case.authority.id}/money"
    wrong = admin.submit(f"{money}/account", ACCOUNT | {"iban": "840-1234567-89", "reason": ""})
    assert (wrong.status_code, "840-1234567-89" in wrong.text, len(errors_of(wrong))) == (
        422, True, 1,
    )  # fmt: skip
    admin.submit(f"{money}/account", ACCOUNT)
    again = admin.submit(f"{money}/account", ACCOUNT | {"reason": "Typed once more."})
    assert (again.status_code, "Typed once more." in again.text) == (422, True)
    assert errors_of(again) == [
        "One for this waits already. Take that proposal back first, or wait for its answer."
    ]
    assert finance.submit("/finance/bank/999999", {"currency": "EUR"}).status_code == 404
    change = session.query(AccountChange).one().id
    path = f"/finance/accounts/{change}"

    assert "Compare and decide" in text_of(approver.get("/finance/desk"))
    assert "Compare and decide" not in text_of(finance.get("/finance/desk"))
    assert finance.get(path).status_code == 404
    silent = approver.submit(f"{path}/refuse", {"reason": ""})
    assert errors_of(silent) == ["Write the reason; it is kept on file."]
    done = approver.submit(f"{path}/confirm")
    assert "Confirmed. Money is paid from it" in text_of(done)

    admin.submit(f"{money}/account", ACCOUNT | {"holder": "Office for Grants"})
    other = session.query(AccountChange).order_by(AccountChange.id.desc()).first()
    early = approver.get(f"/finance/accounts/{other.id}")
    assert "It can be confirmed a day after it was proposed" in text_of(early)
    assert approver.submit(f"/finance/accounts/{other.id}/confirm").status_code == 409
    taken = admin.submit(f"{money}/account/{other.id}/take-back")
    assert "Taken back" in text_of(taken)
    with clock.frozen(NOW + A_DAY):
        # After a day without a click everybody signs in again.
        approver = sign_in_as(case.approver)
        gone = approver.submit(f"/finance/accounts/{other.id}/refuse", {"reason": "No."})
    assert gone.status_code == 409


def test_a_file_for_the_bank_from_the_approval_to_the_statement(sign_in_as, session, case):
    admin = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=case.authority))
    finance, approver = sign_in_as(case.finance), sign_in_as(case.approver)
    case.ask(case.first, report="")
    case.check(case.first)
    payments.approve(case.act(case.approver), case.first.id)
    bank = f"/finance/bank/{case.authority.id}"
    day = on(f"execute_on_{case.authority.id}_EUR")
    chosen = {f"payments_{case.authority.id}_EUR": str(case.first.id)} | day
    assert finance.submit(bank, chosen).status_code == 409
    admin.submit(f"/admin/authorities/{case.authority.id}/money/account", ACCOUNT)
    approver.submit(f"/finance/accounts/{session.query(AccountChange).one().id}/confirm")

    assert errors_of(finance.submit(bank, day)) == ["Choose at least one payment."]
    assert "You approved it, so somebody else sends it." in text_of(approver.get("/finance/bank"))
    assert f'value="{case.first.id}"' in finance.get("/finance/bank").text
    made = finance.submit(bank, chosen)
    file = finance.get(f"/finance/bank/files/{session.query(BankFile).one().id}.xml")
    assert "The file is made." in text_of(made)
    assert "<CtrlSum>112000.00</CtrlSum>" in file.text

    path = f"/finance/payments/{case.first.id}"
    finance.submit(f"{path}/pay", on("paid_on") | {"bank_reference": "7"})
    line = on("on") | {"reference": "IZV-9", "amount_cents": "111,999.99"}
    wrong = approver.submit(f"{path}/statement", line)
    found = approver.submit(f"{path}/statement", line | {"amount_cents": "112,000.00"})
    assert (wrong.status_code, 'value="111,999.99"' in wrong.text) == (422, True)
    assert "Reconciled with the bank statement." in text_of(found)


def test_another_currency_to_another_country_is_not_offered_for_a_file(sign_in_as, session):
    case = Case(session, currency="RSD")
    admin = sign_in_as(make_user(session, roles=[Role.ADMIN], authority=case.authority))
    finance, approver = sign_in_as(case.finance), sign_in_as(case.approver)
    admin.submit(f"/admin/authorities/{case.authority.id}/money/account", ACCOUNT)
    approver.submit(f"/finance/accounts/{session.query(AccountChange).one().id}/confirm")
    case.ask(case.first, report="")
    case.check(case.first)
    payments.approve(case.act(case.approver), case.first.id)
    ticked = f'value="{case.first.id}"'
    assert ticked in finance.get("/finance/bank").text

    case.agreement.iban = "DE89370400440532013000"
    session.flush()
    page = finance.get("/finance/bank")

    assert ticked not in page.text
    assert "It goes to an account abroad, which a file takes in EUR only." in text_of(page)


def test_a_letter_of_a_changed_budget_is_listed_and_printed_again(sign_in_as, session, case):
    manager = manager_of(case)
    change = case.move(20_000_00)
    amendments.decide(case.act(manager), change.id, approve=False, reason="No.")
    letter = session.query(AgreementLetter).one()
    letter.failure = "paper.slow"
    session.flush()
    finance = sign_in_as(case.finance)

    listed = text_of(finance.get("/finance/letters"))
    missing = finance.get(f"/finance/letters/{letter.id}.pdf")
    again = finance.submit(f"/finance/letters/{letter.id}/again")

    assert letter.reference in listed
    assert missing.status_code == 404
    assert "The letter is being printed again" in text_of(again)
