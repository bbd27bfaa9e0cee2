"""Finance over HTTP: from the accepted award to money on the account, and the refusals."""

import re

import pytest
from sqlalchemy import select

from app import clock
from app.actions import agreements
from app.models import Agreement, ExpenditureLine, Payment, PaymentFile
from app.rules.permissions import Role
from tests.actions.test_agreements import TERMS, Desk
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award, payments_of
from tests.make.people import NOW, make_authority, make_organisation, make_user
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements

A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DATES = {
    "starts_on.day": "1", "starts_on.month": "4", "starts_on.year": "2026",
    "ends_on.day": "31", "ends_on.month": "3", "ends_on.year": "2028",
}  # fmt: skip
TERMS_TYPED = DATES | {
    "iban": "260-0056010016113-79",
    "bic": "SBPORSBG",
    "account_holder": "Town",
}
TODAY = {"signed_on.day": "19", "signed_on.month": "3", "signed_on.year": "2026"}


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def desk(session):
    made = Desk(session)
    made.approver = make_user(session, roles=[Role.APPROVER], authority=made.authority)
    return made


def in_force(desk) -> Agreement:
    return desk.session.get_one(Agreement, desk.signed())


# --- agreements -------------------------------------------------------------------------


def test_from_the_accepted_award_to_an_agreement_in_force(sign_in_as, session, desk):
    finance, manager = sign_in_as(desk.finance), sign_in_as(desk.manager)
    assert "INT-1/L1-001" in text_of(finance.get("/finance/desk"))
    form = finance.get(f"/finance/awards/{desk.award.id}/agreement")
    assert "EUR 200,000.00" in text_of(form)

    page = finance.submit(f"/finance/awards/{desk.award.id}/agreement", TERMS_TYPED)
    path = page.url.path
    assert "RS35 2600 0560 1001 6113 79" in text_of(page)
    assert "80 % of the eligible costs" in text_of(page)
    assert "Send to the beneficiary" in text_of(page)
    finance.submit(f"{path}/send")
    signed = finance.submit(f"{path}/sign/beneficiary", {"name": "Ana Anić", **TODAY})
    assert "The fund manager signs for the authority." in text_of(signed)
    done = manager.submit(f"{path}/sign/authority", {"name": "Mira Marić", **TODAY})

    assert "The agreement is in force and its payment plan is made." in text_of(done)
    assert "Total EUR 200,000.00" in text_of(done)
    assert "Interim payment" in text_of(done)


@pytest.mark.parametrize(
    ("iban", "sentence"),
    [
        ("RS35 6200 0560 1001 6113 79", "perhaps two digits in the wrong order"),
        ("", "Enter the account number"),
    ],
)
def test_a_wrong_account_is_told_and_nothing_typed_is_lost(sign_in_as, desk, iban, sentence):
    page = sign_in_as(desk.finance).submit(
        f"/finance/awards/{desk.award.id}/agreement",
        TERMS_TYPED | {"iban": iban, "account_holder": "Our town hall"},
    )

    assert page.status_code == 422
    assert len(errors_of(page)) == 1
    assert sentence in errors_of(page)[0]
    assert 'value="Our town hall"' in page.text
    assert f'value="{iban}"' in page.text or not iban


def test_a_draft_is_changed_and_an_agreement_that_was_sent_taken_back(sign_in_as, session, desk):
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    browser = sign_in_as(desk.finance)

    changed = browser.submit(f"/finance/agreements/{key}/change", TERMS_TYPED)
    assert "The draft is changed." in text_of(changed)
    browser.submit(f"/finance/agreements/{key}/send")
    empty = browser.submit(f"/finance/agreements/{key}/take-back", {"reason": ""})
    assert errors_of(empty) == ["Write why the agreement is taken back."]
    back = browser.submit(f"/finance/agreements/{key}/take-back", {"reason": "Wrong dates"})

    assert "The agreement is a draft again." in text_of(back)
    assert "Taken back" in text_of(back)
    assert "Wrong dates" in text_of(back)


def test_a_wrong_signature_is_refused_and_kept_out(sign_in_as, session, desk):
    key = desk.sent()
    page = sign_in_as(desk.finance).submit(
        f"/finance/agreements/{key}/sign/beneficiary",
        {"name": "Ana Anić", **TODAY, "signed_on.day": "25"},
    )

    assert errors_of(page) == ["This day lies ahead. Enter the day of the signature."]
    assert session.get_one(Agreement, key).signed_by_beneficiary == ""


def test_nobody_signs_for_a_third_party(sign_in_as, desk):
    key = desk.sent()

    assert sign_in_as(desk.finance).get(f"/finance/agreements/{key}/sign/me").status_code == 404


def test_the_paper_is_not_there_before_it_is_printed(sign_in_as, desk):
    key = desk.sent()

    page = sign_in_as(desk.finance).get(f"/finance/agreements/{key}/paper")

    assert page.status_code == 404
    assert "not printed yet" in text_of(page)


@pytest.mark.parametrize("path", ["/finance/agreements/{0}", "/finance/payments/{1}"])
def test_people_of_another_authority_find_nothing(sign_in_as, session, desk, path):
    agreement = in_force(desk)
    payment = payments_of(session, agreement)[0]
    stranger = make_user(session, roles=[Role.FINANCE], authority=make_authority(session))

    assert sign_in_as(stranger).get(path.format(agreement.id, payment.id)).status_code == 404


# --- payments ---------------------------------------------------------------------------


def costs(*cents, **more) -> dict[str, str]:
    typed = {"report": "We paved half of the square.", "action": "send"}
    for place, amount in enumerate(cents):
        typed |= {
            f"lines-{place}-description": f"Cost {place}",
            f"lines-{place}-heading": "1",
            f"lines-{place}-amount_cents": amount,
        }
    return typed | more


def paid(desk, sign_in_as, payment_id: int) -> None:
    """Let a requested payment pass check, approval and bank."""
    finance, approver = sign_in_as(desk.finance), sign_in_as(desk.approver)
    lines = desk.session.scalars(
        select(ExpenditureLine).where(ExpenditureLine.payment_id == payment_id)
    ).all()
    typed = {f"accepted_{each.id}": f"{each.amount_cents / 100:.2f}" for each in lines}
    path = f"/finance/payments/{payment_id}"
    finance.submit(f"{path}/check", typed | {"action": "check"})
    approver.submit(f"{path}/approve")
    day = {"paid_on.day": "19", "paid_on.month": "3", "paid_on.year": "2026"}
    finance.submit(f"{path}/pay", day | {"bank_reference": "2026-77"})


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


# --- the beneficiary --------------------------------------------------------------------


def test_a_beneficiary_sees_its_agreement_from_the_moment_it_is_sent(sign_in_as, desk):
    key = agreements.prepare(desk.act(), desk.award.id, TERMS)
    town = sign_in_as(desk.person)
    assert town.get(f"/agreements/{key}").status_code == 404
    agreements.send(desk.act(), key)

    page = text_of(town.get(f"/agreements/{key}"))

    assert "Waits for your signature" in page
    assert "80 % of the eligible costs" in page
    assert "Waits for your signature" in text_of(town.get("/agreements"))


def test_rows_and_files_are_added_without_losing_what_was_typed(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town = sign_in_as(desk.person)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)
    path = f"/agreements/payments/{second.id}/request"

    more = town.submit(path, costs("90000", action="", **{"lines-add": "1"}))
    assert more.status_code == 200
    assert "lines-1-description" in more.text
    kept = town.submit(
        path,
        costs("oops", action="attach"),
        files={"file": ("invoice.pdf", A_PDF, "application/pdf")},
    )
    assert kept.status_code == 200
    assert "invoice.pdf" in text_of(kept)
    assert 'value="oops"' in kept.text
    key = session.scalars(select(PaymentFile.id)).one()
    download = sign_in_as(desk.finance).get(f"/finance/payments/files/{key}")
    assert download.content == A_PDF
    town.submit(path, costs("90000", action="", remove_file=str(key)))
    assert session.scalars(select(PaymentFile.id)).all() == []


def test_a_file_that_is_not_what_it_says_is_refused_and_the_rest_stays(sign_in_as, session, desk):
    first = payments_of(session, in_force(desk))[0]

    page = sign_in_as(desk.person).submit(
        f"/agreements/payments/{first.id}/request",
        {"report": "Soon more", "action": "send"},
        files={"file": ("invoice.pdf", b"MZ\x90\x00 not a PDF", "application/pdf")},
    )

    assert page.status_code == 422
    assert len(errors_of(page)) == 1
    assert "Soon more" in page.text
    assert session.get_one(Payment, first.id).state == "planned"


def test_the_same_request_sent_twice_is_done_once(sign_in_as, session, desk):
    first = payments_of(session, in_force(desk))[0]
    town = sign_in_as(desk.person)
    path = f"/agreements/payments/{first.id}/request"
    key = re.search(r'name="form_key" value="([^"]+)"', town.get(path).text)[1]

    answers = [town.submit(path, {"action": "send", "form_key": key}) for _ in range(2)]

    assert [heading_of(each) for each in answers] == ["Pre-financing Requested"] * 2


def test_costs_that_miss_an_amount_are_told_row_by_row(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town = sign_in_as(desk.person)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)

    page = town.submit(f"/agreements/payments/{second.id}/request", costs("1.234", report=""))

    assert page.status_code == 422
    assert len(errors_of(page)) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_for_one_row_and_three(sign_in_as, session, desk, engine, number):
    for _ in range(number - 1):
        application = make_application(
            session, call=desk.call, organisation=make_organisation(session), state="awarded"
        )
        make_agreement(session, make_award(session, application))
    in_force(desk)
    browser = sign_in_as(desk.finance)
    browser.get("/finance/agreements")

    assert len(statements(engine, lambda: browser.get("/finance/agreements"))) == 3
