"""Over HTTP: a beneficiary asks to end an agreement, finance answers, both read it."""

from app import clock
from tests.actions.test_payments import Case
from tests.make.people import NOW
from tests.web.conftest import errors_of, text_of

WHY = {"reason": "The mill was sold."}
ON = {"ends_on.day": "30", "ends_on.month": "4", "ends_on.year": "2026"}


def test_what_is_asked_for_is_read_answered_and_kept_in_view(sign_in_as, session) -> None:
    case = Case(session)
    session.commit()
    with clock.frozen(NOW):
        own, finance = sign_in_as(case.person), sign_in_as(case.finance)
        page = f"/agreements/{case.agreement.id}/end"

        wrong = own.submit(page, {**WHY, **ON, "ends_on.year": "2025"})
        asked = own.submit(page, {**WHY, **ON})
        desk = finance.get(f"/finance/agreements/{case.agreement.id}")
        request = finance.get(f"/finance/agreements/{case.agreement.id}/end-request")
        action = "/finance/end-requests/{}/answer".format(
            request.text.partition("/finance/end-requests/")[2].partition("/")[0]
        )
        silent = finance.submit(action, {"answer": "refuse", "reason": ""})
        finance.submit(action, {"answer": "refuse", "reason": "Only the roof is missing."})
        refused = own.get(page)

    assert errors_of(wrong) == ["This day is over. Enter today or a later day."]
    assert "The mill was sold." in wrong.text
    assert "Your request waits for the answer of the authority." in text_of(asked)
    assert "The beneficiary asks to end this agreement on 30 April 2026." in text_of(desk)
    assert "The mill was sold." in text_of(request)
    assert errors_of(silent) == ["Write why you do not agree; the beneficiary reads it."]
    assert "Not agreed to" in text_of(refused)
    assert "Only the roof is missing." in text_of(refused)
