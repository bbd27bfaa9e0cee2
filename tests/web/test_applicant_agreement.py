"""The beneficiary over HTTP: its agreement, asking for an instalment with costs and files."""

import re

import pytest
from sqlalchemy import select

from app.actions import agreements
from app.models import Payment, PaymentFile
from tests.actions.test_agreements import TERMS
from tests.make.applications import make_application
from tests.make.awards import make_agreement, make_award, payments_of
from tests.make.people import make_organisation
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements
from tests.web.finance_desk import (
    A_PDF,
    _now,
    costs,
    desk,
    in_force,
    paid,
)

__all__ = ["_now", "desk"]


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
    assert town.get(f"/agreements/payments/files/{key}").content == A_PDF
    # Each side has its own address, and the other one's is not for it.
    assert town.get(f"/finance/payments/files/{key}").status_code == 404
    own = sign_in_as(desk.finance).get(f"/agreements/payments/files/{key}")
    assert own.status_code == 404
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


def test_a_file_stays_where_something_else_of_the_request_is_wrong(sign_in_as, session, desk):
    first, second, _ = payments_of(session, in_force(desk))
    town = sign_in_as(desk.person)
    town.submit(f"/agreements/payments/{first.id}/request", {"action": "send"})
    paid(desk, sign_in_as, first.id)

    page = town.submit(
        f"/agreements/payments/{second.id}/request",
        costs("oops", action="send"),
        files={"file": ("invoice.pdf", A_PDF, "application/pdf")},
    )

    assert page.status_code == 422
    assert "invoice.pdf" in text_of(page)
    assert len(session.scalars(select(PaymentFile.id)).all()) == 1
    assert session.get_one(Payment, second.id).state == "planned"


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
