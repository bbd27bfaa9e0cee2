"""The award report narrowed, in one's own columns, on paper, and followed to its sources."""

import csv
import io
import re
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from sqlalchemy import select

from app.actions import allocation, report_print
from app.documents import render, sheets, store_errors
from app.documents.store import Store
from app.errors import Unavailable
from app.models import Application, Authority, Award, ReportPrint, StoredFile
from app.rules.permissions import Role
from tests.actions.test_allocation import A2, Office
from tests.make.people import act_as, make_authority, make_user
from tests.make.scores import Scored
from tests.web.conftest import errors_of, text_of

ENVELOPE = Decimal("10140000.00")


class Printer:
    """Prints in this process; the child has its own tests."""

    def pdf(self, context, files=None) -> bytes:
        return render.pdf(context, files)


@pytest.fixture
def office(session):
    made = Office(session)
    made.authority = session.get_one(Authority, made.call.authority_id)
    regions = ["RS11", "RS12", "RS21", "RS22"]
    made.ranked([Scored(*line, region=regions[i % 4]) for i, line in enumerate(A2)])
    allocation.allocate(made.act(), made.call.id)
    return made


@pytest.fixture
def browser(sign_in_as, office):
    return sign_in_as(office.first)


def address(office, more: str = "") -> str:
    return f"/office/calls/{office.call.id}/report{more}"


def references(page) -> list[str]:
    body = page.text.split('id="lines"')[1].split("</table>")[0]
    return re.findall(r'row-head"[^>]*>(?:<a[^>]*>)?([^<]+)<', body)


def rows_of(browser, office, query: str) -> list[dict[str, str]]:
    content = browser.get(address(office, f"/awards.csv?{query}")).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def awarded(rows) -> Decimal:
    return sum((Decimal(row["Awarded"]) for row in rows), Decimal(0))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("lot=L1", 10),
        ("result=part", 1),
        ("agreement=none", 17),
        ("agreement=active", 0),
        ("words=L2-007", 1),
    ],
)
def test_filters_leave_what_fits_on_page_and_in_the_sheet(browser, office, query, count) -> None:
    page = browser.get(address(office, f"?{query}"))
    rows = rows_of(browser, office, f"{query}&show=")

    assert references(page) == [row["Application"] for row in rows]
    assert len(rows) == count


def test_what_is_left_out_is_said_and_adds_up_to_the_whole(browser, office) -> None:
    shown, others = (awarded(rows_of(browser, office, f"lot={lot}")) for lot in ("L1", "L2"))

    page = text_of(browser.get(address(office, "?lot=L1&show=all")))

    assert shown + others == ENVELOPE
    assert f"They have EUR {shown:,} of the EUR 10,140,000.00 awarded" in page
    assert f"the other EUR {others:,} stand in the lines that are left out." in page


def test_a_wrong_filter_is_told_and_never_passed_over_in_a_download(browser, office) -> None:
    page = browser.get(address(office, "/awards.csv?lot=L9"))

    assert (page.status_code, len(errors_of(page)), page.url.path) == (422, 1, address(office))


def test_regions_are_parts_of_the_whole(browser, office) -> None:
    parts = [
        awarded(rows_of(browser, office, f"region={code}"))
        for code in ("RS11", "RS12", "RS21", "RS22")
    ]

    assert sum(parts) == ENVELOPE
    assert min(parts) > 0


def test_chosen_columns_hold_for_page_and_downloads(browser, office) -> None:
    data = {"columns": ["rank", "awarded_cents"], "name": ""}
    browser.submit(address(office, "/views"), data=data)

    page = browser.get(address(office))
    book = openpyxl.load_workbook(io.BytesIO(browser.get(address(office, "/awards.xlsx")).content))
    rows = list(book.active.values)

    heads = re.findall(r'<th scope="col"[^>]*>\s*([^<]+?)\s*<', page.text.split('id="lines"')[1])
    assert heads == ["Rank", "Application", "Awarded"]
    assert rows[0] == ("Rank", "Application", "Awarded")
    assert {type(row[0]) for row in rows[1:-1]} <= {int, type(None)}
    assert rows[1][0] == 1


def test_every_column_says_on_the_page_what_it_says_in_the_sheet(browser, office, session) -> None:
    columns = sheets.sheet("awards").columns
    award = session.scalars(select(Award).order_by(Award.id).limit(1)).one()
    application = session.get_one(Application, award.application_id)
    application.title = '<b>Fish & chips</b> "%s"'
    browser.submit(address(office, "/views"), data={"columns": [each.field for each in columns]})

    page = browser.get(address(office, f"?words={application.reference}"))

    [row] = rows_of(browser, office, f"words={application.reference}")
    on_page = [each for each in columns if each.field not in {"lot", "reference", "applicant"}]
    cells = re.findall(
        r"(?s)<td[^>]*>(.*?)</td>", page.text.split('id="lines"')[1].split("<tfoot")[0]
    )
    assert [plain(each) for each in cells[1:]] == [
        plain(row[each.heading]) or "–" for each in on_page
    ]
    assert "&lt;b&gt;Fish &amp; chips&lt;/b&gt; &#34;%s&#34;" in page.text


def plain(cell: str) -> str:
    """Return the words of a cell, its amounts as a sheet writes them."""
    return " ".join(
        unescape(re.sub(r"</?(a|br|span|strong)\b[^>]*>", " ", cell)).replace(",", "").split()
    )


def test_a_named_view_brings_its_filters_back(browser, office) -> None:
    data = {"columns": ["awarded_cents"], "name": "Partial offers"}
    saved = browser.submit(address(office, "/views?result=part"), data=data)

    assert "Partial offers" in text_of(saved)
    assert len(references(saved)) == 1
    assert [row["Awarded"] for row in rows_of(browser, office, saved.url.query.decode())] == [
        "505562.96"
    ]


def test_views_are_ones_own_and_can_be_deleted(browser, office, session, sign_in_as) -> None:
    browser.submit(address(office, "/views"), data={"columns": ["status"], "name": "Mine"})
    number = re.search(r"views/(\d+)/delete", browser.get(address(office, "/views")).text)[1]
    both = [Role.FUND_MANAGER]
    other = sign_in_as(make_user(session, roles=both, authority=office.authority))

    assert "Mine" not in text_of(other.get(address(office)))
    assert other.submit(address(office, f"/views/{number}/delete")).status_code == 404
    assert "Mine" in text_of(browser.get(address(office)))
    browser.submit(address(office, f"/views/{number}/delete"))
    assert "Mine" not in text_of(browser.get(address(office)))


def test_a_view_without_columns_is_told_and_the_name_stays(browser, office) -> None:
    page = browser.submit(address(office, "/views"), data={"name": "Nothing"})

    assert (page.status_code, len(errors_of(page)), 'value="Nothing"' in page.text) == (
        422, 1, True,
    )  # fmt: skip


def test_figures_lead_to_the_pages_they_come_from(browser, office, session) -> None:
    award = session.scalars(select(Award).order_by(Award.id).limit(1)).one()

    text = browser.get(address(office)).text

    assert f'href="/office/applications/{award.application_id}"' in text
    assert f'href="/office/stages/{office.stage_id}/ranking"' in text
    assert f'href="{address(office)}?lot=L1#lines"' in text


def test_whoever_may_not_open_the_source_gets_no_link(office, session, sign_in_as) -> None:
    finance = make_user(session, roles=[Role.FINANCE], authority=office.authority)

    text = sign_in_as(finance).get(address(office)).text

    assert "/office/applications/" not in text.split('id="lines"')[1]
    assert "505,562.96" in text


def test_a_pdf_keeps_the_lines_and_says_what_is_left_out(
    browser, office, session, app, tmp_path
) -> None:
    page = browser.submit(address(office, "/print?lot=L2&show=all"))
    assert "It is being printed." in text_of(page)
    wanted = session.scalars(select(ReportPrint)).one()
    store = Store(app.state.settings.files_place)

    for _twice in range(2):
        report_print.render(act_as(session), wanted.id, renderer=Printer(), store=store)

    session.refresh(wanted)
    file = session.get_one(StoredFile, wanted.file_id)
    answer = browser.get(f"/office/report-prints/{wanted.id}.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert answer.content == store.read(file.sha256)
    assert len(wanted.context["rows"]) == len([line for line in A2 if line[0] == "L2"])
    assert "stand in the lines that are left out" in wanted.context["narrowed"]
    assert "Open the report (PDF)" in text_of(browser.get(address(office)))


def test_a_print_that_failed_says_why(browser, office, session) -> None:
    browser.submit(address(office, "/print"))
    wanted = session.scalars(select(ReportPrint)).one()

    report_print.fail(act_as(session), wanted.id, Unavailable(store_errors.FULL))

    page = text_of(browser.get(address(office)))
    assert "It could not be printed: The disk that holds the files was full." in page

    browser.submit(f"/office/report-prints/{wanted.id}/again")

    session.refresh(wanted)
    assert (wanted.failure, wanted.file_id) == ("", None)
    assert "It is being printed. Load this page again" in text_of(browser.get(address(office)))


def test_prints_of_another_authority_are_not_there(office, session, sign_in_as, browser) -> None:
    browser.submit(address(office, "/print"))
    key = session.scalars(select(ReportPrint.id)).one()
    stranger = sign_in_as(
        make_user(session, roles=[Role.FINANCE], authority=make_authority(session))
    )

    assert stranger.get(f"/office/report-prints/{key}.pdf").status_code == 404
    assert stranger.submit(address(office, "/print")).status_code == 404
