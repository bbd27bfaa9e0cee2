"""Requests for payment over HTTP: checked, approved, paid, returned, and the refusals."""

from sqlalchemy import select

from app.models import ExpenditureLine, Payment
from app.rules.permissions import Role
from tests.make.awards import payments_of
from tests.make.people import make_user
from tests.web.conftest import errors_of, text_of
from tests.web.finance_desk import _now, costs, desk, in_force, paid

__all__ = ["_now", "desk"]


# --- payments ---------------------------------------------------------------------------


def test_an_instalment_from_the_request_to_the_bank(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town, finance = sign_in_as(desk.person), sign_in_as(desk.finance)
    asked = town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    assert "Your request is sent in." in text_of(asked)
    paid(desk, sign_in_as, first.id)
    assert session.get_one(Payment, first.id).state == "paid"

    path = f"/agreements/payments/{second.id}/request"
    town.submit(path, costs("90.000,00", "13500", forecast_cents="125000"))
    computed = finance.submit(
        f"/finance/payments/{second.id}/check",
        {
            f"accepted_{each.id}": f"{each.amount_cents / 100:.2f}"
            for each in session.scalars(
                select(ExpenditureLine).where(ExpenditureLine.payment_id == second.id)
            )
        }
        | {"action": "compute"},
    )
    # 80 % of 125,000.00; 103,500.00 × 80 % = 82,800.00 of 80,000.00 are used.
    assert "Due: EUR 100,000.00" in text_of(computed)
    assert "103.5 % of the previous instalment was used" in text_of(computed)
    assert session.get_one(Payment, second.id).state == "requested"
    paid(desk, sign_in_as, second.id)

    own = text_of(town.get(f"/agreements/payments/{second.id}"))
    assert "Paid EUR 100,000.00 Paid on 19 March 2026 Reference of the bank 2026-77" in own
    assert "Paid EUR 180,000.00 of EUR 200,000.00" in text_of(
        finance.get(f"/finance/agreements/{second.agreement_id}")
    )


def test_a_balance_below_what_was_paid_is_a_recovery(sign_in_as, session, desk):
    first, second, last = payments_of(session, in_force(desk))
    town, finance = sign_in_as(desk.person), sign_in_as(desk.finance)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)
    town.submit(
        f"/agreements/payments/{second.id}/request", costs("100000", forecast_cents="125000")
    )
    paid(desk, sign_in_as, second.id)
    town.submit(f"/agreements/payments/{last.id}/request", costs("110000"))

    check = text_of(finance.get(f"/finance/payments/{last.id}/check"))

    assert "Due: EUR 0.00" in check
    assert "EUR 12,000.00 has to be recovered from the beneficiary." in check
    paid(desk, sign_in_as, last.id)
    assert session.get_one(Payment, last.id).state == "paid"
    assert "EUR 12,000.00 was paid too much" in text_of(
        finance.get(f"/finance/agreements/{last.agreement_id}")
    )


def test_whoever_checked_cannot_approve_and_reads_why(sign_in_as, session, desk):
    both = make_user(session, roles=[Role.FINANCE, Role.APPROVER], authority=desk.authority)
    first = payments_of(session, in_force(desk))[0]
    sign_in_as(desk.person).submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    browser = sign_in_as(both)

    page = browser.submit(f"/finance/payments/{first.id}/check", {"action": "check"})
    assert "You prepared this yourself, so a second person has to approve it." in text_of(page)
    refused = browser.submit(f"/finance/payments/{first.id}/approve")

    assert refused.status_code == 403
    assert "A second person has to approve payments." in text_of(refused)


def test_less_than_reported_needs_a_reason(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town, finance = sign_in_as(desk.person), sign_in_as(desk.finance)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)
    town.submit(f"/agreements/payments/{second.id}/request", costs("90000"))
    line = session.scalars(select(ExpenditureLine)).one()

    page = finance.submit(
        f"/finance/payments/{second.id}/check",
        {f"accepted_{line.id}": "80000", "note": "Half is missing", "action": "check"},
    )

    assert errors_of(page) == ["Write why not all of this cost is accepted."]
    assert "Half is missing" in page.text
    assert 'value="80000"' in page.text


def test_a_returned_request_comes_back_with_all_that_was_typed(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town, finance = sign_in_as(desk.person), sign_in_as(desk.finance)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)
    town.submit(f"/agreements/payments/{second.id}/request", costs("90000"))
    finance.submit(f"/finance/payments/{second.id}/return", {"reason": "No invoice of May."})

    agreement = text_of(town.get(f"/agreements/{second.agreement_id}"))
    assert "Interim payment was returned for correction. No invoice of May." in agreement
    form = town.get(f"/agreements/payments/{second.id}/request")
    assert "We paved half of the square." in form.text
    assert 'value="90,000.00"' in form.text or 'value="90000.00"' in form.text


def test_a_payment_without_a_reference_is_told_on_the_same_page(sign_in_as, session, desk):
    first = payments_of(session, in_force(desk))[0]
    sign_in_as(desk.person).submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    finance = sign_in_as(desk.finance)
    finance.submit(f"/finance/payments/{first.id}/check", {"action": "check"})
    sign_in_as(desk.approver).submit(f"/finance/payments/{first.id}/approve")

    day = {"paid_on.day": "20", "paid_on.month": "3", "paid_on.year": "2026"}
    page = finance.submit(f"/finance/payments/{first.id}/pay", day)

    assert page.status_code == 422
    assert errors_of(page) == [
        "This day lies ahead. Enter the day on the bank statement.",
        "Enter the reference on the bank statement.",
    ]
