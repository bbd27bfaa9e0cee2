"""A grant in kind over HTTP: from quotes to the handover, as each desk sees it, and refusals."""

import csv
import io
import re

import pytest

from app import clock
from app.models import OwnShare
from tests.make.in_kind import NOW, InKindDesk
from tests.make.people import make_user
from tests.web.conftest import errors_of, heading_of, text_of
from tests.web.counting import statements

A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def desk(session) -> InKindDesk:
    return InKindDesk(session)


def day(name: str, of: int = 15) -> dict[str, str]:
    return {f"{name}.day": str(of), f"{name}.month": "4", f"{name}.year": "2026"}


def test_an_officer_collects_quotes_chooses_one_and_fixes_the_prices(sign_in_as, desk) -> None:
    officer, asset = sign_in_as(desk.officer), desk.signed().assets[0]
    quotes = f"/office/assets/{asset.id}/quotes"
    assert "There is no quote yet." in text_of(officer.get(quotes))

    for supplier, price in (("Alfa", "1,980.00"), ("Beta", "2,050.00"), ("Gama", "2,120.00")):
        typed = {"supplier": supplier, "price_cents": price, "complies": "yes", **day("dated_on")}
        files = {"file": ("quote.pdf", A_PDF, "application/pdf")} if supplier == "Alfa" else None
        kept = officer.submit(f"{quotes}/new", typed, files=files)
        assert "The quote is kept." in text_of(kept)
    listed = officer.get(quotes)
    assert "Alfa quote.pdf 15 April 2026 yes EUR 1,980.00" in text_of(listed).replace("\u00a0", " ")
    file = re.search(r"/office/quotes/\d+/file", listed.text)[0]
    assert officer.get(file).content == A_PDF

    dearer = desk.quotes(asset)[1].id
    refused = officer.submit(f"{quotes}/choose", {"offer": str(dearer)})
    assert refused.status_code == 422
    assert errors_of(refused)[0].startswith("This offer is")
    cheapest = desk.quotes(asset)[0].id
    officer.submit(f"{quotes}/choose", {"offer": str(cheapest)})

    grant = f"/office/in-kind/{desk.grant_id}"
    asked = officer.get(f"{grant}/prices").text
    assert 'value="RS35 2600 0560 1001 6113 79"' in asked
    other = officer.submit(
        f"{grant}/prices", {"account": "840-9900000000000-98", **day("due_on", of=30)}
    )
    assert errors_of(other) == [
        "Own shares are paid in to RS35 2600 0560 1001 6113 79, which two people confirmed. "
        "Another account is entered by an administrator with the authority and confirmed by a "
        "second person."
    ]
    wrong = officer.submit(
        f"{grant}/prices", {"account": "840-9900000000000-98", **day("due_on", of=1)}
    )
    assert wrong.status_code == 422
    assert "840-9900000000000-98" in wrong.text
    typed = {"account": "RS35 2600 0560 1001 6113 79"}
    fixed = officer.submit(f"{grant}/prices", {**typed, **day("due_on", of=30)})
    page = text_of(fixed).replace("\u00a0", " ")
    assert "The prices are fixed." in page
    assert "Paid by the grant EUR 1,683.00" in page
    assert "Own share EUR 297.00 EUR 297.00 still to come" in page


def test_a_wrong_record_of_own_share_is_struck_out_with_its_reason(sign_in_as, session, desk):
    desk.priced()
    finance = sign_in_as(desk.finance)
    typed = {"amount_cents": "297.00", "bank_reference": "IZV-1", **day("received_on")}
    finance.submit(f"/office/in-kind/{desk.grant_id}/own-share", typed)
    strike = f"/office/own-shares/{session.query(OwnShare.id).scalar()}/strike"

    assert heading_of(finance.get(strike)) == "Strike out"
    assert finance.submit(strike).status_code == 422
    done = finance.submit(strike, {"reason": "Paid by somebody else."})

    assert "The record is struck out." in text_of(done)
    assert "Struck out" in text_of(done)


def test_the_handover_needs_every_condition_and_then_shows_the_day(sign_in_as, desk) -> None:
    desk.received()
    officer, grant = sign_in_as(desk.officer), f"/office/in-kind/{desk.grant_id}"
    officer.submit(f"{grant}/protocol", {"things": [str(desk.assets[0].id)]})
    paper = f"/office/in-kind/papers/{desk.papers[0].id}"
    signed = {"handed_over_by": "Petar", "received_by": "Milica", **day("signed_on")}

    assert "Who signed for the beneficiary" in text_of(officer.get(f"{paper}/signed"))
    assert officer.get(f"{paper}/signed-paper").status_code == 404
    refused = officer.submit(f"{paper}/signed", {**signed, "conditions": ["training"]})
    assert errors_of(refused) == ["Nothing is handed over before every condition is confirmed."]
    assert 'value="Milica"' in refused.text
    done = officer.submit(f"{paper}/signed", {**signed, "conditions": ["training", "registered"]})

    assert "Handed over. The time of retention of these things has begun." in text_of(done)
    assert "Title kept until 15 April 2028" in text_of(done)
    assert officer.get(f"{paper}.pdf").status_code == 404


def test_the_fund_manager_takes_a_thing_back_and_others_see_no_button(sign_in_as, desk) -> None:
    (asset,) = desk.retained().assets
    grant = f"/office/in-kind/{desk.grant_id}"
    manager = sign_in_as(desk.manager)
    assert "Take the thing back" not in text_of(sign_in_as(desk.officer).get(grant))
    assert "Pass on the title" not in text_of(manager.get(grant))

    typed = {"reason": "The business was given up.", **day("taken_on")}
    taken = manager.submit(f"/office/assets/{asset.id}/repossess", typed)

    assert "Taken back. Propose who gets it, or write it off." in text_of(taken)
    assert "Propose who gets this, or write it off: Machine 1." in text_of(taken)


def test_the_title_passes_after_two_years_with_the_condition(sign_in_as, desk) -> None:
    (asset,) = desk.retained().assets
    with clock.frozen(NOW.replace(year=2028)):
        manager = sign_in_as(desk.manager)
        page = manager.get(f"/office/assets/{asset.id}/transfer")
        assert "The business is running and the equipment is used for it" in text_of(page)
        refused = manager.submit(f"/office/assets/{asset.id}/transfer")
        done = manager.submit(f"/office/assets/{asset.id}/transfer", {"condition": "yes"})

    assert refused.status_code == 422
    assert "The title has passed to the beneficiary." in text_of(done)


def test_an_unknown_step_is_no_page(sign_in_as, desk) -> None:
    (asset,) = desk.signed().assets
    officer = sign_in_as(desk.officer)

    for path in (
        f"/office/in-kind/{desk.grant_id}/dance",
        "/office/in-kind/papers/999999/drop",
        f"/office/assets/{asset.id}/dance",
        f"/office/assets/{asset.id}/approve",
        f"/office/assets/{asset.id}/quotes/choose",
        "/office/in-kind/999999",
        "/office/assets/999999/quotes",
    ):
        assert officer.get(path).status_code == 404, path


def test_a_quote_is_taken_out_again(sign_in_as, desk) -> None:
    (asset,) = desk.quoted().assets
    officer = sign_in_as(desk.officer)

    page = officer.submit(f"/office/quotes/{desk.quotes(asset)[0].id}/remove")

    assert "The quote is taken out" in text_of(page)
    assert len(desk.quotes(asset)) == 2


def test_the_register_lists_what_was_bought_for_monitors_and_as_a_sheet(sign_in_as, desk) -> None:
    desk.retained()
    monitor = sign_in_as(desk.monitor)

    listed = text_of(monitor.get("/office/in-kind")).replace("\u00a0", " ")
    page = text_of(monitor.get(f"/office/calls/{desk.call.id}/assets")).replace("\u00a0", " ")
    sheet = monitor.get(f"/office/calls/{desk.call.id}/assets.csv")
    rows = list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    book = monitor.get(f"/office/calls/{desk.call.id}/assets.xlsx")

    assert "Radnja Milica PR In retention 1 EUR 1,980.00 EUR 297.00 15 April 2028" in listed
    assert "Total EUR 1,980.00 EUR 297.00" in page
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["Serial number"], line["Value"], line["Paid by the grant"]) == (
        "SN-1", "1980.00", "1683.00",
    )  # fmt: skip
    assert (line["Owner’s share"], line["Status"]) == ("297.00", "In retention")
    assert book.content[:2] == b"PK"
    assert monitor.get(f"/office/calls/{desk.call.id}/assets.json").status_code == 404


def test_things_that_were_not_bought_are_no_assets(sign_in_as, desk) -> None:
    desk.priced()

    page = text_of(sign_in_as(desk.monitor).get(f"/office/calls/{desk.call.id}/assets"))

    assert "Nothing was bought in this call yet." in page


def test_strangers_and_other_beneficiaries_see_nothing(sign_in_as, session, desk) -> None:
    (asset,) = desk.retained().assets
    stranger = sign_in_as(make_user(session))

    for path in (
        f"/office/in-kind/{desk.grant_id}",
        f"/office/assets/{asset.id}/quotes",
        f"/office/calls/{desk.call.id}/assets",
        f"/in-kind/{desk.grant_id}",
        f"/office/applications/{desk.application.id}/visits",
    ):
        assert stranger.get(path).status_code in (403, 404), path


def test_the_number_of_questions_does_not_grow_with_the_things(sign_in_as, session, engine) -> None:
    one = InKindDesk(session).priced()
    many = InKindDesk(
        session, prices=(500_00, 500_00, 980_00), person_email="other@example.org"
    ).priced()

    counted = []
    for desk in (one, many):
        browser = sign_in_as(desk.officer)
        path = f"/office/in-kind/{desk.grant_id}"
        browser.get(path)
        counted.append(len(statements(engine, lambda: browser.get(path))))  # noqa: B023 - called at once

    assert counted[0] == counted[1]


def test_the_audit_trail_names_things_and_leads_to_their_grant(sign_in_as, desk) -> None:
    desk.retained()

    page = sign_in_as(desk.manager).get(
        f"/office/audit?object_type=asset&object_id={desk.assets[0].id}"
    )

    assert "Asset" in text_of(page)
    assert "Machine 1" in text_of(page)
    assert "Handed over" in text_of(page)
    assert f'href="/office/in-kind/{desk.grant_id}"' in page.text
