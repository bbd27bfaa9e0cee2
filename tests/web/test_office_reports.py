"""The award report of the handbook's A2: page, XLSX, CSV and JSON agree to the cent."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from app.actions import agreements, allocation, payments
from app.actions.payments import Request
from app.cli import main
from app.models import (
    Agreement,
    Authority,
    Award,
    RecoveryOrder,
    RecoveryReceipt,
    StageEntry,
)
from app.queries import award_report
from app.queries.award_report_filter import ReportFilter
from app.queries.award_report_sums import line_sums, totals
from app.rules.permissions import Role
from app.settings import settings
from tests.actions.test_agreements import TERMS
from tests.actions.test_allocation import A2, Office
from tests.make.awards import payments_of
from tests.make.people import NOW, act_as, make_authority, make_user
from tests.make.scores import Scored
from tests.web.conftest import text_of

DAY = date(2026, 3, 19)
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ENVELOPE = Decimal("10140000.00")


@pytest.fixture
def office(session):
    made = Office(session)
    regions = ["RS11", "RS12", "RS21", "RS22"]
    made.ranked([Scored(*line, region=regions[i % 4]) for i, line in enumerate(A2)])
    allocation.allocate(made.act(), made.call.id)
    return made


def agreed_and_paid(session, office) -> tuple[int, int]:
    """Bring the first award to its first payment; return what is agreed and paid."""
    award = session.scalars(select(Award).order_by(Award.id).limit(1)).one()
    award.state = "accepted"
    for entry in session.scalars(select(StageEntry)):
        entry.total_cents = entry.requested_cents * 5 // 4
    session.flush()
    both = [Role.FINANCE, Role.APPROVER]
    authority = session.get_one(Authority, office.call.authority_id)
    one, two = (make_user(session, roles=both, authority=authority) for _ in range(2))
    key = agreements.prepare(act_as(session, one), award.id, TERMS)
    agreements.send(act_as(session, one), key)
    agreements.sign_for_beneficiary(act_as(session, one), key, name="A", signed_on=DAY)
    agreements.sign(office.act(), key, name="B", signed_on=DAY)
    agreement = session.get_one(Agreement, key)
    first = payments_of(session, agreement)[0]
    payments.request(act_as(session), first.id, Request())
    payments.check(act_as(session, one), first.id, {})
    payments.approve(act_as(session, two), first.id)
    payments.pay(act_as(session, one), first.id, paid_on=DAY, bank_reference="1")
    return agreement.grant_cents, first.planned_cents


def csv_rows(browser, call_id: int) -> list[dict[str, str]]:
    answer = browser.get(f"/office/calls/{call_id}/report/awards.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def total(rows, column: str) -> Decimal:
    return sum((Decimal(row[column] or 0) for row in rows), Decimal(0))


def cells_of(book: bytes) -> list[dict[str, str]]:
    """Return each row's cells by column letter, as text of the file: no float in between."""
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    return [
        {cell.get("r").rstrip("0123456789"): "".join(cell.itertext()) for cell in row}
        for row in ET.fromstring(sheet).iter(f"{SPACE}row")
    ]


def column_of(head: dict[str, str], name: str) -> str:
    return next(letter for letter, text in head.items() if text == name)


def test_the_page_shows_sums_that_equal_the_envelope(sign_in_as, session, office):
    page = text_of(sign_in_as(office.first).get(f"/office/calls/{office.call.id}/report"))

    assert "Awarded EUR 10,140,000.00 of EUR 10,140,000.00" in page
    assert (
        "L1: EUR 4,140,000.00 − EUR 30,413.71 moved out = EUR 4,109,586.29; "
        "EUR 4,109,586.29 awarded + EUR 0.00 unallocated = EUR 4,109,586.29" in page
    )
    assert "Whole call: EUR 10,140,000.00 awarded + EUR 0.00 unallocated" in page
    assert "505,562.96" in page
    assert "59.50" not in page
    everything = sign_in_as(office.first).get(f"/office/calls/{office.call.id}/report?show=all")
    assert "59.50" in text_of(everything)


def test_pages_of_lines_have_the_sums_of_all_of_them(sign_in_as, session, office, monkeypatch):
    monkeypatch.setattr(award_report, "SIZE", 7)
    browser, address = sign_in_as(office.first), f"/office/calls/{office.call.id}/report?show=all"
    whole = [line.reference for line in award_report.lines(session, office.call.id)]

    shown = [browser.get(f"{address}&page={number}").text for number in (1, 2, 3)]

    found = [
        [reference for reference in whole if f">{reference}</a>" in page.split('id="lines"')[1]]
        for page in shown
    ]
    assert [whole[:7], whole[7:14], whole[14:21]] == found
    assert len({page.split("<tfoot")[-1].split("</tfoot>")[0] for page in shown}) == 1


@pytest.mark.parametrize("awards_only", [True, False])
@pytest.mark.parametrize(("lot", "region"), [("", ""), ("L1", ""), ("", "RS12"), ("L2", "RS21")])
def test_sums_of_a_filter_are_those_of_its_lines(session, office, awards_only, lot, region):
    wanted = ReportFilter(awards_only=awards_only, lot=lot, region=region)
    listed = list(award_report.lines(session, office.call.id, wanted))

    sums = line_sums(session, office.call.id, wanted, totals(session, office.call.id))

    assert (sums.applications, sums.requested_cents, sums.awarded_cents, sums.left_cents) == (
        len(listed),
        sum(line.requested_cents for line in listed),
        sum(line.awarded_cents for line in listed),
        sum(line.left_cents for line in listed),
    )


def test_csv_read_back_equals_the_envelope_to_the_cent(sign_in_as, session, office):
    agreed_cents, paid_cents = agreed_and_paid(session, office)
    rows = csv_rows(sign_in_as(office.first), office.call.id)

    assert len(rows) == len(A2)
    assert total(rows, "Awarded") == ENVELOPE
    assert total(rows, "Requested") == Decimal(sum(cents for _, _, cents in A2)) / 100
    assert total(rows, "Agreed") == Decimal(agreed_cents) / 100
    assert total(rows, "Paid") == Decimal(paid_cents) / 100
    assert total(rows, "Left to pay") == ENVELOPE - Decimal(paid_cents) / 100
    by_lot = {row["Lot"][:2]: Decimal(0) for row in rows}
    for row in rows:
        by_lot[row["Lot"][:2]] += Decimal(row["Awarded"])
    assert by_lot == {"L1": Decimal("4109586.29"), "L2": Decimal("6030413.71")}
    partial = next(row for row in rows if row["Application"].endswith("L2-007"))
    assert (partial["Rank"], partial["Score"], partial["Awarded"]) == ("7", "77.00", "505562.96")
    assert (partial["NUTS 2"], partial["Region"]) == ("RS12", "Vojvodina Region")
    assert "505,562.96" in partial["Reason"]


MONEY = ("Requested", "Awarded", "Agreed", "Paid", "Ordered back", "Came back", "Net paid",
         "Free again", "Left to pay")  # fmt: skip


def paid_back(session, office) -> None:
    """Of the first award's payment 30,000.00 are ordered back, 20,000.00 came; then it ends."""
    agreement = session.scalars(select(Agreement)).one()
    order = RecoveryOrder(
        agreement_id=agreement.id, call_id=agreement.call_id, reference="R-1", state="issued",
        amount_cents=30_000_00, reason="Too much.", prepared_at=NOW,
    )  # fmt: skip
    session.add(order)
    session.flush()
    receipt = RecoveryReceipt(
        order_id=order.id, state="confirmed", amount_cents=20_000_00, received_on=DAY,
        recorded_at=NOW,
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    session.expire_all()
    agreement.state = "terminated"
    session.commit()


def test_recovered_money_adds_up_in_every_line_and_every_format(sign_in_as, session, office):
    agreed_cents, paid_cents = agreed_and_paid(session, office)
    paid_back(session, office)
    browser = sign_in_as(office.first)
    rows = csv_rows(browser, office.call.id)

    for row in rows:
        assert cents(row["Net paid"]) == cents(row["Paid"]) - cents(row["Came back"])
        bound = cents(row["Agreed"] or row["Awarded"])
        assert bound == cents(row["Net paid"]) + cents(row["Free again"]) + cents(
            row["Left to pay"]
        )
    sums = {name: sum(cents(row[name]) for row in rows) for name in MONEY}
    assert sums["Came back"] == 20_000_00
    assert sums["Ordered back"] == 30_000_00
    assert sums["Net paid"] == paid_cents - 20_000_00
    assert sums["Free again"] == agreed_cents - paid_cents + 20_000_00
    found = totals(session, office.call.id)
    assert found.sum_of("net_paid_cents") == sums["Net paid"]
    assert found.sum_of("released_cents") == sums["Free again"]
    assert found.sum_of("left_cents") == sums["Left to pay"]
    assert sums["Awarded"] - sums["Free again"] + found.sum_of("unallocated_cents") == 10_140_000_00

    head, *_, foot = cells_of(
        browser.get(f"/office/calls/{office.call.id}/report/awards.xlsx").content
    )
    assert {name: cents(foot[column_of(head, name)]) for name in MONEY} == sums
    lines = browser.get(f"/office/calls/{office.call.id}/report/awards.json").json()
    assert sum(cents(line["net_paid"]) for line in lines) == sums["Net paid"]
    page = browser.get(f"/office/calls/{office.call.id}/report").text
    agreement = session.scalars(select(Agreement)).one()
    assert f'<a class="govuk-link" href="/finance/agreements/{agreement.id}">20,000.00</a>' in page
    assert "free again" in page


def cents(text: str | None) -> int:
    return int(Decimal(text or 0) * 100)


def test_json_says_the_same_lines(sign_in_as, session, office):
    browser = sign_in_as(office.first)
    rows = browser.get(f"/office/calls/{office.call.id}/report/awards.json").json()

    assert sum(Decimal(row["awarded"]) for row in rows) == ENVELOPE
    assert [row["reference"] for row in rows] == [
        row["Application"] for row in csv_rows(browser, office.call.id)
    ]


def test_xlsx_read_back_equals_the_envelope_to_the_cent(sign_in_as, session, office):
    answer = sign_in_as(office.first).get(f"/office/calls/{office.call.id}/report/awards.xlsx")
    head, *rows, foot = cells_of(answer.content)

    awarded = [row[column_of(head, "Awarded")] for row in rows]
    assert len(awarded) == len(A2)
    assert sum(map(Decimal, awarded)) == ENVELOPE
    assert Decimal(foot[column_of(head, "Awarded")]) == ENVELOPE


def test_a_declined_award_frees_its_money_in_the_report(sign_in_as, session, office):
    award = session.scalars(select(Award).where(Award.awarded_cents == 505_562_96)).one()
    award.state = "declined"
    session.commit()

    browser = sign_in_as(office.first)
    page = text_of(browser.get(f"/office/calls/{office.call.id}/report"))
    rows = csv_rows(browser, office.call.id)

    assert total(rows, "Awarded") == ENVELOPE - Decimal("505562.96")
    assert "EUR 5,524,850.75 awarded + EUR 505,562.96 unallocated = EUR 6,030,413.71" in page
    assert "Whole call: EUR 9,634,437.04 awarded + EUR 505,562.96 unallocated" in page


def test_the_overview_lists_the_calls_of_ones_authorities(sign_in_as, session, office):
    stranger = make_user(session, roles=[Role.FINANCE], authority=make_authority(session))

    assert office.call.code in text_of(sign_in_as(office.first).get("/office/reports"))
    assert office.call.code not in text_of(sign_in_as(stranger).get("/office/reports"))


@pytest.mark.parametrize("path", ["", "/awards.csv", "/awards.xlsx"])
def test_nobody_else_gets_the_report(sign_in_as, session, office, path):
    stranger = make_user(session, roles=[Role.FINANCE], authority=make_authority(session))

    answer = sign_in_as(stranger).get(f"/office/calls/{office.call.id}/report{path}")

    assert answer.status_code == 404


def test_an_unknown_format_is_no_page(sign_in_as, office):
    answer = sign_in_as(office.first).get(f"/office/calls/{office.call.id}/report/awards.doc")

    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_command_line_writes_the_same_bytes(
    sign_in_as, session, office, database_url, monkeypatch, tmp_path, kind
):
    answer = sign_in_as(office.first).get(f"/office/calls/{office.call.id}/report/awards.{kind}")
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", database_url)
    settings.cache_clear()
    file = tmp_path / f"awards.{kind}"

    try:
        code = main(["export", "awards", office.call.code, "--format", kind, "-o", str(file)])
    finally:
        monkeypatch.undo()
        settings.cache_clear()

    assert code == 0
    assert file.read_bytes() == answer.content


def test_the_command_line_knows_no_such_call(database_url, session, monkeypatch, capsys):
    monkeypatch.setenv("ENVELOPE_DATABASE_URL", database_url)
    settings.cache_clear()

    try:
        code = main(["export", "awards", "NO-SUCH"])
    finally:
        monkeypatch.undo()
        settings.cache_clear()

    assert code == 1
    assert "no call 'NO-SUCH'" in capsys.readouterr().err
