"""The beneficiary's view of what is given in kind."""

from dataclasses import replace

import pytest

from app import clock
from app.actions import in_kind, in_kind_quotes, own_shares, purchases
from app.rules.scheme_in_kind import Procurer
from tests.make.in_kind import NOW, TODAY, InKindDesk, in_kind_scheme
from tests.web.conftest import errors_of, text_of


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def shown(response) -> str:
    return text_of(response).replace("\u00a0", " ")


def test_the_beneficiary_reads_what_to_pay_in_and_where(sign_in_as, session) -> None:
    desk = InKindDesk(session).priced()

    page = shown(sign_in_as(desk.person).get(f"/in-kind/{desk.grant_id}"))

    assert "Please pay EUR 297.00 by 30 April 2026." in page
    assert "RS35 2600 0560 1001 6113 79 · Treasury · 97 12" in page
    assert "Your own share EUR 297.00" in page


def test_after_the_handover_the_beneficiary_knows_when_it_becomes_theirs(
    sign_in_as, session
) -> None:
    desk = InKindDesk(session).retained()

    page = shown(sign_in_as(desk.person).get(f"/in-kind/{desk.grant_id}"))

    assert "You use the equipment; the title is kept until 15 April 2028." in page
    assert "may not be sold, lent out, pledged" in page


def test_a_beneficiary_who_buys_hands_in_quotes(sign_in_as, session) -> None:
    scheme = in_kind_scheme()
    assert scheme.in_kind is not None
    scheme = replace(scheme, in_kind=replace(scheme.in_kind, procured_by=Procurer.BENEFICIARY))
    desk = InKindDesk(session, scheme=scheme).signed()
    (asset,) = desk.assets
    person = sign_in_as(desk.person)
    form = f"/in-kind/assets/{asset.id}/quotes/new"
    assert "Hand in a quote (0 so far)" in shown(person.get(f"/in-kind/{desk.grant_id}"))
    typed = {
        "supplier": "Alfa", "price_cents": "1,980.00", "complies": "yes",
        "dated_on.day": "15", "dated_on.month": "4", "dated_on.year": "2026",
    }  # fmt: skip

    wrong = person.submit(form, {**typed, "price_cents": "a lot"})
    assert wrong.status_code == 422
    assert len(errors_of(wrong)) == 1
    assert 'value="a lot"' in wrong.text
    page = person.submit(form, typed)

    assert "Hand in a quote (1 so far)" in shown(page)
    assert [each.supplier for each in desk.quotes(asset)] == ["Alfa"]


def test_where_the_authority_buys_there_is_nothing_to_hand_in(sign_in_as, session) -> None:
    desk = InKindDesk(session).signed()
    (asset,) = desk.assets
    person = sign_in_as(desk.person)

    assert "Hand in a quote" not in shown(person.get(f"/in-kind/{desk.grant_id}"))
    typed = {
        "supplier": "Alfa", "price_cents": "1", "complies": "yes",
        "dated_on.day": "15", "dated_on.month": "4", "dated_on.year": "2026",
    }  # fmt: skip
    refused = person.submit(f"/in-kind/assets/{asset.id}/quotes/new", typed)
    assert refused.status_code == 403


def test_a_beneficiary_who_buys_is_led_from_quotes_to_the_handover(sign_in_as, session) -> None:
    scheme = in_kind_scheme()
    assert scheme.in_kind is not None
    scheme = replace(scheme, in_kind=replace(scheme.in_kind, procured_by=Procurer.BENEFICIARY))
    desk = InKindDesk(session, scheme=scheme).signed()
    (asset,) = desk.assets
    own, staff = sign_in_as(desk.person), sign_in_as(desk.officer)

    def words() -> tuple[str, str]:
        """Return what each side reads, the beneficiary and the office."""
        session.commit()
        office = staff.get(f"/office/in-kind/{desk.grant_id}")
        return shown(own.get(f"/in-kind/{desk.grant_id}")), shown(office)

    asked = words()
    day = {"dated_on.day": "15", "dated_on.month": "4", "dated_on.year": "2026"}
    for supplier, price in (("Alfa", "1,980.00"), ("Beta", "2,050.00"), ("Gama", "2,120.00")):
        typed = {"supplier": supplier, "price_cents": price, "complies": "yes", **day}
        assert own.submit(f"/in-kind/assets/{asset.id}/quotes/new", typed).status_code == 200
    handed_in = words()
    in_kind_quotes.choose(desk.act(), desk.quotes(asset)[0].id)
    pay_to = in_kind.PayTo("RS35 2600 0560 1001 6113 79", "97 12")
    in_kind.fix_prices(desk.act(), desk.grant_id, due_on=TODAY, pay_to=pay_to)
    priced = words()
    paid = own_shares.PaidIn(desk.grant.own_share_cents, TODAY, "IZV-77/3")
    own_shares.confirm(
        desk.act(desk.approver),
        own_shares.record(desk.act(desk.finance), desk.grant_id, paid),
    )
    funded = words()
    purchases.order(desk.act(), asset.id, ordered_on=TODAY)
    purchases.receive(desk.act(), asset.id, purchases.Received(TODAY, "SN-1", "Ruma"))
    purchases.bill(desk.act(), asset.id, invoice_number="F-1", invoice_cents=asset.price_cents)
    purchases.approve(desk.act(desk.approver), asset.id)
    purchases.pay(desk.act(desk.finance), asset.id, paid_on=TODAY, bank_reference="IZV-80/1")
    desk.handed_over()

    assert "Ask for at least 3 quotes for each thing and hand them in here." in asked[0]
    assert "The beneficiary hands in quotes for: Machine 1." in asked[1]
    assert "Choose a quote for: Machine 1." in handed_in[1]
    assert "Things are ordered when it has arrived and was confirmed." in priced[0]
    assert "Order now what was agreed to. The authority pays the supplier" in funded[0]
    assert "The beneficiary orders; record the day of the order of: Machine 1." in funded[1]
    assert "You use the equipment; the title is kept until 15 April 2028." in words()[0]
