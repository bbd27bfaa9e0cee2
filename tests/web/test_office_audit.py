"""The audit trail over HTTP: who reads what, filters, pages."""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

from app.actions import calls, people
from app.actions.people import AuthorityText
from app.models import Membership
from app.rules.permissions import Role
from tests.make.applications import make_application
from tests.make.calls import make_call
from tests.make.people import act_as, make_authority, make_organisation, make_user
from tests.web.conftest import errors_of, heading_of, text_of


@pytest.fixture
def authority(session):
    return make_authority(session, name="Town Fund", short_name="TF")


def change(session, authority, city: str, *, name: str = "Ana Anić") -> None:
    admin = make_user(session, roles=[Role.ADMIN], authority=authority, name=name)
    text = AuthorityText(name=authority.name, short_name=authority.short_name, city=city)
    people.change_authority(act_as(session, admin), authority.id, text)


def entries(page) -> int:
    return page.text.count('<tr class="govuk-table__row">') - 1


def test_auditor_reads_who_when_what_before_and_after(session, authority, sign_in_as) -> None:
    change(session, authority, "Šabac")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    page = browser.get("/office/audit")

    shown = text_of(page)
    assert heading_of(page) == "Audit trail"
    for told in ("19 March 2026, 13:00 CET", "Ana Anić", "Authority Town Fund",
                 "Letterhead changed", "City : Beograd → to Šabac"):  # fmt: skip
        assert told in shown


def test_trail_of_another_authority_is_not_there(session, authority, sign_in_as) -> None:
    other = make_authority(session, name="Other")
    change(session, other, "Niš")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    assert "Nothing was recorded yet." in text_of(browser.get("/office/audit"))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ASSESSOR])
def test_other_roles_may_not_read_it(session, authority, sign_in_as, role) -> None:
    browser = sign_in_as(make_user(session, roles=[role], authority=authority))

    assert browser.get("/office/audit").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("person=eva", 1),
        ("object_type=authority", 2),
        ("object_type=call", -1),
        ("object_type=authority&object_id=0", -1),
        ("object_id=no-such-reference", -1),
        ("person=100%25", -1),
        ("since.day=19&since.month=3&since.year=2026", 2),
        ("until.day=18&until.month=3&until.year=2026", -1),
    ],
)
def test_filters_narrow_the_list(session, authority, sign_in_as, query, count) -> None:
    change(session, authority, "Šabac")
    change(session, authority, "Užice", name="Eva Ević")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    assert entries(browser.get(f"/office/audit?{query}")) == count


def test_wrong_date_is_told_and_stays_typed(session, authority, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    page = browser.get("/office/audit?since.day=31&since.month=2&since.year=2026")

    assert (page.status_code, len(errors_of(page)), 'value="31"' in page.text) == (422, 1, True)


def test_pages_by_key_show_each_entry_once(session, authority, sign_in_as) -> None:
    for number in range(53):
        change(session, authority, f"Place {number:02}")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    first = browser.get("/office/audit?object_type=authority")
    older = first.text.split("Older entries")[0].rpartition('href="')[2].split('"')[0]
    second = browser.get(f"/office/audit{older.replace('&amp;', '&')}")

    assert (entries(first), entries(second)) == (50, 3)
    assert ("Older entries" in second.text, "Place 02" in second.text) == (False, True)


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_sheets_have_every_entry_that_the_filters_leave(session, authority, sign_in_as) -> None:
    for number in range(53):
        change(session, authority, f"Place {number:02}")
    change(session, authority, "=1+1", name="Eva Ević")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    everything = rows_of(browser.get("/office/audit/trail.csv?object_type=authority"))
    hers = browser.get("/office/audit/trail.xlsx?person=eva")
    rows = list(openpyxl.load_workbook(io.BytesIO(hers.content)).active.iter_rows())

    assert len(everything) == 54
    assert everything[0]["Event"] == "Letterhead changed"
    assert everything[0]["Why and what else"].startswith("City: Place 52 → =1+1")
    assert [row[2].value for row in rows[1:]] == ["Eva Ević"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}


def test_names_that_would_be_formulas_are_defused(session, authority, sign_in_as) -> None:
    change(session, authority, "Niš", name="=cmd()")
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    (row,) = rows_of(browser.get("/office/audit/trail.csv"))

    assert row["Who"] == "'=cmd()"


def test_a_wrong_filter_is_never_passed_over_in_a_sheet(session, authority, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))

    page = browser.get("/office/audit/trail.csv?since.day=31&since.month=2&since.year=2026")

    assert (page.status_code, len(errors_of(page)), page.url.path) == (422, 1, "/office/audit")


def test_other_roles_get_no_sheet(session, authority, sign_in_as) -> None:
    browser = sign_in_as(make_user(session, roles=[Role.OFFICER], authority=authority))

    assert browser.get("/office/audit/trail.csv").status_code == 403


def test_trail_of_an_applicant_is_read_once_it_applied(session, authority, sign_in_as) -> None:
    person = make_user(session)
    town = make_organisation(session, contact=person)
    session.flush()
    membership = session.scalars(
        select(Membership).where(Membership.organisation_id == town.id)
    ).one()
    act_as(session, person).record(town, "change_organisation", before={}, after={"city": "Niš"})
    act_as(session, person).record(membership, "hand_over", person=person.id)
    browser = sign_in_as(make_user(session, roles=[Role.AUDITOR], authority=authority))
    trail = f"/office/audit?object_type=organisation&object_id={town.id}"
    before = entries(browser.get(trail))

    make_application(session, call=make_call(session, authority=authority), organisation=town)

    assert (before, entries(browser.get(trail))) == (-1, 2)
    assert "Made the contact" in text_of(browser.get(trail))


def test_trail_of_a_call_has_all_that_belongs_to_it(session, authority, sign_in_as) -> None:
    call = make_call(session, authority=authority, state="draft")
    manager = make_user(session, roles=[Role.FUND_MANAGER], authority=authority)
    calls.change_basics(act_as(session, manager), call.id, code="NEW", title="A", summary="")
    browser = sign_in_as(manager)

    page = browser.get("/office/audit?object_id=new")

    assert entries(page) == 1
    assert f'href="/office/calls/{call.id}"' in page.text
    assert 'value="new"' in page.text
