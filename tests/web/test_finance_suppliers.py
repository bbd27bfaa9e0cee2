"""A supplier's account from the order to the file for the bank; who has a hand in whom."""

import pytest
from sqlalchemy import select

from app.models import AccountChange, BankFileLine, OwnershipLink, Quote
from app.rules.permissions import Role
from tests.actions.test_undertakings import numbered
from tests.make.in_kind import InKindDesk
from tests.make.people import make_user
from tests.web.conftest import errors_of, text_of
from tests.web.test_office_in_kind import _now, day

__all__ = ["_now"]

ACCOUNT = {
    "iban": "840-9900000000000-98", "bic": "", "holder": "Alat d.o.o.", "reason": "Their contract.",
}  # fmt: skip


@pytest.fixture
def desk(session) -> InKindDesk:
    return InKindDesk(session).received()


def test_a_supplier_is_paid_by_a_file_after_two_people_agreed_to_its_account(
    sign_in_as, session, desk
):
    (asset,) = desk.assets
    officer, approver = sign_in_as(desk.officer), sign_in_as(desk.approver)
    path = f"/finance/suppliers/{asset.id}"
    assert "not entered yet" in text_of(officer.get("/finance/suppliers"))
    wrong = officer.submit(f"{path}/account", ACCOUNT | {"iban": "840-1-11", "holder": "Typed"})
    assert (wrong.status_code, "840-1-11" in wrong.text, "Typed" in wrong.text) == (422, True, True)
    officer.submit(f"{path}/account", ACCOUNT)
    key = session.scalars(select(AccountChange.id).order_by(AccountChange.id.desc())).first()
    seen = text_of(approver.get(f"/finance/accounts/{key}"))
    assert "Account of a supplier" in seen
    assert "proposes an account of the supplier" in text_of(approver.get("/finance/desk"))
    done = approver.submit(f"/finance/accounts/{key}/confirm")
    assert "The supplier is paid on it from now on." in text_of(done)

    refused = officer.submit(f"{path}/reference", {"reference": "97 21-123"})
    assert errors_of(refused) == [
        "The check digits of “97 21-123” do not fit; compare it with the supplier’s invoice"
    ]
    assert "saved" in text_of(officer.submit(f"{path}/reference", {"reference": "97 20-123"}))

    bill = {"invoice_number": "F-1", "invoice_cents": "1980.00"}
    officer.submit(f"/office/assets/{asset.id}/invoice", bill)
    approver.submit(f"/office/assets/{asset.id}/approve")
    finance = sign_in_as(make_user(session, roles=[Role.FINANCE], authority=desk.authority))
    field = f"{desk.authority.id}_EUR"
    assert "Alat d.o.o." in text_of(finance.get("/finance/bank"))
    made = finance.submit(
        f"/finance/bank/{desk.authority.id}",
        {f"payments_{field}": f"thing-{asset.id}", "currency": "EUR", **day(f"execute_on_{field}")},
    )
    assert "The file is made." in text_of(made)
    assert session.scalars(select(BankFileLine.amount_cents)).all() == [1_980_00]
    back = finance.submit(f"{path}/given-back", {"reason": "Account closed."})
    assert "It may go into another file" in text_of(back)


def test_links_of_enterprises_are_recorded_ended_and_counted(sign_in_as, session, desk):
    officer, auditor = (
        sign_in_as(desk.officer),
        sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=desk.authority)),
    )
    path = f"/office/applications/{desk.application.id}/undertaking"
    numbered(session, desk.trader.id, "07024371")
    given = {
        "number": "RS:MB:17862146", "name": "Parent d.o.o.", "direction": "owner",
        "kind": "holding", "percent": "66", "valid_from.day": "1", "valid_from.month": "1",
        "valid_from.year": "2024", "evidence": "Extract of the register.",
    }  # fmt: skip
    wrong = officer.submit(path, given | {"percent": ""})
    assert errors_of(wrong) == ["Enter the share of the votes, above 0 and up to 100 %."]
    page = text_of(officer.submit(path, given))
    assert "Holds 66 % of the votes" in page
    assert "Parent d.o.o." in page
    assert "1,683.00" in page
    seen = auditor.get(path)
    assert (seen.status_code, "Record this link" in seen.text) == (200, False)
    link = session.scalars(select(OwnershipLink.id)).one()
    elsewhere = InKindDesk(session, person_email="other@example.org")
    elsewhere.application.organisation_id = desk.trader.id
    session.flush()
    stranger = sign_in_as(elsewhere.officer)
    other = f"/office/applications/{elsewhere.application.id}/undertaking"
    there = stranger.get(other)
    assert (desk.authority.name in text_of(there), "End this link" in there.text) == (True, False)
    assert stranger.submit(f"{other}/end", {"link": str(link)}).status_code == 422
    over = {"link": str(link), "reason": "Sold.", "how": "over"}
    last = {"valid_to.day": "1", "valid_to.month": "1", "valid_to.year": "2023"}
    assert errors_of(officer.submit(f"{path}/end", over | last)) == [
        "It began on 1 January 2024. Enter that day or a later one."
    ]
    assert errors_of(officer.submit(f"{path}/end", over)) == [
        "Enter the last day on which it held."
    ]
    ended = officer.submit(f"{path}/end", over | last | {"valid_to.year": "2025"})
    assert "The link has ended." in text_of(ended)
    why = {"ended": str(link), "why": "The sale was called off."}
    assert errors_of(officer.submit(f"{path}/restore", why | {"why": ""})) == [
        "Write what shows it"
    ]
    assert "The link holds again." in text_of(officer.submit(f"{path}/restore", why))
    never = text_of(officer.submit(f"{path}/end", over | {"how": "never"}))
    assert "never: recorded by mistake" in never


def test_who_asks_for_quotes_chooses_among_known_suppliers(sign_in_as, session):
    desk = InKindDesk(session).signed()
    officer = sign_in_as(desk.officer)
    path = f"/office/assets/{desk.assets[0].id}/quotes/new"
    given = {"price_cents": "100.00", "complies": "yes", "remark": "", **day("dated_on")}
    first = officer.submit(path, given | {"supplier": "Alat d.o.o."})
    assert "The quote is kept." in text_of(first)

    both = officer.submit(path, given | {"known": "Alat d.o.o.", "supplier": "Beta"})
    assert errors_of(both) == ["Choose a supplier or enter another, not both."]
    none = officer.submit(path, given | {"known": "", "supplier": ""})
    assert errors_of(none) == ["Choose the supplier, or enter another."]
    alike = officer.submit(path, given | {"known": "", "supplier": "Alat"})
    assert errors_of(alike) == [
        "Alat d.o.o. is known here. Enter the name so, or confirm that this is another supplier."
    ]
    assert "It is another supplier of almost the same name" in text_of(alike)
    other = {"known": "", "supplier": "Alat", "is_other": "yes"}
    assert "The quote is kept." in text_of(officer.submit(path, given | other))
    officer.submit(path, given | {"known": "Alat d.o.o.", "supplier": ""})

    names = select(Quote.supplier).order_by(Quote.id)
    assert session.scalars(names).all() == ["Alat d.o.o.", "Alat", "Alat d.o.o."]


def test_a_supplier_of_almost_the_same_name_is_offered_with_its_account(sign_in_as, session):
    desk = InKindDesk(session, prices=(1_000_00, 980_00)).received()
    desk.assets[0].supplier, desk.assets[1].supplier = "Alat d.o.o.", "Alat"
    session.flush()
    officer = sign_in_as(desk.officer)
    path = f"/finance/suppliers/{desk.assets[1].id}"
    assert "Known under another name?" in text_of(officer.get(path))
    wrong = officer.submit(f"{path}/same", {"same": "Alat d.o.o.", "same_reason": " "})
    assert errors_of(wrong) == ["Write what shows that it is the same supplier."]
    done = officer.submit(f"{path}/same", {"same": "Alat d.o.o.", "same_reason": "One number."})
    assert "The thing is with this supplier now." in text_of(done)
    assert "Payment to Alat d.o.o." in text_of(done)
