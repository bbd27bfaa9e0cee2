"""Agreements over HTTP: from the accepted award to one in force, and the refusals."""

import pytest

from app import clock
from app.actions import agreements
from app.models import Agreement
from app.rules.permissions import Role
from tests.actions.test_agreements import TERMS
from tests.actions.test_reminders import DAY_AFTER, on_paper
from tests.make.awards import payments_of
from tests.make.people import make_authority, make_user
from tests.web.conftest import errors_of, text_of
from tests.web.finance_desk import TERMS_TYPED, TODAY, _now, desk, in_force

__all__ = ["_now", "desk"]


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


def test_a_report_on_paper_is_noted_from_the_list_of_overdue_ones(sign_in_as, session) -> None:
    case = on_paper(session)
    session.commit()
    path = f"/finance/agreements/{case.agreement.id}/reports/interim:2"
    day = {"came_on.day": "30", "came_on.month": "3", "came_on.year": "2027"}
    with clock.frozen(DAY_AFTER):
        finance = sign_in_as(case.finance)
        desk, listed = finance.get("/finance/desk"), finance.get("/finance/reports")
        wrong = finance.submit(path, day | {"came_on.year": "2028"})
        noted = finance.submit(path, day)
        empty = finance.get("/finance/reports")
        stale = finance.submit(path, {})
        back = finance.submit(f"{path}/take-back", {"reason": "Of another agreement."})
        gone = finance.submit(f"{path}/take-back", {"reason": ""})

    assert "See which reports are overdue" in text_of(desk)
    assert f'href="{path}"' in listed.text
    assert errors_of(wrong) == ["This day lies ahead. Enter the day on which it came."]
    assert "Came on paper 30 March 2027" in text_of(noted)
    assert "No report is overdue." in text_of(empty)
    assert "The report is awaited again." in text_of(back)
    # The page was opened before: it shows what can be done now.
    assert (stale.status_code, gone.status_code) == (200, 200)
    assert "Take the note back" in text_of(stale)
    assert "On which day did it come?" in text_of(gone)
